package dev.banhmi.cdk.constructs.fleet;

import dev.banhmi.cdk.constructs.ImageArchitecture;
import dev.banhmi.cdk.constructs.drain.DrainStrategy;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ecs.Cluster;
import software.amazon.awscdk.services.ecs.ContainerInsights;
import software.amazon.awscdk.services.kms.IKey;

/** The options given to an {@link Ec2Fleet.Builder}, unchecked. Null where an option was not given. */
record FleetOptions(
        @Nullable IVpc vpc,
        SubnetSelection subnets,
        @Nullable ImageArchitecture architecture,
        List<InstanceType> instanceTypes,
        int minInstances,
        int maxInstances,
        @Nullable String amiRelease,
        int amiMaxAgeDays,
        boolean reviewOnly,
        Clock clock,
        @Nullable DrainStrategy drain,
        FleetScaling scaling,
        boolean spot,
        int onDemandInstances,
        int rootVolumeGiB,
        @Nullable IKey volumeKey,
        HostPorts hostPorts,
        boolean sessions,
        @Nullable Cluster cluster,
        @Nullable ContainerInsights containerInsights) {
    FleetOptions {
        instanceTypes = List.copyOf(instanceTypes);
    }
}
