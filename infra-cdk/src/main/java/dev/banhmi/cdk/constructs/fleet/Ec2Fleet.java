package dev.banhmi.cdk.constructs.fleet;

import dev.banhmi.cdk.constructs.ChosenSubnets;
import dev.banhmi.cdk.constructs.ImageArchitecture;
import dev.banhmi.cdk.constructs.Refusal;
import dev.banhmi.cdk.constructs.drain.DrainStrategy;
import dev.banhmi.cdk.constructs.drain.InstanceDrain;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.Annotations;
import software.amazon.awscdk.CfnResource;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.Token;
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.cloudwatch.IAlarm;
import software.amazon.awscdk.services.ec2.Connections;
import software.amazon.awscdk.services.ec2.IConnectable;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ecs.AsgCapacityProvider;
import software.amazon.awscdk.services.ecs.Cluster;
import software.amazon.awscdk.services.ecs.ContainerInsights;
import software.amazon.awscdk.services.kms.IKey;
import software.constructs.Construct;
import software.constructs.IConstruct;

/**
 * An ECS cluster, its own unless it is given one, and the EC2 instances that carry its tasks: Amazon Linux 2023 from a launch template,
 * encrypted disks, reachable only through the load balancer. A deployment replaces a tenth of them at a time, at least one, each after its
 * successor has entered service, and stops at the first alarm. How an instance is drained before it is terminated is a required option:
 * {@link Builder#drain}. Only with a drainer of this library does "in service" mean that ECS can place tasks on an instance, and only then
 * does it have alarms of its own; with any other strategy a synthesis warns of that. Which instance goes when there are too many is a matter of {@link Builder#scaling}.
 */
public final class Ec2Fleet extends Construct implements IConnectable {
    /*
     * How an instance leaves is decided in CDK 2.263 by two options together, as tested: managed draining off with termination protection
     * on means no drain at all; protection off with managed draining unset or off installs CDK's own Python Lambda, which the Java library
     * has no option to turn off. So both are set, and CDK's Lambda is removed again; then the drain is the one that was requested, and the
     * only one.
     *
     * Protection is about another question, which instance goes: with managed scaling, one without tasks, and the drain has nothing to wait
     * for. It is measured in docs/drain.md. It holds back neither a refresh, which is told to replace protected instances, nor failed health
     * checks, nor Spot; zone rebalancing moves empty instances only. What it would hold back is the removal of the stack, and ScaleInProtection
     * is there for that. Without managed scaling ECS protects nothing, so nothing is protected.
     *
     * Over 300 lines because every option states its contract.
     */

    private static final int SMALLEST_VOLUME = 30;
    private static final int LARGEST_VOLUME = 16_384;
    private static final Set<String> DRAINS_OF_CDK =
            Set.of("AWS::AutoScaling::LifecycleHook", "AWS::Lambda::Function", "AWS::SNS::Topic");

    private final Cluster cluster;
    private final AutoScalingGroup group;
    private final AsgCapacityProvider capacityProvider;
    private final ImageArchitecture architecture;
    private final FleetCapacity capacity;
    private final HostPorts hostPorts;
    private final boolean managedScaling;
    private final @Nullable InstanceDrain drain;
    private final FleetRefresh refresh;

