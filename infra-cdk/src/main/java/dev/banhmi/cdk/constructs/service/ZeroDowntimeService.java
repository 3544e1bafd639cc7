package dev.banhmi.cdk.constructs.service;

import dev.banhmi.cdk.constructs.Refusal;
import dev.banhmi.cdk.constructs.budget.DrainBudget;
import dev.banhmi.cdk.constructs.fleet.Ec2Fleet;
import dev.banhmi.cdk.constructs.image.ServiceImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Token;
import software.amazon.awscdk.services.certificatemanager.ICertificate;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.ec2.Connections;
import software.amazon.awscdk.services.ec2.IConnectable;
import software.amazon.awscdk.services.ec2.IPeer;
import software.amazon.awscdk.services.ec2.SubnetSelection;
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

/*
 * Longer than 300 lines because every option states its contract; what is built stands in ServiceTask, ServiceEntrance, DeploymentAlarms
 * and ServiceScaling.
 *
 * What a feature flag would otherwise decide is said: the deployment controller, the alarms, the TLS policy. The desired count is not said,
 * ever: written into a template, each deployment would set back what autoscaling has set. A new service then starts with one task, and
 * the scalable target raises it to its minimum.
 *
 * ECS Exec stays off: its agent writes into the container's root file system, which is read-only
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html, checked 2026-11-22).
 */
/**
 * An ECS service on EC2 behind a load balancer of its own that can be deployed, scaled and moved to other instances without cutting a
 * request that its {@link DrainBudget} allows. New tasks are healthy before old ones stop; a deployment that fails, by its tasks, its health
 * checks or its answers, is rolled back. Tasks are spread over zones, then over instances; their number follows CPU, memory and requests
 * and is written by no deployment. Nobody may connect who is not named.
 *
 * <p>Tasks run as user 10001, with a read-only root file system, without capabilities and privileges. ECS Exec is off.
 */
public final class ZeroDowntimeService extends Construct implements IConnectable {
    private static final int MOST_TASKS = 5000;

    /** A new task gets as long until its failed health checks count. */
    private static final Duration GRACE = Duration.seconds(120);

    private final ServiceEntrance entrance;
    private final Ec2TaskDefinition taskDefinition;
    private final Role taskRole;
    private final LogGroup logGroup;
    private final List<Alarm> deploymentAlarms;
    private final Ec2Service service;
    private final DrainBudget budget;
    private final boolean encrypted;

