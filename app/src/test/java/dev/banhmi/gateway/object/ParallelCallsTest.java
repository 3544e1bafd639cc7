package dev.banhmi.gateway.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.testkit.MovedClock;
import dev.banhmi.testkit.Patience;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ParallelCallsTest {

    private static final List<Integer> ITEMS = IntStream.range(0, 40).boxed().toList();

    private final MovedClock clock = new MovedClock();

    @Test
    void returnsInOrder() {
        ParallelCalls calls = new ParallelCalls(3, clock);

        assertThat(calls.each(ITEMS, item -> item * 2, calls.deadline()))
                .isEqualTo(ITEMS.stream().map(item -> item * 2).toList());
        assertThat(calls.each(List.of(), item -> item, calls.deadline())).isEmpty();
    }

    /** Many requests at the same time have no more connections than one alone could. */
    @Test
    void boundsTheCallsOfAllRequestsTogether() throws InterruptedException, ExecutionException {
        int all = 20;
        ParallelCalls calls = new ParallelCalls(all, clock);
        AtomicInteger calling = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch full = new CountDownLatch(all);
        try (ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<Integer>>> running = IntStream.range(0, 5)
                    .mapToObj(request -> requests.submit(() -> calls.each(
                            ITEMS,
                            item -> {
                                most.accumulateAndGet(calling.incrementAndGet(), Math::max);
                                full.countDown();
                                assertThat(awaited(full)).isTrue();
                                calling.decrementAndGet();
                                return item;
                            },
                            calls.deadline())))
                    .toList();
            for (Future<List<Integer>> one : running) {
                assertThat(one.get()).isEqualTo(ITEMS);
            }
        }
        assertThat(most).hasValue(all);
    }

    @Test
    void beginsNoCallAfterTheDeadlineButTheFirst() {
        ParallelCalls calls = new ParallelCalls(1, clock);

        List<Integer> returned = calls.each(
                ITEMS,
                item -> {
                    if (item == 6) {
                        clock.advance(ParallelCalls.PATIENCE);
                    }
                    return item;
                },
                calls.deadline());

        assertThat(returned).isEqualTo(ITEMS.subList(0, 7));
        assertThat(calls.each(ITEMS, item -> item, clock.instant())).isEqualTo(ITEMS.subList(0, 1));
    }

    /** The calls of others hold every permit, and their store does not respond. */
    @Test
    void waitsForOthersUntilTheDeadlineAndNoLonger() throws InterruptedException, ExecutionException {
        ParallelCalls calls = new ParallelCalls(2, clock);
        CountDownLatch holding = new CountDownLatch(2);
        CountDownLatch stalled = new CountDownLatch(1);
        try (ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<List<Boolean>> others = requests.submit(() -> calls.each(
                    List.of(1, 2),
                    _ -> {
                        holding.countDown();
                        return awaited(stalled);
                    },
                    calls.deadline()));
            assertThat(awaited(holding)).isTrue();

            for (int millis : new int[] {0, 20}) {
                assertThat(requests.submit(() ->
                                calls.each(ITEMS, item -> item, clock.instant().plusMillis(millis))))
                        .succeedsWithin(Patience.HANGS)
                        .isEqualTo(List.of());
            }

            stalled.countDown();
            assertThat(others.get()).containsExactly(true, true);
        }
        assertThat(calls.each(ITEMS, item -> item, clock.instant())).isEqualTo(ITEMS.subList(0, 1));
        assertThat(calls.busy().code()).isEqualTo(ErrorCode.BUSY);
    }

    @Test
    void failsWhenACallHasAFault() {
        ParallelCalls calls = new ParallelCalls(2, clock);
        IllegalStateException fault = new IllegalStateException("planted");

        for (int round = 0; round < 3; round++) {
            assertThatThrownBy(() -> calls.each(
                            ITEMS,
                            item -> {
                                throw fault;
                            },
                            calls.deadline()))
                    .isInstanceOfSatisfying(
                            GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL))
                    .hasCause(fault);
        }
        assertThat(calls.each(ITEMS, item -> item, calls.deadline())).isEqualTo(ITEMS);
    }

    /** In a shutdown; nobody waits for what a store that does not respond would say. */
    @Test
    void interruptsItsCallsWhenItIsInterrupted() throws InterruptedException {
        ParallelCalls calls = new ParallelCalls(2, clock);
        CountDownLatch calling = new CountDownLatch(2);
        CountDownLatch interrupted = new CountDownLatch(2);
        CountDownLatch over = new CountDownLatch(1);
        AtomicReference<ErrorCode> told = new AtomicReference<>();
        Thread request = Thread.ofVirtual().start(() -> {
            try {
                calls.each(
                        List.of(1, 2),
                        _ -> {
                            calling.countDown();
                            try {
                                over.await();
                            } catch (InterruptedException e) {
                                interrupted.countDown();
                            }
                            return true;
                        },
                        calls.deadline());
            } catch (GatewayException e) {
                told.set(e.code());
            }
        });
        assertThat(awaited(calling)).isTrue();
        request.interrupt();
        boolean wereInterrupted = awaited(interrupted);
        over.countDown();
        assertThat(wereInterrupted).isTrue();
        assertThat(request.join(Patience.HANGS)).isTrue();
        assertThat(told).hasValue(ErrorCode.SHUTTING_DOWN);
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            return latch.await(Patience.HANGS.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
