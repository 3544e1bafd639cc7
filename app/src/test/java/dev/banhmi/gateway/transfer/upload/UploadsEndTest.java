package dev.banhmi.gateway.transfer.upload;

import static dev.banhmi.testkit.Patience.HANGS;
import static dev.banhmi.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.MemoryObjectStore;
import dev.banhmi.gateway.store.MultipartUpload;
import dev.banhmi.gateway.store.ObjectAttributes;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.StoreHooks;
import dev.banhmi.gateway.store.StoreHooks.Operation;
import dev.banhmi.gateway.store.WriteCondition;
import dev.banhmi.gateway.transfer.NewObject;
import dev.banhmi.gateway.transfer.memory.BufferBudget;
import dev.banhmi.gateway.transfer.memory.ClientSpeed;
import dev.banhmi.gateway.transfer.memory.PartBuffer;
import dev.banhmi.testkit.Seeds;
import dev.banhmi.testkit.Thoroughness;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** However an upload ends, nothing of it is left in a store that finishes parts up to 5 s late, and after the abort. */
class UploadsEndTest {

    private static final long PART = 8L << 20;
    private static final Duration LATEST = Duration.ofSeconds(5);

    /** All in {@code make verify}. */
    private static final int UPLOADS = Thoroughness.times(500);

    private static final List<Duration> PAUSES =
            List.of(Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofSeconds(60));

    private final MemoryObjectStore store = MemoryObjectStore.keepingSums();
    private final BufferBudget budget = new BufferBudget(12 * PART, 1);
    private final MovedTime time = new MovedTime();
    private final AbandonedUploads abandoned =
            new AbandonedUploads(store, new RemovalTimes(PAUSES, Duration.ZERO, HANGS), time);
    private final Random random = new Random(Seeds.seed(UploadsEndTest.class));

    @AfterEach
    void close() {
        budget.close();
    }

    @Test
    void leavesNothingAMinuteAfterItsLastLatePart() throws Exception {
        // One part in three gets no response. Of the first uploads each part is on its way before the upload ends,
        // whichever
        // threads run first, and is finished last.
        Set<String> surelyLate =
                IntStream.range(0, UPLOADS / 10).mapToObj(i -> "it-" + i).collect(Collectors.toSet());
        Set<String> arrived = ConcurrentHashMap.newKeySet();
        store.finishLate(time::nanoTime, (upload, _) -> {
            String name = upload.key().key();
            arrived.add(name);
            return surelyLate.contains(name)
                    ? Optional.of(LATEST)
                    : random.nextInt(3) == 0 ? Optional.of(late()) : Optional.empty();
        });
        // The store is away for some calls.
        GatewayException away = new GatewayException(ErrorCode.STORE_UNAVAILABLE, "away");
        store.hooks().fail(Operation.PART, UPLOADS / 4, UPLOADS / 3, () -> away);
        store.hooks().fail(Operation.COMPLETE, 1, Integer.MAX_VALUE, () -> away);
        store.hooks().fail(Operation.ABORT, 1, UPLOADS / 10, () -> away);
        store.hooks().fail(Operation.PARTS, 1, UPLOADS / 10, () -> away);
        try (ExecutorService clients = Executors.newFixedThreadPool(3)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < UPLOADS; i++) {
                String name = "it-" + i;
                long after = PART + 1 + (2L * i * PART / UPLOADS);
                End end = End.values()[i % End.values().length];
                boolean surely = surelyLate.contains(name);
                running.add(clients.submit(() -> upload(name, new Body(after, () -> {
                    if (surely) {
                        await().until(() -> arrived.contains(name));
                    }
                    end.now(this);
                }))));
                if (i == surelyLate.size() - 1) {
                    // The store is away for none of these.
                    awaitAll(running);
                }
            }
            awaitAll(running);
        }
        int begun = store.hooks().calls(Operation.BEGIN);
        assertThat(begun).isEqualTo(UPLOADS);
        time.awaitWaits(begun);

        time.advance(PAUSES.getFirst(), begun);
        time.advance(LATEST.minus(PAUSES.getFirst()));
        assertThat(store.openUploads()).as("uploads that are there again").isNotEmpty();
        assertThat(store.partsAfterAbort()).isGreaterThanOrEqualTo(surelyLate.size());
        time.advance(Duration.ofSeconds(6), begun);

