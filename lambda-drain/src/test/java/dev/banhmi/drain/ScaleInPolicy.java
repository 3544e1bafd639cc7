package dev.banhmi.drain;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * A way to place tasks, and to choose the instance that goes when ECS wants one less.
 *
 * <p>Placement and the choice of the task that a service stops:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-strategies.html; protection:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-termination-protection.html; the default choice:
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html (checked 2026-11-30).
 */
enum ScaleInPolicy {
    SPREAD("zones, then instances", Choice.ANY, true, false),
    SPREAD_PROTECTED("zones, then instances", Choice.EMPTY, true, false),
    PACKED("zones, then fewest instances", Choice.ANY, true, true),
    /** A termination policy of one's own, a Lambda function, picks within the zone that Auto Scaling has chosen. */
    PACKED_EMPTIEST("zones, then fewest instances", Choice.EMPTIEST, true, true),
    PACKED_PROTECTED("zones, then fewest instances", Choice.EMPTY, true, true),
    NO_ZONES_PROTECTED("fewest instances", Choice.EMPTY, false, true);

    final String placement;
    private final Choice choice;
    private final boolean zones;
    private final boolean packs;

    /** What goes. Auto Scaling always takes it from the zone that has most of those that may go. */
    enum Choice {
        /** Any instance: all are of one launch template, and the next full hour since a launch is as good as chance. */
        ANY("any, the default"),
        EMPTIEST("the one with the fewest tasks"),
        /** Managed termination protection. */
        EMPTY("one without tasks");

        final String title;

        Choice(String title) {
            this.title = title;
        }
    }

    ScaleInPolicy(String placement, Choice choice, boolean zones, boolean packs) {
        this.placement = placement;
        this.choice = choice;
        this.zones = zones;
        this.packs = packs;
    }

    String choice() {
        return choice.title;
    }

    boolean isProtected() {
        return choice == Choice.EMPTY;
    }

    boolean takesFewestTasks() {
        return choice == Choice.EMPTIEST;
    }

    /** The order in which instances with room are given the next task. */
    Comparator<RefreshHost> placing(ToLongFunction<RefreshHost> tasksInZone, ToLongFunction<RefreshHost> room) {
        Comparator<RefreshHost> within =
                Comparator.comparingLong(host -> packs ? room.applyAsLong(host) : -room.applyAsLong(host));
        return zones ? Comparator.comparingLong(tasksInZone).thenComparing(within) : within;
    }

    /** The instances whose tasks are the next to be stopped: a service that spreads takes any of the fullest zone. */
    List<RefreshHost> stopping(
            List<RefreshHost> used, ToLongFunction<RefreshHost> tasksInZone, ToLongFunction<RefreshHost> room) {
        List<RefreshHost> fullest = zones ? most(used, tasksInZone) : used;
        return packs ? most(fullest, room) : fullest;
    }

    static List<RefreshHost> most(List<RefreshHost> hosts, ToLongFunction<RefreshHost> measure) {
        long most = hosts.stream().mapToLong(measure).max().orElse(0);
        return hosts.stream().filter(host -> measure.applyAsLong(host) == most).toList();
    }
}
