package dev.banhmi.cdk.constructs.drain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.autoscaling.CfnLifecycleHook;
import software.amazon.awscdk.services.ecs.CfnCapacityProvider;
import software.constructs.Construct;
import software.constructs.IConstruct;
import software.constructs.IValidation;

/*
 * Looks at the finished tree, because a second drain can come from anywhere and at any time: a capacity provider made afterwards, a hook
 * of somebody else, or CDK itself, which installs a Python drain of its own when managed draining is not said and termination protection
 * is off (2.263: Cluster.addAsgCapacityProvider, children DrainECSHook and LifecycleHookDrainHook of the group).
 */
/** Checks that a group is drained in exactly the way that was asked for. */
final class DrainCheck implements IValidation {
    /** Our lifecycle hook, a child of its group. */
    static final String HOOK = "BanhmiDrainHook";

    private static final String HIDDEN = "DrainECSHook";
    private static final String HIDDEN_HOOK = "LifecycleHookDrainHook";
    private static final String TERMINATING = "autoscaling:EC2_INSTANCE_TERMINATING";

    /** What was asked for. */
    enum Expected {
        HOOK,
        MANAGED,
        NOTHING
    }

    private final AutoScalingGroup group;
    private final Expected expected;

    private DrainCheck(AutoScalingGroup group, Expected expected) {
        this.group = group;
        this.expected = expected;
    }

    /** Has the app checked when it is synthesized. */
    static void add(AutoScalingGroup group, Expected expected) {
        group.getNode().addValidation(new DrainCheck(group, expected));
    }

    static boolean hasHook(AutoScalingGroup group) {
        return group.getNode().tryFindChild(HOOK) != null;
    }

    /** Takes CDK's own drain away, if there is one. */
    static void removeHiddenDrain(AutoScalingGroup group) {
        group.getNode().tryRemoveChild(HIDDEN);
        group.getNode().tryRemoveChild(HIDDEN_HOOK);
    }

    @Override
    public List<String> validate() {
        boolean hidden = group.getNode().tryFindChild(HIDDEN) != null;
        boolean managed = false;
        List<String> hooks = new ArrayList<>();
        for (IConstruct construct : group.getNode().getRoot().getNode().findAll()) {
            if (construct instanceof CfnCapacityProvider provider) {
                managed |= isManaged(provider);
            } else if (construct instanceof CfnLifecycleHook hook && isTermination(hook)) {
                hooks.add(construct.getNode().getPath());
            }
        }
        List<String> errors = new ArrayList<>();
        if (hidden) {
            errors.add("CDK has installed a drain of its own beside what was asked for (" + HIDDEN
                    + "). Attach the group after cluster.addAsgCapacityProvider, and say enableManagedDraining.");
        }
        // CDK's own drain has a hook, which needs no second sentence.
        compare(errors, managed, hidden ? List.of() : hooks);
        return errors;
    }

    private void compare(List<String> errors, boolean managed, List<String> hooks) {
        switch (expected) {
            case HOOK -> {
                if (managed) {
                    errors.add(
                            "Two drains: managed draining of its capacity provider and our lifecycle hook would wait for"
                                    + " each other. Say enableManagedDraining(false), or do not attach the group.");
                }
            }
            case MANAGED -> {
                if (!managed) {
                    errors.add("No drain: managed draining was asked for, and no capacity provider of the group has it"
                            + " enabled. Say enableManagedDraining(true).");
                }
                if (!hooks.isEmpty()) {
                    errors.add(
                            "Two drains: managed draining was asked for, and instances wait for hooks on termination as"
                                    + " well: " + String.join(", ", hooks)
                                    + ". Remove them, or take DrainStrategy.lifecycleHook.");
                }
            }
            case NOTHING -> {
                if (managed || !hooks.isEmpty()) {
                    errors.add("No drain was asked for, and there is one: "
                            + (managed ? "managed draining of a capacity provider" : String.join(", ", hooks))
                            + ". Take the DrainStrategy that says so.");
                }
            }
        }
    }

    private boolean isTermination(CfnLifecycleHook hook) {
        return TERMINATING.equals(hook.getLifecycleTransition()) && isOfGroup(hook, hook.getAutoScalingGroupName());
    }

    private boolean isManaged(CfnCapacityProvider provider) {
        Object settings = provider.getAutoScalingGroupProvider();
        // A provider of managed instances has none.
        if (settings == null || !(Stack.of(provider).resolve(settings) instanceof Map<?, ?> properties)) {
            return false;
        }
        Object name = properties.get("autoScalingGroupArn");
        return "ENABLED".equals(properties.get("managedDraining")) && name != null && isOfGroup(provider, name);
    }

    /** By the text where it is one, else by what it stands for; only within one stack does that have one meaning. */
    private boolean isOfGroup(Construct where, Object name) {
        List<Object> names = List.of(group.getAutoScalingGroupName(), group.getAutoScalingGroupArn());
        if (names.contains(name)) {
            return true;
        }
        Stack stack = Stack.of(group);
        if (!Stack.of(where).getNode().getPath().equals(stack.getNode().getPath())) {
            return false;
        }
        Object meant = stack.resolve(name);
        return names.stream().map(stack::resolve).anyMatch(meant::equals);
    }
}
