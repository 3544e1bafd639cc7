package dev.banhmi.drain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** An invocation by Lambda: work side by side is on virtual threads, which are made only when there is more than one thing to do. */
final class LambdaInvocation implements Invocation {

    private final TimeLeft timeLeft;

    /** What calls that were begun just before get to end: 5 s of the function's 60 s. */
    private final Duration margin;

    LambdaInvocation(TimeLeft timeLeft) {
        this.timeLeft = timeLeft;
        this.margin = timeLeft.left().dividedBy(12);
    }

    @Override
    public Duration left() {
        Duration left = timeLeft.left().minus(margin);
        return left.isNegative() ? Duration.ZERO : left;
    }

    @Override
    public void pause(Duration time) {
        sleep(time.toMillis());
    }

    /** Lets so many milliseconds pass; Lambda interrupts nothing. */
    static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("A pause was interrupted.", e);
        }
    }

    @Override
    public void together(List<Runnable> work) {
        if (work.size() == 1) {
            work.getFirst().run();
            return;
        }
        List<RuntimeException> failures = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            work.forEach(one -> running.add(threads.submit(one)));
            for (Future<?> one : running) {
                try {
                    one.get();
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof RuntimeException failure)) {
                        throw new IllegalStateException("A thread of the sweep has died.", e.getCause());
                    }
                    failures.add(failure);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("The sweep was interrupted.", e);
                }
            }
        }
        Failures.throwFirst(failures);
    }
}
