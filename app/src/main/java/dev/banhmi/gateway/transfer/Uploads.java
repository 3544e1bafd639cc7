package dev.banhmi.gateway.transfer;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.ObjectStore;
import dev.banhmi.gateway.store.StoreLimits;
import dev.banhmi.gateway.store.StoredVersion;
import dev.banhmi.gateway.store.WriteCondition;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.time.Duration;

/**
 * Writes objects of any size in bounded memory: nothing is visible before the last byte has arrived and the store's condition
 * holds, and a failed upload leaves neither an object nor an open multipart upload. Thread-safe.
 */
public final class Uploads {

    /** Bytes of S3's 2 KB of user metadata that every object gives up for the mark of its upload. */
    public static final int RESERVED_METADATA = "x-amz-meta-".length() + VisibleWrite.MARK.length() + 36;

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
     * @return what was written
     * @throws GatewayException {@link ErrorCode#CONTENT_MISMATCH} when the body breaks off or has not the announced length,
     *     {@link ErrorCode#BUSY} when there is no memory in time, {@link ErrorCode#PRECONDITION_FAILED},
     *     {@link ErrorCode#WRITE_CONFLICT}, {@link ErrorCode#TOO_LARGE}, and what the store throws: nothing is stored then. With
     *     {@link ErrorCode#OUTCOME_UNKNOWN} the object is wholly the old or wholly the new one.
     */
    public Uploaded upload(UploadRequest request, InputStream body) {
        PartPlan plan = planFor(request);
        long firstPart = plan.sizeOf(1);
        UploadRequest marked = VisibleWrite.mark(request);
        ClientSpeed client = budget.newClient();
        try (PartBuffer first = budget.admit(client, firstPart, maxWait)) {
            PushbackInputStream input = new PushbackInputStream(new ClientBody(body, client), 1);
            first.fill(input, firstPart);
            boolean moreAnnounced = request.length().orElse(0) > firstPart;
            if (first.length() < firstPart || (!moreAnnounced && isAtEnd(input))) {
                return putWhole(marked, first);
            }
            if (!moreAnnounced && request.length().isPresent()) {
                throw mismatch(request, "more than " + first.length());
            }
            return new MultipartPipeline(store, budget, client, plan, abandoned).upload(marked, first, input);
        } catch (IOException e) {
            throw new GatewayException(
                    ErrorCode.CONTENT_MISMATCH, "The body broke off before its end; nothing was stored.", e);
        }
    }

    private Uploaded putWhole(UploadRequest request, PartBuffer whole) {
        checkLength(request, whole.length());
        String crc32c = CombinedCrc32c.EMPTY
                .append((int) whole.crc32c(), whole.length())
                .base64();
        StoredVersion version = VisibleWrite.of(store, request)
                .perform(() -> store.put(request.key(), whole, request.attributes(), request.condition()));
        return verified(store, request, new Uploaded(version, whole.length(), crc32c));
    }

    /** The largest part: the budget holds two of it, so that one can be filled while another one is sent. */
    static long largestPart(BufferBudget budget) {
        return Math.min(StoreLimits.LARGEST_PART, Math.max(PartPlan.FIRST_PART, budget.total() / 2));
    }

    private PartPlan planFor(UploadRequest request) {
        long largest = largestPart(budget);
        return request.length().isPresent()
                ? PartPlan.forLength(request.length().getAsLong(), largest)
                : PartPlan.forUnknownLength(largest);
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
            throw mismatch(request, Long.toString(received));
        }
    }

    static GatewayException mismatch(UploadRequest request, String received) {
        return new GatewayException(
                ErrorCode.CONTENT_MISMATCH,
                "The body has " + received + " bytes, announced were "
                        + request.length().orElse(-1) + "; nothing was stored.");
    }

    /** The store has verified the sum already; what it reports has to be the same, or it has stored something else. */
    static Uploaded verified(ObjectStore store, UploadRequest request, Uploaded uploaded) {
        String reported = uploaded.version().crc32c();
        if (reported == null || reported.equals(uploaded.crc32c())) {
            return uploaded;
        }
        String what = "The store reports CRC32C " + reported + " for an object of " + uploaded.crc32c();
        try {
            store.delete(
                    request.key(), new WriteCondition.IfMatch(uploaded.version().etag()));
        } catch (GatewayException e) {
            throw new GatewayException(ErrorCode.STORE_FAULT, what + ", which could not be removed.", e);
        }
        throw new GatewayException(ErrorCode.STORE_FAULT, what + "; the object was removed.");
    }
}
