package dev.banhmi.drain;

import java.time.Duration;

/** One way to drain meets one trace. */
final class SimRun {

    /** Beyond the budget, which counts from the mark: for its detection, a sweep and the failures of sweeps. */
    static final Duration RELEASE_MARGIN = Duration.ofMinutes(6);

    private SimRun() {}

    static void run(SimDrainer.Kind kind, SimTrace trace, SimTally tally) {
        try (SimLoop loop = new SimLoop()) {
            SimDrainer drainer = kind.create(tally);
            SimWorld world = new SimWorld(loop, trace, kind.heartbeat(trace), drainer);
            SimLambda lambda = new SimLambda(
                    loop,
                    trace.dice().of("lambda"),
                    trace.faulty(),
                    kind.timeout(),
                    () -> world.hosts().stream().noneMatch(host -> host.waits(loop.now())),
                    tally.killedAt());
            drainer.begin(world, lambda);
            world.start();
            long last = trace.hosts().stream()
                    .mapToLong(SimTrace.HostPlan::waitAt)
                    .max()
                    .orElseThrow();
            long end = last + trace.budget().plus(RELEASE_MARGIN).toMillis();
            loop.runWhile(() -> loop.now() <= end && !world.isOver(), 5_000);
            tally.add(trace, world, lambda, RELEASE_MARGIN.toMillis());
        }
    }
}
