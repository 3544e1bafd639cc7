package dev.banhmi.cdk.constructs.service;

import dev.banhmi.cdk.constructs.ChosenSubnets;
import dev.banhmi.cdk.constructs.LogBucket;
import dev.banhmi.cdk.constructs.Refusal;
import dev.banhmi.cdk.constructs.budget.DrainBudget;
import dev.banhmi.cdk.constructs.budget.ServiceDemand;
import dev.banhmi.cdk.constructs.fleet.Ec2Fleet;
import dev.banhmi.cdk.constructs.image.ServiceImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.Token;
import software.amazon.awscdk.services.certificatemanager.ICertificate;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.ec2.Connections;
import software.amazon.awscdk.services.ec2.IConnectable;
import software.amazon.awscdk.services.ec2.IPeer;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ecs.AlarmBehavior;
import software.amazon.awscdk.services.ecs.AvailabilityZoneRebalancing;
import software.amazon.awscdk.services.ecs.CapacityProviderStrategy;
import software.amazon.awscdk.services.ecs.Cluster;
import software.amazon.awscdk.services.ecs.DeploymentAlarmConfig;
import software.amazon.awscdk.services.ecs.DeploymentCircuitBreaker;
import software.amazon.awscdk.services.ecs.DeploymentController;
import software.amazon.awscdk.services.ecs.DeploymentControllerType;
import software.amazon.awscdk.services.ecs.Ec2Service;
import software.amazon.awscdk.services.ecs.Ec2TaskDefinition;
import software.amazon.awscdk.services.ecs.LoadBalancerTargetOptions;
import software.amazon.awscdk.services.ecs.PlacementStrategy;
import software.amazon.awscdk.services.ecs.PropagatedTagSource;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationListener;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationLoadBalancer;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationTargetGroup;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.amazon.awscdk.services.s3.IBucket;
import software.constructs.Construct;

/**
 * An ECS service on EC2 behind a load balancer of its own that can be deployed, scaled and moved to other instances without cutting a
 * request that its {@link DrainBudget} allows. New tasks are healthy before old ones stop; a deployment whose tasks, health checks or
 * responses fail is rolled back. Tasks are spread over zones, and within a zone packed onto as few instances as hold them; their number
 * follows CPU, memory and requests and is set by no deployment. Only the clients that are listed may connect.
 *
 * <p>Tasks run as user 10001, with a read-only root file system, without capabilities and privileges. ECS Exec is disabled.
 */
public final class ZeroDowntimeService extends Construct implements IConnectable {
    /*
     * Over 300 lines because every option states its contract; what is built is in ServiceTask, ServiceEntrance,
     * DeploymentAlarms and ServiceScaling.
     *
     * What a feature flag would otherwise decide is set explicitly: the deployment controller, the alarms, the TLS policy. The desired
     * count is never set: in a template, each deployment would reset what autoscaling has set. A new service then starts with one task, and
     * the scalable target raises it to its minimum.
     *
     * Tasks are packed because a fleet gives back only instances that carry none, and a service that is spread over its instances leaves
     * none empty: a fifth of the instance-hours of a day in the simulator (docs/drain.md). Losing an instance then costs more at once, but
     * never more than losing its zone, for which there must be room anyhow. Tasks of one instance share its network, which nothing reserves.
     *
     * ECS Exec stays disabled: its agent writes to the container's root file system, which is read-only
     * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html, checked 2026-11-22).
     */

    private static final int MOST_TASKS = 5000;

    /** How far a service is scaled where nothing is said and the fleet carries it. */
    private static final int USUAL_MOST_TASKS = 20;

    /** Rebalancing starts a task in the other zone before it stops one, which ECS refuses where there may be none more than these. */
    private static final int ALL = 100;

    /** The grace period of a new task, until its failed health checks count. */
    private static final Duration GRACE = Duration.seconds(120);

    private final ServiceEntrance entrance;
    private final Ec2TaskDefinition taskDefinition;
    private final Role taskRole;
    private final LogGroup logGroup;
    private final List<Alarm> deploymentAlarms;
    private final Alarm refreshAlarm;
    private final Ec2Service service;
    private final DrainBudget budget;
    private final boolean encrypted;
    private final Supplier<java.time.Duration> deploymentWait;
    private final Supplier<java.time.Duration> longestDeploymentWait;

