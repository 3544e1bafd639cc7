package dev.banhmi.drain;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What an evaluation read of an instance in the cluster. */
sealed interface Registration {

    /** Nothing was read, because the state in the group had decided already. */
    record Unread() implements Registration {}

    /** All pages were read, and the cluster does not know the instance. */
    record Absent() implements Registration {}

    /**
     * The cluster knows the instance.
     *
     * @param toRun ARNs of the tasks that its list of {@code RUNNING} shows
     * @param tasks the union of its lists of running and of stopped tasks, described
     * @param undescribed ARNs from these lists that ECS did not describe: a read that lags behind the other, so nothing is known
     * @param daemons the names of the services of these tasks that are daemons; empty when ECS was not asked, or did not respond
     */
    record Present(
            ContainerInstance instance,
            Set<String> toRun,
            List<DrainTask> tasks,
            Set<String> undescribed,
            Optional<Set<String>> daemons)
            implements Registration {

        public Present {
            toRun = Set.copyOf(toRun);
            tasks = List.copyOf(tasks);
            undescribed = Set.copyOf(undescribed);
            daemons = daemons.map(Set::copyOf);
        }

        /** Before anybody asked which services are daemons. */
        Present(ContainerInstance instance, Set<String> toRun, List<DrainTask> tasks, Set<String> undescribed) {
            this(instance, toRun, tasks, undescribed, Optional.empty());
        }

        /** The same, knowing which services are daemons. */
        Present knowing(Set<String> names) {
            return new Present(instance, toRun, tasks, undescribed, Optional.of(names));
        }

        /** The names of the services of those that are to run. */
        Set<String> servicesToReplace() {
            return tasks.stream()
                    .filter(task -> !task.hasStopped() && !task.isToStop())
                    .map(DrainTask::service)
                    .flatMap(Optional::stream)
                    .collect(Collectors.toSet());
        }

        /** Whether ECS starts another task in place of this one before it stops it; one that may be of a daemon counts as replaced. */
        boolean isReplaced(DrainTask task) {
            return !task.isStandalone()
                    && !task.isManagedDaemon()
                    && task.service()
                            .filter(name -> daemons.filter(known -> known.contains(name))
                                    .isPresent())
                            .isEmpty();
        }

        /** Before the tasks are read: something that ECS lists to run and does not describe stands for all that there may be. */
        static Present withTasksUnread(ContainerInstance instance) {
            return new Present(instance, UNREAD, List.of(), UNREAD);
        }

        /** The same tasks with another reading of the container instance. */
        Present with(ContainerInstance again) {
            return new Present(again, toRun, tasks, undescribed, daemons);
        }

        /** The same tasks some time later, when they are not all that there may be. */
        Present withMoreUnread() {
            return new Present(instance, plus(toRun), tasks, plus(undescribed), daemons);
        }

        private static Set<String> plus(Set<String> read) {
            return Stream.concat(read.stream(), UNREAD.stream()).collect(Collectors.toSet());
        }

        private static final Set<String> UNREAD = Set.of("unread");

        /** The same with an agent that is connected, for who believes the lists of one that is not. */
        Present believed() {
            ContainerInstance connected = new ContainerInstance(
                    instance.arn(),
                    instance.instanceId(),
                    instance.status(),
                    true,
                    instance.runningTasks(),
                    instance.pendingTasks(),
                    instance.drainingSince(),
                    instance.quietSince());
            return new Present(connected, toRun, tasks, undescribed, daemons);
        }
    }
}
