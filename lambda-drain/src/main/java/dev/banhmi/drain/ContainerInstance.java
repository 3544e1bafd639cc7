package dev.banhmi.drain;

import java.util.Comparator;
import java.util.Optional;

/**
 * A container instance as one response of {@code DescribeContainerInstances} reports it.
 *
 * @param instanceId its EC2 id
 * @param runningTasks as ECS counts them: tasks that are {@code DEACTIVATING} are no longer among them
 * @param drainingSince the attribute {@value DrainMark#DRAINING_SINCE}, where it is set, whether or not it holds a time
 * @param quietSince the attribute {@value DrainMark#QUIET_SINCE}, likewise
 */
record ContainerInstance(
        String arn,
        String instanceId,
        Status status,
        boolean agentConnected,
        int runningTasks,
        int pendingTasks,
        Optional<DrainMark> drainingSince,
        Optional<DrainMark> quietSince) {

    /**
     * An instance whose agent lost its state registers again: the registration with a connected agent is the one that has tasks, and is
     * the greater.
     */
    static final Comparator<ContainerInstance> LIVELIEST = Comparator.comparing(
                    (ContainerInstance instance) -> instance.status() != Status.INACTIVE)
            .thenComparing(ContainerInstance::agentConnected)
            .thenComparingInt(ContainerInstance::runningTasks);

    ContainerInstance {
        Arguments.requireText(arn, "The ARN of a container instance");
        Arguments.requireText(instanceId, "The instance of a container instance");
        Arguments.requireCount(runningTasks, "The count of running tasks");
        Arguments.requireCount(pendingTasks, "The count of pending tasks");
    }

    /**
     * What ECS does with the instance.
     *
     * @see <a href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerInstance.html">ContainerInstance</a>
     */
    enum Status {
        REGISTERING,
        REGISTRATION_FAILED,
        ACTIVE,
        DRAINING,
        DEREGISTERING,
        /** Deregistered; ECS shows it for a while. */
        INACTIVE,
        /** A status that this version does not know. */
        UNKNOWN;

        /** The status that ECS calls so. */
        static Status parse(String text) {
            for (Status status : values()) {
                if (status.name().equals(text)) {
                    return status;
                }
            }
            return UNKNOWN;
        }
    }
}