    private ZeroDowntimeService(
            Builder builder,
            Ec2Fleet fleet,
            ServiceImage image,
            DrainBudget budget,
            String healthCheckPath,
            ServiceScaling scaling) {
        super(builder.scope, builder.id);
        this.deploymentWait = builder.deploymentWait;
        this.longestDeploymentWait = builder.longestDeploymentWait;
        this.budget = budget;
        this.encrypted = builder.certificate != null;
        logGroup = LogGroup.Builder.create(this, "Logs")
                .retention(builder.logRetention)
                .removalPolicy(builder.logRemovalPolicy)
                .build();
        taskRole = builder.taskRole == null ? ServiceRoles.task(this, "TaskRole") : builder.taskRole;
        taskDefinition = new ServiceTask(
                        image.getContainerImage(),
                        taskRole,
                        ServiceRoles.execution(this, "ExecutionRole", logGroup),
                        logGroup,
                        builder.cpuUnits,
                        builder.memoryLimitMiB,
                        builder.containerPort,
                        Duration.seconds(budget.stopTimeout().toSeconds()),
                        ServiceEnvironment.merge(this, builder.budgetVariables.apply(budget), builder.environment))
                .build(this);
        Cluster cluster = fleet.getCluster();
        entrance = ServiceEntrance.build(
                this,
                cluster.getVpc(),
                budget,
                new ServiceEntrance.Choices(
                        builder.certificate,
                        builder.internetFacing,
                        builder.loadBalancerSubnets,
                        builder.clients,
                        builder.deletionProtection,
                        builder.accessLogs,
                        healthCheckPath));
        deploymentAlarms = DeploymentAlarms.build(this, entrance);
        refreshAlarm = DeploymentAlarms.inRefresh(this, entrance);
        fleet.addRefreshAlarm(refreshAlarm);
        service = service(fleet);
        // Nothing refers to the association of cluster and capacity provider; without this, CloudFormation removes it
        // first and the service
        // hangs (https://github.com/aws/aws-cdk/issues/18179). A task also needs the permissions to be started.
        service.getNode().addDependency(cluster, taskDefinition.obtainExecutionRole());
        entrance.targetGroup()
                .addTarget(service.loadBalancerTarget(LoadBalancerTargetOptions.builder()
                        .containerName(ServiceTask.CONTAINER)
                        .containerPort(builder.containerPort)
                        .build()));
        FleetServices.of(fleet).deployInTurn(service);
        TaskPorts.narrow(this, fleet);
        scaling.track(service, entrance.targetGroup());
    }

    private Ec2Service service(Ec2Fleet fleet) {
        return Ec2Service.Builder.create(this, "Service")
                .cluster(fleet.getCluster())
                .taskDefinition(taskDefinition)
                .capacityProviderStrategies(List.of(CapacityProviderStrategy.builder()
                        .capacityProvider(fleet.getCapacityProvider().getCapacityProviderName())
                        .weight(1)
                        .build()))
                .deploymentController(DeploymentController.builder()
                        .type(DeploymentControllerType.ECS)
                        .build())
                .minHealthyPercent(budget.minimumHealthyPercent())
                .maxHealthyPercent(budget.maximumPercent())
                .circuitBreaker(DeploymentCircuitBreaker.builder()
                        .enable(true)
                        .rollback(true)
                        .build())
                .deploymentAlarms(DeploymentAlarmConfig.builder()
                        .alarmNames(deploymentAlarms.stream()
                                .map(Alarm::getAlarmName)
                                .toList())
                        .behavior(AlarmBehavior.ROLLBACK_ON_ALARM)
                        .build())
                .healthCheckGracePeriod(GRACE)
                .availabilityZoneRebalancing(
                        budget.maximumPercent() > ALL
                                ? AvailabilityZoneRebalancing.ENABLED
                                : AvailabilityZoneRebalancing.DISABLED)
                .placementStrategies(List.of(
                        PlacementStrategy.spreadAcross("attribute:ecs.availability-zone"),
                        PlacementStrategy.packedByMemory()))
                .propagateTags(PropagatedTagSource.SERVICE)
                .enableEcsManagedTags(true)
                .enableExecuteCommand(false)
                .build();
    }

