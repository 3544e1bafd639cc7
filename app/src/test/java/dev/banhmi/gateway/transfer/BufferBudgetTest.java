package dev.banhmi.gateway.transfer;

import static dev.banhmi.gateway.Patience.HANGS;
import static dev.banhmi.gateway.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.banhmi.gateway.Seeds;
import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class BufferBudgetTest {

    private static final int CHUNK = BufferBudget.CHUNK;

    private final AtomicLong now = new AtomicLong();

    @AutoClose
    private final BufferBudget budget = new BufferBudget(8L * CHUNK + 1, CHUNK, now::get);

    @Test
    void hasWholeChunksOnly() {
        assertThat(budget.total()).isEqualTo(8L * CHUNK);
        assertThat(budget.available()).isEqualTo(8L * CHUNK);
    }

    @Test
    void takesMemoryAsBytesArriveAndNotBefore() throws IOException {
        try (PartBuffer part = admit(4L * CHUNK, Duration.ZERO)) {
            assertThat(budget.available()).isEqualTo(7L * CHUNK);
            part.fill(Generated.ofLength(4L * CHUNK), CHUNK);
            assertThat(budget.available()).isEqualTo(7L * CHUNK);
            part.fill(Generated.from(CHUNK, 3L * CHUNK), 2L * CHUNK);
            assertThat(budget.available()).isEqualTo(6L * CHUNK);
        }
        assertThat(budget.available()).isEqualTo(8L * CHUNK);
    }

    @Test
    void holdsOneChunkForAFewBytesOfUnknownLength() throws IOException {
        try (PartBuffer part = admit(4L * CHUNK, Duration.ZERO);
                PartBuffer other = admit(6L * CHUNK, Duration.ZERO)) {
            assertThat(part.fill(Generated.ofLength(CHUNK), 4L * CHUNK)).isEqualTo(CHUNK);
            assertThat(other.fill(Generated.ofLength(5L * CHUNK + 1), 6L * CHUNK))
                    .isEqualTo(5L * CHUNK + 1);
            assertThat(budget.available()).isEqualTo(CHUNK);
        }
    }

    @Test
    void countsAnEmptyBodyAsAChunkSoThatAdmissionBoundsTheirNumber() {
        try (PartBuffer _ = admit(0, Duration.ZERO)) {
            assertThat(budget.available()).isEqualTo(7L * CHUNK);
        }
    }

    @Test
    void refusesANewTransferWhenThereIsNoRoomInTime() throws IOException {
        try (PartBuffer all = admit(8L * CHUNK, Duration.ZERO)) {
            all.fill(Generated.ofLength(8L * CHUNK), 8L * CHUNK);
            assertThatThrownBy(() -> admit(CHUNK, Duration.ofMillis(5)))
                    .asInstanceOf(type(GatewayException.class))
                    .returns(ErrorCode.BUSY, GatewayException::code)
                    .extracting(GatewayException::getMessage)
                    .asString()
                    .contains("for 5 ms;");
            assertThat(budget.available()).isZero();
        }
        assertThat(budget.available()).isEqualTo(budget.total());
    }

    @Test
    void refusesWhatCanNeverFit() {
        assertThatThrownBy(() -> admit(8L * CHUNK + 1, Duration.ZERO))
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorCode.TOO_LARGE, GatewayException::code)
                .extracting(GatewayException::getMessage)
                .asString()
                .contains(Long.toString(8L * CHUNK + 1), Long.toString(8L * CHUNK));
        assertThatThrownBy(() -> budget.next(budget.newClient(), 1L << 40)).isInstanceOf(GatewayException.class);
        assertThat(budget.tryReserve(1L << 40)).isNull();
        assertThat(budget.available()).isEqualTo(budget.total());
    }

    @Test
    void givesNoPartMoreThanItClaimed() {
        try (PartBuffer part = admit(CHUNK, Duration.ZERO)) {
            assertThatIllegalStateException().isThrownBy(() -> part.fill(Generated.ofLength(2L * CHUNK), 2L * CHUNK));
        }
    }

    @Test
    void makesAStartedPartWaitUntilItCanBeCompleted() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            PartBuffer held = admit(5L * CHUNK, Duration.ZERO);
            held.fill(Generated.ofLength(5L * CHUNK), 4L * CHUNK);
            Future<Long> large = threads.submit(() -> {
                try (PartBuffer part = budget.next(budget.newClient(), 8L * CHUNK)) {
                    return part.fill(Generated.ofLength(8L * CHUNK), 8L * CHUNK);
                }
            });
            await().until(() -> budget.waiting() == 1);

            // One chunk stays for the older part, which is not full yet.
            assertThat(budget.available()).isPositive();
            held.fill(Generated.from(4L * CHUNK, CHUNK), 5L * CHUNK);

            held.close();
            assertThat(large.get(HANGS.toSeconds(), TimeUnit.SECONDS)).isEqualTo(8L * CHUNK);
            assertThat(budget.available()).isEqualTo(budget.total());
        }
    }

    @Test
    void letsANewcomerInAsSoonAsThereIsRoom() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            PartBuffer all = admit(8L * CHUNK, Duration.ZERO);
            all.fill(Generated.ofLength(8L * CHUNK), 8L * CHUNK);
            List<Future<?>> newcomers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int waiting = i + 1;
                newcomers.add(threads.submit(() -> admit(CHUNK, HANGS).close()));
                await().until(() -> budget.waiting() == waiting);
            }

            all.close();
            for (Future<?> newcomer : newcomers) {
                newcomer.get(HANGS.toSeconds(), TimeUnit.SECONDS);
            }
            assertThat(budget.available()).isEqualTo(budget.total());
        }
    }

    @Test
    void readsAheadOnlyFromMemoryThatLeavesHalfOfItFree() throws Exception {
        assertThat(budget.tryReserve(4L * CHUNK + 1)).isNull();
        try (PartBuffer ahead = Objects.requireNonNull(budget.tryReserve(4L * CHUNK))) {
            assertThat(budget.available()).isEqualTo(4L * CHUNK);
            assertThat(ahead.fill(Generated.ofLength(4L * CHUNK), 4L * CHUNK)).isEqualTo(4L * CHUNK);
            assertThat(budget.tryReserve(1)).isNull();
            assertThat(budget.available()).isEqualTo(4L * CHUNK);
        }
        assertThat(budget.available()).isEqualTo(budget.total());
    }

    @Test
    void takesNothingForAWaiterThatIsInterrupted() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                PartBuffer all = admit(8L * CHUNK, Duration.ZERO)) {
            all.fill(Generated.ofLength(8L * CHUNK), 8L * CHUNK);
            CompletableFuture<Thread> waiting = new CompletableFuture<>();
            Future<ErrorCode> refused = threads.submit(() -> {
                waiting.complete(Thread.currentThread());
                try {
                    admit(CHUNK, HANGS).close();
                    return ErrorCode.INTERNAL;
                } catch (GatewayException e) {
                    assertThat(Thread.currentThread().isInterrupted()).isTrue();
                    return e.code();
                }
            });
            await().until(() -> budget.waiting() == 1);
            waiting.get().interrupt();

            assertThat(refused.get(HANGS.toSeconds(), TimeUnit.SECONDS)).isEqualTo(ErrorCode.SHUTTING_DOWN);
        }
        assertThat(budget.available()).isEqualTo(budget.total());
    }

    @Test
    void neverHoldsMoreChunksThanItHasHoweverManyThreadsUseIt() throws Exception {
        long seed = Seeds.SEED;
        System.out.println("neverHoldsMoreChunksThanItHas: seed " + seed);
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
                user.get(HANGS.toSeconds(), TimeUnit.SECONDS);
            }
        }
        assertThat(budget.available()).as("seed %d", seed).isEqualTo(budget.total());
    }

    private void useOnce(Random random) {
        int length = 1 + random.nextInt(8 * CHUNK);
        now.addAndGet(random.nextInt(1_000_000));
        ClientSpeed client = budget.newClient();
        try (PartBuffer buffer =
                        random.nextBoolean() ? budget.next(client, length) : budget.admit(client, length, HANGS);
                ClientBody body = new ClientBody(Generated.ofLength(length), client)) {
            buffer.fill(body, length);
            assertThat(budget.available()).isNotNegative();
            try (InputStream bytes = buffer.newStream()) {
                assertThat(bytes.readAllBytes()).isEqualTo(Generated.bytes(0, length));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private PartBuffer admit(long capacity, Duration maxWait) {
        return budget.admit(budget.newClient(), capacity, maxWait);
    }
}
