package dev.banhmi.drain;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A fleet in three zones, its group, its capacity provider and its service, whose number of tasks follows a day's load. The drain is that of
 * {@link RefreshWorld}.
 */
final class ScaleInWorld extends RefreshWorld {
    /*
     * Managed scaling counts instances, not what is reserved of them: while a task waits for room it adds as many as the waiting ones need
     * at least, and when every task has room it wants as many as carry a task. So a fleet shrinks only once an instance is empty, and what
     * then goes is Auto Scaling's choice, unless the busy ones are protected.
     * https://aws.amazon.com/blogs/containers/deep-dive-on-amazon-ecs-cluster-auto-scaling/ (checked 2026-11-30)
     *
     * Auto Scaling moves an instance where a zone has two more than another, and never a protected one: protection holds back everything but
     * failed health checks, Spot and what is terminated by hand or by an instance refresh.
     * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-protection.html (checked 2026-11-30)
     */

    private static final int ZONES = 3;

    /** Minutes in which the alarm of managed scaling that removes instances has to be low. */
    private static final int LOW_MINUTES = 15;

    private final ScaleInPolicy policy;
    private final int slots;
    private final int most;
    private final int least;
    private final Set<RefreshTask> outdated = new HashSet<>();
    private int wanted;
    private int capacity;
    private int toRemove;
    private int lowMinutes;

    /** What a removal found on its instance. */
    record Removal(RefreshHost host, long at, int tasks) {}

    final List<Removal> removals = new ArrayList<>();

    ScaleInWorld(ScaleInPolicy policy, int slots, int least, int most, int wanted, long seed) {
        super(seed);
        this.policy = policy;
        this.slots = slots;
        this.least = least;
        this.most = most;
        this.wanted = wanted;
        capacity = Math.max(least, (wanted + slots - 1) / slots);
        for (int i = 0; i < capacity; i++) {
            RefreshHost host = new RefreshHost("i-first-" + i, false, 0);
            host.zone = i % ZONES;
            host.registersAt = 0;
            host.become(0, "InService");
            hosts.add(host);
        }
        for (int i = 0; i < wanted; i++) {
            hosts.stream()
                    .filter(host -> room(host) > 0)
                    .min(policy.placing(this::tasksInZone, this::room))
                    .ifPresent(host -> add(host, 0, 0));
        }
    }

    void want(int tasks) {
        wanted = tasks;
    }

    /** A deployment of the service: twice as many tasks while the new ones come. */
    void deploy() {
        tasks.stream().filter(this::isKept).forEach(outdated::add);
    }

    @Override
    boolean isToBeReplaced(RefreshTask task) {
        return super.isToBeReplaced(task) || outdated.contains(task);
    }

    @Override
    void tick() {
        pass();
        replaceTasks();
        int missing = missing();
        for (int i = 0; i < missing && place() != null; i++) {}
        for (int i = missing; i < 0; i++) {
            stopOne();
        }
        while (members().size() < capacity) {
            RefreshHost host = launch(false);
            host.zone = emptiestZone();
        }
    }

    /** Tasks that the service wants and has not; below 0 those that it has too many. */
    private int missing() {
        long replaced = tasks.stream()
                .filter(this::isKept)
                .filter(task -> isToBeReplaced(task) && task.replacement != null && task.replacement.isLive(now))
                .count();
        return (int) (wanted - tasks.stream().filter(this::isKept).count() + replaced);
    }

    private boolean isKept(RefreshTask task) {
        return task.isLive(now) && task.toldAt == RefreshHost.NEVER;
    }

    private void stopOne() {
        List<RefreshHost> used = hosts.stream()
                .filter(host -> host.tasks.stream().anyMatch(task -> isKept(task) && !isToBeReplaced(task)))
                .toList();
        List<RefreshTask> next = policy.stopping(used, this::tasksInZone, this::room).stream()
                .flatMap(host -> host.tasks.stream())
                .filter(task -> isKept(task) && !isToBeReplaced(task))
                .toList();
        if (!next.isEmpty()) {
            stop(next.get(below(next.size())));
        }
    }

    @Override
    long room(RefreshHost host) {
        return slots - host.tasks.stream().filter(task -> task.isLive(now)).count();
    }

    private long tasksInZone(RefreshHost of) {
        return tasks.stream()
                .filter(task -> task.host.zone == of.zone && isKept(task))
                .count();
    }

    @Override
    @Nullable
    RefreshTask place() {
        return hosts.stream()
                .filter(host -> host.takesTasks(now) && room(host) > 0)
                .min(policy.placing(this::tasksInZone, this::room))
                .map(host -> add(host, now, healthyAt(host)))
                .orElse(null);
    }

