package dev.banhmi.drain;

import dev.banhmi.drain.DrainStep.Complete;
import dev.banhmi.drain.DrainStep.CompleteReason;
import dev.banhmi.drain.DrainStep.Ignore;
import dev.banhmi.drain.DrainStep.IgnoreReason;
import dev.banhmi.drain.DrainStep.StartDraining;
import dev.banhmi.drain.DrainStep.StartReason;
import dev.banhmi.drain.DrainStep.StopTasks;
import dev.banhmi.drain.DrainStep.Wait;
import dev.banhmi.drain.DrainStep.WaitReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * From what was seen to the one step that is right now. Pure: the same observation, time and policy give the same step.
 *
 * <p>An instance counts as empty only on evidence of one evaluation: ECS says that it drains, that no task runs or is pending, and
 * lists no task that is not known to have stopped. Any of these reads may lag, so the drain has to be older than the lag: then
 * each read shows a time after which ECS placed nothing more.
 */
class DrainDecision {

    /*
     * The mark at the container instance tells the age. It is written after DRAINING was set and anew whenever an evaluation sees
     * the instance in another status, so it can make a drain look younger than it is, never older. Two times depend on it:
     *
     * - Before the minimum age nothing is believed to be empty. A mark that is missing, garbled or further ahead than clocks differ
     *   has no age, so the drain is started again, which writes one.
     * - The budget ends at mark plus budget, which is never before the real deadline, start of the wait plus budget. Without
     *   heartbeats Auto Scaling itself ends the wait there, whatever happens here. So a mark that is older than budget and one more
     *   heartbeat timeout cannot be of this wait, nor can one from well before the notice of this wait: both are stale. Writing
     *   them anew delays the deadline, and Auto Scaling's own timeout still bounds the wait: no heartbeat is sent without a mark.
     */

    /** 1 min: the most that clocks of ours and of AWS are taken to differ. */
    static final Duration CLOCK_SKEW = Duration.ofMinutes(1);

    private final DrainPolicy policy;

    DrainDecision(DrainPolicy policy) {
        this.policy = policy;
    }

    /** Why the place of an instance in its group alone says to leave it; empty when a hook holds it, and the rest has to be read. */
    Optional<IgnoreReason> leavesAlone(Optional<Member> member) {
        if (member.isEmpty()) {
            return Optional.of(IgnoreReason.NO_GROUP);
        }
        if (!policy.groups().isEmpty() && !policy.groups().contains(member.get().group())) {
            return Optional.of(IgnoreReason.ANOTHER_GROUP);
        }
        return switch (member.get().state()) {
            case TERMINATING_WAIT, WARMED_TERMINATING_WAIT -> Optional.empty();
            case LAUNCHING -> Optional.of(IgnoreReason.LAUNCHING);
            case IN_SERVICE -> Optional.of(IgnoreReason.IN_SERVICE);
            case STANDBY -> Optional.of(IgnoreReason.STANDBY);
            case DETACHING -> Optional.of(IgnoreReason.DETACHING);
            case TERMINATING -> Optional.of(IgnoreReason.NOT_WAITING_YET);
            case PROCEEDING -> Optional.of(IgnoreReason.PROCEEDING);
            case RETAINED -> Optional.of(IgnoreReason.RETAINED);
            case TERMINATED -> Optional.of(IgnoreReason.TERMINATED);
            case WARMED -> Optional.of(IgnoreReason.WARMED);
            case UNKNOWN -> Optional.of(IgnoreReason.UNKNOWN_STATE);
        };
    }

    /**
     * The step that is right.
     *
     * @param now not after the first read of the observation
     * @throws IllegalArgumentException when the cluster was not read and the step depends on it
     */
    DrainStep decide(Observation seen, Instant now) {
        Optional<IgnoreReason> alone = leavesAlone(seen.member());
        if (alone.isPresent()) {
            return new Ignore(alone.get());
        }
        List<Hook> hooks = candidates(seen);
        if (hooks.size() != 1) {
            return new Ignore(hooks.isEmpty() ? IgnoreReason.NO_HOOK : IgnoreReason.AMBIGUOUS_HOOK);
        }
        Hook hook = hooks.getFirst();
        if (seen.member()
                .map(Member::state)
                .filter(MemberState.WARMED_TERMINATING_WAIT::equals)
                .isPresent()) {
            return new Complete(hook, LifecycleResult.CONTINUE, CompleteReason.WARM_POOL);
        }
        return switch (seen.registration()) {
            case Registration.Unread() ->
                throw new IllegalArgumentException(
                        "The registration of " + seen.instanceId() + " was not read, and it waits at a hook.");
            case Registration.Absent() -> new Complete(hook, LifecycleResult.CONTINUE, CompleteReason.NOT_REGISTERED);
            case Registration.Present present -> registered(seen, present, hook, now);
        };
    }

