package dev.banhmi.drain;

import dev.banhmi.drain.DrainStep.Complete;
import dev.banhmi.drain.DrainStep.CompleteReason;
import dev.banhmi.drain.DrainStep.Hold;
import dev.banhmi.drain.DrainStep.Ignore;
import dev.banhmi.drain.DrainStep.RecordQuiet;
import dev.banhmi.drain.DrainStep.Release;
import dev.banhmi.drain.DrainStep.StartDraining;
import dev.banhmi.drain.DrainStep.StartReason;
import dev.banhmi.drain.DrainStep.StopTasks;
import dev.banhmi.drain.DrainStep.Wait;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Writes each evaluation as one line of JSON that is a metric too (CloudWatch's embedded metric format). Every line has the fields cluster,
 * group and instance, {@code null} where they are not known.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html">Embedded
 *     metric format</a>
 */
final class JournalLines implements Journal {

    /** The namespace of the metrics. */
    static final String NAMESPACE = "Banhmi/Drain";

    private final ClusterName cluster;
    private final String requestId;
    private final Consumer<String> lines;
    private final Clock clock;

    /** Passes each line on without its line terminator. */
    JournalLines(ClusterName cluster, String requestId, Consumer<String> lines, Clock clock) {
        this.cluster = cluster;
        this.requestId = requestId;
        this.lines = lines;
        this.clock = clock;
    }

    @Override
    public void evaluated(Evaluation evaluation) {
        Instant now = clock.instant();
        DrainStep step = evaluation.step();
        JournalLine line = line(now, level(step))
                .text("hint", nameOf(evaluation.hint()))
                .text("instance", evaluation.observation().map(Observation::instanceId))
                .text(
                        "group",
                        evaluation.observation().flatMap(Observation::member).map(Member::group))
                .text("step", step.getClass().getSimpleName())
                .text("reason", reason(step))
                .text("effect", evaluation.effect().map(Groups.Effect::name));
        if (step instanceof Complete complete) {
            line.text("result", complete.result().name());
        }
        if (step instanceof Release release) {
            line.text("result", release.result().name());
        }
        if (evaluation.hint() instanceof DrainHint.TaskStopped stopped) {
            line.text("task", stopped.task());
        }
        Optional<Registration.Present> present = evaluation
                .observation()
                .map(Observation::registration)
                .filter(Registration.Present.class::isInstance)
                .map(Registration.Present.class::cast);
        Optional<Duration> age = present.flatMap(one -> one.instance().drainingSince())
                .flatMap(DrainMark::since)
                .map(since -> Duration.between(since, evaluation.at()))
                .filter(Duration::isPositive);
        if (evaluation.observation().filter(Observation::hostIsLost).isPresent()) {
            // It will not become empty, so its age is no alarm.
            age.ifPresent(drain -> line.number("drainAge", drain.toSeconds()));
            age = Optional.empty();
        }
        present.ifPresent(one -> line.number("liveTasks", liveTasks(one)));
        measure(line, evaluation, present, age);
        if (!(evaluation.hint() instanceof DrainHint.Sweep)) {
            // A sweep evaluates many instances at a time, and may wait for a deadline.
            line.metric(
                    "EvaluationTime",
                    JournalLine.MILLISECONDS,
                    Duration.between(evaluation.at(), now).toMillis());
        }
        line.metric("Evaluations", JournalLine.COUNT, 1).outcome(step.getClass().getSimpleName() + "/" + reason(step));
        lines.accept(line.end(now));
    }

    @Override
    public void failed(List<String> instanceIds, DrainHint hint, RuntimeException failure) {
        Instant now = clock.instant();
        JournalLine line = line(now, "ERROR")
                .text("hint", nameOf(hint))
                .text("instance", instanceIds.size() == 1 ? Optional.of(instanceIds.getFirst()) : Optional.empty())
                .text("group", groupOf(hint))
                .text("step", Optional.empty())
                .text("error", failure.toString());
        if (instanceIds.size() > 1) {
            line.text("instances", String.join(" ", instanceIds));
        }
        line.metric("Failures", JournalLine.COUNT, 1)
                .outcome(failure instanceof RetryableFailure ? "Failed/RETRYABLE" : "Failed/PERMANENT");
        lines.accept(line.end(now));
    }

    @Override
    public void leftToSweep(DrainHint hint, RuntimeException failure) {
        Instant now = clock.instant();
        JournalLine line = line(now, "INFO")
                .text("hint", nameOf(hint))
                .text("instance", instanceOf(hint))
                .text("group", groupOf(hint))
                .text("step", Optional.empty())
                .text("error", failure.toString());
        if (hint instanceof DrainHint.TaskStopped stopped) {
            line.text("task", stopped.task());
        }
        lines.accept(line.metric("LeftToSweep", JournalLine.COUNT, 1).end(now));
    }

    private static Optional<String> instanceOf(DrainHint hint) {
        return switch (hint) {
            case DrainHint.TerminationNotice notice -> Optional.of(notice.instanceId());
            case DrainHint.InstanceDraining draining -> Optional.of(draining.instanceId());
            case DrainHint.TaskStopped stopped -> Optional.empty();
            case DrainHint.Sweep sweep -> Optional.empty();
            case DrainHint.Ignored ignored -> Optional.empty();
        };
    }

    private static Optional<String> groupOf(DrainHint hint) {
        return hint instanceof DrainHint.TerminationNotice notice ? Optional.of(notice.group()) : Optional.empty();
    }

    @Override
    public void leftOver(int left, int instances) {
        Instant now = clock.instant();
        JournalLine line = line(now, "WARN")
                .text("hint", "Sweep")
                .text("instance", Optional.empty())
                .text("group", Optional.empty())
                .text("step", Optional.empty())
                .number("instances", instances);
        lines.accept(line.metric("LeftOver", JournalLine.COUNT, left).end(now));
    }

    @Override
    public void ignored(DrainHint.Ignored hint) {
        Instant now = clock.instant();
        lines.accept(line(now, "INFO")
                .text("hint", nameOf(hint))
                .text("instance", Optional.empty())
                .text("group", Optional.empty())
                .text("step", "Ignore")
                .text("reason", hint.reason())
                .end(now));
    }

    private JournalLine line(Instant now, String level) {
        return new JournalLine()
                .text("timestamp", now.toString())
                .text("level", level)
                .text("requestId", requestId)
                .text(JournalLine.CLUSTER, cluster.shortName());
    }

    private static void measure(
            JournalLine line, Evaluation evaluation, Optional<Registration.Present> present, Optional<Duration> age) {
        switch (evaluation.step()) {
            case Complete complete -> measureEnd(line, evaluation, complete.reason(), present, age);
            case Release release -> measureEnd(line, evaluation, release.reason(), present, age);
            case Hold hold ->
                age.ifPresent(drain -> {
                    line.metric("DrainAge", JournalLine.SECONDS, drain.toSeconds());
                    if (present.flatMap(Registration.Present::daemons).isEmpty()) {
                        // It may be held for a daemon alone, which nothing is to replace.
                        return;
                    }
                    line.metric("ReplacementWait", JournalLine.SECONDS, drain.toSeconds());
                    if (hold.justLate()) {
                        line.metric("ReplacementsOverdue", JournalLine.COUNT, 1);
                    }
                    if (hold.overdue()) {
                        line.metric("DrainsHeld", JournalLine.COUNT, 1);
                    }
                });
            case StartDraining start -> line.metric("DrainsStarted", JournalLine.COUNT, 1);
            case RecordQuiet quiet ->
                age.ifPresent(drain -> line.metric("DrainAge", JournalLine.SECONDS, drain.toSeconds()));
            case StopTasks stop -> {
                line.metric("TasksStopped", JournalLine.COUNT, stop.tasks().size());
                age.ifPresent(drain -> line.metric("DrainAge", JournalLine.SECONDS, drain.toSeconds()));
            }
            case Wait wait -> age.ifPresent(drain -> line.metric("DrainAge", JournalLine.SECONDS, drain.toSeconds()));
            case Ignore ignore -> {
                // Nothing is drained, so nothing has an age.
                if (ignore.reason().isUnhandled()) {
                    line.metric("Unhandled", JournalLine.COUNT, 1);
                }
            }
        }
    }

    private static void measureEnd(
            JournalLine line,
            Evaluation evaluation,
            CompleteReason reason,
            Optional<Registration.Present> present,
            Optional<Duration> age) {
        if (!evaluation.effect().filter(Groups.Effect.DONE::equals).isPresent()) {
            return;
        }
        switch (reason) {
            case LAUNCHED -> line.metric("InstancesLaunched", JournalLine.COUNT, 1);
            case NEVER_REGISTERED, NEVER_CONNECTED -> line.metric("LaunchesAbandoned", JournalLine.COUNT, 1);
            case HOST_LOST -> line.metric("HostsLost", JournalLine.COUNT, 1);
            case DRAINED, NOT_REGISTERED, WARM_POOL, DEADLINE ->
                age.ifPresent(drain -> line.metric("DrainDuration", JournalLine.SECONDS, drain.toSeconds()));
        }
        long live = present.map(JournalLines::liveTasks).orElse(0L);
        if (reason == CompleteReason.DEADLINE) {
            line.metric("DeadlinesReached", JournalLine.COUNT, 1);
            line.metric("TasksCut", JournalLine.COUNT, live);
        } else if (reason == CompleteReason.NEVER_CONNECTED && live > 0) {
            line.metric("TasksCut", JournalLine.COUNT, live);
        }
    }

    private static long liveTasks(Registration.Present present) {
        return present.tasks().stream().filter(task -> !task.hasStopped()).count();
    }

    private static String level(DrainStep step) {
        return switch (step) {
            case Complete complete -> level(complete.reason());
            case Release release -> level(release.reason());
            case Hold hold -> hold.overdue() ? "WARN" : "INFO";
            case StartDraining start -> start.reason() == StartReason.NEVER_CONNECTED ? "WARN" : "INFO";
            case RecordQuiet quiet -> "INFO";
            case StopTasks stop -> "INFO";
            case Wait wait -> "INFO";
            case Ignore ignore -> ignore.reason().isUnhandled() ? "WARN" : "INFO";
        };
    }

    private static String level(CompleteReason reason) {
        return switch (reason) {
            case DEADLINE, HOST_LOST, NEVER_REGISTERED, NEVER_CONNECTED -> "WARN";
            case DRAINED, NOT_REGISTERED, WARM_POOL, LAUNCHED -> "INFO";
        };
    }

    private static String reason(DrainStep step) {
        return switch (step) {
            case StartDraining start -> start.reason().name();
            case RecordQuiet quiet -> "NOTHING_TO_RUN";
            case StopTasks stop -> "STANDALONE";
            case Wait wait -> wait.reason().name();
            case Hold hold -> hold.overdue() ? "NOT_REPLACED" : "REPLACED_LATE";
            case Complete complete -> complete.reason().name();
            case Release release -> release.reason().name();
            case Ignore ignore -> ignore.reason().name();
        };
    }

    private static String nameOf(DrainHint hint) {
        return hint.getClass().getSimpleName();
    }
}
