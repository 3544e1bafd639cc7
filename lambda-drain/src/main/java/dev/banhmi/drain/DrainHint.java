package dev.banhmi.drain;

import java.time.Instant;
import java.util.Optional;

/**
 * What may have happened, and so where to look. A hint can be lost, doubled, late or out of order; all but one thing in it is
 * looked up again: that a task has stopped is itself an observation, because a task never leaves {@code STOPPED}.
 */
sealed interface DrainHint {

    /**
     * Auto Scaling says that an instance waits at a termination hook.
     *
     * @param instanceId its EC2 id
     * @param hook the name of the hook
     * @param at when the notice was written, if it says so
     */
    record TerminationNotice(String instanceId, String group, String hook, Optional<Instant> at) implements DrainHint {

        public TerminationNotice {
            Arguments.requireText(instanceId, "The instance of a notice");
            Arguments.requireText(group, "The group of a notice");
            Arguments.requireText(hook, "The hook of a notice");
        }
    }

    /**
     * A task of a container instance has stopped.
     *
     * @param task its ARN
     * @param containerInstance the ARN of the container instance
     * @param version orders the events of one task; 0 when the event has none
     */
    record TaskStopped(ClusterName cluster, String task, String containerInstance, long version) implements DrainHint {

        public TaskStopped {
            Arguments.requireText(task, "The task of an event");
            Arguments.requireText(containerInstance, "The container instance of an event");
        }
    }

    /**
     * A container instance is draining: our own call comes back like this, and so does an operator's.
     *
     * @param containerInstance its ARN
     * @param instanceId its EC2 id
     */
    record InstanceDraining(ClusterName cluster, String containerInstance, String instanceId) implements DrainHint {

        public InstanceDraining {
            Arguments.requireText(containerInstance, "The container instance of an event");
            Arguments.requireText(instanceId, "The instance of an event");
        }
    }

    /** The schedule: look at everything that may wait. */
    record Sweep() implements DrainHint {}

    /**
     * Nothing to look at.
     *
     * @param reason why, for the log
     */
    record Ignored(String reason) implements DrainHint {

        public Ignored {
            Arguments.requireText(reason, "The reason of an ignored event");
        }
    }
}
