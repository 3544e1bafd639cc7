package dev.banhmi.gateway.transfer;

import static dev.banhmi.gateway.transfer.UploadFixture.PART;
import static dev.banhmi.gateway.transfer.UploadFixture.key;
import static dev.banhmi.testkit.Patience.HANGS;
import static dev.banhmi.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.MemoryObjectStore;
import dev.banhmi.gateway.store.MemoryObjectStore.Piece;
import dev.banhmi.gateway.store.StoreHooks.Gate;
import dev.banhmi.gateway.store.StoreHooks.Operation;
import dev.banhmi.gateway.store.WriteCondition;
import dev.banhmi.gateway.transfer.memory.PartBuffer;
import dev.banhmi.gateway.transfer.upload.RemovalTimes;
import dev.banhmi.testkit.Seeds;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many uploads on a budget of two parts: none waits for another one forever, and each stops when its thread is interrupted. */
class ConcurrentUploadsTest {

    private final MemoryObjectStore store = MemoryObjectStore.keepingSums();
    private final UploadFixture fixture = new UploadFixture(store);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void endsAtRest() {
        threads.close();
        fixture.assertAtRest();
        fixture.close();
    }

    @Test
    void allFinishOnABudgetOfTwoParts() throws Exception {
        long seed = Seeds.seed(ConcurrentUploadsTest.class);
        int count = 12;
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = "k" + i;
            long length = 3 * PART + i;
            running.add(threads.submit(() -> fixture.upload(
                    name, OptionalLong.of(length), Generated.inShortReads(length, new Random(seed ^ length)))));
        }
        for (Future<?> upload : running) {
            upload.get(HANGS.toSeconds(), TimeUnit.SECONDS);
        }
        for (int i = 0; i < count; i++) {
            List<Piece> pieces = store.piecesOf(key("k" + i)).orElseThrow();
            for (int part = 0; part < pieces.size(); part++) {
                assertThat(pieces.get(part).crc32c())
                        .isEqualTo(
                                Generated.crc32c(part * PART, pieces.get(part).length()));
            }
            assertThat(pieces.stream().mapToLong(Piece::length).sum()).isEqualTo(3 * PART + i);
        }
    }

    @Test
    void oneOfSixteenCreatorsWins() throws Exception {
        List<Future<@Nullable ErrorCode>> running = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            long length = i % 2 == 0 ? 1000 + i : PART + i;
            running.add(threads.submit(() -> fixture.codeOf(() -> fixture.upload(
                    "it", OptionalLong.of(length), Generated.ofLength(length), new WriteCondition.IfAbsent()))));
        }
        List<@Nullable ErrorCode> results = new ArrayList<>();
        for (Future<@Nullable ErrorCode> upload : running) {
            results.add(upload.get(HANGS.toSeconds(), TimeUnit.SECONDS));
        }
        assertThat(results).containsOnlyOnce((ErrorCode) null);
        assertThat(results).filteredOn(code -> code != null).containsOnly(ErrorCode.PRECONDITION_FAILED);
    }

    @Test
    void readsOnWhileAPartIsBeingSent() throws Exception {
        Gate gate = store.hooks().hold(Operation.PART);
        Generated body = Generated.ofLength(2 * PART);
        Future<?> upload = threads.submit(() -> fixture.upload("it", OptionalLong.of(2 * PART), body));
        gate.awaitArrivals(2);

        assertThat(body.position()).isEqualTo(2 * PART);
        assertThat(fixture.budget.available()).isZero();

        gate.open();
        upload.get(HANGS.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void waitsForPartsInFlightBeforeItAborts() {
        // Parts that never end by themselves: there is no use in waiting long before they are interrupted.
        RemovalTimes removal = new RemovalTimes(List.of(), Duration.ofMillis(50), HANGS);
        UploadFixture hurried = new UploadFixture(store, HANGS, removal);
        Gate gate = store.hooks().hold(Operation.PART);
        AtomicInteger inFlightAtAbort = new AtomicInteger(-1);
        store.hooks()
                .before(Operation.ABORT, () -> inFlightAtAbort.set(store.hooks().inFlight()));
        GatewayException refusal = new GatewayException(ErrorCode.INVALID_REQUEST, "no");
        InputStream body = new FilterInputStream(Generated.failingAfter(2 * PART, refusal)) {
            @Override
            public int read() throws IOException {
                // Asked for one byte behind the second part.
                if (store.hooks().calls(Operation.BEGIN) == 1 && ((Generated) in).position() == 2 * PART) {
                    gate.awaitArrivals(2);
                }
                return super.read();
            }

            @Override
            public int read(byte[] target, int offset, int wanted) throws IOException {
                return in.read(target, offset, wanted);
            }
        };

        assertThat(hurried.codeOf(() -> hurried.upload("it", OptionalLong.of(3 * PART), body)))
                .isEqualTo(ErrorCode.INVALID_REQUEST);

        assertThat(inFlightAtAbort).hasValue(0);
        hurried.assertNothingIsLeft();
        hurried.close();
    }

    @Test
    void stopsWithoutATraceWhenInterruptedWhileWaitingForMemory() throws Exception {
        PartBuffer all = fixture.occupyAll();
        Running upload = start(Generated.ofLength(10));
        await().until(() -> fixture.budget.waiting() == 1);

        upload.interrupt();

        assertThat(upload.result()).isEqualTo(ErrorCode.SHUTTING_DOWN);
        assertThat(store.hooks().calls(Operation.PUT)).isZero();
        all.close();
    }

    @Test
    void stopsAndAbortsWhenInterruptedWhilePartsAreInFlight() throws Exception {
        Gate gate = store.hooks().hold(Operation.PART);
        Running upload = start(Generated.ofLength(4 * PART));
        gate.awaitArrivals(2);

        upload.interrupt();

        assertThat(upload.result()).isEqualTo(ErrorCode.SHUTTING_DOWN);
        assertThat(store.objectCount()).isZero();
    }

    private Running start(InputStream body) {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        Future<@Nullable ErrorCode> result = threads.submit(() -> {
            thread.complete(Thread.currentThread());
            ErrorCode code = fixture.codeOf(() -> fixture.upload("it", OptionalLong.empty(), body));
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
            return code;
        });
        return new Running(thread.join(), result);
    }

    private record Running(Thread thread, Future<@Nullable ErrorCode> future) {

        void interrupt() {
            thread.interrupt();
        }

        @Nullable
        ErrorCode result() throws Exception {
            return future.get(HANGS.toSeconds(), TimeUnit.SECONDS);
        }
    }
}
