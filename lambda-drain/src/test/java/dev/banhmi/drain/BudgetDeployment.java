package dev.banhmi.drain;

import dev.banhmi.drain.BudgetCase.Fleet;
import dev.banhmi.drain.BudgetCase.Service;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.PriorityQueue;

/** A deployment of a service on its fleet at its largest: what it carries, and how long until every task is a new one. */
final class BudgetDeployment {

    /*
     * Each task that starts, and each that was told to stop, has its room until it has stopped. New ones start while there is room and fewer
     * than the maximum live; old ones are told while more than the minimum serve
     * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html, checked 2026-11-30). A told one counts as alive, as
     * in BudgetScheduler. A fleet that grows has as many instances as the tasks need before, and no fewer than its minimum, and adds one at a time,
     * as in BudgetRooms. Steps add one while three quarters of all CPU or of all memory are reserved, and else none, however many tasks wait.
     */

    /** CloudFormation waits no longer for a service. */
    static final long LONGEST = 3 * 3_600;

    /** From the exit of the last container to STOPPED. */
    private static final long DEPROVISIONING = 10;

    private static final long NEVER = Long.MAX_VALUE;

    private final Fleet fleet;
    private final Service service;
    private final List<Service> others;

    BudgetDeployment(Fleet fleet, Service service, List<Service> others) {
        this.fleet = fleet;
        this.service = service;
        this.others = List.copyOf(others);
    }

    /** Whether the service's most tasks have room, also while one of the instances of a fleet that does not grow is drained. */
    boolean carriesTheMost() {
        return places(fleet.grows() ? fleet.most() : steps(Integer.MAX_VALUE) - 1) >= service.most();
    }

    /** How many tasks fit on so many instances beside the least of the others, which are packed first. */
    private int places(int instances) {
        List<long[]> rooms = new ArrayList<>();
        for (int i = 0; i < instances; i++) {
            rooms.add(new long[] {fleet.cpu(), fleet.memory()});
        }
        for (Service other : others) {
            for (int i = 0; i < other.least(); i++) {
                rooms.stream()
                        .filter(room -> room[0] >= other.cpu() && room[1] >= other.memory())
                        .min(Comparator.comparingLong(room -> room[1]))
                        .ifPresent(room -> {
                            room[0] -= other.cpu();
                            room[1] -= other.memory();
                        });
            }
        }
        return (int) rooms.stream()
                .mapToLong(room -> Math.min(room[0] / service.cpu(), room[1] / service.memory()))
                .sum();
    }

    /** How long it takes with so many tasks; nothing where it never ends. */
    OptionalLong seconds(int tasks) {
        int most = fleet.grows() ? fleet.most() : steps(Integer.MAX_VALUE);
        int instances = fleet.grows() ? instancesOf(tasks) : steps(tasks);
        long arrival = NEVER;
        int maximum = tasks * service.maximumPercent() / 100;
        int kept = Math.max(1, Service.ceilingOfPercent(tasks, service.minimumPercent()));
        PriorityQueue<Long> starting = new PriorityQueue<>();
        PriorityQueue<Long> stopping = new PriorityQueue<>();
        int old = tasks;
        int fresh = 0;
        long now = 0;
        while (fresh < tasks || old + stopping.size() > 0) {
            int places = places(instances);
            while (fresh + starting.size() < tasks
                    && live(old, fresh, starting, stopping) < Math.min(maximum, places)) {
                starting.add(now + service.taskStart() + service.healthChecks());
            }
            boolean isShort = fresh + starting.size() < tasks && live(old, fresh, starting, stopping) < maximum;
            if (isShort && arrival == NEVER && instances < most) {
                arrival = now + (fleet.grows() ? fleet.instanceStart() : fleet.stepStart());
            }
            while (old > 0 && old + fresh > kept) {
                old--;
                stopping.add(now + service.deregistration() + service.stop() + DEPROVISIONING);
            }
            if (starting.isEmpty() && stopping.isEmpty() && arrival == NEVER) {
                return OptionalLong.empty();
            }
            now = Math.min(arrival, Math.min(next(starting), next(stopping)));
            if (arrival == now) {
                instances++;
                arrival = NEVER;
            }
            while (next(starting) == now) {
                starting.remove();
                fresh++;
            }
            while (next(stopping) == now) {
                stopping.remove();
            }
        }
        return OptionalLong.of(now);
    }

    /** That they need, packed. */
    private int instancesOf(int tasks) {
        int instances = Math.max(1, fleet.least());
        while (instances < fleet.most() && places(instances) < tasks) {
            instances++;
        }
        return instances;
    }

    /** That the steps start for so many. */
    private int steps(int tasks) {
        int instances = Math.max(1, fleet.least());
        while (instances < fleet.most() && isMostlyReserved(instances, Math.min(tasks, places(instances)))) {
            instances++;
        }
        return instances;
    }

    private boolean isMostlyReserved(int instances, int placed) {
        long cpu = placed * service.cpu()
                + others.stream()
                        .mapToLong(other -> other.least() * other.cpu())
                        .sum();
        long memory = placed * service.memory()
                + others.stream()
                        .mapToLong(other -> other.least() * other.memory())
                        .sum();
        return 4 * cpu >= 3L * instances * fleet.cpu() || 4 * memory >= 3L * instances * fleet.mostMemory();
    }

    private static int live(int old, int fresh, PriorityQueue<Long> starting, PriorityQueue<Long> stopping) {
        return old + fresh + starting.size() + stopping.size();
    }

    private static long next(PriorityQueue<Long> queue) {
        return queue.isEmpty() ? NEVER : queue.peek();
    }
}
