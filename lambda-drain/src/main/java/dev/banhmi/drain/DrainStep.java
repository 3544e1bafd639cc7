package dev.banhmi.drain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The one step that is due. Each carries what is needed to perform it, and the reason. */
sealed interface DrainStep {

    /**
     * Make an old mark unusable, set the container instance to {@code DRAINING}, then write the time to its mark.
     *
     * @param containerInstance its ARN
     * @param hasOldMark whether there is a mark of an earlier drain
     * @param heartbeat the hook to send a heartbeat to after the mark, if one is due
     */
    record StartDraining(String containerInstance, boolean hasOldMark, StartReason reason, Optional<Hook> heartbeat)
            implements DrainStep {

        /** The same with another heartbeat or none. */
        StartDraining with(Optional<Hook> other) {
            return new StartDraining(containerInstance, hasOldMark, reason, other);
        }
    }

    /**
     * Record that every task of the instance has been told to stop by now, and go on waiting.
     *
     * @param containerInstance its ARN
     * @param heartbeat the hook to send a heartbeat to, if one is due
     */
    record RecordQuiet(String containerInstance, Optional<Hook> heartbeat) implements DrainStep {}

    /**
     * Stop these tasks, which nothing else stops, and go on waiting.
     *
     * @param tasks ARNs
     * @param heartbeat the hook to send a heartbeat to, if one is due
     */
    record StopTasks(List<String> tasks, Optional<Hook> heartbeat) implements DrainStep {

        public StopTasks {
            tasks = List.copyOf(tasks);
            if (tasks.isEmpty()) {
                throw new IllegalArgumentException("There is no task to stop.");
            }
        }
    }

    /**
     * Nothing can be done but wait; an event or the sweep triggers the next evaluation.
     *
     * @param heartbeat the hook to send a heartbeat to, if one is due
     */
    record Wait(WaitReason reason, Optional<Hook> heartbeat) implements DrainStep {}

    /**
     * Hold the drain back: record that a task was seen which nothing replaces, and go on waiting.
     *
     * @param containerInstance its ARN
     * @param since when the drain began
     * @param overdue whether the budget is used up
     * @param justLate whether the time for a replacement has passed, ten minutes ago at most: what fails an instance refresh
     * @param heartbeat the hook to send a heartbeat to, if one is due
     */
    record Hold(String containerInstance, Instant since, boolean overdue, boolean justLate, Optional<Hook> heartbeat)
            implements DrainStep {

        /** The same with another heartbeat or none. */
        Hold with(Optional<Hook> other) {
            return new Hold(containerInstance, since, overdue, justLate, other);
        }
    }

    /** Release the instance: end its wait, which is that of a launch where the reason is one of a launch. */
    record Complete(Hook hook, LifecycleResult result, CompleteReason reason) implements DrainStep {}

    /**
     * Deregister the container instance, then release the instance as {@link Complete} does: ECS does not deregister one whose agent is not
     * connected when it is terminated.
     *
     * @param containerInstance its ARN
     * @see <a href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterContainerInstance.html">DeregisterContainerInstance</a>
     *     (checked 2026-11-30)
     */
    record Release(String containerInstance, Hook hook, LifecycleResult result, CompleteReason reason)
            implements DrainStep {}

    /** Not ours to drain. */
    record Ignore(IgnoreReason reason) implements DrainStep {}

    /** Why a drain is started. */
    enum StartReason {
        /** ECS may still place tasks on it. */
        NOT_DRAINING,
        /** It drains, but its mark is missing, malformed or of another drain. */
        NO_USABLE_MARK,
        /** It was launched, its agent did not stay connected, and it is not to enter service: tasks placed meanwhile have to leave. */
        NEVER_CONNECTED
    }

    /** Why nothing can be done now. */
    enum WaitReason {
        /** Tasks are live. */
        LIVE_TASKS,
        /** ECS still counts tasks that it no longer lists, or lists what it does not describe. */
        TASKS_UNCERTAIN,
        /** Nothing is seen, but not long enough after the start of the drain to be believed. */
        TOO_YOUNG,
        /** Nothing is seen, but a task that was told to stop a moment ago may be in neither list yet. */
        JUST_QUIET,
        /** What ECS knows of the instance is old: its agent is not connected. */
        AGENT_DISCONNECTED,
        /** The same of a host that has failed its health check: nothing on it serves. */
        HOST_LOST,
        /** ECS is registering or deregistering it, and its status cannot be changed meanwhile. */
        STATUS_CHANGING,
        /** It was launched, and has not joined the cluster yet. */
        NOT_REGISTERED_YET
    }

    /** Why an instance is released. */
    enum CompleteReason {
        /** No task is left. */
        DRAINED,
        /** The cluster does not know the instance. */
        NOT_REGISTERED,
        /** It leaves a warm pool. */
        WARM_POOL,
        /** The budget is used up, with tasks live or in doubt. */
        DEADLINE,
        /** The same, of a host that failed its health check and whose agent is gone: what was on it ended then, not with its release. */
        HOST_LOST,
        /** It was launched and has joined the cluster: it enters service. */
        LAUNCHED,
        /** It was launched and did not join the cluster in time: it does not enter service. */
        NEVER_REGISTERED,
        /** It was launched, and its agent did not stay connected: it does not enter service. */
        NEVER_CONNECTED;

        /** Whether the budget was used up. */
        boolean isDeadline() {
            return this == DEADLINE || this == HOST_LOST;
        }
    }

    /** Why an instance is left alone. */
    enum IgnoreReason {
        /** The instance is in no Auto Scaling group. */
        NO_GROUP,
        /** Its group is not among those that the policy names. */
        ANOTHER_GROUP,
        /** Its group is not among those that the policy names, and yet it waits at our hook: the policy is old. */
        UNNAMED_GROUP,
        /** The event is of another cluster. */
        ANOTHER_CLUSTER,
        /** The event is of a container instance that ECS no longer knows. */
        NO_CONTAINER_INSTANCE,
        /** It is starting. */
        LAUNCHING,
        /** It stays: if it drains, an operator set it to drain. */
        IN_SERVICE,
        /** An operator has taken it out of service and keeps it. */
        STANDBY,
        /** It leaves its group alive. */
        DETACHING,
        /** No hook holds it yet. */
        NOT_WAITING_YET,
        /** No hook holds it any more. */
        PROCEEDING,
        /** Abandoned and kept for a person to look at. */
        RETAINED,
        /** Gone. */
        TERMINATED,
        /** It enters a warm pool or rests there, with tasks: it has come back from service, undrained. */
        POOLED_WITH_TASKS,
        /** At rest in a warm pool. */
        WARMED,
        /** Auto Scaling reports a state that this version does not know. */
        UNKNOWN_STATE,
        /** It waits for hooks that are not ours. */
        NO_HOOK,
        /** It waits for several hooks, and neither policy nor notice says which is ours. */
        AMBIGUOUS_HOOK;

        /** Whether somebody has to look: what is to be drained may be left undrained by a setting that does not fit. */
        boolean isUnhandled() {
            return switch (this) {
                case UNNAMED_GROUP, ANOTHER_CLUSTER, POOLED_WITH_TASKS, UNKNOWN_STATE, NO_HOOK, AMBIGUOUS_HOOK -> true;
                case NO_GROUP,
                        ANOTHER_GROUP,
                        NO_CONTAINER_INSTANCE,
                        LAUNCHING,
                        IN_SERVICE,
                        STANDBY,
                        DETACHING,
                        NOT_WAITING_YET,
                        PROCEEDING,
                        RETAINED,
                        TERMINATED,
                        WARMED -> false;
            };
        }
    }
}
