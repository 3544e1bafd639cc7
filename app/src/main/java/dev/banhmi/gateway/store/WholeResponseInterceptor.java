package dev.banhmi.gateway.store;

import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/*
 * The HTTP client takes a head whose connection ended before the empty line for a whole one. Without this an answer that lost
 * its last headers would be believed; with it the call is tried again, as after any other broken connection.
 */
final class WholeResponseInterceptor implements ExecutionInterceptor {

    @Override
    public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
        SdkHttpResponse answer = context.httpResponse();
        String length = answer.firstMatchingHeader("Content-Length").orElse(null);
        boolean nameless = answer.firstMatchingHeader("ETag").isEmpty();
        // Without bytes there need not be a version: some stores have no ETag for what they take for a directory.
        boolean brokeOff = isRead(context.request())
                ? length == null || (nameless && !length.equals("0"))
                : isWrite(context.request()) && nameless;
        if (answer.isSuccessful() && brokeOff) {
            throw RetryableException.create("the store's answer broke off within its headers");
        }
    }

    private static boolean isRead(SdkRequest request) {
        return request instanceof GetObjectRequest || request instanceof HeadObjectRequest;
    }

    private static boolean isWrite(SdkRequest request) {
        return request instanceof PutObjectRequest || request instanceof UploadPartRequest;
    }
}
