package dev.banhmi.drain;

import dev.banhmi.drain.Cluster.DesiredStatus;
import dev.banhmi.drain.DrainStep.Ignore;
import dev.banhmi.drain.DrainStep.IgnoreReason;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Evaluates a hint: finds the instances that it is about, observes each and performs the step that the decision returns. Holds no state
 * between evaluations and may be cut off after any call; the next evaluation starts from the state it then observes. Not thread-safe, as
 * its ports are not.
 */
final class DrainEvaluation {

    private final Cluster cluster;
    private final Groups groups;
    private final DrainPolicy policy;
    private final DrainDecision decision;
    private final Journal journal;
    private final Clock clock;
    private final DrainActions actions;
    private final Invocation invocation;
    private final int few;

    DrainEvaluation(
            Cluster cluster,
            Groups groups,
            DrainPolicy policy,
            DrainDecision decision,
            Journal journal,
            Clock clock,
            Invocation invocation) {
        this(cluster, groups, policy, decision, journal, clock, invocation, FleetReads.FEW);
    }

    /** With another number of draining instances up to which a sweep lists tasks by the instance. */
    DrainEvaluation(
            Cluster cluster,
            Groups groups,
            DrainPolicy policy,
            DrainDecision decision,
            Journal journal,
            Clock clock,
            Invocation invocation,
            int few) {
        this.cluster = cluster;
        this.groups = groups;
        this.policy = policy;
        this.decision = decision;
        this.journal = journal;
        this.clock = clock;
        this.actions = new DrainActions(cluster, groups, clock);
        this.invocation = invocation;
        this.few = few;
    }

    /**
     * Evaluates every instance that the hint refers to. An event for which AWS has no tokens left is left to the sweep: it is no failure, which
     * Lambda would try again twice, at the same time as thousands of others.
     *
     * @throws RetryableFailure when a call failed that may succeed later, or any evaluation of a sweep failed
     */
    void evaluate(DrainHint hint) {
        try {
            look(hint);
        } catch (RuntimeException e) {
            if (!isLeftToSweep(hint, e)) {
                throw e;
            }
            journal.leftToSweep(hint, e);
        }
    }

    private static boolean isLeftToSweep(DrainHint hint, RuntimeException failure) {
        return !(hint instanceof DrainHint.Sweep) && failure instanceof ThrottledFailure;
    }

    private void look(DrainHint hint) {
        switch (hint) {
            case DrainHint.Ignored ignored -> journal.ignored(ignored);
            case DrainHint.TerminationNotice notice -> evaluate(notice.instanceId(), hint);
            case DrainHint.InstanceDraining draining -> {
                if (isOurs(draining.cluster(), hint)) {
                    evaluate(draining.instanceId(), hint);
                }
            }
            case DrainHint.TaskStopped stopped -> {
                if (isOurs(stopped.cluster(), hint)) {
                    cluster.find(stopped.containerInstance())
                            .ifPresentOrElse(
                                    instance -> evaluate(instance.instanceId(), hint),
                                    () -> ignore(hint, IgnoreReason.NO_CONTAINER_INSTANCE));
                }
            }
            case DrainHint.Sweep sweep -> sweep(sweep);
        }
    }

    private boolean isOurs(ClusterName name, DrainHint hint) {
        if (name.sameAs(cluster.name())) {
            return true;
        }
        ignore(hint, IgnoreReason.ANOTHER_CLUSTER);
        return false;
    }

    private void ignore(DrainHint hint, IgnoreReason reason) {
        journal.evaluated(
                new Evaluation(clock.instant(), hint, Optional.empty(), new Ignore(reason), Optional.empty()));
    }

    private void sweep(DrainHint.Sweep hint) {
        SweepOutcome outcome = new SweepOutcome(journal, invocation, hint);
        new Sweep(
                        new FleetReads(cluster, groups, policy, decision, invocation, few),
                        decision,
                        groups,
                        policy.sweepInterval(),
                        clock,
                        invocation,
                        outcome,
                        new SecondLook(cluster, groups, decision, clock, invocation, outcome),
                        instance -> evaluate(instance, hint))
                .run();
    }

    private void evaluate(String instanceId, DrainHint hint) {
        try {
            // Taken before the first read: an age computed from it never exceeds what the reads show.
            Instant now = clock.instant();
            Observation seen = observe(instanceId, hint);
            DrainStep step = decision.decide(seen, now);
            if (step instanceof DrainStep.Hold && seen.registration() instanceof Registration.Present present) {
                seen = seen.with(knowingDaemons(instanceId, hint, present));
                step = decision.decide(seen, now);
            }
            Optional<Groups.Effect> effect = actions.perform(instanceId, step);
            journal.evaluated(new Evaluation(now, hint, Optional.of(seen), step, effect));
        } catch (RuntimeException e) {
            if (!isLeftToSweep(hint, e)) {
                journal.failed(List.of(instanceId), hint, e);
            }
            throw e;
        }
    }

    /** Not knowing them costs time and no transfer, so it keeps nothing from being held, whatever keeps ECS from telling. */
    private Registration knowingDaemons(String instanceId, DrainHint hint, Registration.Present present) {
        try {
            return present.knowing(cluster.daemons(present.servicesToReplace()));
        } catch (RuntimeException e) {
            if (!isLeftToSweep(hint, e)) {
                journal.failed(List.of(instanceId), hint, e);
            }
            return present;
        }
    }

    private Observation observe(String instanceId, DrainHint hint) {
        Optional<Member> member = groups.members(List.of(instanceId)).stream()
                .filter(one -> one.instanceId().equals(instanceId))
                .findFirst();
        if (decision.leavesAlone(member).isPresent()) {
            return new Observation(instanceId, hint, member, List.of(), false, new Registration.Unread());
        }
        Member waiting = member.orElseThrow();
        if (waiting.state().isLaunch()) {
            return observeLaunch(instanceId, hint, waiting);
        }
        List<Hook> hooks = groups.terminationHooks(waiting.group());
        boolean retains = policy.atDeadline() == LifecycleResult.ABANDON && groups.retainsAbandoned(waiting.group());
        Registration registration = waiting.state() == MemberState.WARMED_TERMINATING_WAIT
                ? new Registration.Unread()
                : register(instanceId);
        return new Observation(instanceId, hint, member, hooks, retains, registration);
    }

    private Observation observeLaunch(String instanceId, DrainHint hint, Member waiting) {
        List<Hook> hooks = groups.launchHooks(waiting.group());
        Registration registration = register(instanceId);
        Optional<Instant> launchedAt = LaunchDecision.isReady(registration)
                ? Optional.empty()
                : groups.launchedAt(instanceId, waiting.group());
        return new Observation(instanceId, hint, Optional.of(waiting), hooks, false, registration, launchedAt);
    }

    private Registration register(String instanceId) {
        Optional<ContainerInstance> found = cluster.findByInstanceId(instanceId);
        if (found.isEmpty()) {
            return new Registration.Absent();
        }
        ContainerInstance instance = found.get();
        if (instance.status() != ContainerInstance.Status.DRAINING) {
            return new Registration.Present(instance, Set.of(), List.of(), Set.of());
        }
        Set<String> toRun = Set.copyOf(cluster.listTasks(instance.arn(), DesiredStatus.RUNNING));
        Set<String> listed = new LinkedHashSet<>(toRun);
        listed.addAll(cluster.listTasks(instance.arn(), DesiredStatus.STOPPED));
        List<DrainTask> tasks = cluster.describeTasks(listed);
        tasks.forEach(task -> listed.remove(task.arn()));
        return new Registration.Present(instance, toRun, tasks, listed);
    }
}