    // The capacity provider and the group, once a minute.

    /** Tasks for which there is no room: {@code PROVISIONING}. */
    int provisioning() {
        long unreplaced = tasks.stream()
                .filter(task -> task.serves(now) && isToBeReplaced(task) && task.replacement == null)
                .count();
        return Math.max(0, missing()) + (int) unreplaced;
    }

    void scale() {
        int provisioning = provisioning();
        List<RefreshHost> members = members();
        List<RefreshHost> empty = members.stream().filter(this::isEmpty).toList();
        if (provisioning > 0) {
            long ready = members.stream().filter(host -> host.takesTasks(now)).count();
            capacity = Math.clamp(ready + (provisioning + slots - 1) / slots, capacity, most);
            toRemove = 0;
        }
        boolean low = provisioning == 0 && !empty.isEmpty() && members.size() > least;
        lowMinutes = low ? lowMinutes + 1 : 0;
        if (lowMinutes >= LOW_MINUTES) {
            lowMinutes = 0;
            int target = Math.max(least, members.size() - empty.size());
            toRemove = capacity - target;
            capacity = target;
        }
        while (toRemove > 0 && members().size() > capacity && remove(host -> true)) {
            toRemove--;
        }
        rebalance();
    }

    private void rebalance() {
        List<RefreshHost> members = members();
        long fewest = inZone(members, emptiestZone());
        List<RefreshHost> fullest = ScaleInPolicy.most(members, host -> inZone(members, host.zone));
        if (!fullest.isEmpty() && inZone(members, fullest.getFirst().zone) > fewest + 1) {
            int zone = fullest.getFirst().zone;
            remove(host -> host.zone == zone);
        }
    }

    private boolean remove(Predicate<RefreshHost> among) {
        List<RefreshHost> members = members();
        List<RefreshHost> possible = members.stream()
                .filter(host -> host.isIn("InService"))
                .filter(host -> !policy.isProtected() || isEmpty(host))
                .filter(among)
                .toList();
        List<RefreshHost> leaving = ScaleInPolicy.most(possible, host -> inZone(members, host.zone));
        if (policy.takesFewestTasks()) {
            leaving = ScaleInPolicy.most(leaving, this::room);
        }
        if (leaving.isEmpty()) {
            return false;
        }
        RefreshHost gone = leaving.get(below(leaving.size()));
        removals.add(new Removal(gone, now, (int)
                gone.tasks.stream().filter(task -> task.isLive(now)).count()));
        terminate(gone);
        return true;
    }

    /** Those that count for the group: not the ones that are about to go. */
    private List<RefreshHost> members() {
        return hosts.stream()
                .filter(host -> host.isIn("InService") || host.isIn("Pending:Wait"))
                .toList();
    }

    private boolean isEmpty(RefreshHost host) {
        return host.tasks.stream().noneMatch(task -> task.isLive(now));
    }

    private static long inZone(List<RefreshHost> hosts, int zone) {
        return hosts.stream().filter(host -> host.zone == zone).count();
    }

    private int emptiestZone() {
        int emptiest = 0;
        long fewest = Long.MAX_VALUE;
        List<RefreshHost> members = members();
        for (int zone = 0; zone < ZONES; zone++) {
            long count = inZone(members, zone);
            if (count < fewest) {
                fewest = count;
                emptiest = zone;
            }
        }
        return emptiest;
    }

    // What is measured.

    /** The share of all tasks that serve which one instance carries, and one zone. */
    record Shares(double instance, double zone) {}

    Optional<Shares> largestShares() {
        List<RefreshTask> serving =
                tasks.stream().filter(task -> task.serves(now)).toList();
        if (serving.size() < ZONES) {
            return Optional.empty();
        }
        long instance = most(serving, task -> task.host);
        long zone = most(serving, task -> task.host.zone);
        return Optional.of(new Shares((double) instance / serving.size(), (double) zone / serving.size()));
    }

    private static long most(List<RefreshTask> serving, Function<RefreshTask, Object> where) {
        return Collections.max(serving.stream()
                .collect(Collectors.groupingBy(where, Collectors.counting()))
                .values());
    }

    /** Forgets tasks that have long stopped, and returns how many of them were cut. */
    int forget() {
        List<RefreshTask> past = tasks.stream()
                .filter(task -> !task.isLive(now - 120) && task.placedAt < now - 120)
                .toList();
        tasks.removeAll(past);
        outdated.removeAll(past);
        past.forEach(task -> task.host.tasks.remove(task));
        return (int) past.stream().filter(RefreshTask::wasCut).count();
    }
}