    /**
     * The service.
     *
     * @return of this construct
     */
    public Ec2Service getService() {
        return service;
    }

    /**
     * The task definition; its only container is named {@code service}.
     *
     * @return of this construct
     */
    public Ec2TaskDefinition getTaskDefinition() {
        return taskDefinition;
    }

    /**
     * The role of the code in a task: pass it to {@code grant…} methods.
     *
     * @return the one given, or one without any permissions of its own
     */
    public Role getTaskRole() {
        return taskRole;
    }

    /**
     * The load balancer that clients connect to.
     *
     * @return of this construct
     */
    public ApplicationLoadBalancer getLoadBalancer() {
        return entrance.loadBalancer();
    }

    /**
     * The listener that forwards to the tasks, not the one that redirects.
     *
     * @return of this construct
     */
    public ApplicationListener getListener() {
        return entrance.listener();
    }

    /**
     * The target group of the tasks.
     *
     * @return of this construct
     */
    public ApplicationTargetGroup getTargetGroup() {
        return entrance.targetGroup();
    }

    /**
     * The log group of the tasks' output.
     *
     * @return of this construct
     */
    public LogGroup getLogGroup() {
        return logGroup;
    }

    /**
     * The budget that the service was built with.
     *
     * @return the one given
     */
    public DrainBudget getBudget() {
        return budget;
    }

    /**
     * The alarms that roll a deployment back. They have no actions of their own.
     *
     * @return errors and unhealthy tasks
     */
    public List<Alarm> getDeploymentAlarms() {
        return deploymentAlarms;
    }

    /**
     * The alarm that fails an instance refresh of the fleet: errors that begin while it runs. It is over within half an hour, whether they
     * are or not, and has no action of its own.
     *
     * @return errors, by their beginning
     */
    public Alarm getRefreshAlarm() {
        return refreshAlarm;
    }

    /**
     * How long tasks of a deployment wait for an instance at whatever number of tasks they wait longest, although nothing is wrong: a fleet
     * that has no room for old and new ones at the same time replaces them in rounds, and one that grows adds the instances for new ones one
     * by one.
     *
     * @return zero where all have room on one more instance; beside the services that are on the fleet by now, each with any number of tasks
     *     that it may have
     */
    public java.time.Duration getDeploymentWait() {
        return deploymentWait.get();
    }

    /**
     * How long tasks wait for an instance during a deployment of this or of any other service of the fleet, although nothing is wrong: what
     * ECS says of a fleet's capacity does not say whose tasks wait.
     *
     * @return the longest {@link #getDeploymentWait()} of all services that are on the fleet by now
     */
    public java.time.Duration getLongestDeploymentWait() {
        return longestDeploymentWait.get();
    }

    /**
     * The listener's connections: {@code allowDefaultPortFrom} admits one more client.
     *
     * @return of the load balancer, with the listener's port
     */
    @Override
    public Connections getConnections() {
        return entrance.listener().getConnections();
    }

    /**
     * The service's URL. With a certificate, use a name of the certificate instead, which must resolve to the load balancer.
     *
     * @return scheme and the load balancer's own name; known at deployment
     */
    public String getUrl() {
        return (encrypted ? "https://" : "http://") + entrance.loadBalancer().getLoadBalancerDnsName();
    }

    /**
     * CPU, in percent of what the tasks reserve.
     *
     * @return average of five minutes
     */
    public Metric metricCpuUtilization() {
        return service.metricCpuUtilization();
    }

    /**
     * Memory, in percent of the tasks' limit.
     *
     * @return average of five minutes
     */
    public Metric metricMemoryUtilization() {
        return service.metricMemoryUtilization();
    }

    /**
     * The share of 5xx among all responses, including the load balancer's own; 0 while they are fewer than five.
     *
     * @return percent, of five minutes
     */
    public IMetric metricErrorPercent() {
        return DeploymentAlarms.errorPercent(entrance, Duration.minutes(5));
    }