        assertThat(Duration.ofNanos(time.nanoTime() - store.lastLatePart().orElseThrow()))
                .isLessThanOrEqualTo(Duration.ofMinutes(1));
        assertThat(store.openUploads()).isEmpty();
        time.advance(PAUSES.getLast());
        abandoned.end(Duration.ZERO);
        assertThat(store.openUploads()).isEmpty();
        assertThat(store.objectCount()).as("visible").isZero();
        assertThat(budget.available()).as("free memory").isEqualTo(budget.total());
    }

    /** How a client, or what stands before it, ends an upload. */
    private enum End {
        CLIENT_GONE {
            @Override
            void now(UploadsEndTest test) throws IOException {
                throw new IOException("Connection reset by peer");
            }
        },
        DEADLINE {
            @Override
            void now(UploadsEndTest test) {
                throw new GatewayException(ErrorCode.TRANSFER_TOO_LONG, "too long");
            }
        },
        LIMIT {
            @Override
            void now(UploadsEndTest test) {
                throw new GatewayException(ErrorCode.TOO_LARGE, "too large");
            }
        },
        INTERRUPT {
            @Override
            void now(UploadsEndTest test) throws IOException {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted");
            }
        },
        FAULT {
            @Override
            void now(UploadsEndTest test) {
                throw new IllegalStateException("a fault");
            }
        };

        abstract void now(UploadsEndTest test) throws IOException;
    }

    @Test
    void leavesNothingAtTheExitWhenTheStoreIsDoneWithinTheWait() throws Exception {
        store.finishLate(time::nanoTime, (_, _) -> Optional.of(late()));
        try (Shutdown shutdown = new Shutdown(4, Duration.ofSeconds(20))) {
            while (!shutdown.isOver()) {
                assertThat(time.nanoTime()).isLessThan(Duration.ofSeconds(20).toNanos());
                shutdown.pass(Duration.ofMillis(250));
            }
        }
        assertThat(store.partsAfterAbort()).isEqualTo(4);
        assertThat(store.openUploads()).as("at the exit").isEmpty();
        time.advance(LATEST);
        assertThat(store.openUploads()).isEmpty();
        assertThat(store.objectCount()).isZero();
    }

    @Test
    void waitsForNothingWhenTheStoreHasRespondedToEveryPart() throws Exception {
        try (Shutdown shutdown = new Shutdown(4, Duration.ofSeconds(10))) {
            await().until(shutdown::isOver);
        }
        assertThat(time.nanoTime()).isZero();
        assertThat(store.openUploads()).isEmpty();
    }

    @Test
    void namesWhatTheStoreMayStillFinishAfterTheWait() throws Exception {
        store.finishLate(time::nanoTime, (_, _) -> Optional.of(Duration.ofSeconds(15)));
        List<String> named;
        List<MultipartUpload> uploads;
        try (LogOf log = LogOf.uploadsOf(store);
                Shutdown shutdown = new Shutdown(4, Duration.ofSeconds(5))) {
            uploads = shutdown.uploads;
            while (!shutdown.isOver()) {
                shutdown.pass(Duration.ofMillis(250));
            }
            named = log.errors();
        }
        assertThat(uploads)
                .hasSize(4)
                .allSatisfy(upload -> assertThat(named)
                        .anyMatch(line -> line.contains("shutting down with upload " + upload.id() + " of demo/")));
        assertThat(named).hasSize(4);
        time.advance(Duration.ofSeconds(15));
        assertThat(store.openUploads()).as("what was named").hasSize(4);
    }

    @Test
    void letsPartsOnTheirWayEndBeforeItAborts() throws Exception {
        AbandonedUploads patient = new AbandonedUploads(store, new RemovalTimes(PAUSES, HANGS, HANGS), time);
        StoreHooks.Gate gate = store.hooks().hold(Operation.PART);
        CountDownLatch gone = new CountDownLatch(1);
        Thread client = Thread.ofPlatform()
                .start(() -> upload(patient, "it", new Body(PART + 1, () -> {
                    gate.awaitArrivals(1);
                    gone.countDown();
                    throw new IOException("Connection reset by peer");
                })));
        awaitLatch(gone);
        // Where it waits for the part, or would have ended without: the JDK's executor tells nobody who awaits it.
        await().until(() -> !client.isAlive()
                || Stream.of(client.getStackTrace())
                        .anyMatch(frame -> frame.getMethodName().equals("awaitTermination")));
        gate.open();
        assertThat(client.join(HANGS)).isTrue();
        assertThat(store.hooks().calls(Operation.ABORT)).isEqualTo(1);
        assertThat(store.partsTaken()).as("parts that got their response").isEqualTo(1);
        patient.end(HANGS);
        assertThat(time.nanoTime()).as("there is nothing to wait for").isZero();
    }

    @Test
    void namesAnUploadThatDoesNotEnd() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (LogOf log = LogOf.uploadsOf(store);
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> client = clients.submit(() -> upload("stuck", new Body(PART + 1, () -> awaitLatch(never))));
            await().until(() -> store.hooks().calls(Operation.PART) == 1);
            abandoned.end(Duration.ZERO);
            assertThat(log.errors()).singleElement().asString().contains("of demo/stuck not aborted: it has not ended");
            never.countDown();
            client.get(HANGS.toSeconds(), TimeUnit.SECONDS);
        }
        assertThat(store.openUploads()).as("its own thread still aborts it").isEmpty();
    }

    /** A shutdown while uploads wait for their clients, each with one part on its way or in the store. */
    private final class Shutdown implements AutoCloseable {

        private final CountDownLatch bodiesEnd = new CountDownLatch(1);
        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        private final List<MultipartUpload> uploads;
        private final Future<?> end;

        Shutdown(int count, Duration limit) {
            for (int i = 0; i < count; i++) {
                String name = "it-" + i;
                threads.execute(() -> upload(name, new Body(PART + 1, () -> {
                    awaitLatch(bodiesEnd);
                    throw new GatewayException(ErrorCode.SHUTTING_DOWN, "shutting down");
                })));
            }
            await().until(() -> store.hooks().calls(Operation.PART) == count
                    && store.openUploads().size() == count);
            uploads = store.openUploads();
            end = threads.submit(() -> abandoned.end(limit));
            time.awaitWaits(1);
            bodiesEnd.countDown();
            await().until(() -> store.hooks().calls(Operation.PARTS) >= count || end.isDone());
        }

        boolean isOver() {
            return end.isDone();
        }

        /** Lets some time pass in which every upload that is watched is looked at again, unless the shutdown ends by it. */
        void pass(Duration time) {
            int before = UploadsEndTest.this.time.waits();
            UploadsEndTest.this.time.advance(time);
            await().until(() -> isOver() || UploadsEndTest.this.time.waits() >= before + uploads.size());
        }

        @Override
        public void close() {
            threads.close();
        }
    }

    private static void awaitAll(List<Future<?>> running) throws Exception {
        for (Future<?> client : running) {
            client.get(HANGS.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private Duration late() {
        return Duration.ofMillis(1 + random.nextLong(LATEST.toMillis()));
    }

    private void upload(String name, InputStream body) {
        upload(abandoned, name, body);
    }

    private void upload(AbandonedUploads removedBy, String name, InputStream body) {
        NewObject request = new NewObject(
                new ObjectKey("demo", name),
                OptionalLong.empty(),
                ObjectAttributes.ofType("application/octet-stream"),
                new WriteCondition.Always());
        ClientSpeed client = budget.newClient();
        PushbackInputStream input = new PushbackInputStream(body, 1);
        try (PartBuffer first = budget.admit(client, PART, HANGS)) {
            first.fill(input, PART);
            new MultipartPipeline(store, budget, client, PartPlan.forUnknownLength(PART), removedBy)
                    .upload(VisibleWrite.mark(request), first, input);
        } catch (IOException | RuntimeException expected) {
            // Each of them ends in this way.
            boolean _ = Thread.interrupted();
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(HANGS.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError("the test was interrupted", e);
        }
    }

    private interface Ending {
        void now() throws IOException;
    }

    /** So many zeros, then something happens. */
    private static final class Body extends InputStream {

        private long left;
        private final Ending end;

        Body(long left, Ending end) {
            this.left = left;
            this.end = end;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0];
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (left == 0) {
                end.now();
                return -1;
            }
            int count = (int) Math.min(left, length);
            left -= count;
            return count;
        }
    }
}
