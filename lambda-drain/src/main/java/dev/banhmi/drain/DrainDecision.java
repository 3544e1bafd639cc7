package dev.banhmi.drain;

import dev.banhmi.drain.DrainStep.Complete;
import dev.banhmi.drain.DrainStep.CompleteReason;
import dev.banhmi.drain.DrainStep.Hold;
import dev.banhmi.drain.DrainStep.Ignore;
import dev.banhmi.drain.DrainStep.IgnoreReason;
import dev.banhmi.drain.DrainStep.RecordQuiet;
import dev.banhmi.drain.DrainStep.Release;
import dev.banhmi.drain.DrainStep.StartDraining;
import dev.banhmi.drain.DrainStep.StartReason;
import dev.banhmi.drain.DrainStep.StopTasks;
import dev.banhmi.drain.DrainStep.Wait;
import dev.banhmi.drain.DrainStep.WaitReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides from an observation the one step that is due. Pure: the same observation, time and policy give the same step.
 *
 * <p>An instance counts as empty only on evidence of one evaluation: ECS says that it drains, that no task runs or is pending, and lists no
 * task that is not known to have stopped. Each of these reads may lag independently. So the drain must be older than the lag: then each
 * read shows a time after which ECS placed nothing more. And every task must have been known to be told to stop for longer than the lag:
 * then the list for {@code STOPPED} has them all, however old it is.
 */
class DrainDecision {

    /*
     * The mark on the container instance gives the drain's age. It is written after DRAINING was set, and again whenever an evaluation sees
     * the instance in another status, so it can make a drain look younger than it is, never older. Two times depend on it:
     *
     * - Before the minimum age nothing counts as empty. A mark that is missing, malformed or further ahead than clock skew allows has no
     *   age, so the drain is started again, which writes one.
     * - The budget ends at mark plus budget, which is never before the real deadline, start of the wait plus budget. Without
     *   heartbeats Auto Scaling itself ends the wait there, whatever happens here. So a mark that is older than budget and one more
     *   heartbeat timeout cannot be of this wait, nor can one from well before the notice of this wait: both are stale. Writing
     *   them anew delays the deadline, and Auto Scaling's own timeout still bounds the wait: no heartbeat is sent with a mark that
     *   replaces another. Before the first mark a sweep sends one with each start that it tries, so that a start which fails cuts
     *   nothing: every failure counts, and the hook's global timeout bounds the wait.
     *
     * The quiet mark is written by the first evaluation of a drain of the minimum age whose list for RUNNING shows nothing but tasks that
     * are otherwise known to have been told to stop. That list shows a time at which nothing more was placed, so every task that is not in
     * it has been told to stop. Without the mark, a new list for RUNNING and an old one for STOPPED would both lack a task that was told in
     * between. It belongs to the drain that is older than it by the minimum age: a new mark of the drain makes it void. It only delays the
     * release of an empty instance, never the deadline.
     *
     * What holds a drain back behind its budget is DrainDeadline's.
     */

    /** 1 min: the largest assumed difference between our clock and that of AWS. */
    static final Duration CLOCK_SKEW = Duration.ofMinutes(1);

    private final DrainPolicy policy;

    DrainDecision(DrainPolicy policy) {
        this.policy = policy;
    }

