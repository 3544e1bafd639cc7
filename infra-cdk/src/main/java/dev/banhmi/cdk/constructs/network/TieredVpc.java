package dev.banhmi.cdk.constructs.network;

import dev.banhmi.cdk.constructs.Refusal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Token;
import software.amazon.awscdk.services.ec2.FlowLogTrafficType;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointAwsService;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointOptions;
import software.amazon.awscdk.services.ec2.SubnetConfiguration;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.constructs.Construct;

/**
 * A network of four tiers, each with one subnet in every zone:
 *
 * <ul>
 *   <li>public: behind an internet gateway, for load balancers and NAT gateways; nothing gets a public address by default,
 *   <li>private: for tasks and instances, with outbound access through NAT gateways, or through interface endpoints where there are none,
 *   <li>database and cache: no outbound access at all.
 * </ul>
 *
 * <p>All tiers reach S3 through a gateway endpoint, which costs nothing and lets nobody write to buckets of other accounts; connections that a
 * security group rejects are logged to a log group of this construct.
 *
 * <p>The zones are the region's first ones at deployment ({@code Fn::GetAZs}): nothing is looked up, so a stack with a region and no
 * account is enough. A region with fewer zones than asked for fails the deployment. (In a stack that names its account, too, CDK itself
 * looks up that account's zones; the result changes nothing here.)
 *
 * <p>The VPC's default security group has no rules: a function in the template takes away those that AWS gives it, and may do nothing else.
 * {@link SecurityGroupCheck} refuses what would join it.
 */
public final class TieredVpc extends Construct {
    /* Over 300 lines because every option states its contract, and CDK's builders are nested. */

    private final Vpc vpc;
    private final LogGroup flowLogGroup;

    private TieredVpc(Builder options, AddressPlan plan) {
        super(options.scope, options.id);
        boolean withoutNat = options.natGateways() == 0;
        List<String> zones = IntStream.range(0, options.zones)
                .mapToObj(zone -> Fn.select(zone, Fn.getAzs()))
                .toList();
        this.vpc = Vpc.Builder.create(this, "Vpc")
                .ipAddresses(plan)
                .availabilityZones(zones)
                .natGateways(options.natGateways())
                .subnetConfiguration(Stream.of(Tier.values())
                        .map(tier -> tier.configuration(withoutNat))
                        .toList())
                .enableDnsSupport(true)
                .enableDnsHostnames(true)
                // DefaultSecurityGroup does it, with fewer rights.
                .restrictDefaultSecurityGroup(false)
                .build();
        DefaultSecurityGroup.close(this, vpc);
        BucketAccess.restrict(
                vpc.addGatewayEndpoint(
                        "S3",
                        GatewayVpcEndpointOptions.builder()
                                .service(GatewayVpcEndpointAwsService.S3)
                                .build()),
                options.bucketAccounts);
        this.flowLogGroup = new FlowLogs(options.flowLogTraffic, options.flowLogRetention, options.flowLogRemovalPolicy)
                .of(this, vpc);
        if (options.interfaceEndpoints()) {
            InterfaceEndpoints.of(this, vpc, getPrivateSubnets(), options.sessionManager);
        }
    }

    /**
     * The network itself.
     *
     * @return a resource of this construct
     */
    public Vpc getVpc() {
        return vpc;
    }

    /**
     * The log group of the flow logs.
     *
     * @return a group of this construct
     */
    public LogGroup getFlowLogGroup() {
        return flowLogGroup;
    }

    /**
     * The subnets of internet-facing load balancers.
     *
     * @return one subnet in every zone
     */
    public SubnetSelection getPublicSubnets() {
        return Tier.PUBLIC.selection();
    }

    /**
     * The subnets of instances and tasks.
     *
     * @return one subnet in every zone
     */
    public SubnetSelection getPrivateSubnets() {
        return Tier.PRIVATE.selection();
    }

