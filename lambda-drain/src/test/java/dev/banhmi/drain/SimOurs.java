package dev.banhmi.drain;

import dev.banhmi.drain.DrainStep.Complete;
import dev.banhmi.drain.DrainStep.CompleteReason;
import dev.banhmi.drain.DrainStep.Release;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Our function: the real decision and the real evaluation, or a mutant of them, behind untrusted hints. */
final class SimOurs implements SimDrainer, Journal {

    private final SimMutant mutant;
    private final SimTally tally;
    private SimWorld world;
    private SimLambda lambda;

    @SuppressWarnings("NullAway.Init") // begin() comes before anything can happen
    SimOurs(SimMutant mutant, SimTally tally) {
        this.mutant = mutant;
        this.tally = tally;
    }

    static Kind kind(SimMutant mutant) {
        return new Kind() {
            @Override
            public String id() {
                return mutant.id();
            }

            @Override
            public Duration heartbeat(SimTrace trace) {
                return trace.shortHeartbeat() ? SimParameters.SHORT_HEARTBEAT : trace.budget();
            }

            @Override
            public Duration timeout() {
                return SimParameters.OUR_TIMEOUT;
            }

            @Override
            public double gigabytes() {
                return SimParameters.OUR_GIGABYTES;
            }

            @Override
            public SimDrainer create(SimTally tally) {
                return new SimOurs(mutant, tally);
            }
        };
    }

    @Override
    public void begin(SimWorld begun, SimLambda deployed) {
        world = begun;
        lambda = deployed;
        if (mutant.sweeps()) {
            long first = world.hosts().stream()
                    .filter(SimHost::leaves)
                    .mapToLong(host -> host.plan().waitAt())
                    .min()
                    .orElseThrow();
            long phase = (long) (world.trace().dice().of("phase").fraction() * SimParameters.SWEEP.toMillis());
            sweepAt(first - 3 * SimParameters.SWEEP.toMillis() + phase, 0);
        }
    }

    private void sweepAt(long time, int number) {
        SimDice dice = world.trace().dice().of("sweep", number);
        world.loop().at(time, () -> {
            if (!world.trace().lossy() || !dice.chance(SimParameters.LOST_SWEEP_CHANCE)) {
                invoke(world.loop().now(), new DrainHint.Sweep());
            }
            sweepAt(time + SimParameters.SWEEP.toMillis(), number + 1);
        });
    }

    @Override
    public void waits(SimHost host) {
        send(
                "notice " + host.id(),
                new DrainHint.TerminationNotice(
                        host.id(),
                        SimWorld.GROUP,
                        world.hook().name(),
                        Optional.of(SimHost.instant(world.loop().now()))));
    }

    @Override
    public void drains(SimHost host) {
        send("draining " + host.id(), new DrainHint.InstanceDraining(SimWorld.CLUSTER, host.arn(), host.id()));
    }

    @Override
    public void stopped(SimTask task) {
        send(
                "stopped " + task.arn(),
                new DrainHint.TaskStopped(
                        SimWorld.CLUSTER, task.arn(), task.host().arn(), 1));
    }

    private void send(String what, DrainHint hint) {
        SimTrace trace = world.trace();
        SimDice dice = trace.dice().of(what);
        int copies = dice.of("doubled").chance(SimParameters.DOUBLED_CHANCE) ? 2 : 1;
        for (int copy = 0; copy < copies; copy++) {
            SimDice own = dice.of(copy);
            if (trace.lossy() && own.of("lost").chance(SimParameters.LOST_CHANCE)) {
                continue;
            }
            boolean late = trace.lossy() && own.of("late").chance(SimParameters.LATE_CHANCE);
            long delay = own.of("delay").between(late ? SimParameters.LATE_EVENT : SimParameters.EVENT);
            invoke(world.loop().now() + delay, hint);
        }
    }

    private void invoke(long at, DrainHint hint) {
        DrainPolicy standard = DrainPolicy.standard();
        Optional<Duration> budget =
                world.trace().shortHeartbeat() ? Optional.of(world.trace().budget()) : Optional.empty();
        DrainPolicy policy = mutant.policy(new DrainPolicy(
                standard.groups(),
                standard.hook(),
                budget,
                standard.standalone(),
                standard.atDeadline(),
                standard.minimumAge(),
                standard.sweepInterval()));
        lambda.invoke(at, calls -> {
            Groups groups = mutant.groups(new SimGroups(world, calls));
            Cluster cluster = mutant.cluster(new SimCluster(world, calls), groups, world.hook());
            new DrainEvaluation(
                            cluster,
                            groups,
                            policy,
                            mutant.decision(policy),
                            this,
                            calls.clock(),
                            new InTurn(calls::leftMillis, calls::sleep),
                            world.trace().dice().of("few").chance(0.5) ? 0 : FleetReads.FEW)
                    .evaluate(hint);
        });
    }

    @Override
    public void evaluated(Evaluation evaluation) {
        if (evaluation.effect().filter(Groups.Effect.DONE::equals).isEmpty()) {
            return;
        }
        if (evaluation.step() instanceof Complete complete) {
            released(evaluation, complete.reason());
        } else if (evaluation.step() instanceof Release release) {
            released(evaluation, release.reason());
        }
    }

    private void released(Evaluation evaluation, CompleteReason reason) {
        tally.released(
                world.trace(),
                world.host(evaluation.observation().orElseThrow().instanceId()),
                reason,
                evaluation.hint());
    }

    @Override
    public void failed(List<String> instanceIds, DrainHint hint, RuntimeException failure) {
        tally.evaluationFailed();
    }

    @Override
    public void leftToSweep(DrainHint hint, RuntimeException failure) {
        throw new IllegalStateException("Nothing is throttled here.", failure);
    }

    @Override
    public void leftOver(int left, int instances) {
        // The next sweep continues.
    }

    @Override
    public void ignored(DrainHint.Ignored hint) {
        throw new IllegalStateException("The simulator sends no event that is to be ignored: " + hint);
    }
}
