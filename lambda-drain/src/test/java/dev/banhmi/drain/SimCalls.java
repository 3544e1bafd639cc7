package dev.banhmi.drain;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * The calls of one invocation: each takes time, may fail and may be the last one, before its effect or after it. A read shows the
 * truth of a time within the bound that reads lag behind, each on its own.
 */
final class SimCalls {

    private final SimLoop loop;
    private final SimDice dice;
    private final boolean faulty;
    private final long killAt;
    private final Set<String> killedAt;
    private int calls;

    /**
     * Begins.
     *
     * @param killAt the time limit of the invocation
     * @param killedAt where an invocation was killed, for the coverage
     */
    SimCalls(SimLoop loop, SimDice dice, boolean faulty, long killAt, Set<String> killedAt) {
        this.loop = loop;
        this.dice = dice;
        this.faulty = faulty;
        this.killAt = killAt;
        this.killedAt = killedAt;
    }

    /** What lags behind on its own. The counts of a container instance need not be of the same time as its status. */
    enum Source {
        CONTAINER_INSTANCES,
        COUNTS,
        TASK_LISTS,
        TASKS,
        GROUPS
    }

    /** Reads the world as it was a little while ago. */
    <T> T read(String name, Source source, LongFunction<T> view) {
        return call(name, () -> view.apply(shown(source)));
    }

    /** The time that a response shows: within the bound, independent of the others, as if each came from another replica. */
    long shown(Source source) {
        SimDice lag = dice.of("lag", calls, source);
        long age = lag.of("span")
                .between(lag.chance(SimParameters.STALE_CHANCE) ? SimParameters.STALE : SimParameters.FRESH);
        return Math.max(0, loop.now() - age);
    }

    /** Changes the world. */
    <T> T call(String name, Supplier<T> effect) {
        calls++;
        SimDice fate = dice.of("call", calls);
        boolean killed = faulty && fate.of("kill").chance(SimParameters.KILL_CHANCE);
        boolean before = fate.of("before").chance(0.5);
        if (killed && before) {
            killedAt.add("before " + name);
            throw new SimKilled();
        }
        if (faulty && fate.of("fail").chance(SimParameters.FAILURE_CHANCE)) {
            sleep(fate.of("failed").between(SimParameters.FAILED_CALL));
            throw new RetryableFailure(name + " was throttled.");
        }
        long latency = fate.of("latency").between(SimParameters.CALL);
        sleep(latency / 2);
        T result = effect.get();
        if (killed) {
            killedAt.add("after " + name);
            throw new SimKilled();
        }
        sleep(latency - latency / 2);
        return result;
    }

    /** Another page or batch of the same read. */
    void page() {
        sleep(dice.of("page", ++calls).between(SimParameters.CALL));
    }

    void sleep(long millis) {
        if (loop.now() + millis > killAt) {
            loop.sleep(Math.max(0, killAt - loop.now()));
            throw new SimKilled();
        }
        loop.sleep(millis);
    }

    /** As Lambda shows it, less what calls that are under way get to end. */
    long leftMillis() {
        return killAt - loop.now() - 6_000;
    }

    Clock clock() {
        long error = (long) ((2 * dice.of("clock").fraction() - 1) * SimParameters.CLOCK_ERROR_MILLIS);
        return new Clock() {
            @Override
            public Instant instant() {
                return SimHost.instant(loop.now() + error);
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
    }
}