    private Ec2Fleet(Construct scope, String id, FleetOptions options) {
        super(scope, id);
        IVpc vpc = required(options.vpc(), "vpc");
        architecture = required(options.architecture(), "architecture");
        DrainStrategy strategy = required(options.drain(), "drain");
        check(options);
        ChosenSubnets.of(
                this,
                "vpcSubnets",
                vpc,
                options.subnets(),
                "By default it is the private subnets that reach the internet through a NAT gateway: call"
                        + " .vpcSubnets(…), of a TieredVpc network.getPrivateSubnets().");
        checkNetwork(vpc, options.cluster());
        capacity = FleetCapacity.of(options);
        hostPorts = options.hostPorts();
        managedScaling = options.scaling().isManaged();
        cluster = options.cluster() != null
                ? options.cluster()
                : Cluster.Builder.create(this, "Cluster")
                        .vpc(vpc)
                        .containerInsightsV2(
                                options.containerInsights() == null
                                        ? ContainerInsights.DISABLED
                                        : options.containerInsights())
                        .build();
        group = new FleetInstances(this, options).build(vpc, cluster);
        capacityProvider = AsgCapacityProvider.Builder.create(this, "Capacity")
                .autoScalingGroup(group)
                .enableManagedScaling(managedScaling)
                .targetCapacityPercent(options.scaling().targetPercent())
                .enableManagedDraining(strategy.isManaged())
                .enableManagedTerminationProtection(managedScaling)
                .build();
        if (managedScaling) {
            new ScaleInProtection(this, group).outlives(capacityProvider);
        }
        cluster.addAsgCapacityProvider(capacityProvider);
        removeDrainOfCdk();
        drain = strategy.attach(this, cluster, group);
        refresh = new FleetRefresh(this, group, drain);
        if (drain == null) {
            warnOfUnwatchedRefresh();
        }
        options.scaling().attach(this, cluster, group);
    }

    /**
     * The cluster. Its connections are those of the instances.
     *
     * @return the cluster
     */
    public Cluster getCluster() {
        return cluster;
    }

    /**
     * The group that starts and removes the instances.
     *
     * @return the group
     */
    public AutoScalingGroup getAutoScalingGroup() {
        return group;
    }

    /**
     * The capacity provider for a service's capacity provider strategy, so that managed scaling sees its tasks.
     *
     * @return the capacity provider
     */
    public AsgCapacityProvider getCapacityProvider() {
        return capacityProvider;
    }

    /**
     * The drainer of the instances.
     *
     * @return empty when ECS drains, or nothing does
     */
    public Optional<InstanceDrain> getDrain() {
        return Optional.ofNullable(drain);
    }

    /**
     * Lets another alarm fail a deployment that replaces the instances. Those of the drain do so already; a service on the fleet adds that of
     * its errors.
     *
     * @param alarm of something that the fleet carries. The rollback is a refresh that it can fail, too: it must be over by itself, whatever it
     *     reports, and not ring again for the same. What it measures must not need the fleet's Auto Scaling group. One of
     *     another stack is left out with a warning, because that stack needs the fleet's, and so is an eleventh: a refresh watches ten
     */
    public void addRefreshAlarm(IAlarm alarm) {
        refresh.watch(alarm);
    }

    /**
     * The number and the size of the instances, which whatever runs on them must fit.
     *
     * @return the capacity
     */
    public FleetCapacity getCapacity() {
        return capacity;
    }

    /**
     * The ports of the instances that containers are published on. A service that CDK makes opens more than these.
     *
     * @return the range that the agent is told
     */
    public HostPorts getHostPorts() {
        return hostPorts;
    }

    /**
     * Whether ECS itself scales the fleet, by what its tasks need.
     *
     * @return false with {@link FleetScaling#steps()}
     */
    public boolean hasManagedScaling() {
        return managedScaling;
    }

    /**
     * The processor architecture of the instances.
     *
     * @return the architecture that an image must be built for
     */
    public ImageArchitecture getArchitecture() {
        return architecture;
    }

    /**
     * The connections of the instances: nothing may reach them until it is allowed here.
     *
     * @return the connections of their security group
     */
    @Override
    public Connections getConnections() {
        return group.getConnections();
    }

