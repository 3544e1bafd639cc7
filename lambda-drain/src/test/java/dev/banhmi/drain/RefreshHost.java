package dev.banhmi.drain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** An instance of a fleet that is refreshed, as it truly is: what happened to it and when, in seconds. */
final class RefreshHost {

    static final long NEVER = Long.MAX_VALUE;

    final String id;
    private final String arn;
    final boolean fresh;
    final long launchedAt;
    long registersAt = NEVER;
    long disconnectsAt = NEVER;
    long drainingAt = NEVER;
    long deregisteredAt = NEVER;
    long inServiceAt = NEVER;
    long goneAt = NEVER;
    long deadAt = NEVER;

    /** The Availability Zone, where it matters. */
    int zone;

    /** When Auto Scaling ends its wait. */
    long waitEndsAt = NEVER;

    /** Whether it has taken the place of another one. */
    boolean used;

    final List<RefreshTask> tasks = new ArrayList<>();

    /** What ECS keeps on each instance, where it keeps anything. */
    Optional<RefreshTask> daemon = Optional.empty();

    private final List<Written> states = new ArrayList<>();
    private final List<Written> marks = new ArrayList<>();
    private final List<Written> quiets = new ArrayList<>();

    RefreshHost(String id, boolean fresh, long launchedAt) {
        this.id = id;
        arn = "arn:" + id;
        this.fresh = fresh;
        this.launchedAt = launchedAt;
    }

    String arn() {
        return arn;
    }

    void become(long now, String state) {
        states.add(new Written(now, state));
        if (state.equals("InService")) {
            inServiceAt = now;
        }
    }

    void mark(long now, String value) {
        marks.add(new Written(now, value));
    }

    void quiet(long now, String value) {
        quiets.add(new Written(now, value));
    }

    String state() {
        return states.getLast().value();
    }

    boolean isIn(String state) {
        return goneAt == NEVER && state().equals(state);
    }

    boolean waits() {
        return goneAt == NEVER && state().endsWith(":Wait");
    }

    /** Whether the cluster lists it. ECS itself takes out an instance that goes while its agent is connected. */
    boolean isRegistered(long time) {
        boolean takenOut = goneAt <= time && disconnectsAt > goneAt && deadAt > goneAt;
        return registersAt <= time && time < deregisteredAt && !takenOut;
    }

    boolean isConnected(long time) {
        return registersAt <= time && time < disconnectsAt && time < deadAt && time < goneAt;
    }

    boolean takesTasks(long time) {
        return isRegistered(time) && isConnected(time) && time < drainingAt;
    }

    Optional<Member> member(long time) {
        if (time >= goneAt) {
            return Optional.empty();
        }
        return Written.last(states, time).map(state -> new Member(id, RefreshWorld.GROUP, state, deadAt <= time));
    }

    /** The tasks of the service and that of a daemon. */
    Stream<RefreshTask> all() {
        return Stream.concat(tasks.stream(), daemon.stream());
    }

    /** ECS stops the daemon of an instance that drains once every other task there has stopped. */
    void stopDaemon(long now) {
        daemon.filter(task -> task.toldAt == NEVER && isConnected(now))
                .filter(task -> now >= drainingAt && tasks.stream().allMatch(other -> other.stoppedAt <= now))
                .ifPresent(task -> {
                    task.toldAt = now;
                    task.stoppedAt = now + 10;
                });
    }

    Optional<ContainerInstance> describe(long time) {
        if (!isRegistered(time)) {
            return Optional.empty();
        }
        return Optional.of(new ContainerInstance(
                arn(),
                id,
                time >= drainingAt ? ContainerInstance.Status.DRAINING : ContainerInstance.Status.ACTIVE,
                isConnected(time),
                (int) all().filter(task -> task.placedAt <= time && time < task.toldAt)
                        .count(),
                0,
                Written.last(marks, time).map(DrainMark::parse),
                Written.last(quiets, time).map(DrainMark::parse)));
    }
}
