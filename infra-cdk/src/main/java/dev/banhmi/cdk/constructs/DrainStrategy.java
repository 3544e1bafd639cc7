package dev.banhmi.cdk.constructs;

import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.ecs.Cluster;
import software.constructs.Construct;

/** STUB. */
public final class DrainStrategy {
    private final boolean managed;

    private DrainStrategy(boolean managed) {
        this.managed = managed;
    }

    /**
     * Stub.
     *
     * @return stub
     */
    public static DrainStrategy managed() {
        return new DrainStrategy(true);
    }

    /**
     * Stub.
     *
     * @param reason stub
     * @return stub
     */
    public static DrainStrategy none(String reason) {
        return new DrainStrategy(false);
    }

    boolean isManaged() {
        return managed;
    }

    @Nullable
    InstanceDrain attach(Construct scope, Cluster cluster, AutoScalingGroup group) {
        return null;
    }
}