    private void check(FleetOptions options) {
        if (options.instanceTypes().isEmpty()) {
            throw missing("instanceTypes");
        }
        options.instanceTypes().forEach(type -> checkType(type.toString()));
        checkRelease(options);
        int least = options.scaling().isManaged() ? 0 : 1;
        if (options.minInstances() < least) {
            throw Refusal.of(
                    this,
                    "minInstances",
                    options.minInstances(),
                    least + " or more",
                    least == 0
                            ? "Write a number of instances."
                            : "FleetScaling.steps() measures the instances, so there must be one to measure: use"
                                    + " FleetScaling.managed(100), or at least one instance.");
        }
        if (options.maxInstances() < Math.max(1, options.minInstances())) {
            throw Refusal.of(
                    this,
                    "maxInstances",
                    options.maxInstances(),
                    Math.max(1, options.minInstances()) + " or more",
                    "It cannot be less than minInstances, nor 0.");
        }
        if (options.rootVolumeGiB() < SMALLEST_VOLUME || options.rootVolumeGiB() > LARGEST_VOLUME) {
            throw Refusal.of(
                    this,
                    "rootVolumeGiB",
                    options.rootVolumeGiB(),
                    SMALLEST_VOLUME + " to " + LARGEST_VOLUME,
                    "The ECS-optimized image is made for " + SMALLEST_VOLUME + " GiB, and gp3 ends at " + LARGEST_VOLUME
                            + ".");
        }
        if (options.cluster() != null
                && !Stack.of(options.cluster())
                        .getNode()
                        .getPath()
                        .equals(Stack.of(this).getNode().getPath())) {
            throw Refusal.of(
                    this,
                    "cluster",
                    options.cluster().getNode().getPath() + ", of the stack "
                            + Stack.of(options.cluster()).getStackName(),
                    "a cluster of the fleet's own stack, " + Stack.of(this).getStackName(),
                    "The cluster names its capacity providers and the instances their cluster, so each of the two stacks"
                            + " would need the other first: build the fleet beside its cluster.");
        }
        if (options.cluster() != null && options.containerInsights() != null) {
            throw Refusal.of(
                    this,
                    "containerInsights",
                    options.containerInsights(),
                    "nothing, with a cluster of yours",
                    "Set it where " + options.cluster().getNode().getPath() + " is created.");
        }
        if (options.onDemandInstances() < 0 || (options.onDemandInstances() > 0 && !options.spot())) {
            throw Refusal.of(
                    this,
                    "onDemandInstances",
                    options.onDemandInstances(),
                    "0 or more, with spot",
                    "Without spot every instance is On-Demand.");
        }
    }

    /** A service's load balancer is in the network of the cluster. */
    private void checkNetwork(IVpc vpc, @Nullable Cluster existing) {
        if (existing == null) {
            return;
        }
        Object ours = Stack.of(this).resolve(vpc.getVpcId());
        Object theirs = Stack.of(this).resolve(existing.getVpc().getVpcId());
        // Of a reference and a literal nobody knows.
        if (!ours.equals(theirs) && ours instanceof String == theirs instanceof String) {
            throw Refusal.of(
                    this,
                    "vpc",
                    vpc.getNode().getPath(),
                    "the cluster's own, " + existing.getVpc().getNode().getPath(),
                    "The load balancers of services are there, and reach no instance of another network: use one for both.");
        }
    }

    private void checkType(String type) {
        if (Boolean.TRUE.equals(Token.isUnresolved(type))) {
            return;
        }
        if (!InstanceTypes.isWellFormed(type)) {
            throw Refusal.of(
                    this,
                    "instanceTypes",
                    "\"" + type + "\"",
                    "a family and a size, such as m7g.large",
                    "EC2 has no type of such a name: the stack would fail when it starts the first instance.");
        }
        ImageArchitecture runs = ImageArchitecture.ofInstanceType(type);
        if (runs != architecture) {
            throw Refusal.of(
                    this,
                    "instanceTypes",
                    type + ", which runs " + runs.imageName(),
                    "types that run " + architecture.imageName() + ", the image's architecture",
                    "Use another type, or build the image for " + runs.imageName() + ".");
        }
        if (InstanceTypes.size(type).isEmpty()) {
            Annotations.of(this)
                    .addWarningV2(
                            "banhmi:unknown-instance-type",
                            "The instance type " + type + " is not in this library's list; is it newer, or meant to be "
                                    + String.join(", ", InstanceTypes.nearest(type))
                                    + "? Whether tasks fit is not checked.");
        }
    }

