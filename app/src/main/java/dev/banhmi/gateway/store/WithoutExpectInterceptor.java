package dev.banhmi.gateway.store;

import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;

/** Removes {@code Expect: 100-continue}, so that a body is sent at once. */
final class WithoutExpectInterceptor implements ExecutionInterceptor {
    /*
     * The SDK adds the header to every PutObject and UploadPart of 1 MiB and more, whatever the setting of the HTTP
     * client (software.amazon.awssdk.services.s3.internal.handlers.StreamingRequestInterceptor of 2.57.8, read
     * 2026-11-29), and each of them then waits for a round trip. What it would save, a body that is refused, is rare and nearby;
     * StoreConnection reads the refusal all the same.
     */

    @Override
    public SdkHttpRequest modifyHttpRequest(
            Context.ModifyHttpRequest context, ExecutionAttributes executionAttributes) {
        return context.httpRequest().copy(request -> request.removeHeader("Expect"));
    }
}
