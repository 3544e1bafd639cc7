package dev.banhmi.drain;

import dev.banhmi.drain.BudgetCase.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** The tasks of one service in the rest of the fleet, and what ECS may start and stop while an instance drains. */
final class BudgetScheduler {

    /*
     * Between minimumHealthyPercent, rounded up, and maximumPercent, rounded down: while less than the maximum lives, replacements
     * start; while more than the minimum serves, tasks of the draining instance are told to stop
     * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-draining.html, checked 2026-11-30). A task that was
     * told counts as alive until it has stopped, its deregistration delay included: AWS does not say so, and the other reading is quicker.
     */

    final Service service;
    final List<BudgetTask> onHost = new ArrayList<>();
    private final BudgetRooms rooms;
    private final long[] elsewhereInZones;
    private int healthy;
    private int starting;
    private int started;
    private int lowest;

    BudgetScheduler(Service service, BudgetRooms rooms) {
        this.service = service;
        this.rooms = rooms;
        this.elsewhereInZones = new long[rooms.zones()];
    }

    /** Before the removal, on the instance that goes. */
    void placesOnHost(int tasks) {
        for (int i = 0; i < tasks; i++) {
            onHost.add(new BudgetTask("arn:task/" + rooms.nextName(), service));
        }
        lowest = serving(0);
    }

    /** Before the removal, on the others; whether one was missing and had room. */
    boolean placesAnother() {
        if (hasEverything() || !(place(0) || (rooms.hasGrown() && place(0)))) {
            return false;
        }
        healthy++;
        lowest = serving(0);
        return true;
    }

    /** Whether the fleet, as it is before the removal, carries the tasks that the service wants. */
    boolean hasEverything() {
        return serving(0) == service.tasks();
    }

    private boolean place(long now) {
        long[] inZones = elsewhereInZones.clone();
        inZones[BudgetRooms.ZONE_OF_THE_REMOVED] +=
                onHost.stream().filter(task -> task.isLive(now)).count();
        OptionalInt zone = rooms.place(service, inZones);
        zone.ifPresent(one -> elsewhereInZones[one]++);
        return zone.isPresent();
    }

    int serving(long now) {
        return healthy + (int) onHost.stream().filter(task -> !task.isTold(now)).count();
    }

    /** The fewest that served at any time. */
    int lowest() {
        return lowest;
    }

    /** The next task that ECS tells to stop, which has to be told before the next one is asked for. */
    List<BudgetTask> toTell(long now) {
        List<BudgetTask> told = new ArrayList<>();
        int serving = serving(now);
        for (BudgetTask task : onHost) {
            if (!task.isTold(now) && serving > service.kept()) {
                told.add(task);
                serving--;
            }
        }
        lowest = Math.min(lowest, serving);
        return told;
    }

    /** Starts a replacement where one may start and has room; returns whether it did. */
    boolean starts(long now) {
        int elsewhere = healthy + starting;
        long live = elsewhere + onHost.stream().filter(task -> task.isLive(now)).count();
        if (elsewhere >= service.tasks() || live >= service.maximum()) {
            return false;
        }
        if (!place(now)) {
            rooms.isShort(now);
            return false;
        }
        starting++;
        started++;
        return true;
    }

    /** Whether all replacements up to now belong to the first round. */
    boolean isFirstRound() {
        return started <= Math.max(1, service.maximum() - service.tasks());
    }

    void becomesHealthy() {
        starting--;
        healthy++;
    }
}
