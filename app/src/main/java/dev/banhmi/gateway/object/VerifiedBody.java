package dev.banhmi.gateway.object;

import dev.banhmi.gateway.digest.Digests;
import dev.banhmi.gateway.digest.RunningDigests;
import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A body that ends only when everything that was announced about it holds, so that a reader that stores it to its end
 * stores nothing unverified.
 */
final class VerifiedBody extends InputStream {

    private final InputStream body;
    private final Digests digests;
    private final RunningDigests running;
    private final Supplier<Function<String, List<String>>> trailers;
    private final long maxSize;
    private long size;
    private boolean verified;

    /** The trailers are read after the last byte. */
    VerifiedBody(InputStream body, Digests digests, Supplier<Function<String, List<String>>> trailers, long maxSize) {
        this.body = body;
        this.digests = digests;
        this.running = digests.start();
        this.trailers = trailers;
        this.maxSize = maxSize;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int wanted) throws IOException {
        if (verified) {
            return -1;
        }
        int count = body.read(target, offset, wanted);
        if (count < 0) {
            digests.verify(running, trailers.get());
            verified = true;
            return -1;
        }
        size += count;
        requireAllowed(size, maxSize);
        if (!running.isEmpty()) {
            running.update(target, offset, count);
        }
        return count;
    }

    static void requireAllowed(long size, long maxSize) {
        if (size > maxSize) {
            throw new GatewayException(
                    ErrorCode.TOO_LARGE,
                    "The object has at least " + size + " bytes; this bucket allows at most " + maxSize + ".");
        }
    }
}
