package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.drain.ContainerInstance.Status;
import dev.banhmi.drain.DrainStep.Complete;
import dev.banhmi.drain.DrainStep.CompleteReason;
import dev.banhmi.drain.DrainStep.Ignore;
import dev.banhmi.drain.DrainStep.IgnoreReason;
import dev.banhmi.drain.DrainStep.RecordQuiet;
import dev.banhmi.drain.DrainStep.Release;
import dev.banhmi.drain.DrainStep.StartDraining;
import dev.banhmi.drain.DrainStep.StartReason;
import dev.banhmi.drain.DrainStep.Wait;
import dev.banhmi.drain.DrainStep.WaitReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An instance that is held at its launch. The hook allows more than the 10 min that it has to join the cluster. */
class LaunchDecisionTest {

    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
    private static final String ARN = "arn:ci";
    private static final DrainHint SWEEP = new DrainHint.Sweep();
    private static final Hook HOOK = hook("banhmi-launch");
    private static final Hook OTHER = hook("other");
    private static final DrainTask LIVE =
            new DrainTask("arn:task/1", "RUNNING", "RUNNING", "service:gateway", "ecs-svc/1", ARN);
    private static final Optional<DrainMark> NEVER_DRAINED = Optional.empty();

    private static Hook hook(String name) {
        return new Hook("g", name, Duration.ofMinutes(15), Duration.ofMinutes(1_500), LifecycleResult.ABANDON);
    }

    @Test
    void entersServiceOnceActiveAndConnected() {
        for (int minutes : new int[] {0, 9, 10, 100}) {
            assertThat(decide(minutes, present(Status.ACTIVE, true, NEVER_DRAINED)))
                    .isEqualTo(new Complete(HOOK, LifecycleResult.CONTINUE, CompleteReason.LAUNCHED));
        }
    }

    @Test
    void isAbandonedWhenItNeverRegisters() {
        assertThat(decide(9, new Registration.Absent()))
                .isEqualTo(new Wait(WaitReason.NOT_REGISTERED_YET, Optional.empty()));
        assertThat(decide(10, new Registration.Absent()))
                .isEqualTo(new Complete(HOOK, LifecycleResult.ABANDON, CompleteReason.NEVER_REGISTERED));
        assertThat(decide(10, present(Status.INACTIVE, false, NEVER_DRAINED)))
                .isEqualTo(new Complete(HOOK, LifecycleResult.ABANDON, CompleteReason.NEVER_REGISTERED));
    }

    @Test
    void abandonsNothingWhoseLaunchHasNoKnownStart() {
        assertThat(decide(policy(), Optional.empty(), List.of(HOOK), new Registration.Absent()))
                .isEqualTo(new Wait(WaitReason.NOT_REGISTERED_YET, Optional.empty()));
    }

    @Test
    void drainsBeforeItAbandonsAnInstanceWhoseAgentIsGone() {
        assertThat(decide(9, present(Status.ACTIVE, false, NEVER_DRAINED)))
                .isEqualTo(new Wait(WaitReason.AGENT_DISCONNECTED, Optional.empty()));
        assertThat(decide(10, present(Status.ACTIVE, false, NEVER_DRAINED)))
                .isEqualTo(new StartDraining(ARN, false, StartReason.NEVER_CONNECTED, Optional.of(HOOK)));
    }

    @Test
    void waitsForTasksThatWerePlacedMeanwhileAndKeepsTheWaitAlive() {
        assertThat(decide(12, present(Status.DRAINING, false, drained(120), LIVE)))
                .isEqualTo(new Wait(WaitReason.LIVE_TASKS, Optional.of(HOOK)));
    }

    @Test
    void abandonsAnEmptyInstanceAfterDeregisteringIt() {
        Registration young = present(Status.DRAINING, false, drained(5));
        Registration quiet = present(Status.DRAINING, false, drained(60));
        assertThat(decide(12, young)).isEqualTo(new Wait(WaitReason.TOO_YOUNG, Optional.of(HOOK)));
        assertThat(decide(12, quiet)).isEqualTo(new RecordQuiet(ARN, Optional.of(HOOK)));
        assertThat(decide(12, quietSince(30)))
                .isEqualTo(new Release(ARN, HOOK, LifecycleResult.ABANDON, CompleteReason.NEVER_CONNECTED));
    }