    /**
     * Tasks that fail their health checks.
     *
     * @return maximum of a minute
     */
    public IMetric metricUnhealthyTasks() {
        return DeploymentAlarms.unhealthy(entrance, Duration.minutes(1));
    }

    /** The options of a {@link ZeroDowntimeService}. */
    public static final class Builder {
        private final Construct scope;
        private final String id;
        private final Map<String, String> environment = new TreeMap<>();
        private final List<IPeer> clients = new ArrayList<>();
        private Function<DrainBudget, Map<String, String>> budgetVariables = told -> Map.of();

        @Nullable
        private Ec2Fleet fleet;

        @Nullable
        private ServiceImage image;

        @Nullable
        private DrainBudget budget;

        @Nullable
        private String healthCheckPath;

        @Nullable
        private ICertificate certificate;

        @Nullable
        private String plainHttp;

        @Nullable
        private SubnetSelection loadBalancerSubnets;

        @Nullable
        private IBucket accessLogs;

        @Nullable
        private Role taskRole;

        @Nullable
        private Integer minTasks;

        @Nullable
        private Integer maxTasks;

        private boolean internetFacing;
        private boolean deletionProtection;
        private int cpuUnits = 512;
        private Supplier<java.time.Duration> deploymentWait = () -> java.time.Duration.ZERO;
        private Supplier<java.time.Duration> longestDeploymentWait = () -> java.time.Duration.ZERO;
        private int memoryLimitMiB = 1024;
        private int containerPort = 8080;
        private int cpuTargetPercent = 60;
        private int memoryTargetPercent = 85;
        private int requestsPerTarget = 30_000;
        private RetentionDays logRetention = RetentionDays.ONE_MONTH;
        private RemovalPolicy logRemovalPolicy = RemovalPolicy.RETAIN;

        private Builder(Construct scope, String id) {
            this.scope = scope;
            this.id = id;
        }

        /**
         * Begins a service. {@link #fleet}, {@link #image}, {@link #budget}, {@link #healthCheckPath} and one of {@link #certificate} and
         * {@link #plainHttp} are required.
         *
         * @param scope the parent construct
         * @param id the construct id
         * @return a builder with the defaults
         */
        public static Builder create(Construct scope, String id) {
            return new Builder(scope, id);
        }

        /**
         * The instances that the tasks run on. Services of one stack that share a fleet are deployed one behind the other, in the order in
         * which they are built: build one that another depends on first. An earlier one that depends on a later one is refused when the app is
         * synthesized.
         *
         * @param fleet of the image's architecture
         * @return this
         */
        public Builder fleet(Ec2Fleet fleet) {
            this.fleet = fleet;
            return this;
        }

        /**
         * The image to run. It must work as user 10001 on a read-only root file system ({@code /dev/shm} is writable).
         *
         * @param image of the fleet's architecture
         * @return this
         */
        public Builder image(ServiceImage image) {
            this.image = image;
            return this;
        }

        /**
         * The times of load balancer, tasks and container, the least number of tasks and the percentages of a deployment.
         *
         * @param budget the same as that of the fleet's drain
         * @return this
         */
        public Builder budget(DrainBudget budget) {
            this.budget = budget;
            return this;
        }

        /**
         * Serves HTTPS, TLS 1.2 or 1.3, with this certificate; port 80 only redirects there.
         *
         * @param certificate of the load balancer's region
         * @return this
         */
        public Builder certificate(ICertificate certificate) {
            this.certificate = certificate;
            return this;
        }

        /**
         * Serves plain HTTP on port 80, so anyone on the network path can read and change the traffic.
         *
         * @param reason why that is acceptable here; for readers of the code, not used otherwise
         * @return this
         */
        public Builder plainHttp(String reason) {
            this.plainHttp = reason;
            return this;
        }

        /**
         * Whether the load balancer has public addresses.
         *
         * @param internetFacing by default false
         * @return this
         */
        public Builder internetFacing(boolean internetFacing) {
            this.internetFacing = internetFacing;
            return this;
        }

