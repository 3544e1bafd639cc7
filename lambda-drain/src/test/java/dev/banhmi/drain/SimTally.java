package dev.banhmi.drain;

import dev.banhmi.drain.DrainStep.CompleteReason;
import dev.banhmi.drain.SimTrace.Fate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What one way to drain has done to all traces. */
final class SimTally {

    private final double gigabytes;
    private final List<Double> releases = new ArrayList<>();
    private final List<Double> afterLastWithoutLoss = new ArrayList<>();
    private final List<Double> afterLastWithLoss = new ArrayList<>();
    private final Set<String> killedAt = new TreeSet<>();
    private int drains;
    private int cutTransfers;
    private int cutLongTransfers;
    private int cutSpotTransfers;
    private int unreleased;
    private int invocations;
    private int idleInvocations;
    private long billedMillis;
    private long idleMillis;
    private int touched;
    private int atDeadline;
    private int failedEvaluations;
    private int emptiedWithoutLoss;
    private int releasedByLastStop;

    SimTally(double gigabytes) {
        this.gigabytes = gigabytes;
    }

    Set<String> killedAt() {
        return killedAt;
    }

    void evaluationFailed() {
        failedEvaluations++;
    }

    /** Our function has ended a wait. */
    void released(SimTrace trace, SimHost host, CompleteReason reason, DrainHint hint) {
        if (reason == CompleteReason.DEADLINE) {
            atDeadline++;
        }
        if (reason == CompleteReason.DRAINED && isCalm(trace) && hasTasks(host)) {
            emptiedWithoutLoss++;
            if (hint instanceof DrainHint.TaskStopped) {
                releasedByLastStop++;
            }
        }
    }

    /** A run is over. */
    void add(SimTrace trace, SimWorld world, SimLambda lambda, long margin) {
        invocations += lambda.invocations();
        billedMillis += lambda.billedMillis();
        idleInvocations += lambda.idleInvocations();
        idleMillis += lambda.idleMillis();
        touched += world.touched();
        long longest = trace.longest().toMillis();
        for (SimHost host : world.hosts()) {
            long gone = host.goneAt();
            for (SimTask task : host.tasks()) {
                if (host.plan().fate() == Fate.SPOT) {
                    cutSpotTransfers += task.cut(gone, longest, true);
                } else {
                    cutTransfers += task.cut(gone, longest, true);
                    cutLongTransfers += task.cut(gone, longest, false);
                }
            }
            if (host.plan().fate() != Fate.PLANNED) {
                continue;
            }
            drains++;
            if (gone > host.plan().waitAt() + trace.budget().toMillis() + margin) {
                unreleased++;
            } else {
                releases.add((gone - host.plan().waitAt()) / 1000.0);
                if (host.wasCompleted() && hasTasks(host) && host.emptyAt() <= gone) {
                    double seconds = (gone - host.emptyAt()) / 1000.0;
                    if (isCalm(trace)) {
                        afterLastWithoutLoss.add(seconds);
                    } else if (hasLossOnly(trace)) {
                        afterLastWithLoss.add(seconds);
                    }
                }
            }
        }
    }

    private static boolean hasLossOnly(SimTrace trace) {
        return trace.lossy() && !trace.faulty();
    }

    private static boolean isCalm(SimTrace trace) {
        return !trace.lossy() && !trace.faulty();
    }

    private static boolean hasTasks(SimHost host) {
        return host.tasks().stream().anyMatch(task -> task.isPlaced(host.goneAt()));
    }

    int drains() {
        return drains;
    }

    int cutTransfers() {
        return cutTransfers;
    }

    /** Longer than the longest that is promised. */
    int cutLongTransfers() {
        return cutLongTransfers;
    }

    int cutSpotTransfers() {
        return cutSpotTransfers;
    }

    int unreleased() {
        return unreleased;
    }

    int touched() {
        return touched;
    }

    int atDeadline() {
        return atDeadline;
    }

    int failedEvaluations() {
        return failedEvaluations;
    }

    /** From the start of the wait. */
    double releaseSeconds(double quantile) {
        return quantile(releases, quantile);
    }

    /** From the end of the last task, in traces without faults. */
    double afterLastSeconds(boolean loss, double quantile) {
        return quantile(loss ? afterLastWithLoss : afterLastWithoutLoss, quantile);
    }

    /** How many of the instances that emptied in a trace without losses and faults were released by a STOPPED event. */
    double shareReleasedByStop() {
        return emptiedWithoutLoss == 0 ? Double.NaN : (double) releasedByLastStop / emptiedWithoutLoss;
    }

    double gigabyteSecondsPerDrain() {
        return billedMillis / 1000.0 * gigabytes / drains;
    }

    double invocationsPerDrain() {
        return (double) invocations / drains;
    }

    int invocations() {
        return invocations;
    }

    /** What the sweeps of a day cost while nothing drains. */
    double idleGigabyteSecondsPerDay() {
        return idleInvocations == 0
                ? 0
                : idleMillis / 1000.0 / idleInvocations * gigabytes * (86_400.0 / SimParameters.SWEEP.toSeconds());
    }

    private static double quantile(List<Double> values, double quantile) {
        if (values.isEmpty()) {
            return Double.NaN;
        }
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get((int) Math.min(sorted.size() - 1L, Math.round(quantile * (sorted.size() - 1))));
    }
}
