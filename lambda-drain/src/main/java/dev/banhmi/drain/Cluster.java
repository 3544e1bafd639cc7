package dev.banhmi.drain;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One ECS cluster. Each method reads all pages and all batches; what it returns may be some seconds old, each response independently.
 *
 * <p>All throw {@link RetryableFailure} where a later try may help, and another exception where it cannot.
 */
interface Cluster {

    ClusterName name();

    /** The container instance that runs on this EC2 instance, whatever its status; checked against the response of ECS. */
    Optional<ContainerInstance> findByInstanceId(String instanceId);

    /**
     * The container instance with this ARN; empty when ECS does not know it.
     *
     * @param containerInstance its ARN
     */
    Optional<ContainerInstance> find(String containerInstance);

    /** All container instances. */
    List<ContainerInstance> containerInstances();

    /** What ECS reports about these container instances now; those that it does not know are left out. */
    List<ContainerInstance> describe(Collection<String> containerInstances);

    /** The ARNs of the tasks of the whole cluster that ECS wants in this status; else as the next. */
    List<String> listTasks(DesiredStatus desired);

    /**
     * The ARNs of the tasks of a container instance that ECS wants in this status. The list for {@code RUNNING} lacks those that are
     * stopping, the one for {@code STOPPED} has them.
     */
    List<String> listTasks(String containerInstance, DesiredStatus desired);

    /** What ECS reports about these tasks; those that it does not know are left out. */
    List<DrainTask> describeTasks(Collection<String> tasks);

    /**
     * Which of these services are daemons: one task on each instance, which ECS replaces nowhere.
     *
     * @param services their names
     * @return the names of those that are; one that ECS does not know is none
     */
    Set<String> daemons(Collection<String> services);

    /** Sets a container instance to {@code DRAINING}; one that drains already stays so. */
    void setDraining(String containerInstance);

    /** Writes the attribute {@value DrainMark#DRAINING_SINCE}, replacing an older one. */
    void putMark(String containerInstance, String value);

    /** Writes the attribute {@value DrainMark#QUIET_SINCE}, replacing an older one. */
    void putQuiet(String containerInstance, String value);

    /** Takes the container instance out of the cluster, whatever tasks ECS believes it to have: services start them elsewhere. */
    void deregister(String containerInstance);

    /** Asks ECS to stop a task; one that has stopped or is gone stays so. */
    void stopTask(String task, String reason);

    /** What ECS wants a task to be, as a filter of its list. */
    enum DesiredStatus {
        RUNNING,
        STOPPED
    }
}