        /**
         * The load balancer's subnets.
         *
         * @param subnets one in each zone of the fleet, two or more; by default all private subnets of the cluster's VPC, or all public ones if it is
         *     internet-facing
         * @return this
         */
        public Builder loadBalancerSubnets(SubnetSelection subnets) {
            this.loadBalancerSubnets = subnets;
            return this;
        }

        /**
         * The clients that may connect; added to those already given. By default none.
         *
         * @param clients ranges of addresses or security groups
         * @return this
         */
        public Builder clients(IPeer... clients) {
            this.clients.addAll(List.of(clients));
            return this;
        }

        /**
         * The environment variables that carry the budget's numbers to the container: its longest request, its shutdown, its keep-alive.
         * Then load balancer, tasks and container use the same ones.
         *
         * @param variables from the service's budget to name and value; by default none
         * @return this
         */
        public Builder budgetVariables(Function<DrainBudget, Map<String, String>> variables) {
            this.budgetVariables = variables;
            return this;
        }

        /**
         * Environment variables besides the budget's; added to those already given.
         *
         * @param variables name to value; must not contradict {@link #budgetVariables}
         * @return this
         */
        public Builder environment(Map<String, String> variables) {
            this.environment.putAll(variables);
            return this;
        }

        /**
         * The role of the code in a task.
         *
         * @param role that ECS tasks can assume; by default one without any permissions, {@link #getTaskRole()}
         * @return this
         */
        public Builder taskRole(Role role) {
            this.taskRole = role;
            return this;
        }

        /**
         * The CPU that a task reserves; it may use more while the instance has more.
         *
         * @param units 128 to 196608, 1024 for a vCPU; by default 512
         * @return this
         */
        public Builder cpuUnits(int units) {
            this.cpuUnits = units;
            return this;
        }

        /**
         * The memory that a task reserves and must not exceed: it is killed if it does.
         *
         * @param mebibytes 6 or more; by default 1024
         * @return this
         */
        public Builder memoryLimitMiB(int mebibytes) {
            this.memoryLimitMiB = mebibytes;
            return this;
        }

        /**
         * The port that the container listens on. No other port of it is reachable.
         *
         * @param port 1 to 65535; by default 8080
         * @return this
         */
        public Builder containerPort(int port) {
            this.containerPort = port;
            return this;
        }

        /**
         * The path that the load balancer requests from a task every 10 s: two responses of 200 within 5 s each make it healthy, three
         * others take it out of service.
         *
         * @param path absolute; required
         * @return this
         */
        public Builder healthCheckPath(String path) {
            this.healthCheckPath = path;
            return this;
        }

        /**
         * The minimum number of tasks.
         *
         * @param count as many as the budget assumes, or more; by default as many
         * @return this
         */
        public Builder minTasks(int count) {
            this.minTasks = count;
            return this;
        }

        /**
         * The maximum number of tasks, not counting replacements. The fleet must carry them, and a deployment of so many must end within the
         * three hours that CloudFormation waits.
         *
         * @param count the minimum to 5000; by default 20, or fewer where the fleet has room for fewer during a deployment, beside the services
         *     that are on it by now; the minimum if that is more
         * @return this
         */
        public Builder maxTasks(int count) {
            this.maxTasks = count;
            return this;
        }

        /**
         * The target CPU utilization of the tasks.
         *
         * @param percent 10 to 90 of what the tasks reserve; by default 60
         * @return this
         */
        public Builder cpuTargetPercent(int percent) {
            this.cpuTargetPercent = percent;
            return this;
        }

        /**
         * The memory utilization above which tasks are added. It must be above what a long-running idle task uses: a JVM gives little back,
         * and a target below it would add tasks without end.
         *
         * @param percent 10 to 95 of the limit; by default 85
         * @return this
         */
        public Builder memoryTargetPercent(int percent) {
            this.memoryTargetPercent = percent;
            return this;
        }

        /**
         * The requests per task above which tasks are added.
         *
         * @param perMinute 1 or more; by default 30000: at 1.3 s each they are 640 at a time
         * @return this
         */
        public Builder requestsPerTarget(int perMinute) {
            this.requestsPerTarget = perMinute;
            return this;
        }

