package dev.banhmi.drain;

import java.util.List;
import java.util.Set;

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

        private static final Set<String> UNREAD = Set.of("unread");
    }
}
