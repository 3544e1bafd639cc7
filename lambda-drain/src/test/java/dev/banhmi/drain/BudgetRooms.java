package dev.banhmi.drain;

import dev.banhmi.drain.BudgetCase.Fleet;
import dev.banhmi.drain.BudgetCase.Service;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongConsumer;

/** What is free on the instances beside the one that is removed; a fleet that grows gets another one where a task finds no room. */
final class BudgetRooms {

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
            rooms.add(new Room(fleet));
        }
    }

    private static final class Room {
        private long cpu;
        private long memory;

        Room(Fleet fleet) {
            cpu = fleet.cpu();
            memory = fleet.memory();
        }

        boolean takes(Service service) {
            return cpu >= service.cpu() && memory >= service.memory();
        }
    }

    int nextName() {
        return names++;
    }

    /** Places a task where most is free, as spreading does. */
    boolean place(Service service) {
        return rooms.stream()
                .filter(room -> room.takes(service))
                .max(Comparator.comparingLong(room -> room.memory))
                .map(room -> {
                    room.cpu -= service.cpu();
                    room.memory -= service.memory();
                    return true;
                })
                .orElse(false);
    }

    /** A task found no room: another instance is ordered, one at a time. */
    void isShort(long now) {
        if (fleet.grows() && !ordered && rooms.size() < fleet.most()) {
            ordered = true;
            orders.accept(now + fleet.instanceStart());
        }
    }

    void arrives() {
        ordered = false;
        rooms.add(new Room(fleet));
    }
}
