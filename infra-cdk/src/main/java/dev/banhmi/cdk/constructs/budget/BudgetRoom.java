package dev.banhmi.cdk.constructs.budget;

import dev.banhmi.cdk.constructs.budget.BudgetRules.Sum;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the replacements of an instance's tasks go, and in how many rounds. */
final class BudgetRoom {
    private final BudgetOptions options;

    BudgetRoom(BudgetOptions options) {
        this.options = options;
    }

    void checkSizes(BudgetRules rules) {
        List<String> missing = new ArrayList<>();
        size(rules, missing, "taskCpuUnits", options.taskCpuUnits());
        size(rules, missing, "taskMemoryMiB", options.taskMemoryMiB());
        size(rules, missing, "instanceCpuUnits", options.instanceCpuUnits());
        size(rules, missing, "instanceMemoryMiB", options.instanceMemoryMiB());
        if (!missing.isEmpty() && missing.size() < 4) {
            rules.refuse("Some of the sizes are missing: set " + String.join(", ", missing)
                    + " as well, or none of the four.");
        }
    }

    private static void size(BudgetRules rules, List<String> missing, String name, @Nullable Integer value) {
        if (value == null) {
            missing.add(name);
        } else {
            rules.count(
                    name,
                    value,
                    1,
                    Integer.MAX_VALUE,
                    "Set what is reserved and registered; 1024 CPU units are a vCPU.");
        }
    }

    /** Checks that the replacements can start and have room, and returns in how many rounds an instance becomes empty. */
    long rounds(BudgetRules rules) {
        int tasks = options.tasks();
        long extra = extra(tasks);
        long spare = spare(tasks);
        String replaced = "⌊tasks " + tasks + " × (maximumPercent " + options.maximumPercent() + " − 100) ÷ 100⌋ =";
        if (extra == 0 && spare > 0) {
            rules.note("replacements at once " + replaced + " 0, so tasks stop first, at once ⌊tasks " + tasks
                    + " × (100 − minimumHealthyPercent " + options.minimumHealthyPercent() + ") ÷ 100⌋ = " + spare);
        } else {
            rules.atLeast(
                    "replacements at once " + replaced,
                    extra,
                    "",
                    new Sum(1, "1"),
                    "No replacement could start before a task stops: raise maximumPercent or tasks.");
        }
        int fit = checkRoom(rules);
        int perInstance = perInstance(rules, fit);
        // Where it is 0 a rule is broken already, and the other sums are still worth showing.
        long atOnce = atOnce(tasks);
        long rounds = ceiling(perInstance, Math.max(1, atOnce));
        rules.note("rounds ⌈tasks per instance " + perInstance + " ÷ replacements at once " + atOnce + "⌉ = " + rounds);
        return rounds;
    }

    /** In how many rounds an instance becomes empty while the service has so many tasks. */
    long rounds(int tasks, Placement placement) {
        return ceiling(placement.onOne(tasks, options.tasksPerInstance()), Math.max(1, atOnce(tasks)));
    }

    /**
     * Where tasks may be placed.
     *
     * @param fit how many fit on one instance; {@link #UNKNOWN} where that cannot be told
     * @param instances how many there are at least
     */
    record Placement(int fit, int instances) {
        static final int UNKNOWN = Integer.MAX_VALUE;

        /**
         * The most of so many tasks on one instance. They are packed, so all that fit; what was said is believed only where that is not known
         * and the others can be elsewhere.
         */
        long onOne(int tasks, @Nullable Integer said) {
            return said == null || fit < UNKNOWN
                    ? Math.min(tasks, fit)
                    : Math.max(said, ceiling(tasks, Math.max(1, instances)));
        }
    }

    /** Where ECS may start no replacement beforehand, it stops tasks first, as many as it may do without. */
    private long atOnce(int tasks) {
        long extra = extra(tasks);
        return extra > 0 ? extra : spare(tasks);
    }

    private long extra(int tasks) {
        return (long) tasks * (options.maximumPercent() - 100) / 100;
    }

    private long spare(int tasks) {
        return (long) tasks * (100 - options.minimumHealthyPercent()) / 100;
    }

    private int perInstance(BudgetRules rules, int fit) {
        Integer said = options.tasksPerInstance();
        if (said == null) {
            return Math.min(options.tasks(), fit);
        }
        long fewest = ceiling(options.tasks(), options.instances());
        rules.atLeast(
                "tasksPerInstance",
                said,
                "",
                new Sum(fewest, "⌈tasks " + options.tasks() + " ÷ instances " + options.instances() + "⌉ = " + fewest),
                "At least one instance runs that many.");
        return said;
    }

    /** How many tasks fit on one instance; without sizes, any number. */
    private int checkRoom(BudgetRules rules) {
        Optional<BudgetSizes> sizes = BudgetSizes.of(options);
        if (sizes.isEmpty()) {
            rules.note("room for the replacements: not checked, the sizes of task and instance are not set");
            return Integer.MAX_VALUE;
        }
        int fit = sizes.get().fit();
        String onOne = "⌊min(instanceCpuUnits " + options.instanceCpuUnits() + " ÷ taskCpuUnits "
                + options.taskCpuUnits()
                + ", instanceMemoryMiB " + options.instanceMemoryMiB() + " ÷ taskMemoryMiB " + options.taskMemoryMiB()
                + ")⌋ = " + fit;
        rules.atLeast("tasks that fit on an instance", fit, "", new Sum(1, "1, by " + onOne), "Take larger instances.");
        // A fleet that grows replaces the instance as well; any other one must do without it.
        boolean grows = options.instanceStart() != null;
        long instances = grows ? options.instances() : options.instances() - 1L;
        String fleet = grows ? "instances " + instances : "(instances " + options.instances() + " − 1)";
        rules.atLeast(
                "room " + fleet + " × " + onOne + ", together",
                instances * fit,
                "",
                Sum.of("tasks", options.tasks(), ""),
                "The fleet without the instance has no room for the replacements: raise instances or their size, lower"
                        + " the task's, or set fleetGrows(…) if the fleet adds instances by itself.");
        return fit;
    }

    private static long ceiling(long dividend, long divisor) {
        return (dividend + divisor - 1) / divisor;
    }
}