    /** Why an instance's lifecycle state alone means leaving it alone; empty when a hook holds it and the rest must be read. */
    Optional<IgnoreReason> leavesAlone(Optional<Member> member) {
        if (member.isEmpty()) {
            return Optional.of(IgnoreReason.NO_GROUP);
        }
        if (!policy.groups().isEmpty() && !policy.groups().contains(member.get().group())) {
            return Optional.of(IgnoreReason.ANOTHER_GROUP);
        }
        return switch (member.get().state()) {
            case TERMINATING_WAIT, WARMED_TERMINATING_WAIT -> Optional.empty();
            case PENDING_WAIT, WARMED_PENDING_WAIT ->
                policy.launchHook().isPresent() ? Optional.empty() : Optional.of(IgnoreReason.LAUNCHING);
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
     * Decides the step that is due.
     *
     * @param now not after the first read of the observation
     * @throws IllegalArgumentException when the cluster was not read and the step depends on it
     */
    DrainStep decide(Observation seen, Instant now) {
        Optional<IgnoreReason> alone = leavesAlone(seen.member());
        if (alone.isPresent()) {
            return new Ignore(Unhandled.reason(policy, seen, alone.get()));
        }
        if (seen.member().orElseThrow().state().isLaunch()) {
            DrainStep step = new LaunchDecision(policy).decide(seen, now);
            return step instanceof Ignore ignore ? new Ignore(Unhandled.reason(policy, seen, ignore.reason())) : step;
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

    /** When a drain that is under way ends, whatever is left; empty when none is under way. */
    Optional<Instant> deadline(Observation seen, Instant now) {
        List<Hook> hooks = candidates(seen);
        if (hooks.size() != 1
                || !(seen.registration() instanceof Registration.Present present)
                || present.instance().status() != ContainerInstance.Status.DRAINING) {
            return Optional.empty();
        }
        Hook hook = hooks.getFirst();
        return usableMark(seen, present.instance(), hook, now)
                .map(since -> new DrainDeadline(policy, hook, present.instance(), since, now).at());
    }

    /** The hooks that can be ours; the name in a notice counts only where there are several. */
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
            case ACTIVE -> start(present.instance(), StartReason.NOT_DRAINING, hook);
            case REGISTERING, DEREGISTERING, UNKNOWN -> new Wait(WaitReason.STATUS_CHANGING, Optional.empty());
            case DRAINING ->
                usableMark(seen, present.instance(), hook, now)
                        .<DrainStep>map(since -> draining(seen, present, hook, since, now))
                        .orElseGet(() -> start(present.instance(), StartReason.NO_USABLE_MARK, hook));
        };
    }

    private DrainStep start(ContainerInstance instance, StartReason reason, Hook hook) {
        boolean hasOldMark = instance.drainingSince().isPresent();
        return new StartDraining(
                instance.arn(), hasOldMark, reason, hasOldMark ? Optional.empty() : heartbeatIfProlonged(hook));
    }

    DrainStep draining(Observation seen, Registration.Present present, Hook hook, Instant since, Instant now) {
        Duration age = Duration.between(since, now);
        Optional<WaitReason> open = openReason(seen, present, age);
        Optional<Instant> quietSince = usableQuiet(present.instance(), since, now);
        boolean quiet = quietSince
                .filter(time -> !time.isAfter(now.minus(policy.minimumAge())))
                .isPresent();
        if (open.isEmpty() && quiet) {
            return new Complete(hook, LifecycleResult.CONTINUE, CompleteReason.DRAINED);
        }
        DrainDeadline deadline = new DrainDeadline(policy, hook, present.instance(), since, now);
        if (deadline.isToBeHeld(seen, present)) {
            return new Hold(
                    present.instance().arn(), since, deadline.isOverdue(), deadline.isJustLate(), Optional.of(hook));
        }
        if (deadline.isReached()) {
            return atDeadline(seen, present, hook);
        }
        Optional<Hook> heartbeat =
                seen.fromSweep() && deadline.needsHeartbeats() ? Optional.of(hook) : Optional.empty();
        if (quietSince.isEmpty() && age.compareTo(policy.minimumAge()) >= 0 && nothingIsToRun(seen, present)) {
            return new RecordQuiet(present.instance().arn(), heartbeat);
        }
        if (open.equals(Optional.of(WaitReason.LIVE_TASKS))) {
            List<String> overdue = standaloneToStop(seen, present, age);
            if (!overdue.isEmpty()) {
                return new StopTasks(overdue, heartbeat);
            }
        }
        return new Wait(open.orElse(WaitReason.JUST_QUIET), heartbeat);
    }

    private DrainStep atDeadline(Observation seen, Registration.Present present, Hook hook) {
        CompleteReason reason = seen.hostIsLost() ? CompleteReason.HOST_LOST : CompleteReason.DEADLINE;
        if (policy.atDeadline() == LifecycleResult.ABANDON && seen.retainsAbandoned()) {
            return new Complete(hook, LifecycleResult.ABANDON, reason);
        }
        return present.instance().agentConnected()
                ? new Complete(hook, LifecycleResult.CONTINUE, reason)
                : new Release(present.instance().arn(), hook, LifecycleResult.CONTINUE, reason);
    }

    private Optional<Hook> heartbeatIfProlonged(Hook hook) {
        return DrainDeadline.budget(policy, hook).compareTo(hook.heartbeatTimeout()) > 0
                ? Optional.of(hook)
                : Optional.empty();
    }

    /** What keeps the instance from certainly being empty. */
    private Optional<WaitReason> openReason(Observation seen, Registration.Present present, Duration age) {
        if (!present.instance().agentConnected()) {
            return Optional.of(seen.hostIsLost() ? WaitReason.HOST_LOST : WaitReason.AGENT_DISCONNECTED);
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

    /** Whether every task listed to run is otherwise known to have been told to stop. */
    private static boolean nothingIsToRun(Observation seen, Registration.Present present) {
        Set<String> told = present.tasks().stream()
                .filter(task -> task.isToStop() || task.hasStopped())
                .map(DrainTask::arn)
                .collect(Collectors.toSet());
        return present.toRun().stream().allMatch(task -> told.contains(task) || seen.sawStopped(task));
    }

    /** A mark of another drain, or of a future time, counts as none. */
    private Optional<Instant> usableQuiet(ContainerInstance instance, Instant since, Instant now) {
        return instance.quietSince()
                .flatMap(DrainMark::since)
                .filter(time -> !time.isAfter(now.plus(CLOCK_SKEW)))
                .filter(time -> !time.isBefore(since.plus(policy.minimumAge())));
    }

    private Optional<Instant> usableMark(Observation seen, ContainerInstance instance, Hook hook, Instant now) {
        Instant oldest = now.minus(DrainDeadline.budget(policy, hook)).minus(hook.heartbeatTimeout());
        return instance.drainingSince()
                .flatMap(DrainMark::since)
                .filter(since -> !since.isAfter(now.plus(CLOCK_SKEW)))
                .filter(since -> DrainDeadline.heldAt(instance, now)
                        .filter(since::isBefore)
                        .orElse(since)
                        .isAfter(oldest))
                .filter(since -> seen.noticedAt()
                        .map(notice -> !since.isBefore(notice.minus(CLOCK_SKEW)))
                        .orElse(true));
    }
}
