package dev.banhmi.drain;

import java.util.Optional;

/**
 * A task as ECS describes it.
 *
 * @param lastStatus in ECS's words
 * @param desiredStatus in ECS's words
 * @param group {@code service:<name>}, {@code family:<name>} or what its starter chose; empty when there is none
 * @param startedBy begins with {@code ecs-svc/} when a service's scheduler started it; empty when none is named
 * @param containerInstance the ARN of the container instance that it is placed on; empty when none is named
 */
record DrainTask(
        String arn, String lastStatus, String desiredStatus, String group, String startedBy, String containerInstance) {

    private static final String STOPPED = "STOPPED";
    private static final String SERVICE = "service:";
    private static final String DAEMON = "daemon:";

    DrainTask {
        Arguments.requireText(arn, "The ARN of a task");
    }

    /** Whether ECS has reported that no container of it runs any more. An unknown status counts as that of a live task. */
    boolean hasStopped() {
        return lastStatus.equals(STOPPED);
    }

    /** Whether ECS is already stopping it. */
    boolean isToStop() {
        return desiredStatus.equals(STOPPED);
    }

    /** The name of the service that it is a task of; empty when it is of none, or nothing says of which. */
    Optional<String> service() {
        return group.startsWith(SERVICE) ? Optional.of(group.substring(SERVICE.length())) : Optional.empty();
    }

    /** Whether ECS itself runs it on each instance, without a service. */
    boolean isManagedDaemon() {
        return group.startsWith(DAEMON);
    }

    /** Whether no ECS scheduler owns it: nothing stops it when its instance drains, and nothing starts it elsewhere. */
    boolean isStandalone() {
        return !group.startsWith(SERVICE) && !isManagedDaemon() && !startedBy.startsWith("ecs-svc/");
    }
}