    private ZeroDowntimeService(
            Builder builder, Ec2Fleet fleet, ServiceImage image, DrainBudget budget, String healthCheckPath) {
        super(builder.scope, builder.id);
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
                        builder.containerPort,
                        healthCheckPath));
        deploymentAlarms = DeploymentAlarms.build(this, entrance);
        service = service(fleet);
        // The association of cluster and capacity is referred to by nothing; without this, CloudFormation takes it away
        // first and
        // the service hangs (https://github.com/aws/aws-cdk/issues/18179). A task also needs the right to be started.
        service.getNode().addDependency(cluster, taskDefinition.obtainExecutionRole());
        entrance.targetGroup()
                .addTarget(service.loadBalancerTarget(LoadBalancerTargetOptions.builder()
                        .containerName(ServiceTask.CONTAINER)
                        .containerPort(builder.containerPort)
                        .build()));
        builder.scaling(budget).track(service, entrance.targetGroup());
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
                .availabilityZoneRebalancing(AvailabilityZoneRebalancing.ENABLED)
                .placementStrategies(List.of(
                        PlacementStrategy.spreadAcross("attribute:ecs.availability-zone"),
                        PlacementStrategy.spreadAcrossInstances()))
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
     * What a task is made of; its only container is named {@code service}.
     *
     * @return of this construct
     */
    public Ec2TaskDefinition getTaskDefinition() {
        return taskDefinition;
    }

    /**
     * What the code in a task may do: give it to {@code grant…} methods.
     *
     * @return the one given, or one without any right of its own
     */
    public Role getTaskRole() {
        return taskRole;
    }

    /**
     * What clients connect to.
     *
     * @return of this construct
     */
    public ApplicationLoadBalancer getLoadBalancer() {
        return entrance.loadBalancer();
    }

    /**
     * The listener that leads to the tasks, not the one that redirects.
     *
     * @return of this construct
     */
    public ApplicationListener getListener() {
        return entrance.listener();
    }

    /**
     * The tasks, as the load balancer sees them.
     *
     * @return of this construct
     */
    public ApplicationTargetGroup getTargetGroup() {
        return entrance.targetGroup();
    }

    /**
     * Where the tasks' output goes.
     *
     * @return of this construct
     */
    public LogGroup getLogGroup() {
        return logGroup;
    }

    /**
     * The numbers that it was built with.
     *
     * @return the one given
     */
    public DrainBudget getBudget() {
        return budget;
    }

    /**
     * The alarms that take a deployment back. They notify nobody by themselves.
     *
     * @return errors and unhealthy tasks
     */
    public List<Alarm> getDeploymentAlarms() {
        return deploymentAlarms;
    }

    /**
     * The listener's connections: {@code allowDefaultPortFrom} lets one more client in.
     *
     * @return of the load balancer, with the listener's port
     */
    @Override
    public Connections getConnections() {
        return entrance.listener().getConnections();
    }

    /**
     * Where clients find it. With a certificate, use a name of the certificate instead, which has to lead here.
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
     * The share of 5xx among all answers, the load balancer's own included; 0 while they are fewer than five.
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
         * @param scope where it stands
         * @param id its id
         * @return a builder with the defaults
         */
        public static Builder create(Construct scope, String id) {
            return new Builder(scope, id);
        }

        /**
         * The instances that the tasks run on.
         *
         * @param fleet of the image's architecture
         * @return this
         */
        public Builder fleet(Ec2Fleet fleet) {
            this.fleet = fleet;
            return this;
        }

        /**
         * What runs. It has to work as user 10001 on a read-only root file system ({@code /dev/shm} can be written).
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
         * @param budget the same as the fleet's drain has
         * @return this
         */
        public Builder budget(DrainBudget budget) {
            this.budget = budget;
            return this;
        }

        /**
         * Clients speak HTTPS, TLS 1.2 or 1.3, with this certificate; port 80 only sends them there.
         *
         * @param certificate of the load balancer's region
         * @return this
         */
        public Builder certificate(ICertificate certificate) {
            this.certificate = certificate;
            return this;
        }

        /**
         * Clients speak HTTP on port 80, and whoever is on the way reads and changes what they send.
         *
         * @param reason why that is right here; for readers of the code, not used otherwise
         * @return this
         */
        public Builder plainHttp(String reason) {
            this.plainHttp = reason;
            return this;
        }

        /**
         * Whether the load balancer has public addresses.
         *
         * @param internetFacing by default it has not
         * @return this
         */
        public Builder internetFacing(boolean internetFacing) {
            this.internetFacing = internetFacing;
            return this;
        }

        /**
         * Where the load balancer stands.
         *
         * @param subnets one in each zone of the fleet; by default all private subnets of the cluster's VPC, or all public ones if it is
         *     internet-facing
         * @return this
         */
        public Builder loadBalancerSubnets(SubnetSelection subnets) {
            this.loadBalancerSubnets = subnets;
            return this;
        }

        /**
         * Who may connect; added to those already named. By default nobody.
         *
         * @param clients ranges of addresses or security groups
         * @return this
         */
        public Builder clients(IPeer... clients) {
            this.clients.addAll(List.of(clients));
            return this;
        }

        /**
         * By which variables the container is told the budget's numbers: its longest request, its shutdown, its keep-alive. Then load
         * balancer, tasks and container hold the same ones.
         *
         * @param variables from the service's budget to name and value; by default none
         * @return this
         */
        public Builder budgetVariables(Function<DrainBudget, Map<String, String>> variables) {
            this.budgetVariables = variables;
            return this;
        }

        /**
         * What the container is told besides the budget's numbers; added to what was said already.
         *
         * @param variables name to value; must not contradict {@link #budgetVariables}
         * @return this
         */
        public Builder environment(Map<String, String> variables) {
            this.environment.putAll(variables);
            return this;
        }

        /**
         * What the code in a task may do.
         *
         * @param role that ECS tasks can take on; by default one without any right, {@link #getTaskRole()}
         * @return this
         */
        public Builder taskRole(Role role) {
            this.taskRole = role;
            return this;
        }

        /**
         * What a task reserves; it may use more while the instance has more.
         *
         * @param units 128 to 196608, 1024 for a vCPU; by default 512
         * @return this
         */
        public Builder cpuUnits(int units) {
            this.cpuUnits = units;
            return this;
        }

        /**
         * What a task reserves and must not exceed: it is killed if it does.
         *
         * @param mebibytes 6 or more; by default 1024
         * @return this
         */
        public Builder memoryLimitMiB(int mebibytes) {
            this.memoryLimitMiB = mebibytes;
            return this;
        }

        /**
         * Where the container listens. No other port of it can be reached.
         *
         * @param port 1 to 65535; by default 8080
         * @return this
         */
        public Builder containerPort(int port) {
            this.containerPort = port;
            return this;
        }

        /**
         * What the load balancer asks of a task every 10 s: two answers of 200 within 5 s each make it healthy, three others take it out.
         *
         * @param path absolute; required
         * @return this
         */
        public Builder healthCheckPath(String path) {
            this.healthCheckPath = path;
            return this;
        }

        /**
         * The least number of tasks.
         *
         * @param count as many as the budget counts on, or more; by default as many
         * @return this
         */
        public Builder minTasks(int count) {
            this.minTasks = count;
            return this;
        }

        /**
         * The greatest number of tasks, those that replace others not counted.
         *
         * @param count the least number to 5000; by default 20, or the least number if that is more
         * @return this
         */
        public Builder maxTasks(int count) {
            this.maxTasks = count;
            return this;
        }

        /**
         * The utilisation of CPU that the number of tasks is to keep.
         *
         * @param percent 10 to 90 of what the tasks reserve; by default 60
         * @return this
         */
        public Builder cpuTargetPercent(int percent) {
            this.cpuTargetPercent = percent;
            return this;
        }

        /**
         * The utilisation of memory above which there are more tasks. It has to lie above what an idle task of full age uses: a JVM gives
         * little back, and a target below it would add tasks without end.
         *
         * @param percent 10 to 95 of the limit; by default 85
         * @return this
         */
        public Builder memoryTargetPercent(int percent) {
            this.memoryTargetPercent = percent;
            return this;
        }

        /**
         * The requests to a task above which there are more tasks.
         *
         * @param perMinute 1 or more; by default 30000: at 1.3 s each they are 640 at a time
         * @return this
         */
        public Builder requestsPerTarget(int perMinute) {
            this.requestsPerTarget = perMinute;
            return this;
        }

        /**
         * The load balancer writes a line for each request.
         *
         * @param bucket without a KMS key, in the stack's region, which has to be known; by default no log is written
         * @return this
         */
        public Builder accessLogs(IBucket bucket) {
            this.accessLogs = bucket;
            return this;
        }

        /**
         * Whether the load balancer withstands being deleted, also with its stack.
         *
         * @param deletionProtection by default it does not
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
         * @throws IllegalArgumentException when an option is missing, out of bounds or contradicts another
         */
        public ZeroDowntimeService build() {
            Ec2Fleet onFleet = required("fleet", fleet);
            ServiceImage ofImage = required("image", image);
            DrainBudget inBudget = required("budget", budget);
            String checked = required("healthCheckPath", healthCheckPath);
            checkEntrance();
            if (onFleet.getArchitecture() != ofImage.getArchitecture()) {
                throw refused(
                        "image",
                        "for " + ofImage.getArchitecture().imageName(),
                        "one for " + onFleet.getArchitecture().imageName() + ", as the fleet's instances",
                        "Build the image for the other architecture, or give the fleet other instance types");
            }
            within("cpuUnits", cpuUnits, 128, 196_608, "1024 are a vCPU");
            within("memoryLimitMiB", memoryLimitMiB, 6, Integer.MAX_VALUE, "Docker takes no less");
            within("containerPort", containerPort, 1, 65_535, "Say where the container listens");
            within("cpuTargetPercent", cpuTargetPercent, 10, 90, "Scaling needs room above it and below");
            within("memoryTargetPercent", memoryTargetPercent, 10, 95, "Above it there must be room");
            within("requestsPerTarget", requestsPerTarget, 1, Integer.MAX_VALUE, "Say how many a task can serve");
            if (!Token.isUnresolved(checked) && !checked.startsWith("/")) {
                throw refused("healthCheckPath", "\"" + checked + "\"", "an absolute path", "Begin it with a slash");
            }
            ServiceScaling tasks = scaling(inBudget);
            new RollingRoom(tasks.minTasks(), inBudget.minimumHealthyPercent(), inBudget.maximumPercent()).check(scope);
            return new ZeroDowntimeService(this, onFleet, ofImage, inBudget, checked);
        }

        private ServiceScaling scaling(DrainBudget inBudget) {
            int least = minTasks == null ? inBudget.tasks() : minTasks;
            int most = maxTasks == null ? Math.max(20, least) : maxTasks;
            within(
                    "minTasks",
                    least,
                    inBudget.tasks(),
                    MOST_TASKS,
                    "The budget counts on " + inBudget.tasks() + " tasks: fewer need one with other tasks(…)");
            within("maxTasks", most, least, MOST_TASKS, "It is the upper end, and " + least + " the lower");
            return new ServiceScaling(least, most, cpuTargetPercent, memoryTargetPercent, requestsPerTarget);
        }

        private void checkEntrance() {
            if (plainHttp != null && plainHttp.isBlank()) {
                throw refused("plainHttp", "blank", "a reason in words", "Say why nobody on the way matters");
            }
            if ((certificate == null) == (plainHttp == null)) {
                throw refused(
                        "certificate and plainHttp",
                        certificate == null ? "neither" : "both",
                        "exactly one of them",
                        "Say certificate(…), or plainHttp(\"reason\") where nobody on the way matters");
            }
        }

        private <T> T required(String option, @Nullable T value) {
            if (value == null) {
                throw refused(option, "missing", "any", "Say " + option + "(…)");
            }
            return value;
        }

        private void within(String option, int value, int least, int most, String remedy) {
            // An int cannot hold a token: those of CDK lie far outside its range.
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
