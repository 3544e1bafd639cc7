package dev.banhmi.drain;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads everything that a sweep looks at, by as few calls as the APIs allow: instances by the hundred, groups whole, hooks once a group,
 * tasks by the cluster where that is fewer calls than by the instance.
 */
final class FleetReads {

    /*
     * An evaluation of one instance takes its time before its first read, and so does a sweep before the first of all its reads. Every
     * response lags behind by less than the minimum age, each on its own, so all of them show what was true at most that long before that
     * time: the reasoning of DrainDecision holds for them as for the reads of one instance.
     */

    /** 10: up to so many draining instances, tasks are listed by the instance, which costs two calls each. */
    static final int FEW = 10;

    /** Tasks on a page. */
    private static final int PAGE = 100;

    private final Cluster cluster;
    private final Groups groups;
    private final DrainPolicy policy;
    private final DrainDecision decision;
    private final Invocation invocation;
    private final int few;

    /**
     * Reads for one sweep.
     *
     * @param few up to so many draining instances, tasks are listed by the instance: {@link #FEW}
     */
    FleetReads(
            Cluster cluster,
            Groups groups,
            DrainPolicy policy,
            DrainDecision decision,
            Invocation invocation,
            int few) {
        this.cluster = cluster;
        this.groups = groups;
        this.policy = policy;
        this.decision = decision;
        this.invocation = invocation;
        this.few = few;
    }

    /**
     * What is worth a look.
     *
     * @param observations the instances that a hook holds at their end, those that drain, and those with tasks in a warm pool; their tasks are not read
     * @param launches the instances that our hook on launches may hold, of which nothing else is read: few launch at a time
     * @param unreadable the instances whose group does not show its hooks, and why: the same exception for all of a group
     * @param tasks how many tasks ECS counts in the cluster
     */
    record Fleet(
            List<Observation> observations,
            List<String> launches,
            Map<String, RuntimeException> unreadable,
            long tasks) {

        /** How many instances that is. */
        int size() {
            return observations.size() + launches.size() + unreadable.size();
        }
    }

    /** Reads groups and container instances. */
    Fleet fleet(DrainHint.Sweep hint) {
        List<ContainerInstance> all = cluster.containerInstances();
        Map<String, ContainerInstance> registered = all.stream()
                .collect(Collectors.toMap(
                        ContainerInstance::instanceId,
                        one -> one,
                        (one, other) -> ContainerInstance.LIVELIEST.compare(one, other) >= 0 ? one : other,
                        LinkedHashMap::new));
        Map<String, Member> members = new LinkedHashMap<>();
        Set<String> names = policy.groups();
        if (names.isEmpty()) {
            addTo(members, groups.members(registered.keySet()));
            names = members.values().stream().map(Member::group).collect(Collectors.toCollection(LinkedHashSet::new));
        }
        Map<String, Groups.Group> described = groups.groups(names).stream()
                .collect(Collectors.toMap(Groups.Group::name, group -> group, (one, same) -> one));
        described.values().forEach(group -> addTo(members, group.members()));
        // One of the cluster may be in a group that the policy does not name.
        addTo(
                members,
                groups.members(registered.keySet().stream()
                        .filter(instance -> !members.containsKey(instance))
                        .toList()));
        Set<String> launches = members.values().stream()
                .filter(member -> member.state().isLaunch()
                        && decision.leavesAlone(Optional.of(member)).isEmpty())
                .map(Member::instanceId)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        Set<String> worthALook = Stream.concat(
                        members.values().stream()
                                .filter(member -> isHeld(member)
                                        || (member.isPooled() && hasTasks(registered.get(member.instanceId()))))
                                .map(Member::instanceId),
                        registered.values().stream()
                                .filter(one -> one.status() == ContainerInstance.Status.DRAINING)
                                .map(ContainerInstance::instanceId))
                .filter(instance -> !launches.contains(instance))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        HookReads hooks = new HookReads(groups);
        List<Observation> observations = new ArrayList<>();
        Map<String, RuntimeException> unreadable = new LinkedHashMap<>();
        for (String instance : worthALook) {
            try {
                Optional<Member> member = Optional.ofNullable(members.get(instance));
                observations.add(observation(instance, hint, member, described, hooks, registered.get(instance)));
            } catch (RuntimeException e) {
                unreadable.put(instance, e);
            }
        }
        return new Fleet(
                observations,
                List.copyOf(launches),
                unreadable,
                all.stream()
                        .mapToLong(one -> one.runningTasks() + one.pendingTasks())
                        .sum());
    }

    /** Whether a hook that can be ours holds it. */
    private boolean isHeld(Member member) {
        return member.state().waits()
                && (!member.state().isLaunch() || policy.launchHook().isPresent());
    }

    private static boolean hasTasks(@Nullable ContainerInstance instance) {
        return instance != null && instance.runningTasks() + instance.pendingTasks() > 0;
    }

    private static void addTo(Map<String, Member> members, Collection<Member> read) {
        read.forEach(member -> members.put(member.instanceId(), member));
    }

