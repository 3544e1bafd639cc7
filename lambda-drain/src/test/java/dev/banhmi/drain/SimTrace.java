package dev.banhmi.drain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What happens to a fleet whatever its drains do: instances that are to leave, their tasks, the transfers that would reach them.
 *
 * @param dice for everything that depends on the policy's actions
 * @param longest maxRequestDuration: also the load balancer's deregistration delay
 * @param shortHeartbeat whether the budget lives on heartbeats
 * @param lossy whether hints are lost
 * @param faulty whether invocations are killed and calls fail
 * @param bystanders container instances of the cluster that nothing happens to
 */
record SimTrace(
        SimDice dice,
        Duration longest,
        boolean shortHeartbeat,
        boolean lossy,
        boolean faulty,
        int bystanders,
        List<HostPlan> hosts) {

    /** How long before the first wait transfers begin to arrive: as long as the longest kind lasts. */
    static final long WARM_UP_MILLIS = 20_000;

    /** What an instance is in the trace for. */
    enum Fate {
        /** Scale-in, refresh, replacement, rebalancing. */
        PLANNED,
        /** Gone two minutes after the notice. */
        SPOT,
        /** Drained by an operator, and stays. */
        OPERATOR,
        /** Nothing happens to it. */
        STAYS
    }

    enum Kind {
        REPLICA,
        DAEMON,
        STANDALONE
    }

    /** Milliseconds since the start of the run everywhere. */
    record HostPlan(
            String id,
            Fate fate,
            long waitAt,
            boolean registered,
            boolean agentConnected,
            int stoppedBefore,
            List<TaskPlan> tasks) {}

    /**
     * A task that ECS places unless its instance drains by then.
     *
     * @param endsAt when it ends by itself; {@link Long#MAX_VALUE} for never
     */
    record TaskPlan(String arn, Kind kind, long placedAt, long runningAt, long endsAt, List<Transfer> transfers) {}

    /**
     * A transfer that reaches the task if the load balancer still sends there.
     *
     * @param length milliseconds, unless it is cut
     */
    record Transfer(long startsAt, long length) {

        long endsAt() {
            return startsAt + length;
        }
    }

    /** How long a drain may take: the same number for every policy. */
    Duration budget() {
        return SimParameters.budget(longest);
    }

    static SimTrace of(long seed, int run) {
        SimDice dice = new SimDice(seed).of("trace", run);
        Duration longest = List.of(Duration.ofMinutes(5), Duration.ofMinutes(15), Duration.ofHours(1))
                .get(dice.of("longest").random().nextInt(3));
        List<HostPlan> hosts = new ArrayList<>();
        int leaving = 1 + dice.of("leaving").random().nextInt(4);
        for (int i = 0; i < leaving; i++) {
            boolean idle = dice.of("idle", i).chance(0.4);
            hosts.add(host(dice.of("host", i), "i-" + i, Fate.PLANNED, idle, longest));
        }
        if (dice.of("spot").chance(0.3)) {
            hosts.add(host(dice.of("spotHost"), "i-spot", Fate.SPOT, false, longest));
        }
        if (dice.of("operator").chance(0.3)) {
            hosts.add(host(dice.of("operatorHost"), "i-operator", Fate.OPERATOR, false, longest));
        }
        hosts.add(host(dice.of("busyHost"), "i-busy", Fate.STAYS, false, longest));
        return new SimTrace(
                dice,
                longest,
                dice.of("heartbeat").chance(0.5),
                dice.of("lossy").chance(0.5),
                dice.of("faulty").chance(0.4),
                dice.of("large").chance(0.1) ? 120 : 2,
                hosts);
    }

    private static HostPlan host(SimDice dice, String id, Fate fate, boolean idle, Duration longest) {
        long waitAt =
                longest.toMillis() + WARM_UP_MILLIS + (long) (dice.of("wait").fraction() * 120_000);
        boolean registered = fate != Fate.PLANNED || dice.of("registered").chance(0.95);
        List<TaskPlan> tasks = new ArrayList<>();
        if (registered) {
            tasks(dice, id, waitAt, idle, longest, tasks);
        }
        return new HostPlan(
                id,
                fate,
                waitAt,
                registered,
                !registered || fate != Fate.PLANNED || dice.of("agent").chance(0.96),
                dice.of("crashLoop").chance(0.15)
                        ? 130
                        : dice.of("stopped").random().nextInt(5),
                tasks);
    }

    private static void tasks(
            SimDice dice, String id, long waitAt, boolean idle, Duration longest, List<TaskPlan> tasks) {
        int replicas = idle ? 0 : 1 + dice.of("replicas").random().nextInt(5);
        for (int i = 0; i < replicas; i++) {
            long placed = dice.of("old", i).chance(0.8)
                    ? 0
                    : waitAt - 60_000 + (long) (dice.of("young", i).fraction() * 60_000);
            tasks.add(replica(dice.of("task", i), id + "/replica-" + i, placed, longest));
        }
        // The scheduler's last placements, between seconds before the wait and whenever DRAINING comes.
        int late = idle
                ? 1
                : dice.of("late").chance(0.3)
                        ? 1 + dice.of("lateCount").random().nextInt(3)
                        : 0;
        for (int i = 0; i < late; i++) {
            long placed = waitAt - 2_000 + (long) (dice.of("latePlaced", i).fraction() * 3_000);
            tasks.add(replica(dice.of("lateTask", i), id + "/late-" + i, placed, longest));
        }
        if (!idle && dice.of("daemon").chance(0.4)) {
            tasks.add(new TaskPlan(id + "/daemon", Kind.DAEMON, 0, 1, Long.MAX_VALUE, List.of()));
        }
        if (!idle && dice.of("standalone").chance(0.15)) {
            // A job that ends within the longest time counts as a transfer; one in five never ends.
            long length = dice.of("endless").chance(0.2)
                    ? Long.MAX_VALUE / 4
                    : (long) (dice.of("job").fraction() * longest.toMillis());
            long placed = waitAt - (long) (dice.of("jobPlaced").fraction() * 30_000);
            tasks.add(new TaskPlan(
                    id + "/job",
                    Kind.STANDALONE,
                    placed,
                    placed + 1_000,
                    placed + 1_000 + length,
                    List.of(new Transfer(placed + 1_000, length))));
        }
    }

    /** A task behind the load balancer: mostly short requests, and now and then one that takes nearly the longest time, or too long. */
    private static TaskPlan replica(SimDice dice, String arn, long placedAt, Duration longest) {
        long runningAt = placedAt == 0 ? 1 : placedAt + dice.of("start").between(quick(dice));
        List<Transfer> transfers = new ArrayList<>();
        SplittableRandom random = dice.of("transfers").random();
        long horizon = 2 * longest.toMillis() + 2 * WARM_UP_MILLIS + 900_000;
        // About forty in the time of the longest, so that the load does not depend on it.
        double pause = longest.toMillis() / 40.0;
        double time = runningAt;
        if (placedAt > 0) {
            // The load balancer favours a new target: its first requests come at once.
            for (int i = 0; i < 3; i++) {
                transfers.add(new Transfer(runningAt + 50 + (long) (random.nextDouble() * 500), (long)
                        (random.nextDouble() * longest.toMillis())));
            }
        }
        while (true) {
            time += -Math.log(1 - random.nextDouble()) * pause;
            if (time > horizon) {
                break;
            }
            double kind = random.nextDouble();
            double share = kind < 0.7
                    ? 0.02 * random.nextDouble()
                    : kind < 0.97 ? random.nextDouble() : 1 + random.nextDouble();
            transfers.add(new Transfer((long) time, Math.max(1, (long) (share * longest.toMillis()))));
        }
        return new TaskPlan(arn, Kind.REPLICA, placedAt, runningAt, Long.MAX_VALUE, List.copyOf(transfers));
    }

    private static SimSpan quick(SimDice dice) {
        // A task with a cached image serves at once: then it has transfers before anyone has seen it.
        return dice.of("cached").chance(0.7) ? SimSpan.seconds(0.2, 0.8) : SimParameters.TASK_START;
    }
}