    /**
     * The subnets of databases.
     *
     * @return one subnet in every zone, without outbound access
     */
    public SubnetSelection getDatabaseSubnets() {
        return Tier.DATABASE.selection();
    }

    /**
     * The subnets of caches.
     *
     * @return one subnet in every zone, without outbound access
     */
    public SubnetSelection getCacheSubnets() {
        return Tier.CACHE.selection();
    }

    /** The tiers, in the order of their addresses. */
    public enum Tier {
        /** Reachable from the internet for whatever has a public address. */
        PUBLIC,
        /** Reaches the internet through NAT gateways, where there are any. */
        PRIVATE,
        /** Reaches nothing outside but S3. */
        DATABASE,
        /** Reaches nothing outside but S3. */
        CACHE;

        static Tier ofGroup(String name) {
            return Tier.valueOf(name.toUpperCase(Locale.ROOT));
        }

        private String group() {
            return name().toLowerCase(Locale.ROOT);
        }

        private SubnetSelection selection() {
            return SubnetSelection.builder().subnetGroupName(group()).build();
        }

        private SubnetConfiguration configuration(boolean withoutNat) {
            SubnetConfiguration.Builder configuration =
                    SubnetConfiguration.builder().name(group());
            return switch (this) {
                case PUBLIC ->
                    configuration
                            .subnetType(SubnetType.PUBLIC)
                            .mapPublicIpOnLaunch(false)
                            .build();
                case PRIVATE ->
                    configuration
                            .subnetType(withoutNat ? SubnetType.PRIVATE_ISOLATED : SubnetType.PRIVATE_WITH_EGRESS)
                            .build();
                case DATABASE, CACHE ->
                    configuration.subnetType(SubnetType.PRIVATE_ISOLATED).build();
            };
        }
    }

    /** Options of a {@link TieredVpc}; every one has a default. */
    public static final class Builder {
        private static final int LEAST_ZONES = 2;
        private static final int MOST_ZONES = 6;
        /* Both bounds hold for a VPC and for a subnet (https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html and
         * subnet-sizing.html). */
        private static final int LARGEST_RANGE = 16;
        private static final int SMALLEST_RANGE = 28;
        private static final int DEFAULT_SUBNET_BITS = 6;

        private final Construct scope;
        private final String id;
        private final Map<Tier, Integer> masks = new EnumMap<>(Tier.class);
        private final Map<Tier, List<String>> exact = new EnumMap<>(Tier.class);
        private String cidr = "10.1.0.0/16";
        private int zones = 3;
        private @Nullable Integer natGateways;
        private @Nullable Boolean interfaceEndpoints;
        private boolean sessionManager = true;
        private List<String> bucketAccounts = List.of();
        private FlowLogTrafficType flowLogTraffic = FlowLogTrafficType.REJECT;
        private RetentionDays flowLogRetention = RetentionDays.ONE_MONTH;
        private RemovalPolicy flowLogRemovalPolicy = RemovalPolicy.RETAIN;

        private Builder(Construct scope, String id) {
            this.scope = scope;
            this.id = id;
        }

        /**
         * Begins a network.
         *
         * @param scope the parent construct
         * @param id the construct id
         * @return a builder with every default
         */
        public static Builder create(Construct scope, String id) {
            return new Builder(scope, id);
        }

        /**
         * The address range of the network.
         *
         * @param range such as {@code 10.1.0.0/16}, which is the default; /16 to /28, and not a token, as the subnets are computed from it
         * @return this
         */
        public Builder cidr(String range) {
            this.cidr = range;
            return this;
        }

        /**
         * How many zones have a subnet of each tier.
         *
         * @param count 2 to 6; by default 3
         * @return this
         */
        public Builder zones(int count) {
            this.zones = count;
            return this;
        }