    /** The hooks that can be ours; a name from a notice counts only where they are several. */
    private List<Hook> candidates(Observation seen) {
        List<Hook> hooks = seen.hooks().stream()
                .filter(hook -> !hook.name().equals(Hook.OF_MANAGED_DRAINING))
                .filter(hook -> policy.hook().isEmpty() || policy.hook().get().equals(hook.name()))
                .toList();
        if (hooks.size() > 1 && seen.hint() instanceof DrainHint.TerminationNotice notice) {
            return hooks.stream()
                    .filter(hook ->
                            hook.name().equals(notice.hook()) && hook.group().equals(notice.group()))
                    .toList();
        }
        return hooks;
    }

    private DrainStep registered(Observation seen, Registration.Present present, Hook hook, Instant now) {
        return switch (present.instance().status()) {
            case INACTIVE, REGISTRATION_FAILED ->
                new Complete(hook, LifecycleResult.CONTINUE, CompleteReason.NOT_REGISTERED);
            case ACTIVE -> start(present.instance(), StartReason.NOT_DRAINING);
            case REGISTERING, DEREGISTERING, UNKNOWN -> new Wait(WaitReason.STATUS_CHANGING, Optional.empty());
            case DRAINING ->
                usableMark(seen, present.instance(), hook, now)
                        .<DrainStep>map(since -> draining(seen, present, hook, Duration.between(since, now)))
                        .orElseGet(() -> start(present.instance(), StartReason.NO_USABLE_MARK));
        };
    }

    private static DrainStep start(ContainerInstance instance, StartReason reason) {
        return new StartDraining(instance.arn(), instance.drainingSince().isPresent(), reason);
    }

    private DrainStep draining(Observation seen, Registration.Present present, Hook hook, Duration age) {
        Optional<WaitReason> open = openReason(seen, present, age);
        if (open.isEmpty()) {
            return new Complete(hook, LifecycleResult.CONTINUE, CompleteReason.DRAINED);
        }
        if (age.compareTo(budget(hook)) >= 0) {
            boolean abandon = policy.atDeadline() == LifecycleResult.ABANDON && seen.retainsAbandoned();
            return new Complete(
                    hook, abandon ? LifecycleResult.ABANDON : LifecycleResult.CONTINUE, CompleteReason.DEADLINE);
        }
        Optional<Hook> heartbeat = seen.fromSweep() && budget(hook).compareTo(hook.heartbeatTimeout()) > 0
                ? Optional.of(hook)
                : Optional.empty();
        if (open.get() == WaitReason.LIVE_TASKS) {
            List<String> overdue = standaloneToStop(seen, present, age);
            if (!overdue.isEmpty()) {
                return new StopTasks(overdue, heartbeat);
            }
        }
        return new Wait(open.get(), heartbeat);
    }

    /** What keeps the instance from being empty beyond doubt. */
    private Optional<WaitReason> openReason(Observation seen, Registration.Present present, Duration age) {
        if (!present.instance().agentConnected()) {
            return Optional.of(WaitReason.AGENT_DISCONNECTED);
        }
        if (present.tasks().stream().anyMatch(task -> isLive(seen, task))) {
            return Optional.of(WaitReason.LIVE_TASKS);
        }
        if (present.instance().runningTasks() > 0
                || present.instance().pendingTasks() > 0
                || present.undescribed().stream().anyMatch(task -> !seen.sawStopped(task))) {
            return Optional.of(WaitReason.TASKS_UNCERTAIN);
        }
        return age.compareTo(policy.minimumAge()) < 0 ? Optional.of(WaitReason.TOO_YOUNG) : Optional.empty();
    }

    private List<String> standaloneToStop(Observation seen, Registration.Present present, Duration age) {
        return switch (policy.standalone()) {
            case DrainPolicy.StandaloneTasks.AwaitEnd() -> List.of();
            case DrainPolicy.StandaloneTasks.StopAfter(Duration given) when age.compareTo(given) < 0 -> List.of();
            case DrainPolicy.StandaloneTasks.StopAfter(Duration given) ->
                present.tasks().stream()
                        .filter(task -> isLive(seen, task) && task.isStandalone() && !task.isToStop())
                        .map(DrainTask::arn)
                        .toList();
        };
    }

    private static boolean isLive(Observation seen, DrainTask task) {
        return !task.hasStopped() && !seen.sawStopped(task.arn());
    }

    private Optional<Instant> usableMark(Observation seen, ContainerInstance instance, Hook hook, Instant now) {
        Instant oldest = now.minus(budget(hook)).minus(hook.heartbeatTimeout());
        return instance.drainingSince()
                .flatMap(DrainMark::parse)
                .filter(since -> !since.isAfter(now.plus(CLOCK_SKEW)))
                .filter(since -> since.isAfter(oldest))
                .filter(since -> seen.noticedAt()
                        .map(notice -> !since.isBefore(notice.minus(CLOCK_SKEW)))
                        .orElse(true));
    }

    /** How long a drain at this hook may take. */
    private Duration budget(Hook hook) {
        Duration wanted = policy.budget().orElse(hook.heartbeatTimeout());
        Duration possible = wanted.compareTo(hook.globalTimeout()) < 0 ? wanted : hook.globalTimeout();
        return possible.compareTo(hook.heartbeatTimeout()) < 0 ? hook.heartbeatTimeout() : possible;
    }
}
