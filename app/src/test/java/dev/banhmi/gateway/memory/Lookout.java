package dev.banhmi.gateway.memory;

import static dev.banhmi.testkit.Patience.HANGS;
import static dev.banhmi.testkit.Patience.await;

import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Looks around four times a second until it is closed, which throws what a look has thrown. */
final class Lookout implements AutoCloseable {

    private final AtomicInteger looks = new AtomicInteger();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledFuture<?> looking;

    Lookout(Runnable look) {
        this.looking = clock.scheduleAtFixedRate(
                () -> {
                    look.run();
                    looks.incrementAndGet();
                },
                0,
                250,
                TimeUnit.MILLISECONDS);
    }

    /** How often it has looked; waits for the first time, because what was looked at may be over very soon. */
    int looks() {
        await().until(() -> looks.get() > 0 || looking.isDone());
        return looks.get();
    }

    /** A look that is under way comes to its end. */
    @Override
    public void close() {
        clock.shutdown();
        try {
            if (!clock.awaitTermination(HANGS.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("a look lasts longer than " + HANGS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a look ended", e);
        }
        if (looking.state() == Future.State.FAILED) {
            throw new IllegalStateException("a look failed", looking.exceptionNow());
        }
    }
}
