package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.drain.DrainStep.Complete;
import dev.banhmi.drain.DrainStep.CompleteReason;
import dev.banhmi.drain.DrainStep.Hold;
import dev.banhmi.drain.DrainStep.Release;
import dev.banhmi.drain.DrainStep.Wait;
import dev.banhmi.drain.DrainStep.WaitReason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The deadline of an instance whose tasks nothing replaces. The budget is 20 min, tasks need 12 min of it to stop. */
class HeldDrainTest {

    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
    private static final Duration STOPPING = Duration.ofMinutes(12);
    private static final Duration BUDGET = Duration.ofMinutes(20);
    private static final Duration LONGEST = Duration.ofMinutes(2_000);
    private static final Hook HOOK = new Hook("g", "banhmi-drain", BUDGET, LONGEST, LifecycleResult.CONTINUE);
    private static final String ARN = "arn:ci";
    private static final DrainHint SWEEP = new DrainHint.Sweep();
    private static final DrainHint EVENT = new DrainHint.TaskStopped(new ClusterName("c"), "arn:task/another", ARN, 1);
    private static final DrainTask SERVING =
            new DrainTask("arn:task/1", "RUNNING", "RUNNING", "service:gateway", "ecs-svc/1", ARN);
    private static final DrainTask TOLD =
            new DrainTask("arn:task/1", "DEACTIVATING", "STOPPED", "service:gateway", "ecs-svc/1", ARN);
    private static final DrainTask DAEMON =
            new DrainTask("arn:task/2", "RUNNING", "RUNNING", "service:agent", "ecs-svc/2", ARN);
    private static final DrainTask STANDALONE =
            new DrainTask("arn:task/1", "RUNNING", "RUNNING", "family:job", "", ARN);

    @Test
    void releasesAtTheDeadlineWhereNothingMovesIt() {
        assertThat(decide(firm(), SWEEP, age(20), true, SERVING)).isEqualTo(cut());
    }

    @Test
    void holdsBackFromTheTimeOnThatTheEndOfATaskNoLongerFits() {
        assertThat(decide(holding(), SWEEP, age(7), true, SERVING))
                .isEqualTo(new Wait(WaitReason.LIVE_TASKS, Optional.empty()));
        assertThat(decide(holding(), SWEEP, age(8), true, SERVING)).isEqualTo(hold(8, false, false));
        assertThat(decide(holding(), SWEEP, age(19), true, SERVING)).isEqualTo(hold(19, false, true));
    }

    @Test
    void holdsBackAtTheDeadlineAndSaysThatItIsOverdue() {
        assertThat(decide(holding(), SWEEP, age(20), true, SERVING)).isEqualTo(hold(20, true, true));
        assertThat(decide(holding(), EVENT, age(20), true, SERVING)).isEqualTo(hold(20, true, true));
    }

    @Test
    void writesAndPagesFromSweepsOnlyWhileTimeIsLeft() {
        assertThat(decide(holding(), EVENT, age(19), true, SERVING))
                .isEqualTo(new Wait(WaitReason.LIVE_TASKS, Optional.empty()));
    }

    @Test
    void givesATaskThatIsReplacedLateItsWholeTimeToStop() {
        assertThat(decide(holding(), SWEEP, held(600, 11), true, TOLD))
                .isEqualTo(new Wait(WaitReason.LIVE_TASKS, Optional.of(HOOK)));
        assertThat(decide(holding(), SWEEP, held(600, 12), true, TOLD)).isEqualTo(cut());
    }

    @Test
    void sendsHeartbeatsForADrainThatWasHeldUntilItEnds() {
        assertThat(decide(holding(), SWEEP, held(15, 5), true, TOLD))
                .isEqualTo(new Wait(WaitReason.LIVE_TASKS, Optional.of(HOOK)));
        assertThat(decide(holding(), EVENT, held(15, 5), true, TOLD))
                .isEqualTo(new Wait(WaitReason.LIVE_TASKS, Optional.empty()));
    }

