package dev.banhmi.gateway.store;

import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;

/*
 * Sends a body at once instead of asking first. The SDK puts "Expect: 100-continue" on every PutObject and UploadPart, whatever
 * the HTTP client is told (software.amazon.awssdk.services.s3.internal.handlers.StreamingRequestInterceptor of 2.41.28, read
 * 2026-11-22), and each of them then waits for a round trip. What it would save, a body that is refused, is rare and at hand.
 */
final class WithoutExpectInterceptor implements ExecutionInterceptor {

    @Override
    public SdkHttpRequest modifyHttpRequest(
            Context.ModifyHttpRequest context, ExecutionAttributes executionAttributes) {
        return context.httpRequest().copy(request -> request.removeHeader("Expect"));
    }
}
