package dev.banhmi.cdk.constructs.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The rules once more, written down independently, against random budgets. */
class DrainBudgetPropertyTest {
    /** All of them with {@code -Dbanhmi.exhaustive=true}, as in {@code make verify}; a tenth in {@code make test}. */
    private static final int CASES = Boolean.getBoolean("banhmi.exhaustive") ? 5_000 : 500;

    @Test
    void buildsExactlyWhatKeepsEveryRule() {
        long seed = seed();
        Random random = new Random(seed);
        int built = 0;
        for (int i = 0; i < CASES; i++) {
            Wish wish = Wish.any(random);
            List<String> broken = wish.broken();
            if (broken.isEmpty()) {
                DrainBudget budget = wish.builder().build();
                assertThat(kept(wish, budget)).as("seed %d, %s", seed, wish).isEmpty();
                built++;
            } else {
                assertThat(catchThrowable(() -> wish.builder().build()))
                        .as("seed %d, %s breaks %s", seed, wish, broken)
                        .isInstanceOf(DrainBudgetException.class);
            }
        }
        // Otherwise it would say little about either.
        assertThat(built).as("seed %d", seed).isBetween(CASES / 20, CASES * 19 / 20);
    }

    @Test
    void refusesOneSecondLessThanARuleAllows() {
        long seed = seed();
        Random random = new Random(seed);
        int tried = 0;
        while (tried < CASES / 10) {
            Wish wish = Wish.derived(random);
            if (!wish.broken().isEmpty()) {
                continue;
            }
            tried++;
            String why = "seed " + seed + ", " + wish;
            long deregistration = wish.longest + wish.idle;
            long stop = wish.shutdown + wish.aborts + 10;
            DrainBudget budget = wish.builder().build();
            long hook = wish.drain(deregistration, budget.stopTimeout().toSeconds());
            refused(
                    wish.builder().deregistrationDelay(Duration.ofSeconds(deregistration - 1)),
                    " = " + deregistration + " s",
                    why);
            if (stop > 2) {
                refused(wish.builder().stopTimeout(Duration.ofSeconds(stop - 1)), " = " + stop + " s", why);
            }
            refused(wish.builder().hookTimeout(Duration.ofSeconds(hook - 1)), " = " + hook + " s", why);
            long silent = Math.max(wish.silence, wish.idle);
            if (silent > 1) {
                refused(
                        wish.builder().albIdleTimeout(Duration.ofSeconds(silent - 1)),
                        (wish.silence >= wish.idle ? "longestSilence " : "maxIdle ") + silent + " s",
                        why);
            }
            refused(wish.builder().keepAlive(Duration.ofSeconds(silent)), " = " + (silent + 1) + " s", why);
            accepted(wish.builder().deregistrationDelay(Duration.ofSeconds(deregistration)), why);
            accepted(wish.builder().stopTimeout(Duration.ofSeconds(stop)), why);
            accepted(wish.builder().hookTimeout(Duration.ofSeconds(hook)), why);
            accepted(wish.builder().albIdleTimeout(Duration.ofSeconds(silent)), why);
            accepted(wish.builder().keepAlive(Duration.ofSeconds(silent + 1)), why);
        }
    }

    private static void refused(DrainBudget.Builder builder, String sum, String why) {
        assertThatThrownBy(builder::build)
                .as(why)
                .isInstanceOf(DrainBudgetException.class)
                .hasMessageContaining(sum)
                .hasMessageContaining("does not hold, 1 s short");
    }

    private static void accepted(DrainBudget.Builder builder, String why) {
        assertThat(catchThrowable(builder::build)).as(why).isNull();
    }

