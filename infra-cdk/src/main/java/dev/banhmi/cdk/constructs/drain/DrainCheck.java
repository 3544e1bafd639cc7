package dev.banhmi.cdk.constructs.drain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awscdk.CfnAutoScalingReplacingUpdate;
import software.amazon.awscdk.CfnResource;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.autoscaling.CfnLifecycleHook;
import software.amazon.awscdk.services.autoscaling.CfnWarmPool;
import software.amazon.awscdk.services.ecs.CfnCapacityProvider;
import software.constructs.Construct;
import software.constructs.IConstruct;
import software.constructs.IValidation;

/** Checks that a group is drained in exactly the way that was requested. */
final class DrainCheck implements IValidation {
    /*
     * Checks the finished tree, because a second drain can come from anywhere and at any time: a capacity provider added afterwards, a hook
     * of another construct, or CDK itself, which installs a Python drain of its own when managed draining is not set and termination
     * protection is off (2.263: Cluster.addAsgCapacityProvider, children DrainECSHook and LifecycleHookDrainHook of the group).
     *
     * A provider that leaves managedDraining out is neither on nor off: the template says nothing, and CloudFormation then creates it with
     * managed draining on (https://github.com/aws/aws-cdk/issues/35539, checked 2026-11-30). So is one whose value is known only when it
     * is deployed. Both are refused, whatever drain was requested.
     *
     * An instance that returns to a warm pool on scale-in keeps its tasks until it is stopped with them: its state is that of an instance
     * that enters the pool. ECS supports no reuse policy
     * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/asg-capacity-providers-create-auto-scaling-group.html, as noted in
     * November 2026), so such a pool is refused.
     *
     * A replacing update policy makes another group, under another name, for another launch template
     * (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html, "AutoScalingReplacingUpdate",
     * checked 2026-11-30). The drainer's published version would go on with the old name: the old group's tasks are cut when it goes, and
     * every launch in the new one waits at its hook for nobody. So it is refused, whenever it is set. A name that is set after the drain is
     * the same trap. What an escape hatch overrides (addPropertyOverride, addOverride) is in neither check, because CDK shows it nobody.
     */

    /** Our lifecycle hook, a child of its group; where the drain is in another stack, a child of the drain. */
    static final String HOOK = "BanhmiDrainHook";

    /** Our hook on launches, beside the other. */
    static final String LAUNCH_HOOK = "BanhmiLaunchHook";

    private static final String HIDDEN = "DrainECSHook";
    private static final String HIDDEN_HOOK = "LifecycleHookDrainHook";
    private static final String TERMINATING = "autoscaling:EC2_INSTANCE_TERMINATING";

    /** The drain that was requested. */
    enum Expected {
        HOOK,
        MANAGED,
        NOTHING
    }

    /** What a capacity provider says about managed draining. */
    private enum Managed {
        ON,
        OFF,
        NOT_STATED
    }

    private final AutoScalingGroup group;
    private final Expected expected;

    /** What the drainer's version was published for; empty without a drainer. */
    private final String name;

    private DrainCheck(AutoScalingGroup group, Expected expected) {
        this.group = group;
        this.expected = expected;
        this.name = expected == Expected.HOOK ? StatedName.of(group) : "";
    }

    /** Adds the check to the synthesis of the app. */
    static void add(AutoScalingGroup group, Expected expected) {
        group.getNode().addValidation(new DrainCheck(group, expected));
    }

    /**
     * Refuses a group with a capacity provider that does not state whether ECS drains its instances: at once, where the provider is there
     * already, because the stack trace then names the line that attaches.
     *
     * @throws IllegalArgumentException if there is one
     */
    static void requireStated(AutoScalingGroup group, Expected expected) {
        DrainCheck check = new DrainCheck(group, expected);
        for (IConstruct construct : group.getNode().getRoot().getNode().findAll()) {
            if (construct instanceof CfnCapacityProvider provider
                    && check.isOurs(provider)
                    && managed(provider) == Managed.NOT_STATED) {
                throw new IllegalArgumentException(group.getNode().getPath() + ": " + check.notStated(provider));
            }
        }
    }

    static boolean hasHook(AutoScalingGroup group) {
        return group.getNode().tryFindChild(HOOK) != null;
    }

    /** Says of a group whose hooks are in another stack that it has some. */
    static void mark(AutoScalingGroup group) {
        new Construct(group, HOOK);
    }

    /** Removes CDK's own drain, if there is one. */
    static void removeHiddenDrain(AutoScalingGroup group) {
        group.getNode().tryRemoveChild(HIDDEN);
        group.getNode().tryRemoveChild(HIDDEN_HOOK);
    }