    private void checkRelease(FleetOptions options) {
        if (options.amiMaxAgeDays() < 1) {
            throw Refusal.of(
                    this,
                    "amiMaxAgeDays",
                    options.amiMaxAgeDays(),
                    "1 or more",
                    "A release is as old as that before the next one is out.");
        }
        String name = options.amiRelease();
        if (name == null || Token.isUnresolved(name)) {
            return;
        }
        AmiRelease release = AmiRelease.of(name)
                .filter(named -> named.runs(architecture))
                .orElseThrow(() -> Refusal.of(
                        this,
                        "amiRelease",
                        "\"" + name + "\"",
                        "al2023-ami-ecs-hvm-…" + EcsOptimizedAmi.suffix(architecture)
                                + " with its date, because the image is for " + architecture.imageName(),
                        "Use the image_name that aws ssm get-parameter prints for the recommended release."));
        LocalDate today = LocalDate.now(options.clock());
        long age = release.ageInDays(today);
        // Released tomorrow is released today, farther east.
        if (age >= -1 && age <= options.amiMaxAgeDays()) {
            return;
        }
        IllegalArgumentException unfit = Refusal.of(
                this,
                "amiRelease",
                "\"" + name + "\", which is " + (age < 0 ? "released after " : age + " days old on ") + today,
                "a release of the last " + options.amiMaxAgeDays() + " days",
                "What was found in it since then is open: name a newer one, or raise amiMaxAgeDays(…).");
        if (!options.reviewOnly()) {
            throw unfit;
        }
        Annotations.of(this)
                .addWarningV2("banhmi:ami-age", Objects.requireNonNull(unfit.getMessage(), "a refusal says why"));
    }

    /**
     * CDK adds its drain as "DrainECSHook" and the hook as a child of the group itself. If it renames them, this must not go unnoticed: two
     * drains on one group wait for each other.
     */
    private void removeDrainOfCdk() {
        group.getNode().tryRemoveChild("DrainECSHook");
        group.getNode().tryRemoveChild("LifecycleHookDrainHook");
        for (IConstruct child : group.getNode().findAll()) {
            if (CfnResource.isCfnResource(child)
                    && DRAINS_OF_CDK.contains(((CfnResource) child).getCfnResourceType())) {
                throw new IllegalStateException(child.getNode().getPath()
                        + " is a drain that this version of CDK has added by itself and that could not be removed");
            }
        }
    }

    private void warnOfUnwatchedRefresh() {
        Annotations.of(this)
                .addWarningV2(
                        "banhmi:refresh-unwatched",
                        "Nothing shows whether a new instance joins the cluster: a deployment with another image or launch"
                                + " template goes on to the last instance even if none of the new ones does."
                                + " DrainStrategy.lifecycleHook(…) holds a new instance until ECS can place tasks on it, and"
                                + " fails such a deployment.");
    }

    private <T> T required(@Nullable T value, String option) {
        if (value == null) {
            throw missing(option);
        }
        return value;
    }

    private IllegalArgumentException missing(String option) {
        return Refusal.of(
                this, option, "missing", "any value", "Ec2Fleet has no default for it: call ." + option + "(…).");
    }

    /** The options of a fleet. */
    public static final class Builder {
        /** The acknowledgement that {@link #spot} requires. */
        public static final String CUTS_ACCEPTED = "cuts accepted";

        private static final int DEFAULT_AMI_MAX_AGE_DAYS = 90;

        private final Construct scope;
        private final String id;
        private @Nullable IVpc vpc;
        private @Nullable SubnetSelection vpcSubnets;
        private @Nullable ImageArchitecture architecture;
        private List<InstanceType> instanceTypes = List.of();
        private int minInstances = 1;
        private int maxInstances = 4;
        private @Nullable String amiRelease;
        private int amiMaxAgeDays = DEFAULT_AMI_MAX_AGE_DAYS;
        private boolean reviewOnly;
        private Clock clock = Clock.systemUTC();
        private @Nullable DrainStrategy drain;
        private FleetScaling scaling = FleetScaling.managed(100);
        private boolean spot;
        private int onDemandInstances;
        private int rootVolumeGiB = SMALLEST_VOLUME;
        private @Nullable IKey volumeKey;
        private HostPorts hostPorts = HostPorts.DEFAULT;
        private boolean sessions = true;
        private @Nullable Cluster cluster;
        private @Nullable ContainerInsights containerInsights;

        private Builder(Construct scope, String id) {
            this.scope = scope;
            this.id = id;
        }