        /**
         * Enables the load balancer's access logs.
         *
         * @param bucket without a KMS key, in the stack's region, which must be known; of an imported one, a warning says what its policy must
         *     have; by default no log is written
         * @return this
         */
        public Builder accessLogs(IBucket bucket) {
            this.accessLogs = bucket;
            return this;
        }

        /**
         * Whether the load balancer is protected from deletion, even with its stack.
         *
         * @param deletionProtection by default false
         * @return this
         */
        public Builder deletionProtection(boolean deletionProtection) {
            this.deletionProtection = deletionProtection;
            return this;
        }

        /**
         * How long the tasks' output is kept.
         *
         * @param retention by default a month
         * @return this
         */
        public Builder logRetention(RetentionDays retention) {
            this.logRetention = retention;
            return this;
        }

        /**
         * What happens to the tasks' output when the service is removed.
         *
         * @param policy by default {@link RemovalPolicy#RETAIN}
         * @return this
         */
        public Builder logRemovalPolicy(RemovalPolicy policy) {
            this.logRemovalPolicy = policy;
            return this;
        }

        /**
         * Builds the service.
         *
         * @return the construct
         * @throws IllegalArgumentException when an option is missing, out of bounds or contradicts another, or the fleet does not keep what
         *     the budget assumes of its drain, its instances and their sizes, or has no room for maxTasks and their deployment
         */
        public ZeroDowntimeService build() {
            Ec2Fleet onFleet = required("fleet", fleet);
            ServiceImage ofImage = required("image", image);
            DrainBudget inBudget = required("budget", budget);
            String checked = required("healthCheckPath", healthCheckPath);
            checkEntrance();
            checkAccessLogs();
            checkSubnets(onFleet.getCluster().getVpc());
            if (onFleet.getArchitecture() != ofImage.getArchitecture()) {
                throw refused(
                        "image",
                        "for " + ofImage.getArchitecture().imageName(),
                        "one for " + onFleet.getArchitecture().imageName() + ", as the fleet's instances",
                        "Build the image for the other architecture, or give the fleet other instance types");
            }
            within("cpuUnits", cpuUnits, 128, 196_608, "1024 units are a vCPU");
            within("memoryLimitMiB", memoryLimitMiB, 6, Integer.MAX_VALUE, "It is Docker's minimum");
            within("containerPort", containerPort, 1, 65_535, "Set the port that the container listens on");
            within("cpuTargetPercent", cpuTargetPercent, 10, 90, "Scaling needs room above and below it");
            within("memoryTargetPercent", memoryTargetPercent, 10, 95, "There must be room above it");
            within("requestsPerTarget", requestsPerTarget, 1, Integer.MAX_VALUE, "Set how many a task can serve");
            if (!Token.isUnresolved(checked) && !checked.startsWith("/")) {
                throw refused("healthCheckPath", "\"" + checked + "\"", "an absolute path", "Start it with a slash");
            }
            FleetPromise promise = new FleetPromise(scope, id, onFleet);
            ServiceScaling tasks = scaling(inBudget, promise);
            ServiceDemand demand = demand(inBudget, tasks.minTasks(), tasks.maxTasks());
            promise.check(demand);
            deploymentWait = () -> promise.deploymentWait(demand);
            longestDeploymentWait = promise::longestDeploymentWait;
            return new ZeroDowntimeService(this, onFleet, ofImage, inBudget, checked, tasks);
        }

        private ServiceDemand demand(DrainBudget inBudget, int least, int most) {
            return new ServiceDemand(inBudget, cpuUnits, memoryLimitMiB, least, most);
        }

        private ServiceScaling scaling(DrainBudget inBudget, FleetPromise promise) {
            int least = minTasks == null ? inBudget.tasks() : minTasks;
            int most = maxTasks == null
                    ? promise.mostTasks(demand(inBudget, least, Math.max(USUAL_MOST_TASKS, least)))
                    : maxTasks;
            within(
                    "minTasks",
                    least,
                    inBudget.tasks(),
                    MOST_TASKS,
                    "The budget assumes " + inBudget.tasks() + " tasks: for fewer, build one with other tasks(…)");
            within("maxTasks", most, least, MOST_TASKS, "It is the upper bound, and " + least + " the lower");
            return new ServiceScaling(least, most, cpuTargetPercent, memoryTargetPercent, requestsPerTarget);
        }