    @Test
    void goesOnHoldingForAsLongAsAutoScalingAllows() {
        assertThat(decide(holding(), SWEEP, held(1_997, 1), true, SERVING)).isEqualTo(hold(1_997, true, false));
        assertThat(decide(holding(), SWEEP, held(1_998, 1), true, SERVING)).isEqualTo(cut());
        assertThat(decide(holding(), SWEEP, held(1_998, 1), true, TOLD)).isEqualTo(cut());
    }

    @Test
    void keepsAutoScalingFromEndingTheWaitBeforeTheDeadline() {
        assertThat(decide(holding(), SWEEP, age(14), true, TOLD))
                .isEqualTo(new Wait(WaitReason.LIVE_TASKS, Optional.empty()));
        assertThat(decide(holding(), SWEEP, age(15), true, TOLD))
                .isEqualTo(new Wait(WaitReason.LIVE_TASKS, Optional.of(HOOK)));
        assertThat(decide(firm(), SWEEP, age(19), true, TOLD))
                .isEqualTo(new Wait(WaitReason.LIVE_TASKS, Optional.empty()));
    }

    @Test
    void holdsNoHostWhoseAgentIsGoneAndTakesItOutOfTheCluster() {
        assertThat(decide(holding(), SWEEP, age(20), false, SERVING))
                .isEqualTo(new Release(ARN, HOOK, LifecycleResult.CONTINUE, CompleteReason.DEADLINE));
    }

    @Test
    void holdsNothingForATaskThatNoServiceReplaces() {
        assertThat(decide(holding(), SWEEP, age(20), true, STANDALONE)).isEqualTo(cut());
    }

    /** ECS stops it last, and replaces it nowhere. */
    @Test
    void holdsNothingForADaemon() {
        assertThat(decide(holding(), SWEEP, age(19), true, TOLD, DAEMON))
                .isEqualTo(new Wait(WaitReason.LIVE_TASKS, Optional.of(HOOK)));
        assertThat(decide(holding(), SWEEP, age(20), true, TOLD, DAEMON)).isEqualTo(cut());
        assertThat(decide(holding(), SWEEP, age(19), true, SERVING, DAEMON)).isEqualTo(hold(19, false, true));
        DrainTask managed = new DrainTask("arn:task/2", "RUNNING", "RUNNING", "daemon:agent", "", ARN);
        assertThat(decide(holding(), SWEEP, age(20), true, TOLD, managed)).isEqualTo(cut());
    }

    @Test
    void holdsForWhatMayBeADaemonUntilEcsSaysSoAndPagesNobody() {
        DrainDecision decision = new DrainDecision(holding());
        Observation unasked = unasked(SWEEP, age(19), true, TOLD, DAEMON);
        assertThat(decision.decide(unasked, NOW)).isEqualTo(hold(19, false, true));
        assertThat(line(unasked, hold(20, true, true)))
                .contains("\"DrainAge\":1140")
                .doesNotContain("ReplacementWait", "ReplacementsOverdue", "DrainsHeld");
    }

    @Test
    void believesNoTimeOfHoldingThatIsInTheFuture() {
        String mark = DrainMark.format(NOW.minus(BUDGET), NOW.plus(Duration.ofHours(1)));
        assertThat(decide(holding(), SWEEP, mark, true, TOLD)).isEqualTo(cut());
    }

    @Test
    void readsBothTimesOfAMark() {
        Instant since = NOW.minusSeconds(90);
        assertThat(DrainMark.parse(DrainMark.format(since, NOW)).since()).contains(since);
        assertThat(DrainMark.parse(DrainMark.format(since, NOW)).heldAt()).contains(NOW);
        assertThat(DrainMark.parse(DrainMark.format(since)).heldAt()).isEmpty();
        assertThat(DrainMark.parse(DrainMark.format(since) + "/soon").since()).contains(since);
        assertThat(DrainMark.parse(DrainMark.format(since) + "/soon").heldAt()).isEmpty();
        assertThat(DrainMark.format(since, NOW)).matches("[A-Za-z0-9:./-]{1,128}");
    }

    /** A replacement has 20 - 12 minutes by the budget, and ten more. */
    @Test
    void aLateReplacementIsAnEventOfTenMinutesForEachDrain() {
        assertThat(decide(holding(), SWEEP, age(18), true, SERVING)).isEqualTo(hold(18, false, false));
        assertThat(decide(holding(), SWEEP, age(19), true, SERVING)).isEqualTo(hold(19, false, true));
        assertThat(decide(holding(), SWEEP, held(28, 1), true, SERVING)).isEqualTo(hold(28, true, true));
        assertThat(decide(holding(), SWEEP, held(29, 1), true, SERVING)).isEqualTo(hold(29, true, false));
    }

