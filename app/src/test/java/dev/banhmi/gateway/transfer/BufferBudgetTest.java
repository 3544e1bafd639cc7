package dev.banhmi.gateway.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BufferBudgetTest {

    private static final int CHUNK = BufferBudget.CHUNK;

    private final BufferBudget budget = new BufferBudget(4L * CHUNK + 1);

    @Test
    void hasWholeChunksOnly() {
        assertThat(budget.total()).isEqualTo(4L * CHUNK);
        assertThat(budget.available()).isEqualTo(4L * CHUNK);
    }

    @Test
    void reservesAllOfAPartBeforeItsFirstByte() {
        try (PartBuffer _ = budget.admit(2L * CHUNK + 1, Duration.ZERO)) {
            assertThat(budget.available()).isEqualTo(CHUNK);
        }
        assertThat(budget.available()).isEqualTo(4L * CHUNK);
    }

    @Test
    void countsAnEmptyBodyAsAChunkSoThatAdmissionBoundsTheirNumber() {
        try (PartBuffer _ = budget.admit(0, Duration.ZERO)) {
            assertThat(budget.available()).isEqualTo(3L * CHUNK);
        }
    }

    @Test
    void refusesANewTransferWhenThereIsNoRoomInTime() {
        try (PartBuffer _ = budget.admit(3L * CHUNK, Duration.ZERO)) {
            assertThatThrownBy(() -> budget.admit(2L * CHUNK, Duration.ofMillis(5)))
                    .asInstanceOf(type(GatewayException.class))
                    .returns(ErrorCode.BUSY, GatewayException::code)
                    .extracting(GatewayException::getMessage)
                    .asString()
                    .contains("for 5 ms;");
            assertThat(budget.available()).isEqualTo(CHUNK);
        }
        assertThat(budget.available()).isEqualTo(budget.total());
    }

    @Test
    void refusesWhatCanNeverFit() {
        assertThatThrownBy(() -> budget.admit(4L * CHUNK + 1, Duration.ZERO))
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorCode.TOO_LARGE, GatewayException::code)
                .extracting(GatewayException::getMessage)
                .asString()
                .contains(Long.toString(4L * CHUNK + 1), Long.toString(4L * CHUNK));
        assertThatThrownBy(() -> budget.next(1L << 40)).isInstanceOf(GatewayException.class);
        assertThat(budget.available()).isEqualTo(budget.total());
    }

    @Test
    void servesALargePartBeforeSmallOnesThatCameLater() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            PartBuffer held = budget.admit(2L * CHUNK, Duration.ZERO);
            CompletableFuture<Thread> waiting = new CompletableFuture<>();
            Future<PartBuffer> large = threads.submit(() -> {
                waiting.complete(Thread.currentThread());
                return budget.next(4L * CHUNK);
            });
            awaitParked(waiting.get());

            // There is room for one chunk, but the large part was first.
            assertThatThrownBy(() -> budget.admit(CHUNK, Duration.ofMillis(5))).isInstanceOf(GatewayException.class);

            held.close();
            large.get(10, TimeUnit.SECONDS).close();
            assertThat(budget.available()).isEqualTo(budget.total());
        }
    }

    @Test
    void readsAheadOnlyFromMemoryThatLeavesHalfOfItFree() throws Exception {
        assertThat(budget.tryReserve(2L * CHUNK + 1)).isNull();
        try (PartBuffer ahead = budget.tryReserve(2L * CHUNK)) {
            assertThat(ahead).isNotNull();
            assertThat(ahead.fill(Generated.ofLength(2L * CHUNK), 2L * CHUNK)).isEqualTo(2L * CHUNK);
            assertThat(budget.tryReserve(1)).isNull();
            assertThat(budget.available()).isEqualTo(2L * CHUNK);
        }
        assertThat(budget.available()).isEqualTo(budget.total());
    }

    @Test
    void takesNothingForAWaiterThatIsInterrupted() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                PartBuffer _ = budget.admit(4L * CHUNK, Duration.ZERO)) {
            CompletableFuture<Thread> waiting = new CompletableFuture<>();
            Future<ErrorCode> refused = threads.submit(() -> {
                waiting.complete(Thread.currentThread());
                try {
                    budget.admit(CHUNK, Duration.ofSeconds(20)).close();
                    return ErrorCode.INTERNAL;
                } catch (GatewayException e) {
                    assertThat(Thread.currentThread().isInterrupted()).isTrue();
                    return e.code();
                }
            });
            awaitParked(waiting.get());
            waiting.get().interrupt();

            assertThat(refused.get(10, TimeUnit.SECONDS)).isEqualTo(ErrorCode.SHUTTING_DOWN);
        }
        assertThat(budget.available()).isEqualTo(budget.total());
    }

    @Test
    void usesChunksAgainWhileSomethingIsGoingOnAndDropsThemAtRest() {
        PartBuffer other = budget.admit(CHUNK, Duration.ZERO);
        byte[] chunk = budget.takeChunk();
        budget.admit(CHUNK, Duration.ZERO).close();
        PartBuffer first = budget.admit(CHUNK, Duration.ZERO);
        budget.giveBack(List.of(chunk), 0);
        assertThat(budget.takeChunk()).isSameAs(chunk);

        budget.giveBack(List.of(chunk), 0);
        first.close();
        other.close();

        assertThat(budget.takeChunk()).isNotSameAs(chunk);
    }

    @Test
    void neverHoldsMoreChunksThanItHasHoweverManyThreadsUseIt() throws Exception {
        long seed = System.nanoTime();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> users = new ArrayList<>();
            for (int user = 0; user < 16; user++) {
                Random random = new Random(seed + user);
                users.add(threads.submit(() -> {
                    for (int round = 0; round < 50; round++) {
                        useOnce(random);
                    }
                }));
            }
            for (Future<?> user : users) {
                user.get(20, TimeUnit.SECONDS);
            }
        }
        assertThat(budget.available()).as("seed %d", seed).isEqualTo(budget.total());
    }

    private void useOnce(Random random) {
        int length = 1 + random.nextInt(4 * CHUNK);
        try (PartBuffer buffer = budget.next(length)) {
            buffer.fill(Generated.ofLength(length), length);
            assertThat(budget.available()).isNotNegative();
            try (InputStream bytes = buffer.newStream()) {
                assertThat(bytes.readAllBytes()).isEqualTo(Generated.bytes(0, length));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitParked(Thread thread) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (thread.getState() != Thread.State.WAITING && thread.getState() != Thread.State.TIMED_WAITING) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