        /**
         * Starts with the defaults.
         *
         * @param scope the parent construct
         * @param id the construct id
         * @return a builder
         */
        public static Builder create(Construct scope, String id) {
            return new Builder(scope, id);
        }

        /**
         * The network. Required.
         *
         * @param network where the instances are
         * @return this builder
         */
        public Builder vpc(IVpc network) {
            this.vpc = network;
            return this;
        }

        /**
         * The subnets of the instances. Default: the private ones that reach the internet through a NAT gateway.
         *
         * @param subnets which of the network's, at least one; without NAT gateways there is none by default
         * @return this builder
         */
        public Builder vpcSubnets(SubnetSelection subnets) {
            this.vpcSubnets = subnets;
            return this;
        }

        /**
         * The cluster that the instances join, for a second fleet, or for a drainer that fleets share. Default: one of the fleet's own.
         *
         * @param existing a cluster of the same stack and the same network; {@link FleetScaling#steps()} measures all of its instances together
         * @return this builder
         */
        public Builder cluster(Cluster existing) {
            this.cluster = existing;
            return this;
        }

        /**
         * The architecture of the image. Required.
         *
         * @param imageArchitecture the architecture that the image was built for
         * @return this builder
         */
        public Builder architecture(ImageArchitecture imageArchitecture) {
            this.architecture = imageArchitecture;
            return this;
        }

        /**
         * The types of the instances, all of the image's architecture. Required. Where AWS has no capacity of the first, the second is
         * used, and so on; Spot uses whichever is cheap and unlikely to be interrupted.
         *
         * @param types one or more
         * @return this builder
         */
        public Builder instanceTypes(InstanceType... types) {
            this.instanceTypes = List.of(types);
            return this;
        }

        /**
         * The minimum number of instances. Default: 1.
         *
         * @param count 0 or more; 1 or more with {@link FleetScaling#steps()}
         * @return this builder
         */
        public Builder minInstances(int count) {
            this.minInstances = count;
            return this;
        }

        /**
         * The maximum number of instances. Default: 4. While instances are replaced there can be twice as many.
         *
         * @param count 1 or more, and not less than {@link #minInstances}
         * @return this builder
         */
        public Builder maxInstances(int count) {
            this.maxInstances = count;
            return this;
        }

        /**
         * The release of the ECS-optimized AMI. Default: the newest at each deployment, so any deployment can replace the fleet.
         *
         * @param name the release's {@code image_name}, such as {@code al2023-ami-ecs-hvm-2023.0.20251108-kernel-6.1-x86_64}; it must be of
         *     the image's architecture, and not older than {@link #amiMaxAgeDays}; a name that is known only at deployment is not checked
         * @return this builder
         */
        public Builder amiRelease(String name) {
            this.amiRelease = name;
            return this;
        }

        /**
         * The age from which a named release is refused, because what was found in it since then is open. Default: 90 days.
         *
         * @param days since the date in the release's name, 1 or more
         * @return this builder
         */
        public Builder amiMaxAgeDays(int days) {
            this.amiMaxAgeDays = days;
            return this;
        }

        /**
         * Whether the template is only to be read. Then a release that is too old is a warning. Default: false.
         *
         * @param review true for a template that nobody deploys
         * @return this builder
         */
        public Builder reviewOnly(boolean review) {
            this.reviewOnly = review;
            return this;
        }

        /**
         * What says how old a release is. Default: the system's clock. With another, the same app gives the same template on any day.
         *
         * @param today asked once, when the fleet is built
         * @return this builder
         */
        public Builder clock(Clock today) {
            this.clock = today;
            return this;
        }

        /**
         * How an instance is drained before it is terminated. Required.
         *
         * @param strategy one of {@link DrainStrategy}'s; having no drain is one of them, but it must be explicit; a drainer that fleets share
         *     is of their stack
         * @return this builder
         */
        public Builder drain(DrainStrategy strategy) {
            this.drain = strategy;
            return this;
        }

        /**
         * When the number of instances changes. Default: {@code FleetScaling.managed(100)}.
         *
         * @param fleetScaling one of {@link FleetScaling}'s
         * @return this builder
         */
        public Builder scaling(FleetScaling fleetScaling) {
            this.scaling = fleetScaling;
            return this;
        }

