package dev.banhmi.gateway.transfer.upload;

import static dev.banhmi.testkit.Patience.HANGS;
import static dev.banhmi.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.Crc32c;
import dev.banhmi.gateway.store.MemoryObjectStore;
import dev.banhmi.gateway.store.MultipartUpload;
import dev.banhmi.gateway.store.ObjectAttributes;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.Payload;
import dev.banhmi.gateway.store.StoreHooks.Operation;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AbandonedUploadsTest {

    private static final Duration SOON = Duration.ofMillis(1);

    private final MemoryObjectStore store = MemoryObjectStore.keepingBytes();
    private final MultipartUpload upload =
            store.beginUpload(new ObjectKey("demo", "key"), ObjectAttributes.ofType("application/octet-stream"));

    @Test
    void abortsAtOnceInTheCallersThread() {
        try (AbandonedUploads abandoned = abandoned(List.of())) {
            abandoned.abort(upload, true);
            assertThat(store.openUploads()).isEmpty();
            assertThat(store.hooks().calls(Operation.ABORT)).isEqualTo(1);
        }
    }

    @Test
    void triesAgainInTheBackgroundUntilTheStoreAgrees() throws InterruptedException {
        CountDownLatch tries = fail(2, 3);
        try (AbandonedUploads abandoned = abandoned(List.of(SOON, SOON, SOON))) {
            abandoned.abort(upload, true);
            assertThat(tries.await(HANGS.toSeconds(), TimeUnit.SECONDS)).isTrue();
            await().until(() -> store.openUploads().isEmpty());
        }
        // One more, unless it has closed before: the store may finish a part after the third.
        assertThat(store.hooks().calls(Operation.ABORT)).isBetween(3, 4);
    }

    /** An error is no reason to forget an upload: a shutdown would wait for it, and nobody would try again. */
    @Test
    void triesAgainAfterAnError() {
        AtomicBoolean failed = new AtomicBoolean();
        store.hooks().before(Operation.ABORT, () -> {
            if (!failed.getAndSet(true)) {
                throw new LinkageError("planted");
            }
        });
        try (AbandonedUploads abandoned = abandoned(List.of(SOON))) {
            abandoned.abort(upload, false);
            await().until(() -> store.openUploads().isEmpty());
        }
    }

    @Test
    void givesUpAfterTheLastPause() throws InterruptedException {
        CountDownLatch tries = fail(Integer.MAX_VALUE, 3);
        try (AbandonedUploads abandoned = abandoned(List.of(SOON, SOON))) {
            abandoned.abort(upload, true);
            assertThat(tries.await(HANGS.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
        assertThat(store.hooks().calls(Operation.ABORT)).isEqualTo(3);
        assertThat(store.openUploads()).containsExactly(upload);
    }

    @Test
    void saysThatPartsAreLeftWhichTheStoreHasFinishedAfterTheAbort() throws InterruptedException {
        AtomicLong now = new AtomicLong();
        store.finishLate(now::get, (_, _) -> Optional.of(Duration.ofNanos(1)));
        Thread sender = Thread.ofVirtual().start(() -> {
            try {
                store.uploadPart(upload, 1, new EmptyPayload());
            } catch (GatewayException withoutResponse) {
                // It is interrupted below.
            }
        });
        await().until(() -> store.lastLatePart().isPresent());
        sender.interrupt();
        assertThat(sender.join(HANGS)).isTrue();
        store.hooks().before(Operation.PARTS, () -> now.set(1));

        List<ILoggingEvent> logged = logOf(() -> {
            try (AbandonedUploads abandoned = abandoned(List.of())) {
                abandoned.abort(upload, true);
            }
        });

        assertThat(errors(logged)).singleElement().asString().contains(upload.id(), "lifecycle rule");
        assertThat(store.openUploads()).containsExactly(upload);
    }

    @Test
    void believesAnAbortWhereItMayNotAsk() {
        store.hooks().fail(Operation.PARTS, 1, 9, () -> new GatewayException(ErrorCode.STORE_DENIED, "no ListParts"));
        List<ILoggingEvent> logged = logOf(() -> {
            try (AbandonedUploads abandoned = abandoned(List.of())) {
                abandoned.abort(upload, true);
            }
        });
        assertThat(errors(logged)).isEmpty();
        assertThat(store.openUploads()).isEmpty();
    }

    private record EmptyPayload() implements Payload {
        @Override
        public long length() {
            return 0;
        }

        @Override
        public Crc32c crc32c() {
            return Crc32c.EMPTY;
        }

        @Override
        public InputStream newStream() {
            return InputStream.nullInputStream();
        }
    }

    @Test
    void triesOnceAndSaysSoAfterItHasClosed() {
        fail(Integer.MAX_VALUE, 1);
        AbandonedUploads abandoned = abandoned(List.of(SOON));
        abandoned.close();

        List<ILoggingEvent> logged = logOf(() -> abandoned.abort(upload, true));

        assertThat(store.hooks().calls(Operation.ABORT)).isEqualTo(1);
        assertThat(errors(logged)).singleElement().asString().contains(upload.id(), "shutting down");
    }

    @Test
    void namesALatePartAfterItHasClosed() {
        AbandonedUploads abandoned = abandoned(List.of(SOON));
        abandoned.close();

        List<ILoggingEvent> logged = logOf(() -> abandoned.abort(upload, true));

        assertThat(store.openUploads()).isEmpty();
        assertThat(errors(logged)).singleElement().asString().contains(upload.id(), "may still finish parts");
    }

    /** Nobody would wait for it, nor name it. */
    @Test
    void beginsNothingOnceAShutdownHasBegun() {
        AbandonedUploads abandoned = abandoned(List.of(SOON));
        abandoned.end(HANGS);

        assertThatThrownBy(() -> abandoned.begin(
                        upload.key(), () -> store.beginUpload(upload.key(), ObjectAttributes.ofType("text/plain"))))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SHUTTING_DOWN));
        assertThatThrownBy(() -> abandoned.create(() -> upload))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SHUTTING_DOWN));
        assertThat(store.openUploads()).containsExactly(upload);
    }

    @Test
    void namesEveryUploadThatIsDroppedWhenItCloses() {
        MultipartUpload other = store.beginUpload(upload.key(), ObjectAttributes.ofType("text/plain"));
        fail(Integer.MAX_VALUE, 1);

        List<ILoggingEvent> logged = logOf(() -> {
            try (AbandonedUploads abandoned = abandoned(List.of(Duration.ofHours(1)))) {
                abandoned.abort(upload, true);
                abandoned.abort(other, true);
            }
        });

        assertThat(errors(logged))
                .hasSize(2)
                .anyMatch(message -> message.contains(upload.id()))
                .anyMatch(message -> message.contains(other.id()));
    }

    @Test
    void closesOnlyWhenTheTryThatIsBeingMadeIsOver() {
        CountDownLatch trying = new CountDownLatch(1);
        CountDownLatch returned = new CountDownLatch(1);
        AtomicBoolean over = new AtomicBoolean();
        store.hooks().fail(Operation.ABORT, 1, 1, AbandonedUploadsTest::down);
        store.hooks().before(Operation.ABORT, () -> {
            if (store.hooks().calls(Operation.ABORT) == 2) {
                trying.countDown();
                untilInterrupted();
                // The store needs a moment to notice, in which a close() that does not wait returns.
                over.set(!passes(returned));
                throw down();
            }
        });

        List<ILoggingEvent> logged = logOf(() -> {
            AbandonedUploads abandoned = abandoned(List.of(SOON, SOON));
            abandoned.abort(upload, true);
            awaitLatch(trying);
            abandoned.close();
            assertThat(over).isTrue();
            returned.countDown();
        });

        assertThat(store.hooks().calls(Operation.ABORT)).isEqualTo(2);
        assertThat(errors(logged)).singleElement().asString().contains(upload.id(), "shutting down");
    }

    @Test
    void logsNothingMoreWhenATryOutlastsTheLimit() throws InterruptedException {
        CountDownLatch trying = new CountDownLatch(1);
        CountDownLatch returns = new CountDownLatch(1);
        AtomicReference<Thread> background = new AtomicReference<>();
        store.hooks().fail(Operation.ABORT, 1, 1, AbandonedUploadsTest::down);
        store.hooks().before(Operation.ABORT, () -> {
            if (store.hooks().calls(Operation.ABORT) == 2) {
                background.set(Thread.currentThread());
                trying.countDown();
                while (returns.getCount() > 0) {
                    Thread.onSpinWait();
                }
                throw down();
            }
        });
        AbandonedUploads abandoned = new AbandonedUploads(
                store, new RemovalTimes(List.of(SOON), Duration.ZERO, Duration.ofMillis(5)), Time.REAL);

        List<ILoggingEvent> untilClosed = logOf(() -> {
            abandoned.abort(upload, true);
            awaitLatch(trying);
            abandoned.close();
        });
        List<ILoggingEvent> afterwards = logOf(() -> {
            returns.countDown();
            assertThat(join(background.get())).isTrue();
        });

        assertThat(errors(untilClosed)).singleElement().asString().contains(upload.id(), "shutting down");
        assertThat(afterwards).isEmpty();
        assertThat(store.hooks().calls(Operation.ABORT)).isEqualTo(2);
    }

    private AbandonedUploads abandoned(List<Duration> pauses) {
        return new AbandonedUploads(store, RemovalTimes.of(pauses), Time.REAL);
    }

    private static boolean join(@Nullable Thread thread) {
        try {
            return thread != null && thread.join(HANGS);
        } catch (InterruptedException e) {
            throw new AssertionError("the test was interrupted", e);
        }
    }

    private static boolean passes(CountDownLatch latch) {
        try {
            return latch.await(100, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted twice", e);
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(HANGS.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError("the test was interrupted", e);
        }
    }

    /** As a call to S3 does, which clears the interrupt that has ended it. */
    private static void untilInterrupted() {
        try {
            Thread.sleep(HANGS);
            throw new AssertionError("nobody has interrupted the try");
        } catch (InterruptedException expected) {
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }
    }

    private static GatewayException down() {
        return new GatewayException(ErrorCode.STORE_UNAVAILABLE, "down");
    }

    private List<ILoggingEvent> logOf(Runnable action) {
        try (LogOf log = LogOf.uploadsOf(store)) {
            action.run();
            return log.events();
        }
    }

    private static List<String> errors(List<ILoggingEvent> events) {
        return events.stream()
                .filter(event -> event.getLevel() == Level.ERROR)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    /** Counts down at every try; the first ones fail. */
    private CountDownLatch fail(int failures, int expectedTries) {
        CountDownLatch tries = new CountDownLatch(expectedTries);
        store.hooks().before(Operation.ABORT, tries::countDown);
        store.hooks().fail(Operation.ABORT, 1, failures, AbandonedUploadsTest::down);
        return tries;
    }
}
