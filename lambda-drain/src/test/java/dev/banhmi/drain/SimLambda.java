package dev.banhmi.drain;

import java.time.Duration;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A function: invocations of an event side by side, retried by Lambda when they fail, billed by the time that they take. */
final class SimLambda {

    private final SimLoop loop;
    private final SimDice dice;
    private final boolean faulty;
    private final Duration timeout;
    private final BooleanSupplier idle;
    private final Set<String> killedAt;
    private int invocations;
    private int idleInvocations;
    private long billedMillis;
    private long idleMillis;

    /**
     * Deploys the function.
     *
     * @param idle whether nothing drains, so that an invocation is the price of waiting
     */
    SimLambda(
            SimLoop loop, SimDice dice, boolean faulty, Duration timeout, BooleanSupplier idle, Set<String> killedAt) {
        this.loop = loop;
        this.dice = dice;
        this.faulty = faulty;
        this.timeout = timeout;
        this.idle = idle;
        this.killedAt = killedAt;
    }

    /** Invokes the function asynchronously: a failure or a kill is retried twice. */
    void invoke(long at, Consumer<SimCalls> body) {
        attempt(at, body, 0);
    }

    private void attempt(long at, Consumer<SimCalls> body, int retries) {
        loop.start(at, () -> {
            boolean isIdle = idle.getAsBoolean();
            SimDice own = dice.of("invocation", invocations + idleInvocations);
            if (isIdle) {
                idleInvocations++;
            } else {
                invocations++;
            }
            long begin = loop.now();
            try {
                if (own.of("cold").chance(SimParameters.COLD_CHANCE)) {
                    loop.sleep(own.of("start").between(SimParameters.COLD_START));
                }
                SimCalls calls = new SimCalls(loop, own, faulty, loop.now() + timeout.toMillis(), killedAt);
                calls.sleep(own.of("handler").between(SimParameters.HANDLER));
                body.accept(calls);
            } catch (SimKilled | RetryableFailure e) {
                if (retries < SimParameters.ASYNC_RETRIES.length) {
                    attempt(loop.now() + SimParameters.ASYNC_RETRIES[retries], body, retries + 1);
                }
            } finally {
                if (isIdle) {
                    idleMillis += loop.now() - begin;
                } else {
                    billedMillis += loop.now() - begin;
                }
            }
        });
    }

    int invocations() {
        return invocations;
    }

    int idleInvocations() {
        return idleInvocations;
    }

    long billedMillis() {
        return billedMillis;
    }

    long idleMillis() {
        return idleMillis;
    }
}
