package dev.banhmi.gateway.store;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;

/**
 * Bounds every response that is not an object: the SDK reads those whole, so that one without an end would take all
 * memory, and every transfer with it.
 */
final class BoundedResponseInterceptor implements ExecutionInterceptor {

    /**
     * A page of 1,000 entries is the longest: a key has up to 1,024 bytes, three times that when it is encoded, and the
     * rest of an entry is below 1 KiB.
     */
    static final int LONGEST = 5 << 20;

    @Override
    public Optional<InputStream> modifyHttpResponseContent(
            Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
        boolean isObject = context.request() instanceof GetObjectRequest
                && context.httpResponse().isSuccessful();
        return isObject
                ? context.responseBody()
                : context.responseBody().map(body -> Delivery.noteBody(new Bounded(body)));
    }

    /** The response is longer than any of S3's; the cause of what the SDK throws, which makes another one of that. */
    static final class TooLongException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private TooLongException() {
            super("the store's response is longer than " + LONGEST + " bytes");
        }
    }

    private static final class Bounded extends FilterInputStream {

        private int left = LONGEST;

        Bounded(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            count(next < 0 ? 0 : 1);
            return next;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = super.read(target, offset, length);
            count(count);
            return count;
        }

        @Override
        public long skip(long count) throws IOException {
            long skipped = super.skip(Math.min(count, left + 1L));
            count((int) skipped);
            return skipped;
        }

        private void count(int read) {
            left -= Math.max(0, read);
            if (left < 0) {
                TooLongException cause = new TooLongException();
                // It would be as long again: this is not one of the failures that the SDK retries.
                throw SdkClientException.create(cause.getMessage(), cause);
            }
        }
    }
}
