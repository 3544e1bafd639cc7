package dev.banhmi.drain;

/**
 * A task as ECS describes it.
 *
 * @param lastStatus in ECS's words
 * @param desiredStatus in ECS's words
 * @param group {@code service:<name>}, {@code family:<name>} or what its starter chose; empty when there is none
 * @param startedBy begins with {@code ecs-svc/} when a service's scheduler started it; empty when nobody is named
 */
record DrainTask(String arn, String lastStatus, String desiredStatus, String group, String startedBy) {

    private static final String STOPPED = "STOPPED";

    DrainTask {
        Arguments.requireText(arn, "The ARN of a task");
    }

    /** Whether ECS has said that no container of it runs any more. A status that nobody knows yet is one of a live task. */
    boolean hasStopped() {
        return lastStatus.equals(STOPPED);
    }

    /** Whether ECS is already stopping it. */
    boolean isToStop() {
        return desiredStatus.equals(STOPPED);
    }

    /** Whether no scheduler of ECS owns it: nobody stops it when its instance drains, and nobody starts it elsewhere. */
    boolean isStandalone() {
        return !group.startsWith("service:") && !group.startsWith("daemon:") && !startedBy.startsWith("ecs-svc/");
    }
}
