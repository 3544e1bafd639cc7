package dev.banhmi.drain;

import dev.banhmi.drain.BudgetCase.Fleet;
import dev.banhmi.drain.BudgetCase.Service;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/** What is free on the instances beside the one that is removed; a fleet that grows gets another one where a task finds no room. */
final class BudgetRooms {

    /*
     * Tasks are placed as the service's strategies have it, spread over the zones, then packed by memory: among the instances that have room
     * for the task, in the zone with the fewest tasks of its service, the one with the least memory left
     * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-strategies.html, checked 2026-11-30). Auto Scaling balances
     * the zones.
     */

    static final int ZONE_OF_THE_REMOVED = 0;

    private final Fleet fleet;
    private final LongConsumer orders;
    private final List<Room> rooms = new ArrayList<>();
    private boolean ordered;
    private int names;

    /**
     * The rest of a fleet.
     *
     * @param orders told when an ordered instance is there
     */
    BudgetRooms(Fleet fleet, LongConsumer orders) {
        this.fleet = fleet;
        this.orders = orders;
        for (int i = 1; i < fleet.instances(); i++) {
            rooms.add(new Room(fleet, i % fleet.zones()));
        }
    }

    private static final class Room {
        private final int zone;
        private long cpu;
        private long memory;

        Room(Fleet fleet, int zone) {
            this.zone = zone;
            cpu = fleet.cpu();
            memory = fleet.memory();
        }

        boolean takes(Service service) {
            return cpu >= service.cpu() && memory >= service.memory();
        }

        void take(Service service) {
            cpu -= service.cpu();
            memory -= service.memory();
        }
    }

    int nextName() {
        return names++;
    }

    int zones() {
        return fleet.zones();
    }

    /**
     * Places a task where the strategies have it; returns the zone, or nothing where no instance has room.
     *
     * @param inZones how many tasks of the service each zone has
     */
    OptionalInt place(Service service, long[] inZones) {
        Optional<Room> room = rooms.stream()
                .filter(one -> one.takes(service))
                .min(Comparator.<Room>comparingLong(one -> inZones[one.zone]).thenComparingLong(one -> one.memory));
        room.ifPresent(one -> one.take(service));
        return room.stream().mapToInt(one -> one.zone).findFirst();
    }

    /** Before the removal: a fleet that grows has as many as it took to place what there is. Returns whether there is one more. */
    boolean hasGrown() {
        if (!fleet.grows() || rooms.size() + 1 >= fleet.most()) {
            return false;
        }
        arrives();
        return true;
    }

    /**
     * A task found no room: another instance is ordered, one at a time, whatever is missing. With several instance types or zones that is what ECS
     * does (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ManagedScaling.html, minimumScalingStepSize, checked 2026-11-30).
     */
    void isShort(long now) {
        if (fleet.grows() && !ordered && rooms.size() < fleet.most()) {
            ordered = true;
            orders.accept(now + fleet.instanceStart());
        }
    }

    void arrives() {
        ordered = false;
        int zone = IntStream.range(0, fleet.zones())
                .boxed()
                .min(Comparator.comparingLong(
                        one -> rooms.stream().filter(room -> room.zone == one).count()))
                .orElseThrow();
        rooms.add(new Room(fleet, zone));
    }
}
