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

/**
 * Turns a response whose header section broke off into a failure that the SDK retries, as after any other broken
 * connection. The HTTP client takes a header section whose connection ended before the empty line for a whole one, so
 * the response would otherwise be believed without its last fields.
 */
final class WholeResponseInterceptor implements ExecutionInterceptor {

    @Override
    public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
        SdkHttpResponse response = context.httpResponse();
        String length = response.firstMatchingHeader("Content-Length").orElse(null);
        boolean nameless = response.firstMatchingHeader("ETag").isEmpty();
        // An empty object need not have a version: some stores send no ETag for what they take for a directory.
        boolean brokeOff = isRead(context.request())
                ? length == null || (nameless && !length.equals("0"))
                : isWrite(context.request()) && nameless;
        if (response.isSuccessful() && brokeOff) {
            throw RetryableException.create("the store's response broke off within its headers");
        }
    }

    private static boolean isRead(SdkRequest request) {
        return request instanceof GetObjectRequest || request instanceof HeadObjectRequest;
    }

    private static boolean isWrite(SdkRequest request) {
        return request instanceof PutObjectRequest || request instanceof UploadPartRequest;
    }
}
