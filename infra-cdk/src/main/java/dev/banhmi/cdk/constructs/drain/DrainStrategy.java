package dev.banhmi.cdk.constructs.drain;

import dev.banhmi.cdk.constructs.Refusal;
import dev.banhmi.cdk.constructs.budget.DrainBudget;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.Annotations;
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.ecs.Cluster;
import software.constructs.Construct;

/**
 * How instances of a fleet are emptied before they are terminated. A fleet has exactly one strategy: none, two, or one that was not
 * requested, from whatever source, is an error when the app is synthesized. Immutable.
 */
public abstract sealed class DrainStrategy {
    private DrainStrategy() {}

    /**
     * A drainer of the fleet's own: bounded in time and with alarms.
     *
     * @param budget how long a drain may take
     * @return the strategy
     */
    public static DrainStrategy lifecycleHook(DrainBudget budget) {
        return new OwnDrain(budget, null);
    }

    /**
     * The same, with a jar of the drain Lambda other than the one inside this library.
     *
     * @param budget how long a drain may take
     * @param jar as for {@link InstanceDrain.Builder#jar}
     * @return the strategy
     */
    public static DrainStrategy lifecycleHook(DrainBudget budget, Path jar) {
        return new OwnDrain(budget, jar);
    }

    /**
     * A drainer that several fleets of one cluster share.
     *
     * @param drain the cluster's drainer, for an {@code Ec2Fleet} one of the same stack
     * @return the strategy
     */
    public static DrainStrategy lifecycleHook(InstanceDrain drain) {
        return new SharedDrain(drain);
    }

    /**
     * ECS's managed draining: nothing to operate, but an instance may wait for up to 48 h, which cannot be shortened, and a new one counts as
     * soon as it runs, whether or not it joins the cluster: an image whose agent never does replaces the whole fleet.
     *
     * @return the strategy
     */
    public static DrainStrategy managed() {
        return new Managed();
    }

    /**
     * No drain: whatever runs on an instance is cut off when it is terminated. As with {@link #managed}, a new one counts as soon as it runs.
     *
     * @param reason why that is acceptable; shown at every synthesis
     * @return the strategy
     * @throws IllegalArgumentException if the reason is blank
     */
    public static DrainStrategy none(String reason) {
        if (reason.isBlank()) {
            throw new IllegalArgumentException(
                    "none(reason) is blank, allowed is a sentence. State why cutting requests is acceptable.");
        }
        return new NoDrain(reason);
    }

    /**
     * The required value of the capacity provider's {@code enableManagedDraining}.
     *
     * @return whether ECS drains by itself
     */
    public boolean isManaged() {
        return false;
    }

    /**
     * Sets up the drain. Call it once for each group, after {@code addAsgCapacityProvider}.
     *
     * @param scope the fleet, the parent of a drainer of its own
     * @param cluster the cluster that the group's instances join
     * @param group whose instances are emptied before they are terminated
     * @return the drainer, or null where ECS drains by itself or there is no drain
     * @throws IllegalArgumentException if the drainer is of another cluster, the group has one already, or a capacity provider of the
     *     group does not state whether ECS drains its instances
     */
    public abstract @Nullable InstanceDrain attach(Construct scope, Cluster cluster, AutoScalingGroup group);

    private static final class OwnDrain extends DrainStrategy {
        private final DrainBudget budget;
        private final @Nullable Path jar;

        private OwnDrain(DrainBudget budget, @Nullable Path jar) {
            this.budget = budget;
            this.jar = jar;
        }

        @Override
        public InstanceDrain attach(Construct scope, Cluster cluster, AutoScalingGroup group) {
            InstanceDrain.Builder builder = InstanceDrain.Builder.create(scope, "Drain")
                    .cluster(cluster)
                    .budget(budget);
            if (jar != null) {
                builder.jar(jar);
            }
            InstanceDrain drain = builder.build();
            drain.attach(group);
            return drain;
        }
    }

    private static final class SharedDrain extends DrainStrategy {
        private final InstanceDrain drain;

        private SharedDrain(InstanceDrain drain) {
            this.drain = drain;
        }

        @Override
        public InstanceDrain attach(Construct scope, Cluster cluster, AutoScalingGroup group) {
            if (!DrainClusters.same(drain.cluster(), cluster)) {
                throw Refusal.of(
                        scope,
                        "drain",
                        drain.getNode().getPath() + " of the cluster "
                                + drain.cluster().getNode().getPath(),
                        "a drain of the fleet's own cluster, "
                                + cluster.getNode().getPath(),
                        "Build an InstanceDrain with this cluster.");
            }
            drain.attach(group);
            return drain;
        }
    }

    private static final class Managed extends DrainStrategy {
        @Override
        public boolean isManaged() {
            return true;
        }

        @Override
        @Nullable
        public InstanceDrain attach(Construct scope, Cluster cluster, AutoScalingGroup group) {
            DrainCheck.requireStated(group, DrainCheck.Expected.MANAGED);
            DrainCheck.removeHiddenDrain(group);
            DrainCheck.add(group, DrainCheck.Expected.MANAGED);
            return null;
        }
    }

    private static final class NoDrain extends DrainStrategy {
        private final String reason;

        private NoDrain(String reason) {
            this.reason = reason;
        }

        @Override
        @Nullable
        public InstanceDrain attach(Construct scope, Cluster cluster, AutoScalingGroup group) {
            DrainCheck.requireStated(group, DrainCheck.Expected.NOTHING);
            DrainCheck.removeHiddenDrain(group);
            DrainCheck.add(group, DrainCheck.Expected.NOTHING);
            Annotations.of(group)
                    .addWarningV2("banhmi:no-drain", "Instances are terminated without a drain: " + reason);
            return null;
        }
    }
}