        /**
         * How many NAT gateways the private tier has: one in each zone (the default: losing a zone costs the others nothing), one for
         * all zones (cheap; losing its zone cuts the others off from the internet), or none. Without one the private tier
         * reaches S3 and the interface endpoints, which are then made.
         *
         * @param count 0, 1 or as many as zones
         * @return this
         */
        public Builder natGateways(int count) {
            this.natGateways = count;
            return this;
        }

        /**
         * Whether the private tier has interface endpoints for the services that an ECS instance and its tasks call: ECR (both), ECS, its
         * agent and telemetry, CloudWatch Logs, and {@linkplain #sessionManager Session Manager}. By default they exist exactly when there
         * is no NAT gateway, since no task could start otherwise. Each of them is charged by the hour in every zone: in three zones they
         * cost more than a NAT gateway in each.
         *
         * @param wanted false is rejected without a NAT gateway
         * @return this
         */
        public Builder interfaceEndpoints(boolean wanted) {
            this.interfaceEndpoints = wanted;
            return this;
        }

        /**
         * Whether the interface endpoints include Session Manager's, for a shell on an instance without a bastion host.
         *
         * @param wanted by default true; has no effect where there are no interface endpoints
         * @return this
         */
        public Builder sessionManager(boolean wanted) {
            this.sessionManager = wanted;
            return this;
        }

        /**
         * The size of every subnet. By default a subnet is a 64th of the network: /22 in a /16.
         *
         * @param mask 16 to 28
         * @return this
         */
        public Builder subnetMask(int mask) {
            Stream.of(Tier.values()).forEach(tier -> masks.put(tier, mask));
            return this;
        }

        /**
         * The size of one tier's subnets.
         *
         * @param tier which
         * @param mask 16 to 28
         * @return this
         */
        public Builder subnetMask(Tier tier, int mask) {
            masks.put(tier, mask);
            return this;
        }

        /**
         * The exact address ranges of one tier's subnets. Set for one tier, they are required for all, and sizes must not be set.
         *
         * @param tier which
         * @param ranges one for each zone, in the zones' order
         * @return this
         */
        public Builder subnetCidrs(Tier tier, String... ranges) {
            exact.put(tier, List.of(ranges));
            return this;
        }

        /**
         * Other accounts whose buckets may be written from this network. By default only those of the stack's own account; reading is open.
         *
         * @param accounts each of 12 digits
         * @return this
         */
        public Builder bucketAccounts(String... accounts) {
            this.bucketAccounts = List.of(accounts);
            return this;
        }

        /**
         * Which flows are logged. By default those that a security group or a network ACL rejects: the traces of a scan, of a way that is
         * missing and of what tries to get out. They are few, where CloudWatch charges half a dollar and more for each gigabyte of them; all
         * flows of a busy service are tens of gigabytes a day. (For all of them over years, S3 is cheaper:
         * {@code getVpc().addFlowLog(…)}.)
         *
         * @param traffic which
         * @return this
         */
        public Builder flowLogTraffic(FlowLogTrafficType traffic) {
            this.flowLogTraffic = traffic;
            return this;
        }

        /**
         * How long flow logs are kept.
         *
         * @param retention by default one month
         * @return this
         */
        public Builder flowLogRetention(RetentionDays retention) {
            this.flowLogRetention = retention;
            return this;
        }

        /**
         * What happens to the flow logs when the network is removed.
         *
         * @param policy by default they are retained
         * @return this
         */
        public Builder flowLogRemovalPolicy(RemovalPolicy policy) {
            this.flowLogRemovalPolicy = policy;
            return this;
        }

