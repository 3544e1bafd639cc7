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
final class WholeAnswers implements ExecutionInterceptor {

    @Override
    public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
        SdkHttpResponse answer = context.httpResponse();
        boolean read = isRead(context.request());
        boolean named = read || isWrite(context.request());
        boolean brokeOff = (named && lacks("ETag", answer)) || (read && lacks("Content-Length", answer));
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

    private static boolean lacks(String header, SdkHttpResponse answer) {
        return answer.firstMatchingHeader(header).isEmpty();
    }
}