    @Test
    void countsForTheAlarmsWhatIsHeldAndForHowLong() {
        assertThat(line(hold(8, false, false), 8))
                .contains("\"ReplacementWait\":480")
                .doesNotContain("DrainsHeld", "ReplacementsOverdue");
        assertThat(line(hold(19, false, true), 19))
                .contains("\"ReplacementsOverdue\":1")
                .doesNotContain("DrainsHeld");
        assertThat(line(hold(20, true, true), 20))
                .contains("\"ReplacementWait\":1200", "\"DrainsHeld\":1", "\"level\":\"WARN\"", "NOT_REPLACED");
    }

    private static String line(DrainStep step, int minutes) {
        return line(observation(SWEEP, age(minutes), true, SERVING), step);
    }

    private static String line(Observation seen, DrainStep step) {
        List<String> lines = new ArrayList<>();
        new JournalLines(new ClusterName("c"), "request", lines::add, Clock.fixed(NOW, ZoneOffset.UTC))
                .evaluated(new Evaluation(NOW, SWEEP, Optional.of(seen), step, Optional.of(Groups.Effect.DONE)));
        return lines.getFirst();
    }

    private static DrainPolicy firm() {
        return DrainPolicy.standard();
    }

    private static DrainPolicy holding() {
        DrainPolicy standard = DrainPolicy.standard();
        return new DrainPolicy(
                standard.groups(),
                standard.hook(),
                standard.budget(),
                standard.standalone(),
                standard.atDeadline(),
                standard.minimumAge(),
                standard.sweepInterval(),
                Optional.of(STOPPING),
                Optional.empty());
    }

    private static String age(int minutes) {
        return DrainMark.format(NOW.minus(Duration.ofMinutes(minutes)));
    }

    private static String held(int minutes, int heldBefore) {
        return DrainMark.format(NOW.minus(Duration.ofMinutes(minutes)), NOW.minus(Duration.ofMinutes(heldBefore)));
    }

    private static DrainStep cut() {
        return new Complete(HOOK, LifecycleResult.CONTINUE, CompleteReason.DEADLINE);
    }

    private static DrainStep hold(int minutes, boolean overdue, boolean justLate) {
        return new Hold(ARN, NOW.minus(Duration.ofMinutes(minutes)), overdue, justLate, Optional.of(HOOK));
    }

    private static DrainStep decide(
            DrainPolicy policy, DrainHint hint, String mark, boolean agent, DrainTask... tasks) {
        return new DrainDecision(policy).decide(observation(hint, mark, agent, tasks), NOW);
    }

    /** Once ECS has said which services are daemons. */
    private static Observation observation(DrainHint hint, String mark, boolean agent, DrainTask... tasks) {
        Observation unasked = unasked(hint, mark, agent, tasks);
        return unasked.with(((Registration.Present) unasked.registration()).knowing(Set.of("agent")));
    }

    private static Observation unasked(DrainHint hint, String mark, boolean agent, DrainTask... tasks) {
        // Quiet was written down: no other step is due. A task that is still to run makes the mark an old one.
        DrainMark parsed = DrainMark.parse(mark);
        Optional<DrainMark> quiet =
                parsed.since().map(since -> DrainMark.parse(DrainMark.format(since.plusSeconds(10))));
        ContainerInstance instance = new ContainerInstance(
                ARN, "i-1", ContainerInstance.Status.DRAINING, agent, 0, 0, Optional.of(parsed), quiet);
        Set<String> toRun = List.of(tasks).stream()
                .filter(task -> !task.isToStop())
                .map(DrainTask::arn)
                .collect(Collectors.toSet());
        return new Observation(
                "i-1",
                hint,
                Optional.of(new Member("i-1", "g", "Terminating:Wait")),
                List.of(HOOK),
                false,
                new Registration.Present(instance, toRun, List.of(tasks), Set.of()));
    }
}
