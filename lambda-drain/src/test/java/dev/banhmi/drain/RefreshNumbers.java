package dev.banhmi.drain;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The numbers of the stack that {@link RefreshRun} has, and those that the drain itself goes by: infra-cdk's tests compare them with the template
 * of prod. Only types of the JDK cross.
 */
public final class RefreshNumbers implements Supplier<Map<String, Long>> {

    /** For whoever loads the class by its name. */
    public RefreshNumbers() {}

    @Override
    public SortedMap<String, Long> get() {
        SortedMap<String, Long> numbers = new TreeMap<>();
        numbers.put("hookTimeout", RefreshWorld.BUDGET.toSeconds());
        numbers.put("stopping", RefreshWorld.STOPPING.toSeconds());
        numbers.put("launchTimeout", RefreshWorld.LAUNCH.heartbeatTimeout().toSeconds());
        numbers.put("warmUp", RefreshRun.WARM_UP);
        numbers.put("pause", RefreshRun.PAUSE);
        numbers.put("period", RefreshRun.PERIOD);
        numbers.put("periods", (long) RefreshRun.EVALUATED);
        numbers.put("errorPercent", (long) RefreshRun.ERROR_PERCENT);
        numbers.put("replacementLimit", RefreshRun.REPLACEMENT_LIMIT);
        for (int i = 0; i < RefreshRun.CHECKPOINTS.size(); i++) {
            numbers.put("checkpoint." + i, (long) RefreshRun.CHECKPOINTS.get(i));
        }
        long seconds = 0;
        while (!isJustLate(seconds)) {
            seconds++;
        }
        numbers.put("event.first", seconds);
        while (isJustLate(seconds)) {
            seconds++;
        }
        numbers.put("event.last", seconds - 1);
        return numbers;
    }

    private static boolean isJustLate(long age) {
        ContainerInstance instance = new ContainerInstance(
                "arn", "i", ContainerInstance.Status.DRAINING, true, 1, 0, Optional.empty(), Optional.empty());
        return new DrainDeadline(
                        RefreshMistake.NONE.policy(),
                        RefreshWorld.DRAIN,
                        instance,
                        Instant.EPOCH,
                        Instant.EPOCH.plusSeconds(age))
                .isJustLate();
    }
}
