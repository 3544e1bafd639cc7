package dev.banhmi.gateway.transfer.upload;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.MemoryObjectStore;
import dev.banhmi.gateway.store.MultipartUpload;
import dev.banhmi.gateway.store.ObjectAttributes;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.StoreHooks.Operation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AbandonedUploadsTest {

    private static final Duration SOON = Duration.ofMillis(1);

    private final MemoryObjectStore store = MemoryObjectStore.keepingBytes();
    private final MultipartUpload upload =
            store.beginUpload(new ObjectKey("demo", "key"), ObjectAttributes.ofType("application/octet-stream"));

    @Test
    void abortsAtOnceInTheCallersThread() {
        try (AbandonedUploads abandoned = new AbandonedUploads(store, List.of())) {
            abandoned.abort(upload);
            assertThat(store.openUploads()).isEmpty();
            assertThat(store.hooks().calls(Operation.ABORT)).isEqualTo(1);
        }
    }

    @Test
    void triesAgainInTheBackgroundUntilTheStoreAgrees() throws InterruptedException {
        CountDownLatch tries = fail(2, 3);
        try (AbandonedUploads abandoned = new AbandonedUploads(store, List.of(SOON, SOON, SOON))) {
            abandoned.abort(upload);
            assertThat(tries.await(10, TimeUnit.SECONDS)).isTrue();
            awaitNoOpenUpload();
        }
        assertThat(store.hooks().calls(Operation.ABORT)).isEqualTo(3);
    }

    @Test
    void givesUpAfterTheLastPause() throws InterruptedException {
        CountDownLatch tries = fail(Integer.MAX_VALUE, 3);
        try (AbandonedUploads abandoned = new AbandonedUploads(store, List.of(SOON, SOON))) {
            abandoned.abort(upload);
            assertThat(tries.await(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(store.hooks().calls(Operation.ABORT)).isEqualTo(3);
        assertThat(store.openUploads()).containsExactly(upload);
    }

    @Test
    void givesUpQuietlyDuringShutdown() {
        fail(Integer.MAX_VALUE, 1);
        AbandonedUploads abandoned = new AbandonedUploads(store, List.of(SOON));
        abandoned.close();

        abandoned.abort(upload);

        assertThat(store.hooks().calls(Operation.ABORT)).isEqualTo(1);
    }

    @Test
    void namesEveryUploadThatIsDroppedWhenItCloses() {
        MultipartUpload other = store.beginUpload(upload.key(), ObjectAttributes.ofType("text/plain"));
        fail(Integer.MAX_VALUE, 1);
        Logger logger = (Logger) LoggerFactory.getLogger(AbandonedUploads.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        try (AbandonedUploads abandoned = new AbandonedUploads(store, List.of(Duration.ofHours(1)))) {
            abandoned.abort(upload);
            abandoned.abort(other);
        } finally {
            logger.detachAppender(log);
        }
        assertThat(log.list)
                .filteredOn(event -> event.getLevel() == Level.ERROR)
                .extracting(ILoggingEvent::getFormattedMessage)
                .hasSize(2)
                .anyMatch(message -> message.contains(upload.id()))
                .anyMatch(message -> message.contains(other.id()));
    }

    /** Counts down at every try; the first ones fail. */
    private CountDownLatch fail(int failures, int expectedTries) {
        CountDownLatch tries = new CountDownLatch(expectedTries);
        store.hooks().before(Operation.ABORT, tries::countDown);
        store.hooks()
                .fail(Operation.ABORT, 1, failures, () -> new GatewayException(ErrorCode.STORE_UNAVAILABLE, "down"));
        return tries;
    }

    private void awaitNoOpenUpload() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!store.openUploads().isEmpty()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