        /**
         * Builds the network.
         *
         * @return the construct
         * @throws IllegalArgumentException when an option is out of its bounds, or the subnets overlap or do not fit
         */
        public TieredVpc build() {
            if (zones < LEAST_ZONES || zones > MOST_ZONES) {
                throw refuse("zones", zones, "2 to 6", "One zone gives no redundancy; no region has more than six.");
            }
            int nat = natGateways();
            if (nat != 0 && nat != 1 && nat != zones) {
                throw refuse(
                        "natGateways",
                        nat,
                        "0, 1 or " + zones,
                        "A number in between makes some zones depend on others: use one for all or one each.");
            }
            if (nat == 0 && !interfaceEndpoints()) {
                throw refuse(
                        "interfaceEndpoints",
                        false,
                        "true while natGateways is 0",
                        "Without either, no instance reaches "
                                + String.join(", ", InterfaceEndpoints.names(sessionManager))
                                + ", and no task starts: leave interfaceEndpoints out, or add a NAT gateway.");
            }
            for (String account : bucketAccounts) {
                if (!Token.isUnresolved(account) && !account.matches("\\d{12}")) {
                    throw refuse("bucketAccounts", "\"" + account + "\"", "12 digits", "Write the account's number.");
                }
            }
            return new TieredVpc(this, plan());
        }

        private int natGateways() {
            return natGateways == null ? zones : natGateways;
        }

        private boolean interfaceEndpoints() {
            return interfaceEndpoints == null ? natGateways() == 0 : interfaceEndpoints;
        }

        private AddressPlan plan() {
            Cidr vpc = range("cidr", cidr);
            AddressPlan plan = exact.isEmpty() ? bySize(vpc) : exactly(vpc);
            List<Cidr> outside = plan.outside();
            if (!outside.isEmpty()) {
                throw refuse(
                        exact.isEmpty() ? "subnetMask" : "subnetCidrs",
                        outside,
                        "what is inside " + vpc,
                        "Use smaller subnets (a greater mask), fewer zones or a larger cidr.");
            }
            List<Cidr> overlapping = plan.overlapping();
            if (!overlapping.isEmpty()) {
                throw refuse(
                        "subnetCidrs", overlapping, "what no other subnet has", "Give every subnet its own addresses.");
            }
            return plan;
        }

        private AddressPlan bySize(Cidr vpc) {
            Map<Tier, Integer> sizes = new EnumMap<>(Tier.class);
            for (Tier tier : Tier.values()) {
                int mask = Optional.ofNullable(masks.get(tier)).orElse(vpc.mask() + DEFAULT_SUBNET_BITS);
                if (mask < LARGEST_RANGE || mask > SMALLEST_RANGE) {
                    throw refuse(
                            "subnetMask of " + tier.group(), mask, "16 to 28", "Set a size, or use a larger cidr.");
                }
                sizes.put(tier, mask);
            }
            return AddressPlan.bySize(vpc, zones, sizes);
        }

        private AddressPlan exactly(Cidr vpc) {
            if (!masks.isEmpty()) {
                throw refuse("subnetMask", masks, "nothing beside subnetCidrs", "Use one or the other.");
            }
            Map<Tier, List<Cidr>> subnets = new EnumMap<>(Tier.class);
            for (Tier tier : Tier.values()) {
                List<String> ranges = exact.getOrDefault(tier, List.of());
                String what = "subnetCidrs of " + tier.group();
                if (ranges.size() != zones) {
                    throw refuse(
                            what,
                            ranges,
                            "as many ranges as zones: " + zones,
                            "Exact addresses are required for every tier and zone.");
                }
                List<Cidr> parsed = new ArrayList<>();
                ranges.forEach(range -> parsed.add(range(what, range)));
                subnets.put(tier, parsed);
            }
            return AddressPlan.exactly(vpc, subnets);
        }

        private Cidr range(String what, String text) {
            return Cidr.parse(text)
                    .filter(range -> range.mask() >= LARGEST_RANGE && range.mask() <= SMALLEST_RANGE)
                    .orElseThrow(() -> refuse(
                            what,
                            text,
                            "a range of /16 to /28 that starts at its lowest address",
                            "Write it like 10.1.0.0/16."));
        }

        private IllegalArgumentException refuse(String what, Object value, String allowed, String remedy) {
            return Refusal.of(scope, id + "." + what, value, allowed, remedy);
        }
    }
}
