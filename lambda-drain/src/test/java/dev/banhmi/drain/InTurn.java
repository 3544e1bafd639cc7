package dev.banhmi.drain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** An invocation of a simulated world: what could be side by side is done in turn, so that a run can be repeated. */
record InTurn(LongSupplier leftMillis, LongConsumer sleep) implements Invocation {

    @Override
    public Duration left() {
        return Duration.ofMillis(Math.max(0, leftMillis.getAsLong()));
    }

    @Override
    public void pause(Duration time) {
        sleep.accept(time.toMillis() + 1);
    }

    @Override
    public void together(List<Runnable> work) {
        List<RuntimeException> failures = new ArrayList<>();
        for (Runnable one : work) {
            try {
                one.run();
            } catch (RuntimeException e) {
                failures.add(e);
            }
        }
        Failures.throwFirst(failures);
    }
}