    @Test
    void abandonsAnInstanceWithTasksWhenTheBudgetOfADrainIsOver() {
        assertThat(decide(200, present(Status.DRAINING, false, drained(7_199), LIVE)))
                .isEqualTo(new Wait(WaitReason.LIVE_TASKS, Optional.of(HOOK)));
        assertThat(decide(200, present(Status.DRAINING, false, drained(7_200), LIVE)))
                .isEqualTo(new Release(ARN, HOOK, LifecycleResult.ABANDON, CompleteReason.NEVER_CONNECTED));
    }

    @Test
    void putsNothingIntoServiceThatItHasBegunToAbandon() {
        assertThat(decide(12, present(Status.DRAINING, true, drained(120), LIVE)))
                .isEqualTo(new Wait(WaitReason.LIVE_TASKS, Optional.of(HOOK)));
    }

    @ParameterizedTest
    @EnumSource(names = {"REGISTERING", "DEREGISTERING", "UNKNOWN"})
    void waitsWhileEcsChangesTheStatus(Status status) {
        assertThat(decide(60, present(status, true, NEVER_DRAINED)))
                .isEqualTo(new Wait(WaitReason.STATUS_CHANGING, Optional.empty()));
    }

    @Test
    void letsAnInstanceIntoAWarmPoolThatHasNotJoinedTheCluster() {
        assertThat(decideInto("Warmed:Pending:Wait", new Registration.Absent()))
                .isEqualTo(new Complete(HOOK, LifecycleResult.CONTINUE, CompleteReason.WARM_POOL));
        assertThat(decideInto("Warmed:Pending:Wait", present(Status.ACTIVE, true, NEVER_DRAINED)))
                .isEqualTo(new Ignore(IgnoreReason.LAUNCHING));
    }

    @Test
    void saysOfAnInstanceThatReturnsToItsWarmPoolWithTasksThatNobodyDrainsIt() {
        assertThat(decideInto("Warmed:Pending:Wait", present(Status.ACTIVE, true, NEVER_DRAINED, LIVE)))
                .isEqualTo(new Ignore(IgnoreReason.POOLED_WITH_TASKS));
    }

    @Test
    void touchesNoLaunchThatIsNotHeldByItsOwnHook() {
        assertThat(decide(policy(), launched(60), List.of(OTHER), new Registration.Absent()))
                .isEqualTo(new Ignore(IgnoreReason.NO_HOOK));
        assertThat(decide(DrainPolicy.standard(), launched(60), List.of(HOOK), new Registration.Absent()))
                .isEqualTo(new Ignore(IgnoreReason.LAUNCHING));
    }

    private static DrainPolicy policy() {
        DrainPolicy standard = DrainPolicy.standard();
        return new DrainPolicy(
                standard.groups(),
                Optional.of("banhmi-drain"),
                standard.budget(),
                standard.standalone(),
                standard.atDeadline(),
                standard.minimumAge(),
                standard.sweepInterval(),
                Optional.of(Duration.ofMinutes(30)),
                Optional.of(HOOK.name()));
    }

    private static Optional<Instant> launched(int minutes) {
        return Optional.of(NOW.minus(Duration.ofMinutes(minutes)));
    }

    private static Optional<DrainMark> drained(int seconds) {
        return Optional.of(DrainMark.parse(DrainMark.format(NOW.minusSeconds(seconds))));
    }

    private static Registration present(Status status, boolean agent, Optional<DrainMark> mark, DrainTask... tasks) {
        return new Registration.Present(
                new ContainerInstance(ARN, "i-1", status, agent, tasks.length, 0, mark, Optional.empty()),
                Set.copyOf(List.of(tasks).stream().map(DrainTask::arn).toList()),
                List.of(tasks),
                Set.of());
    }

    private static Registration quietSince(int seconds) {
        return new Registration.Present(
                new ContainerInstance(ARN, "i-1", Status.DRAINING, false, 0, 0, drained(60), drained(seconds)),
                Set.of(),
                List.of(),
                Set.of());
    }

    private static DrainStep decide(int minutes, Registration registration) {
        return decide(policy(), launched(minutes), List.of(HOOK, OTHER), registration);
    }

    private static DrainStep decide(
            DrainPolicy policy, Optional<Instant> launchedAt, List<Hook> hooks, Registration registration) {
        return new DrainDecision(policy).decide(observation("Pending:Wait", launchedAt, hooks, registration), NOW);
    }

    private static DrainStep decideInto(String state, Registration registration) {
        return new DrainDecision(policy()).decide(observation(state, launched(1), List.of(HOOK), registration), NOW);
    }

    private static Observation observation(
            String state, Optional<Instant> launchedAt, List<Hook> hooks, Registration registration) {
        return new Observation(
                "i-1", SWEEP, Optional.of(new Member("i-1", "g", state)), hooks, false, registration, launchedAt);
    }
}
