package dev.banhmi.gateway.transfer;

import static dev.banhmi.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.MemoryObjectStore;
import dev.banhmi.gateway.store.MultipartUpload;
import dev.banhmi.gateway.store.ObjectAttributes;
import dev.banhmi.gateway.store.StoreHooks.Operation;
import dev.banhmi.gateway.transfer.upload.AbandonedUploads;
import dev.banhmi.gateway.transfer.upload.RemovalTimes;
import dev.banhmi.gateway.transfer.upload.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** Whatever thread works for a request, its lines of the log have the request's id. */
class RequestIdInWorkersTest {

    private static final String KEY = "requestId";
    private static final String ID = "the-request";

    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();

    @AfterEach
    void leaveTheThreadAsItWas() {
        MDC.clear();
    }

    private void look() {
        seen.add(String.valueOf(MDC.get(KEY)));
        threads.add(Thread.currentThread());
    }

    @Test
    void thePartsOfAnUpload() {
        try (UploadFixture fixture = new UploadFixture(MemoryObjectStore.keepingSums())) {
            fixture.store.hooks().before(Operation.PART, this::look);
            MDC.put(KEY, ID);
            fixture.upload("it", OptionalLong.empty(), Generated.ofLength(3 * UploadFixture.PART));
        }
        assertThat(seen).hasSize(3).containsOnly(ID);
        assertThat(threads).doesNotContain(Thread.currentThread());
    }

    @Test
    void theRangesAheadOfADownload() throws IOException {
        AheadFixture ahead = new AheadFixture();
        try (ahead) {
            ahead.put(AheadFixture.SIZE);
            ahead.serve((first, length) -> {
                look();
                return ahead.slow(first, length);
            });
            MDC.put(KEY, ID);
            ahead.download(new ComparingClient(0, (_, _) -> {}));
        }
        assertThat(seen).containsOnly(ID);
        assertThat(threads).anyMatch(thread -> !thread.equals(Thread.currentThread()));
    }

    @Test
    void theAbortsInTheBackgroundEachWithItsOwn() {
        MemoryObjectStore store = MemoryObjectStore.keepingSums();
        store.hooks().before(Operation.ABORT, this::look);
        store.hooks().fail(Operation.ABORT, 1, 2, () -> new GatewayException(ErrorCode.STORE_UNAVAILABLE, "away"));
        try (AbandonedUploads abandoned =
                new AbandonedUploads(store, RemovalTimes.of(Collections.nCopies(3, Duration.ofMillis(1))), Time.REAL)) {
            for (String id : List.of("first", "second")) {
                MultipartUpload upload =
                        store.beginUpload(UploadFixture.key(id), ObjectAttributes.ofType("application/octet-stream"));
                MDC.put(KEY, id);
                abandoned.abort(upload, true);
            }
            MDC.remove(KEY);
            // Whoever of them meets the failures, each makes all its attempts.
            await().until(() -> seen.size() == 8);
            assertThat(store.openUploads()).isEmpty();
        }
        assertThat(seen).containsOnly("first", "second");
        assertThat(Collections.frequency(seen, "first")).isEqualTo(4);
    }
}