    /** What a budget that was built does not keep. */
    private static List<String> kept(Wish wish, DrainBudget budget) {
        long deregistration = budget.deregistrationDelay().toSeconds();
        long stop = budget.stopTimeout().toSeconds();
        long hook = budget.hookTimeout().toSeconds();
        long heartbeat = budget.heartbeatTimeout().toSeconds();
        long idle = budget.albIdleTimeout().toSeconds();
        long keepAlive = budget.keepAlive().toSeconds();
        List<String> broken = new ArrayList<>();
        check(broken, "deregistration", deregistration >= wish.longest + wish.idle && deregistration <= 3600);
        check(broken, "stop", stop >= wish.shutdown + wish.aborts + 10 && stop <= 120);
        check(broken, "hook", hook >= wish.drain(deregistration, stop));
        check(broken, "hook's limit", hook <= Math.min(172_800, 100 * heartbeat) - 300);
        check(broken, "heartbeat", heartbeat >= 30 && heartbeat <= 7200 && heartbeat <= hook);
        check(broken, "heartbeats", heartbeat == hook || heartbeat >= 300);
        check(broken, "idle", idle >= Math.max(wish.silence, wish.idle) && idle <= 4000);
        check(broken, "keep-alive", keepAlive > idle);
        check(broken, "rounds", budget.rounds() == wish.rounds());
        check(broken, "longest", budget.maxRequestDuration().toSeconds() == wish.longest);
        check(broken, "max idle", budget.maxIdle().toSeconds() == wish.idle);
        check(broken, "pre-stop", budget.preStopDelay().toSeconds() == 5);
        check(broken, "aborts", budget.abortTimeout().toSeconds() == wish.aborts);
        check(broken, "in flight", budget.inFlightTimeout().toSeconds() == wish.shutdown - 5);
        return broken;
    }

    private static void check(List<String> broken, String rule, boolean holds) {
        if (!holds) {
            broken.add(rule);
        }
    }

    private static long seed() {
        long seed = Seed.choose();
        System.out.println("DrainBudgetPropertyTest: -Dbanhmi.seed=" + seed);
        return seed;
    }

