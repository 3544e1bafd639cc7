package dev.banhmi.gateway.transfer;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.MultipartUpload;
import dev.banhmi.gateway.store.ObjectStore;
import dev.banhmi.gateway.store.StoredVersion;
import dev.banhmi.gateway.store.UploadedPart;
import java.io.IOException;
import java.io.PushbackInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/*
 * One upload in parts. The caller's thread reads; each full part is sent by a thread of its own, which gives the memory back.
 * However it ends, no part is in flight any more when `upload` returns: only then is an abort final, because S3 keeps a part
 * that arrives after it.
 */
final class MultipartPipeline {

    /** Enough for a fast link (S3 takes about 20 MB/s per connection); more would only take memory from other transfers. */
    private static final int PARTS_IN_FLIGHT = 4;

    private static final int TRIES = 3;

    private final ObjectStore store;
    private final BufferBudget budget;
    private final ClientSpeed client;
    private final PartPlan plan;
    private final AbandonedUploads abandoned;
    private final List<Future<UploadedPart>> parts = new ArrayList<>();
    private final Semaphore mayStart = new Semaphore(PARTS_IN_FLIGHT);
    private final Set<PartBuffer> inFlight = ConcurrentHashMap.newKeySet();
    private long received;

    MultipartPipeline(
            ObjectStore store, BufferBudget budget, ClientSpeed client, PartPlan plan, AbandonedUploads abandoned) {
        this.store = store;
        this.budget = budget;
        this.client = client;
        this.plan = plan;
        this.abandoned = abandoned;
    }

    /** Sends the first part, already filled, and all that follows; the pipeline closes every buffer, the first one too. */
    Uploaded upload(UploadRequest request, PartBuffer first, PushbackInputStream body) throws IOException {
        MultipartUpload upload = store.beginUpload(request.key(), request.attributes());
        boolean complete = false;
        try {
            List<UploadedPart> sent = sendParts(upload, request, first, body);
            Uploads.checkLength(request, received);
            CombinedCrc32c sum = CombinedCrc32c.EMPTY;
            for (UploadedPart part : sent) {
                sum = sum.append((int) part.crc32c(), part.length());
            }
            String crc32c = sum.base64();
            StoredVersion version = VisibleWrite.of(store, request)
                    .perform(() -> store.completeUpload(upload, sent, crc32c, request.condition()));
            complete = true;
            return Uploads.verified(store, request, new Uploaded(version, received, crc32c));
        } finally {
            if (!complete) {
                abandoned.abort(upload);
            }
        }
    }

    private List<UploadedPart> sendParts(
            MultipartUpload upload, UploadRequest request, PartBuffer first, PushbackInputStream body)
            throws IOException {
        try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                mayStart.acquire();
                send(senders, upload, first);
                while (!Uploads.isAtEnd(body)) {
                    checkRoomForMore(request);
                    mayStart.acquire();
                    throwFirstFailure();
                    send(senders, upload, fill(body));
                }
                List<UploadedPart> sent = new ArrayList<>();
                for (Future<UploadedPart> part : parts) {
                    sent.add(part.get());
                }
                return sent;
            } catch (ExecutionException e) {
                throw failureOf(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new GatewayException(ErrorCode.SHUTTING_DOWN, "The gateway is shutting down.", e);
            } finally {
                // Does nothing to parts that have arrived; closing the executor then waits for the rest.
                parts.forEach(part -> part.cancel(true));
            }
        } finally {
            // A part that was cancelled before its thread began never closed its buffer.
            inFlight.forEach(PartBuffer::close);
        }
    }

    private PartBuffer fill(PushbackInputStream body) throws IOException {
        long size = plan.sizeOf(parts.size() + 1);
        PartBuffer buffer = budget.next(client, size);
        try {
            buffer.fill(body, size);
            return buffer;
        } catch (IOException | RuntimeException e) {
            buffer.close();
            throw e;
        }
    }

    private void send(ExecutorService senders, MultipartUpload upload, PartBuffer buffer) {
        int number = parts.size() + 1;
        received += buffer.length();
        inFlight.add(buffer);
        parts.add(senders.submit(() -> {
            try (buffer) {
                return sendPart(upload, number, buffer);
            } finally {
                inFlight.remove(buffer);
                mayStart.release();
            }
        }));
    }

    private void throwFirstFailure() throws ExecutionException, InterruptedException {
        for (Future<UploadedPart> part : parts) {
            if (part.state() == Future.State.FAILED) {
                part.get();
            }
        }
    }

    /** A part that the store did not take as it was sent (a flipped bit on the way) is sent again from its buffer. */
    private UploadedPart sendPart(MultipartUpload upload, int number, PartBuffer buffer) {
        for (int attempt = 1; ; attempt++) {
            try {
                return store.uploadPart(upload, number, buffer);
            } catch (GatewayException e) {
                if (e.code() != ErrorCode.STORE_FAULT || attempt == TRIES) {
                    throw e;
                }
            }
        }
    }

    private void checkRoomForMore(UploadRequest request) {
        if (request.length().orElse(Long.MAX_VALUE) <= received) {
            throw Uploads.mismatch(request, "more than " + received);
        }
        plan.requireWithinBound(received + 1);
    }

    private static GatewayException failureOf(ExecutionException failed) {
        return failed.getCause() instanceof GatewayException failure
                ? failure
                : new GatewayException(ErrorCode.INTERNAL, "The upload failed inside the gateway.", failed.getCause());
    }
}
