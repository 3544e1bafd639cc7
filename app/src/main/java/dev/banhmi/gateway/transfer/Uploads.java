package dev.banhmi.gateway.transfer;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.ObjectStore;
import dev.banhmi.gateway.store.StoredVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.time.Duration;

/**
 * Writes objects of any size in bounded memory: nothing is visible before the last byte has arrived and the store's condition
 * holds, and a failed upload leaves neither an object nor an open multipart upload. Thread-safe.
 */
public final class Uploads {

    private final ObjectStore store;
    private final BufferBudget budget;
    private final Duration maxWait;
    private final AbandonedUploads abandoned;

    Uploads(ObjectStore store, BufferBudget budget, Duration maxWait, AbandonedUploads abandoned) {
        this.store = store;
        this.budget = budget;
        this.maxWait = maxWait;
        this.abandoned = abandoned;
    }

    /**
     * Reads a body to its end and stores it as one object.
     *
     * @param request what to write and under which condition
     * @param body ends where the object ends; what it throws stops the upload, a {@link GatewayException} as it is. Not closed.
     * @return the new version
     * @throws GatewayException {@link ErrorCode#CONTENT_MISMATCH} when the body breaks off or has not the announced length,
     *     {@link ErrorCode#BUSY} when there is no memory in time, {@link ErrorCode#PRECONDITION_FAILED},
     *     {@link ErrorCode#WRITE_CONFLICT}, {@link ErrorCode#TOO_LARGE}, and what the store throws; nothing is stored then
     */
    public StoredVersion upload(UploadRequest request, InputStream body) {
        PartSizes sizes = PartSizes.of(request.length(), budget.total() / 2);
        long firstPart = Math.min(sizes.of(1), request.length().orElse(Long.MAX_VALUE));
        try (PartBuffer first = budget.admit(firstPart, maxWait)) {
            PushbackInputStream input = new PushbackInputStream(body, 1);
            first.fill(input, firstPart);
            if (first.length() < firstPart || isAtEnd(input)) {
                checkLength(request, first.length());
                return store.put(request.key(), first, request.attributes(), request.condition());
            }
            if (firstPart < sizes.of(1)) {
                throw new GatewayException(
                        ErrorCode.CONTENT_MISMATCH,
                        "The body has more bytes than the " + firstPart + " announced; nothing was stored.");
            }
            MultipartPipeline pipeline = new MultipartPipeline(store, budget, sizes, abandoned);
            return pipeline.upload(request, first, input);
        } catch (IOException e) {
            throw new GatewayException(
                    ErrorCode.CONTENT_MISMATCH, "The body broke off before its end; nothing was stored.", e);
        }
    }

    static boolean isAtEnd(PushbackInputStream input) throws IOException {
        int next = input.read();
        if (next < 0) {
            return true;
        }
        input.unread(next);
        return false;
    }

    static void checkLength(UploadRequest request, long received) {
        if (request.length().isPresent() && request.length().getAsLong() != received) {
            throw new GatewayException(
                    ErrorCode.CONTENT_MISMATCH,
                    "The body has " + received + " bytes, announced were "
                            + request.length().getAsLong() + "; nothing was stored.");
        }
    }
}