    private Observation observation(
            String instance,
            DrainHint.Sweep hint,
            Optional<Member> member,
            Map<String, Groups.Group> described,
            HookReads hooks,
            @Nullable ContainerInstance registered) {
        List<Hook> holding = member.filter(this::isHeld).map(hooks::of).orElse(List.of());
        if (decision.leavesAlone(member).isPresent()) {
            Registration known =
                    registered == null ? new Registration.Unread() : Registration.Present.withTasksUnread(registered);
            return new Observation(instance, hint, member, holding, false, known);
        }
        Member waiting = member.orElseThrow();
        boolean retains = policy.atDeadline() == LifecycleResult.ABANDON
                && Optional.ofNullable(described.get(waiting.group()))
                        .filter(Groups.Group::retainsAbandoned)
                        .isPresent();
        Registration registration = waiting.state() == MemberState.WARMED_TERMINATING_WAIT
                ? new Registration.Unread()
                : registered == null ? new Registration.Absent() : Registration.Present.withTasksUnread(registered);
        return new Observation(instance, hint, member, holding, retains, registration);
    }

    /**
     * Reads the tasks of draining instances.
     *
     * @param draining container instances
     * @param tasksOfCluster as ECS counts them
     * @return by ARN of the container instance, without those that could not be read
     */
    Map<String, Registration.Present> tasks(
            List<ContainerInstance> draining, long tasksOfCluster, Map<String, RuntimeException> unreadable) {
        long pages = few + tasksOfCluster / PAGE;
        return draining.size() <= pages ? byInstance(draining, unreadable) : byCluster(draining);
    }

    private Map<String, Registration.Present> byInstance(
            List<ContainerInstance> draining, Map<String, RuntimeException> unreadable) {
        Map<String, Lists> lists = new ConcurrentHashMap<>();
        Map<String, RuntimeException> failed = new ConcurrentHashMap<>();
        requireTime(invocation.each(draining, one -> {
            try {
                lists.put(
                        one.arn(),
                        new Lists(
                                cluster.listTasks(one.arn(), Cluster.DesiredStatus.RUNNING),
                                cluster.listTasks(one.arn(), Cluster.DesiredStatus.STOPPED)));
            } catch (RuntimeException e) {
                failed.put(one.instanceId(), e);
            }
        }));
        unreadable.putAll(failed);
        Map<String, DrainTask> described = describe(lists.values().stream().flatMap(Lists::all));
        Map<String, Registration.Present> present = new LinkedHashMap<>();
        for (ContainerInstance one : draining) {
            Lists own = lists.get(one.arn());
            if (own != null) {
                Set<String> undescribed = own.all().collect(Collectors.toCollection(LinkedHashSet::new));
                List<DrainTask> tasks = undescribed.stream()
                        .filter(described::containsKey)
                        .map(described::get)
                        .toList();
                tasks.forEach(task -> undescribed.remove(task.arn()));
                present.put(
                        one.arn(), new Registration.Present(one, new LinkedHashSet<>(own.running), tasks, undescribed));
            }
        }
        return present;
    }

    /** Of a task that is listed and not described nobody knows where it is: it might be anywhere. */
    private Map<String, Registration.Present> byCluster(List<ContainerInstance> draining) {
        List<String> running = new ArrayList<>();
        List<String> stopped = new ArrayList<>();
        invocation.together(List.of(
                () -> running.addAll(cluster.listTasks(Cluster.DesiredStatus.RUNNING)),
                () -> stopped.addAll(cluster.listTasks(Cluster.DesiredStatus.STOPPED))));
        Map<String, DrainTask> described = describe(Stream.concat(running.stream(), stopped.stream()));
        Set<String> toRun = new LinkedHashSet<>(running);
        Set<String> undescribed = Stream.concat(running.stream(), stopped.stream())
                .filter(task -> !described.containsKey(task))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        Map<String, List<DrainTask>> byPlace =
                described.values().stream().collect(Collectors.groupingBy(DrainTask::containerInstance));
        Map<String, Registration.Present> present = new LinkedHashMap<>();
        for (ContainerInstance one : draining) {
            List<DrainTask> tasks = byPlace.getOrDefault(one.arn(), List.of());
            Set<String> own =
                    tasks.stream().map(DrainTask::arn).filter(toRun::contains).collect(Collectors.toSet());
            undescribed.stream().filter(toRun::contains).forEach(own::add);
            present.put(one.arn(), new Registration.Present(one, own, tasks, undescribed));
        }
        return present;
    }

    /** What asks about the services of these tasks. */
    DaemonReads daemons() {
        return new DaemonReads(cluster, invocation);
    }

    private Map<String, DrainTask> describe(Stream<String> arns) {
        Map<String, DrainTask> described = new ConcurrentHashMap<>();
        requireTime(invocation.each(
                Batches.of(arns.toList(), PAGE),
                batch -> cluster.describeTasks(batch).forEach(task -> described.put(task.arn(), task))));
        return described;
    }

    private static void requireTime(int notBegun) {
        if (notBegun > 0) {
            throw new RetryableFailure(
                    "The invocation has no time left to read the tasks: " + notBegun + " reads are missing.");
        }
    }

    private record Lists(List<String> running, List<String> stopped) {

        Stream<String> all() {
            return Stream.concat(running.stream(), stopped.stream());
        }
    }
}
