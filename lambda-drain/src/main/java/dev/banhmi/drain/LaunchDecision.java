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
import java.util.Optional;

/**
 * Decides what becomes of an instance that is held at its launch: it enters service once ECS says that its container instance is
 * {@code ACTIVE} and its agent connected, and is abandoned when that does not come in time. Pure, as {@link DrainDecision} is.
 */
final class LaunchDecision {

    /*
     * The agent registers when the machine has booted, whatever Auto Scaling holds, and from then on ECS places tasks. So an instance that
     * is to be abandoned may carry tasks with transfers: it is drained first, and abandoned once it is empty or its time is over. Its agent
     * being gone does not make its lists doubtful the way it does in a drain: ECS learns from the agent alone that a task has stopped, so
     * it may take a stopped task for a live one, never the reverse.
     *
     * It is abandoned before Auto Scaling would do so at the hook's timeout, after two thirds of it or ten minutes: whether an instance
     * that is abandoned there passes the termination hooks is not documented, and its container instance would stay behind, because ECS
     * does not deregister one whose agent is not connected. If the function is gone altogether, the hook's default result does the rest.
     *
     * Without a start of the launch nothing is abandoned here, however many other launches began since: only the hook's timeout does it.
     */

    /** 10 min: a machine boots and its agent registers in two or three. */
    private static final Duration LONGEST_PATIENCE = Duration.ofMinutes(10);

    /** 2 h: the longest heartbeat timeout of a hook, so the longest budget that is not stated. */
    private static final Duration LONGEST_UNSTATED_BUDGET = Duration.ofHours(2);

    private final DrainPolicy policy;
    private final DrainDecision drain;

    LaunchDecision(DrainPolicy policy) {
        this.policy = policy;
        // An agent that is gone stops no task, so there is nothing to hold a drain back for.
        this.drain = new DrainDecision(policy.withFirmDeadline());
    }

    /** Whether the instance has joined the cluster: ECS places tasks on it, and its agent starts them. */
    static boolean isReady(Registration registration) {
        return registration instanceof Registration.Present present
                && present.instance().status() == ContainerInstance.Status.ACTIVE
                && present.instance().agentConnected();
    }

    /** Decides the step that is due for an instance in {@code Pending:Wait} or {@code Warmed:Pending:Wait}. */
    DrainStep decide(Observation seen, Instant now) {
        Optional<Hook> ours = seen.hooks().stream()
                .filter(hook -> policy.launchHook().equals(Optional.of(hook.name())))
                .findFirst();
        if (ours.isEmpty()) {
            return new Ignore(IgnoreReason.NO_HOOK);
        }
        Hook hook = ours.get();
        if (seen.member().map(Member::state).equals(Optional.of(MemberState.WARMED_PENDING_WAIT))) {
            // The agent of an instance in a warm pool does not register, so there is nothing to wait for.
            return seen.registration() instanceof Registration.Absent
                    ? new Complete(hook, LifecycleResult.CONTINUE, CompleteReason.WARM_POOL)
                    : new Ignore(IgnoreReason.LAUNCHING);
        }
        boolean overdue = seen.launchedAt()
                .filter(began -> !now.isBefore(began.plus(patience(hook))))
                .isPresent();
        return switch (seen.registration()) {
            case Registration.Unread() ->
                throw new IllegalArgumentException(
                        "The registration of " + seen.instanceId() + " was not read, and it waits at its launch.");
            case Registration.Absent() -> unregistered(hook, overdue);
            case Registration.Present present -> registered(seen, present, hook, overdue, now);
        };
    }

    /** How long an instance may take from the start of its launch. */
    static Duration patience(Hook hook) {
        Duration most = hook.heartbeatTimeout().multipliedBy(2).dividedBy(3);
        return most.compareTo(LONGEST_PATIENCE) < 0 ? most : LONGEST_PATIENCE;
    }

    private static DrainStep unregistered(Hook hook, boolean overdue) {
        return overdue
                ? new Complete(hook, LifecycleResult.ABANDON, CompleteReason.NEVER_REGISTERED)
                : new Wait(WaitReason.NOT_REGISTERED_YET, Optional.empty());
    }

    private DrainStep registered(
            Observation seen, Registration.Present present, Hook hook, boolean overdue, Instant now) {
        ContainerInstance instance = present.instance();
        return switch (instance.status()) {
            case INACTIVE, REGISTRATION_FAILED -> unregistered(hook, overdue);
            case REGISTERING, DEREGISTERING, UNKNOWN -> new Wait(WaitReason.STATUS_CHANGING, Optional.empty());
            case ACTIVE -> {
                if (instance.agentConnected()) {
                    yield new Complete(hook, LifecycleResult.CONTINUE, CompleteReason.LAUNCHED);
                }
                yield overdue
                        ? startDraining(instance, hook)
                        : new Wait(WaitReason.AGENT_DISCONNECTED, Optional.empty());
            }
            case DRAINING ->
                instance.drainingSince()
                        .flatMap(DrainMark::since)
                        .filter(since -> !since.isAfter(now.plus(DrainDecision.CLOCK_SKEW)))
                        .<DrainStep>map(since -> abandoned(seen, present, hook, since, now))
                        .orElseGet(() -> startDraining(instance, hook));
        };
    }

    private static StartDraining startDraining(ContainerInstance instance, Hook hook) {
        return new StartDraining(
                instance.arn(), instance.drainingSince().isPresent(), StartReason.NEVER_CONNECTED, Optional.of(hook));
    }

    /** What the drain would do, with its completion turned into that of a launch. */
    private DrainStep abandoned(Observation seen, Registration.Present present, Hook hook, Instant since, Instant now) {
        Optional<Hook> heartbeat = seen.fromSweep() ? Optional.of(hook) : Optional.empty();
        String arn = present.instance().arn();
        return switch (drain.draining(seen, present.believed(), withBudget(hook), since, now)) {
            case Complete complete -> new Release(arn, hook, LifecycleResult.ABANDON, CompleteReason.NEVER_CONNECTED);
            case Release release -> new Release(arn, hook, LifecycleResult.ABANDON, CompleteReason.NEVER_CONNECTED);
            case RecordQuiet quiet -> new RecordQuiet(arn, heartbeat);
            case StopTasks stop -> new StopTasks(stop.tasks(), heartbeat);
            case Wait wait -> new Wait(wait.reason(), heartbeat);
            case StartDraining start -> throw impossible(start);
            case Hold hold -> throw impossible(hold);
            case Ignore ignore -> throw impossible(ignore);
        };
    }

    private static IllegalStateException impossible(DrainStep step) {
        return new IllegalStateException("A drain with a mark and a firm deadline takes no such step: " + step);
    }

    /** The hook with the time of the drain, which has nothing to do with how long a launch may take. */
    private Hook withBudget(Hook hook) {
        return new Hook(
                hook.group(),
                hook.name(),
                policy.budget().orElse(LONGEST_UNSTATED_BUDGET),
                hook.globalTimeout(),
                hook.defaultResult());
    }
}