        /**
         * Uses Spot instances. AWS can reclaim each at any time with two minutes' notice, whatever still runs on it. Default: every
         * instance is On-Demand.
         *
         * @param acknowledgement exactly {@value #CUTS_ACCEPTED}: requests longer than two minutes are cut, and no drain budget
         *     fits into two minutes
         * @return this builder
         * @throws IllegalArgumentException when it is anything else
         */
        public Builder spot(String acknowledgement) {
            if (!acknowledgement.equals(CUTS_ACCEPTED)) {
                throw Refusal.of(
                        scope,
                        "spot of " + id,
                        "\"" + acknowledgement + "\"",
                        "\"" + CUTS_ACCEPTED + "\"",
                        "AWS reclaims a Spot instance with two minutes' notice, and cuts what still runs:"
                                + " acknowledge it, or leave spot out.");
            }
            this.spot = true;
            return this;
        }

        /**
         * The number of On-Demand instances before Spot is used. Default: 0.
         *
         * @param count 0 or more; only with {@link #spot}
         * @return this builder
         */
        public Builder onDemandInstances(int count) {
            this.onDemandInstances = count;
            return this;
        }

        /**
         * The size of an instance's encrypted gp3 volume, which holds the images. Default: 30 GiB.
         *
         * @param gibibytes 30 to 16384
         * @return this builder
         */
        public Builder rootVolumeGiB(int gibibytes) {
            this.rootVolumeGiB = gibibytes;
            return this;
        }

        /**
         * The KMS key of the instances' volumes. Its policy is extended by what Auto Scaling needs to launch instances under it; where that
         * is not this app's to do, because the key is imported, a warning says what the policy must have. Default: the key that the account
         * has for EBS, which is AWS's own unless somebody has set another.
         *
         * @param key symmetric, of the fleet's region
         * @return this builder
         */
        public Builder volumeKey(IKey key) {
            this.volumeKey = key;
            return this;
        }

        /**
         * The ports of an instance that containers are published on. Default: 61000 to 65535, which no outgoing connection takes.
         *
         * @param first 32768 or more
         * @param last at most 65535
         * @return this builder
         * @throws IllegalArgumentException when the range is empty or out of its bounds
         */
        public Builder hostPorts(int first, int last) {
            this.hostPorts = new HostPorts(first, last);
            return this;
        }

        /**
         * Whether operators can open a shell on an instance through Session Manager, which replaces a bastion host: no port, no key, and
         * the start of each session is in CloudTrail. What is typed is not recorded. Default: true.
         *
         * @param allowed false leaves no access to an instance
         * @return this builder
         */
        public Builder sessions(boolean allowed) {
            this.sessions = allowed;
            return this;
        }

        /**
         * Container Insights: metrics per task, which CloudWatch charges for. Default: disabled.
         *
         * @param insights how much of it; only for a cluster of the fleet's own
         * @return this builder
         */
        public Builder containerInsights(ContainerInsights insights) {
            this.containerInsights = insights;
            return this;
        }

        /**
         * Builds the fleet.
         *
         * @return the fleet
         * @throws IllegalArgumentException when a required option is missing, or one is out of its bounds, or an instance type or the
         *     image's release is not of the image's architecture, or the release is too old
         */
        public Ec2Fleet build() {
            return new Ec2Fleet(
                    scope,
                    id,
                    new FleetOptions(
                            vpc,
                            subnets(),
                            architecture,
                            instanceTypes,
                            minInstances,
                            maxInstances,
                            amiRelease,
                            amiMaxAgeDays,
                            reviewOnly,
                            clock,
                            drain,
                            scaling,
                            spot,
                            onDemandInstances,
                            rootVolumeGiB,
                            volumeKey,
                            hostPorts,
                            sessions,
                            cluster,
                            containerInsights));
        }

        private SubnetSelection subnets() {
            return vpcSubnets != null
                    ? vpcSubnets
                    : SubnetSelection.builder()
                            .subnetType(SubnetType.PRIVATE_WITH_EGRESS)
                            .build();
        }
    }
}