        private void checkEntrance() {
            if (plainHttp != null && plainHttp.isBlank()) {
                throw refused("plainHttp", "blank", "a reason", "State why nobody on the network path matters");
            }
            if ((certificate == null) == (plainHttp == null)) {
                throw refused(
                        "certificate and plainHttp",
                        certificate == null ? "neither" : "both",
                        "exactly one of them",
                        "Set certificate(…), or plainHttp(\"reason\") where nobody on the network path matters");
            }
            if (certificate != null) {
                checkCertificate(certificate);
            }
        }

        /** ACM's certificates are of one region, and a load balancer takes only those of its own. */
        private void checkCertificate(ICertificate given) {
            String arn = given.getCertificateArn();
            String region = Stack.of(scope).getRegion();
            String[] parts = arn.split(":", 6);
            if (Token.isUnresolved(arn) || Token.isUnresolved(region) || parts.length < 6) {
                return;
            }
            // Those of IAM have no region.
            if (!parts[3].isEmpty() && !parts[3].equals(region)) {
                throw refused(
                        "certificate",
                        arn,
                        "one of the region " + region,
                        "Request it from ACM there, or import it there");
            }
        }

        private void checkAccessLogs() {
            if (accessLogs == null) {
                return;
            }
            LogBucket.requireNoKey(scope, id + ".accessLogs", accessLogs);
            String region = Stack.of(scope).getRegion();
            String path = accessLogs.getNode().getPath();
            if (Token.isUnresolved(region)) {
                throw refused(
                        "accessLogs",
                        path + ", while the region is known only when the stack is deployed",
                        "a bucket, in a stack with a region",
                        "In some regions it is an account of AWS that writes them, which the bucket's policy has to name:"
                                + " set env(…) of the stack " + Stack.of(scope).getStackName()
                                + ", or leave accessLogs out");
            }
            String there = accessLogs.getEnv().getRegion();
            if (!Token.isUnresolved(there) && !there.equals(region)) {
                throw refused(
                        "accessLogs",
                        path + " in " + there,
                        "a bucket of the load balancer's region, " + region,
                        "A load balancer writes to no other");
            }
        }

        private void checkSubnets(IVpc vpc) {
            SubnetSelection chosen = loadBalancerSubnets;
            if (chosen == null) {
                // As CDK chooses.
                chosen = internetFacing
                        ? SubnetSelection.builder()
                                .subnetType(SubnetType.PUBLIC)
                                .build()
                        : SubnetSelection.builder().build();
            }
            String remedy = "Set loadBalancerSubnets(…), of a TieredVpc network."
                    + (internetFacing ? "getPublicSubnets()." : "getPrivateSubnets().");
            ChosenSubnets subnets = ChosenSubnets.of(scope, id + ".loadBalancerSubnets", vpc, chosen, remedy);
            if (!subnets.crowdedZones().isEmpty()) {
                throw refused(
                        "loadBalancerSubnets",
                        "more than one subnet of a zone of " + vpc.getNode().getPath(),
                        "one of each zone",
                        remedy);
            }
            if (subnets.zones().size() == 1) {
                throw refused(
                        "loadBalancerSubnets",
                        "one subnet of " + vpc.getNode().getPath(),
                        "one in each of two zones or more",
                        remedy);
            }
        }

        private <T> T required(String option, @Nullable T value) {
            if (value == null) {
                throw refused(option, "missing", "any", "Set " + option + "(…)");
            }
            return value;
        }

        private void within(String option, int value, int least, int most, String remedy) {
            if (value < least || value > most) {
                throw refused(
                        option, value, most == Integer.MAX_VALUE ? least + " or more" : least + " to " + most, remedy);
            }
        }

        private IllegalArgumentException refused(String option, Object value, String allowed, String remedy) {
            return Refusal.of(scope, id + "." + option, value, allowed, remedy);
        }
    }
}