    /** Random options; null where one is not set. */
    private record Wish(
            long longest,
            long idle,
            long silence,
            long shutdown,
            long aborts,
            long start,
            long checks,
            int tasks,
            int instances,
            int maximumPercent,
            int fit,
            @Nullable Long growth,
            @Nullable Long deregistration,
            @Nullable Long stop,
            @Nullable Long hook,
            @Nullable Long heartbeat,
            @Nullable Long albIdle,
            @Nullable Long keepAlive) {

        static Wish any(Random random) {
            Wish plain = derived(random);
            return new Wish(
                    plain.longest,
                    plain.idle,
                    plain.silence,
                    plain.shutdown,
                    plain.aborts,
                    plain.start,
                    plain.checks,
                    plain.tasks,
                    plain.instances,
                    plain.maximumPercent,
                    plain.fit,
                    plain.growth,
                    maybe(random, plain.longest + plain.idle, 0, 3600),
                    maybe(random, plain.shutdown + plain.aborts + 10, 2, 120),
                    maybe(
                            random,
                            plain.drain(plain.longest + plain.idle, plain.shutdown + plain.aborts + 15),
                            30,
                            172_800),
                    maybe(random, 2000, 30, 7200),
                    maybe(random, Math.max(plain.silence, plain.idle), 1, 4000),
                    maybe(random, Math.max(plain.silence, plain.idle) + 1, 1, 86_400));
        }

        /** Without any time that is said, and within the bounds of each option. */
        static Wish derived(Random random) {
            return new Wish(
                    random.nextLong(31, 3601),
                    random.nextLong(1, 120),
                    random.nextLong(1, 4001),
                    random.nextLong(5, 105),
                    random.nextLong(0, 21),
                    random.nextLong(1, 400),
                    random.nextLong(1, 200),
                    random.nextInt(1, 30),
                    random.nextInt(1, 12),
                    random.nextBoolean() ? 200 : random.nextInt(100, 301),
                    random.nextInt(1, 12),
                    random.nextBoolean() ? random.nextLong(1, 600) : null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null);
        }

        private static @Nullable Long maybe(Random random, long near, long least, long most) {
            if (random.nextInt(3) > 0) {
                return null;
            }
            return Math.max(least, Math.min(most, near + random.nextLong(-3, 30)));
        }

        DrainBudget.Builder builder() {
            DrainBudget.Builder builder = DrainBudget.Builder.create()
                    .maxRequestDuration(Duration.ofSeconds(longest))
                    .maxIdle(Duration.ofSeconds(idle))
                    .longestSilence(Duration.ofSeconds(silence))
                    .serviceShutdown(Duration.ofSeconds(shutdown))
                    .abortTimeout(Duration.ofSeconds(aborts))
                    .taskStart(Duration.ofSeconds(start))
                    .healthChecks(Duration.ofSeconds(checks))
                    .tasks(tasks)
                    .instances(instances)
                    .maximumPercent(maximumPercent)
                    .taskCpuUnits(100)
                    .taskMemoryMiB(200)
                    .instanceCpuUnits(fit * 100 + 99)
                    .instanceMemoryMiB(fit * 200 + 500);
            if (growth != null) {
                builder.fleetGrows(Duration.ofSeconds(growth));
            }
            if (deregistration != null) {
                builder.deregistrationDelay(Duration.ofSeconds(deregistration));
            }
            if (stop != null) {
                builder.stopTimeout(Duration.ofSeconds(stop));
            }
            if (hook != null) {
                builder.hookTimeout(Duration.ofSeconds(hook));
            }
            if (heartbeat != null) {
                builder.heartbeatTimeout(Duration.ofSeconds(heartbeat));
            }
            if (albIdle != null) {
                builder.albIdleTimeout(Duration.ofSeconds(albIdle));
            }
            if (keepAlive != null) {
                builder.keepAlive(Duration.ofSeconds(keepAlive));
            }
            return builder;
        }

        private int atOnce() {
            return (int) Math.floor(tasks * ((maximumPercent - 100) / 100.0) + 1e-9);
        }

        int rounds() {
            return (int) Math.ceil(Math.min(tasks, fit) / (double) Math.max(1, atOnce()));
        }

        long drain(long deregistrationDelay, long stopTimeout) {
            long round = start + checks + deregistrationDelay + stopTimeout + (growth == null ? 0 : growth);
            return rounds() * round + (rounds() - 1) * 10L + 300 + 120;
        }

        /** The rules that these options break, by another way of reckoning than the budget's. */
        List<String> broken() {
            List<String> broken = new ArrayList<>();
            long leastDeregistration = longest + idle;
            long waits = Objects.requireNonNullElse(deregistration, leastDeregistration);
            long stops = Objects.requireNonNullElse(
                    stop, Math.max(shutdown + aborts + 10, Math.min(shutdown + aborts + 15, 120)));
            long lasts = Objects.requireNonNullElse(hook, drain(waits, stops));
            long beats = Objects.requireNonNullElse(heartbeat, Math.min(lasts, 7200));
            long silent = Objects.requireNonNullElse(albIdle, Math.max(silence, idle));
            long keeps = Objects.requireNonNullElse(keepAlive, silent + 10);
            check(broken, "roll", atOnce() >= 1);
            check(broken, "room", (growth == null ? instances - 1 : instances) * fit >= tasks);
            check(broken, "shutdown", shutdown - 5 <= longest);
            check(broken, "deregistration", waits >= leastDeregistration && waits <= 3600);
            check(broken, "stop", stops >= shutdown + aborts + 10 && stops <= 120);
            check(broken, "hook", lasts >= drain(waits, stops) && lasts <= Math.min(172_800, 100 * beats) - 300);
            check(broken, "heartbeat", beats <= lasts && (beats == lasts || beats >= 300));
            check(broken, "idle", silent >= Math.max(silence, idle));
            check(broken, "keep-alive", keeps > silent);
            return broken;
        }
    }
}
