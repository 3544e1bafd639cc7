package dev.banhmi.cdk.constructs.budget;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How many tasks a deployment may start and stop at a time.
 *
 * @param tasks the service's desired count
 * @param minimumHealthyPercent the share that must keep running
 * @param maximumPercent the share that may run at once
 */
record RollingRoom(int tasks, int minimumHealthyPercent, int maximumPercent) {
    /*
     * ECS rounds both percentages in the direction that is safe, and that is where small services get stuck: with 3 tasks, a minimum of 90
     * % and a maximum of 120 %, it may not stop one (3 × 90 % = 2.7, rounded up 3) nor start one (3 × 120 % = 3.6, rounded down 3), and a
     * deployment waits until it times out. Both margins grow with the number of tasks, so the smallest number decides.
     * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html (checked 2026-11-22)
     */

    /** Tasks that may be started before one is stopped: ⌊tasks × (maximum − 100) ÷ 100⌋, 0 when the maximum is below 100. */
    int extra() {
        return Math.max(0, (int) Math.floorDiv((long) tasks * (maximumPercent - 100), 100L));
    }

    /** Tasks that may be stopped before one is started: tasks − ⌈tasks × minimum ÷ 100⌉. */
    int spare() {
        return Math.max(0, (int) Math.floorDiv((long) tasks * (100 - minimumHealthyPercent), 100L));
    }

    /** What is wrong with percentages with which a deployment would never end, or would leave nothing running. */
    Optional<Unkept> unkept() {
        List<String> stops = new ArrayList<>();
        if (extra() + spare() == 0) {
            stops.add("no task may be started (⌊" + tasks + " × (" + maximumPercent
                    + " − 100) ÷ 100⌋ = 0) and none stopped (" + tasks + " − ⌈" + tasks + " × " + minimumHealthyPercent
                    + " ÷ 100⌉ = 0), so no deployment can ever roll");
        }
        if (spare() >= tasks) {
            stops.add("all " + tasks + " tasks may be stopped at once (" + tasks + " − ⌈" + tasks + " × "
                    + minimumHealthyPercent + " ÷ 100⌉ = " + spare() + "), so no request is served meanwhile");
        }
        return stops.isEmpty()
                ? Optional.empty()
                : Optional.of(new Unkept(
                        "minimumHealthyPercent/maximumPercent of the budget",
                        minimumHealthyPercent + "/" + maximumPercent + " with " + tasks + " tasks: "
                                + String.join("; ", stops),
                        "percentages that leave a task running and let one more start, such as 100/200",
                        "Set minimumHealthyPercent(100).maximumPercent(200) in the DrainBudget, or run more tasks"));
    }
}
