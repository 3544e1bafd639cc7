package dev.banhmi.local;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Writes for which the disk may have no room. They leave nothing then, and are refused with {@link Refusal#DISK_FULL}. */
final class DiskSpace {
    /*
     * To s3proxy 4.1.0 a full disk is a fault like any other, with status 500 (S3ProxyHandlerJetty, checked 2026-11-30): clients
     * repeat the request, and do not know what has become of it. Java has no exception of its own for it, only the operating
     * system's words.
     */

    private static final List<String> FULL = List.of(
            "No space left on device",
            "Disk quota exceeded",
            "Disc quota exceeded",
            "There is not enough space on the disk");

    private DiskSpace() {}

    /**
     * Writes.
     *
     * @throws S3Exception with status 400 when the disk is full
     */
    static <T> T use(Supplier<T> write) {
        try {
            return write.get();
        } catch (RuntimeException e) {
            throw isFull(e) ? refusal() : e;
        }
    }

    /**
     * Writes what a client sends. All of it is read in any case: who is still sending would lose the connection, and not see the
     * response. The caller closes it.
     *
     * @throws S3Exception with status 400 when the disk is full
     */
    static <T> T use(InputStream payload, Function<InputStream, T> write) {
        try {
            return write.apply(new Unclosed(payload));
        } catch (RuntimeException e) {
            if (!isFull(e)) {
                throw e;
            }
            try {
                payload.transferTo(OutputStream.nullOutputStream());
            } catch (IOException gone) {
                // Nobody is left to be told.
            }
            throw refusal();
        }
    }

    private static S3Exception refusal() {
        return Refusal.DISK_FULL.because("The disk of the launcher's --data directory is full; nothing was changed.");
    }

    private static boolean isFull(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = cause.getMessage();
            if (cause instanceof IOException && message != null && FULL.stream().anyMatch(message::contains)) {
                return true;
            }
        }
        return false;
    }

    /** s3proxy closes what it could not read to its end. */
    private static final class Unclosed extends FilterInputStream {

        Unclosed(InputStream payload) {
            super(payload);
        }

        @Override
        public void close() {
            // See above.
        }
    }
}
