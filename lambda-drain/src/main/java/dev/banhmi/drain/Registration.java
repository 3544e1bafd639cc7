package dev.banhmi.drain;

import java.util.List;
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
     */
    record Present(ContainerInstance instance, Set<String> toRun, List<DrainTask> tasks, Set<String> undescribed)
            implements Registration {

        public Present {
            toRun = Set.copyOf(toRun);
            tasks = List.copyOf(tasks);
            undescribed = Set.copyOf(undescribed);
        }

        /** Before the tasks are read: something that ECS lists to run and does not describe stands for all that there may be. */
        static Present withTasksUnread(ContainerInstance instance) {
            return new Present(instance, UNREAD, List.of(), UNREAD);
        }

        /** The same tasks with another reading of the container instance. */
        Present with(ContainerInstance again) {
            return new Present(again, toRun, tasks, undescribed);
        }

        /** The same tasks some time later, when they are not all that there may be. */
        Present withMoreUnread() {
            return new Present(instance, plus(toRun), tasks, plus(undescribed));
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
            return new Present(connected, toRun, tasks, undescribed);
        }
    }
}
