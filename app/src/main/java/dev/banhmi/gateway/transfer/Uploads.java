package dev.banhmi.gateway.transfer;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.ConditionalWrites;
import dev.banhmi.gateway.store.ObjectStore;
import dev.banhmi.gateway.store.StoreLimits;
import dev.banhmi.gateway.store.StoredVersion;
import dev.banhmi.gateway.transfer.memory.BufferBudget;
import dev.banhmi.gateway.transfer.memory.ClientBody;
import dev.banhmi.gateway.transfer.memory.ClientSpeed;
import dev.banhmi.gateway.transfer.memory.PartBuffer;
import dev.banhmi.gateway.transfer.upload.AbandonedUploads;
import dev.banhmi.gateway.transfer.upload.MultipartPipeline;
import dev.banhmi.gateway.transfer.upload.PartPlan;
import dev.banhmi.gateway.transfer.upload.VisibleWrite;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.time.Duration;

/**
 * Writes objects of any size in bounded memory: nothing is visible before the last byte has arrived and the store's
 * condition holds, and a failed upload leaves neither an object nor an open multipart upload. Thread-safe.
 */
public final class Uploads {

    /** Bytes of S3's 2 KB of user metadata that the mark of the upload takes in every object. */
    public static final int RESERVED_METADATA = "x-amz-meta-".length() + VisibleWrite.MARK.length() + 36;

    private final ObjectStore store;
    private final BufferBudget budget;
    private final Duration maxWait;
    private final AbandonedUploads abandoned;
    private final ConditionalWrites trials;

    /** Ends the trials of conditional writes together with the uploads: they write as well. */
    Uploads(
            ObjectStore store,
            BufferBudget budget,
            Duration maxWait,
            AbandonedUploads abandoned,
            ConditionalWrites trials) {
        this.store = store;
        this.budget = budget;
        this.maxWait = maxWait;
        this.abandoned = abandoned;
        this.trials = trials;
    }

    /**
     * Reads a body to its end and stores it as one object.
     *
     * @param request what to write and under which condition
     * @param body ends where the object ends; what it throws stops the upload, a {@link GatewayException} as it is. Not
     *     closed.
     * @return what was written
     * @throws GatewayException {@link ErrorCode#CONTENT_MISMATCH} when the body breaks off or does not have the
     *     announced length, {@link ErrorCode#BUSY} when no memory becomes free in time,
     *     {@link ErrorCode#PRECONDITION_FAILED}, {@link ErrorCode#WRITE_CONFLICT}, {@link ErrorCode#TOO_LARGE}, and
     *     what the store throws: nothing is stored then. With {@link ErrorCode#OUTCOME_UNKNOWN} the object is wholly
     *     the old or wholly the new one.
     */
    public WrittenObject upload(NewObject request, InputStream body) {
        PartPlan plan = planFor(request);
        long firstPart = plan.sizeOf(1);
        NewObject marked = VisibleWrite.mark(request);
        ClientSpeed client = budget.newClient();
        try (PartBuffer first = budget.admit(client, firstPart, maxWait)) {
            PushbackInputStream input = new PushbackInputStream(new ClientBody(body, client), 1);
            first.fill(input, firstPart);
            boolean moreAnnounced = request.length().orElse(0) > firstPart;
            if (first.length() < firstPart || (!moreAnnounced && MultipartPipeline.isAtEnd(input))) {
                plan.requireLength(first.length());
                // Without a byte there is nothing that a store could take for something else.
                if (first.length() == 0 || store.canPut(marked.attributes())) {
                    return putWhole(marked, first);
                }
            } else {
                plan.requireRoomAfter(first.length());
            }
            return new MultipartPipeline(store, budget, client, plan, abandoned).upload(marked, first, input);
        } catch (IOException e) {
            throw new GatewayException(
                    ErrorCode.CONTENT_MISMATCH, "The body broke off before its end; nothing was stored.", e);
        }
    }

    /**
     * Waits until every upload in parts is either visible or removed from the store, and names in the log what is not
     * by then. Called once, when no body is read any further.
     *
     * @param limit how long to wait
     */
    public void end(Duration limit) {
        try {
            abandoned.end(limit);
        } finally {
            try {
                trials.end();
            } finally {
                store.endCalls();
            }
        }
    }

    private WrittenObject putWhole(NewObject request, PartBuffer whole) {
        VisibleWrite write = VisibleWrite.of(store, request);
        StoredVersion version = write.perform(() ->
                abandoned.create(() -> store.put(request.key(), whole, request.attributes(), request.condition())));
        return write.verified(new WrittenObject(version, whole.length(), whole.crc32c()));
    }

    /** The largest part: the budget holds two of them, so that one can be filled while another is sent. */
    static long largestPart(BufferBudget budget) {
        return Math.min(StoreLimits.LARGEST_PART, Math.max(PartPlan.FIRST_PART, budget.total() / 2));
    }

    private PartPlan planFor(NewObject request) {
        long largest = largestPart(budget);
        return request.length().isPresent()
                ? PartPlan.forLength(request.length().getAsLong(), largest)
                : PartPlan.forUnknownLength(largest);
    }
}