    @Override
    public List<String> validate() {
        boolean hidden = group.getNode().tryFindChild(HIDDEN) != null;
        boolean managed = false;
        List<String> hooks = new ArrayList<>();
        List<String> errors = new ArrayList<>();
        for (IConstruct construct : group.getNode().getRoot().getNode().findAll()) {
            if (construct instanceof CfnCapacityProvider provider && isOurs(provider)) {
                switch (managed(provider)) {
                    case ON -> managed = true;
                    case OFF -> {}
                    case NOT_STATED -> errors.add(notStated(provider));
                }
            } else if (construct instanceof CfnLifecycleHook hook && isTermination(hook)) {
                hooks.add(construct.getNode().getPath());
            } else if (construct instanceof CfnWarmPool pool && expected != Expected.NOTHING && reuses(pool)) {
                errors.add("Instances would return to the warm pool "
                        + pool.getNode().getPath()
                        + " when the group scales in. No termination hook holds them then, so nothing drains them, and ECS"
                        + " does not support it. Leave out reuseOnScaleIn.");
            }
        }
        if (hidden) {
            errors.add("CDK has installed a drain of its own beside the one requested (" + HIDDEN
                    + "). Attach the group after cluster.addAsgCapacityProvider, and set enableManagedDraining.");
        }
        if (expected == Expected.HOOK && isReplaced()) {
            errors.add("updatePolicy is AutoScalingReplacingUpdate, WillReplace "
                    + willReplace().orElse("not stated")
                    + ", allowed is one that replaces instances within the group. The drainer knows the group by its"
                    + " name, and the new one has another: its instances would not be drained, and the old ones cut."
                    + " Use UpdatePolicy.rollingUpdate() or an instance refresh, or set WillReplace to false.");
        }
        if (expected == Expected.HOOK && !StatedName.of(group).equals(name)) {
            errors.add("autoScalingGroupName is " + StatedName.of(group) + ", and was " + name
                    + " when the drain was attached, allowed is the same. The drainer's published version would keep the old"
                    + " name and drain nothing. Set the name before attach(…).");
        }
        // CDK's own drain has a hook, and a provider that states nothing is no missing drain: neither needs a second
        // sentence.
        if (errors.isEmpty()) {
            compare(errors, managed, hooks);
        }
        return errors;
    }

    private void compare(List<String> errors, boolean managed, List<String> hooks) {
        switch (expected) {
            case HOOK -> {
                if (managed) {
                    errors.add("Two drains: managed draining of its capacity provider and our lifecycle hook would"
                            + " wait for"
                            + " each other. Set enableManagedDraining(false), or do not attach the group.");
                }
            }
            case MANAGED -> {
                if (!managed) {
                    errors.add("No drain: managed draining was requested, but no capacity provider of the group has"
                            + " it enabled. Set enableManagedDraining(true).");
                }
                if (!hooks.isEmpty()) {
                    errors.add("Two drains: managed draining was requested, but instances wait for termination hooks"
                            + " as well: " + String.join(", ", hooks)
                            + ". Remove them, or use DrainStrategy.lifecycleHook.");
                }
            }
            case NOTHING -> {
                if (managed || !hooks.isEmpty()) {
                    errors.add("No drain was requested, but there is one: "
                            + (managed ? "managed draining of a capacity provider" : String.join(", ", hooks))
                            + ". Use the DrainStrategy for it.");
                }
            }
        }
    }

    private boolean isTermination(CfnLifecycleHook hook) {
        return TERMINATING.equals(hook.getLifecycleTransition()) && isOfGroup(hook, hook.getAutoScalingGroupName());
    }

    /** What is known only when the stack is deployed counts as yes. */
    private boolean reuses(CfnWarmPool pool) {
        Object policy = pool.getInstanceReusePolicy();
        if (policy == null || !isOfGroup(pool, pool.getAutoScalingGroupName())) {
            return false;
        }
        return !(Stack.of(pool).resolve(policy) instanceof Map<?, ?> properties)
                || !(properties.get("reuseOnScaleIn") == null
                        || Boolean.FALSE.equals(properties.get("reuseOnScaleIn")));
    }

    /** What is known only when the stack is deployed counts as yes. */
    private boolean isReplaced() {
        return replacingUpdate().isPresent() && !willReplace().equals(Optional.of("false"));
    }

    private Optional<String> willReplace() {
        return replacingUpdate()
                .flatMap(update -> Optional.ofNullable(update.getWillReplace()))
                .map(Object::toString);
    }

    private Optional<CfnAutoScalingReplacingUpdate> replacingUpdate() {
        return group.getNode().getDefaultChild() instanceof CfnResource resource
                ? Optional.ofNullable(resource.getCfnOptions().getUpdatePolicy())
                        .flatMap(policy -> Optional.ofNullable(policy.getAutoScalingReplacingUpdate()))
                : Optional.empty();
    }

    private String notStated(CfnCapacityProvider provider) {
        return "Managed draining is not stated by the capacity provider "
                + provider.getNode().getPath()
                + ", and CloudFormation turns it on where the template says nothing. Set enableManagedDraining("
                + (expected == Expected.MANAGED) + ").";
    }

    private boolean isOurs(CfnCapacityProvider provider) {
        Object name = properties(provider).get("autoScalingGroupArn");
        return name != null && isOfGroup(provider, name);
    }

    private static Managed managed(CfnCapacityProvider provider) {
        Object value = properties(provider).get("managedDraining");
        if ("ENABLED".equals(value)) {
            return Managed.ON;
        }
        return "DISABLED".equals(value) ? Managed.OFF : Managed.NOT_STATED;
    }

    /** Those of its group, none for a provider of managed instances. */
    private static Map<?, ?> properties(CfnCapacityProvider provider) {
        Object settings = provider.getAutoScalingGroupProvider();
        return settings != null && Stack.of(provider).resolve(settings) instanceof Map<?, ?> properties
                ? properties
                : Map.of();
    }

    /**
     * By its text if it is a literal, else by what a template says in its place. In another stack that is an import, which names the group's
     * stack, but only once CDK has connected the stacks: before, it is the logical id, which each of them may have.
     */
    private boolean isOfGroup(Construct where, Object name) {
        List<Object> names = List.of(group.getAutoScalingGroupName(), group.getAutoScalingGroupArn());
        if (names.contains(name)) {
            return true;
        }
        Stack own = Stack.of(group);
        Stack theirs = Stack.of(where);
        boolean isOneStack = theirs.getNode().getPath().equals(own.getNode().getPath());
        Object meant = theirs.resolve(name);
        return names.stream().anyMatch(ours -> {
            Object there = theirs.resolve(ours);
            return meant.equals(there) && (isOneStack || !there.equals(own.resolve(ours)));
        });
    }
}
