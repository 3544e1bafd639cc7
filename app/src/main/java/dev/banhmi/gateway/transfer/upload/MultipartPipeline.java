package dev.banhmi.gateway.transfer.upload;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.Crc32c;
import dev.banhmi.gateway.store.MultipartUpload;
import dev.banhmi.gateway.store.ObjectStore;
import dev.banhmi.gateway.store.StoredVersion;
import dev.banhmi.gateway.store.Tries;
import dev.banhmi.gateway.store.UploadedPart;
import dev.banhmi.gateway.transfer.NewObject;
import dev.banhmi.gateway.transfer.WrittenObject;
import dev.banhmi.gateway.transfer.memory.BufferBudget;
import dev.banhmi.gateway.transfer.memory.ClientSpeed;
import dev.banhmi.gateway.transfer.memory.PartBuffer;
import java.io.IOException;
import java.io.PushbackInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * One upload in parts. The caller's thread reads; each full part is sent by a thread of its own, which gives the memory
 * back. However it ends, no part is in flight when {@link #upload} returns.
 */
public final class MultipartPipeline {
    /*
     * When an upload fails, parts on their way are not interrupted at once: once the store has responded to every part,
     * an abort is final, whereas a part that was interrupted may still be finished by the store, after the abort.
     */

    /**
     * Enough for a fast link (S3 takes about 20 MB/s per connection); more would only take memory from other transfers.
     */
    private static final int PARTS_IN_FLIGHT = 4;

    private final ObjectStore store;
    private final BufferBudget budget;
    private final ClientSpeed client;
    private final PartPlan plan;
    private final AbandonedUploads abandoned;
    private final Semaphore mayStart = new Semaphore(PARTS_IN_FLIGHT);
    private final Set<PartBuffer> inFlight = ConcurrentHashMap.newKeySet();
    private volatile boolean ended;
    private volatile boolean inDoubt;
    private long received;

    /**
     * For one upload.
     *
     * @param store where the parts go
     * @param budget where the memory of further parts comes from
     * @param client whose bytes they hold
     * @param plan by which the body is split
     * @param abandoned aborts the upload when it fails
     */
    public MultipartPipeline(
            ObjectStore store, BufferBudget budget, ClientSpeed client, PartPlan plan, AbandonedUploads abandoned) {
        this.store = store;
        this.budget = budget;
        this.client = client;
        this.plan = plan;
        this.abandoned = abandoned;
    }

    /**
     * Sends the first part, already filled, and all that follows; the pipeline closes every buffer, the first one too.
     *
     * @param request {@linkplain VisibleWrite#mark marked}
     * @param first as large as the plan says
     * @param body what comes after it, with room to push one byte back; not closed
     * @return what was written
     * @throws IOException what reading the body throws
     * @throws GatewayException what {@code Uploads.upload} throws
     */
    public WrittenObject upload(NewObject request, PartBuffer first, PushbackInputStream body) throws IOException {
        MultipartUpload upload =
                abandoned.begin(request.key(), () -> store.beginUpload(request.key(), request.attributes()));
        boolean complete = false;
        try {
            List<UploadedPart> sent = sendParts(upload, first, body);
            Crc32c crc32c = sumOf(sent);
            VisibleWrite write = VisibleWrite.of(store, request);
            StoredVersion version = write.perform(
                    () -> abandoned.create(() -> store.completeUpload(upload, sent, crc32c, request.condition())));
            complete = true;
            abandoned.completed(upload);
            return write.verified(new WrittenObject(version, received, crc32c));
        } finally {
            if (!complete) {
                abandoned.abort(upload, inDoubt);
            }
        }
    }

    private static Crc32c sumOf(List<UploadedPart> parts) {
        Crc32c sum = Crc32c.EMPTY;
        for (UploadedPart part : parts) {
            sum = sum.append(part.crc32c(), part.length());
        }
        return sum;
    }

    /**
     * Whether a body has no more bytes; waits until it knows.
     *
     * @param body with room to push one byte back
     * @return true at the end
     * @throws IOException what reading the body throws
     */
    public static boolean isAtEnd(PushbackInputStream body) throws IOException {
        int next = body.read();
        if (next < 0) {
            return true;
        }
        body.unread(next);
        return false;
    }

    private List<UploadedPart> sendParts(MultipartUpload upload, PartBuffer first, PushbackInputStream body)
            throws IOException {
        try (PartsInFlight<UploadedPart> parts = new PartsInFlight<>()) {
            try {
                mayStart.acquire();
                send(parts, upload, first);
                while (!isAtEnd(body)) {
                    plan.requireRoomAfter(received);
                    mayStart.acquire();
                    parts.throwFirstFailure();
                    send(parts, upload, fill(body, plan.sizeOf(parts.next())));
                }
                plan.requireLength(received);
                List<UploadedPart> sent = new ArrayList<>();
                for (Future<UploadedPart> part : parts.inOrder()) {
                    sent.add(part.get());
                }
                return sent;
            } catch (ExecutionException e) {
                throw failureOf(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new GatewayException(ErrorCode.SHUTTING_DOWN, "The gateway is shutting down.", e);
            } finally {
                // Those that have not begun do not begin. What is interrupted after the grace leaves a doubt.
                ended = true;
                parts.awaitEnds(abandoned.partGrace());
            }
        } finally {
            // A part that was cancelled before its thread began never closed its buffer.
            inFlight.forEach(PartBuffer::close);
        }
    }

    private PartBuffer fill(PushbackInputStream body, long size) throws IOException {
        PartBuffer buffer = budget.next(client, size);
        boolean filled = false;
        try {
            buffer.fill(body, size);
            filled = true;
            return buffer;
        } finally {
            if (!filled) {
                buffer.close();
            }
        }
    }

    private void send(PartsInFlight<UploadedPart> parts, MultipartUpload upload, PartBuffer buffer) {
        int number = parts.next();
        received += buffer.length();
        inFlight.add(buffer);
        parts.start(() -> {
            try (buffer) {
                return sendPart(upload, number, buffer);
            } finally {
                inFlight.remove(buffer);
                mayStart.release();
            }
        });
    }

    /** A part whose bytes were damaged in transit is sent again from its buffer. */
    private UploadedPart sendPart(MultipartUpload upload, int number, PartBuffer buffer) {
        for (int attempt = 1; ; attempt++) {
            if (ended) {
                throw new CancellationException("The upload has failed.");
            }
            try {
                return abandoned.create(() -> store.uploadPart(upload, number, buffer));
            } catch (GatewayException e) {
                if (mayBeFinished(e.code())) {
                    inDoubt = true;
                }
                if (e.code() != ErrorCode.STORE_FAULT || attempt == Tries.OF_A_PART) {
                    throw e;
                }
            }
        }
    }

    /**
     * Whether the store may have every byte of a part whose call failed in this way. The code is that of the last try:
     * unless nothing was sent in any of them, an earlier one may have arrived and had no response.
     */
    private static boolean mayBeFinished(ErrorCode code) {
        return code != ErrorCode.STORE_UNREACHABLE && code != ErrorCode.BUSY && code != ErrorCode.SHUTTING_DOWN;
    }

    private static GatewayException failureOf(ExecutionException failed) {
        return failed.getCause() instanceof GatewayException failure
                ? failure
                : new GatewayException(ErrorCode.INTERNAL, "The upload failed inside the gateway.", failed.getCause());
    }
}
