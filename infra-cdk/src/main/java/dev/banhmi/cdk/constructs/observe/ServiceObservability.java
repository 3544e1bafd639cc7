package dev.banhmi.cdk.constructs.observe;

import dev.banhmi.cdk.constructs.AlarmNotices;
import dev.banhmi.cdk.constructs.Refusal;
import dev.banhmi.cdk.constructs.drain.InstanceDrain;
import dev.banhmi.cdk.constructs.fleet.Ec2Fleet;
import dev.banhmi.cdk.constructs.service.ZeroDowntimeService;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.Annotations;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.Token;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.Dashboard;
import software.amazon.awscdk.services.sns.ITopic;
import software.constructs.Construct;
import software.constructs.IConstruct;

/**
 * Alarms and a dashboard for a {@link ZeroDowntimeService}: alarms on errors, slow responses, health, connections and saturation, each with
 * a description that says what to do; and one page that shows the rest. The alarms of the fleet's {@link InstanceDrain}, if it has one, notify
 * the same topics, unless these are the construct's own and somebody hears of the drains already. Those that roll back a deployment or a refresh are on the page and notify nobody.
 */
public final class ServiceObservability extends Construct {
    /*
     * The metrics here come from AWS, for any service. A service's own metrics are for a collector beside the task: its other ports are not
     * mapped.
     *
     * What rolls a deployment or a refresh back is as quick as a rollback has to be, and rings at any time: a task that fails its checks for
     * three minutes, a minute of errors. Whoever deploys hears of a rollback from CloudFormation; what hurts clients for longer rings as
     * TargetErrors, BalancerErrors, UnhealthyTasks or NoHealthyTask, deployment or not.
     */

    private static final Duration SLOWEST = Duration.hours(1);

    private final List<ITopic> topics;
    private final List<Alarm> alarms;
    private final Dashboard dashboard;

    private ServiceObservability(Builder builder, ZeroDowntimeService service, Ec2Fleet fleet) {
        super(builder.scope, builder.id);
        topics = builder.topics.isEmpty() ? List.of(AlarmTopic.build(this)) : List.copyOf(builder.topics);
        ServiceMetrics metrics = new ServiceMetrics(service, fleet);
        List<Alarm> ours =
                new ServiceAlarms(this, metrics, service::getLongestDeploymentWait).build(builder.slowResponses);
        List<Alarm> drains = fleet.getDrain().map(InstanceDrain::getAlarms).orElse(List.of());
        alarms = Stream.of(ours, drains).flatMap(List::stream).toList();
        for (ITopic topic : topics) {
            ours.forEach(alarm -> AlarmNotices.send(alarm, topic));
        }
        // With a topic of its own for each service, every one of them would hear of every drain of the fleet.
        if (!builder.topics.isEmpty() || !drains.stream().allMatch(AlarmNotices::isHeard)) {
            fleet.getDrain().ifPresent(drain -> topics.forEach(topic -> notify(drain, topic, service)));
        }
        List<Alarm> rollBack = new ArrayList<>(service.getDeploymentAlarms());
        rollBack.add(service.getRefreshAlarm());
        dashboard = ServiceDashboard.build(
                this,
                metrics,
                Stream.of(ours, rollBack, drains).flatMap(List::stream).toList());
    }

    private void notify(InstanceDrain drain, ITopic topic, ZeroDowntimeService service) {
        if (needs(topic, drain, service)) {
            Annotations.of(this)
                    .addWarningV2(
                            "banhmi:drain-unheard",
                            "The alarms of " + drain.getNode().getPath() + ", of the stack "
                                    + Stack.of(drain).getStackName() + ", do not notify "
                                    + topic.getNode().getPath() + ": its stack, "
                                    + Stack.of(topic).getStackName() + ", needs theirs, and each would need the other"
                                    + " first. Give the drain a topic of its own stack: addAlarmTopic(…) of the fleet's"
                                    + " getDrain(); or notify(…) here with that one.");
            return;
        }
        drain.addAlarmTopic(topic);
    }

    /**
     * Whether the stack of a topic cannot be made before that of the fleet, on which service and dashboard depend. A fleet that is nested in the
     * topic's stack gets the topic as a parameter and needs nothing else of what is there.
     */
    private boolean needs(ITopic topic, InstanceDrain drain, ZeroDowntimeService service) {
        String ofTopic = stackOf(topic);
        return !isIn(ofTopic, Stack.of(drain))
                && Boolean.TRUE.equals(Token.isUnresolved(topic.getTopicArn()))
                && (ofTopic.equals(stackOf(this)) || ofTopic.equals(stackOf(service)));
    }

    /** Whether that is the stack, or one that it is nested in. */
    private static boolean isIn(String outer, Stack stack) {
        for (Stack at = stack; at != null; at = at.getNestedStackParent()) {
            if (outer.equals(at.getNode().getPath())) {
                return true;
            }
        }
        return false;
    }

    private static String stackOf(IConstruct construct) {
        return Stack.of(construct).getNode().getPath();
    }

    /**
     * The alarms of this service and of the fleet's drain, whether or not the drain's notify the topics here: those of a fleet with several
     * services notify what {@link Builder#notify} was given, and a construct's own topic only where nobody heard of the drains before.
     *
     * @return an unmodifiable list
     */
    public List<Alarm> getAlarms() {
        return alarms;
    }

    /**
     * The topics that the alarms of this service notify: subscribe here. Those of the fleet's drain notify them, too, unless these are the
     * construct's own and somebody hears of the drains already, or a warning ({@code banhmi:drain-unheard}) says that they cannot.
     *
     * @return those given, or the construct's own
     */
    public List<ITopic> getTopics() {
        return topics;
    }

    /**
     * The dashboard.
     *
     * @return of this construct
     */
    public Dashboard getDashboard() {
        return dashboard;
    }

    /** The options of a {@link ServiceObservability}. */
    public static final class Builder {
        private final Construct scope;
        private final String id;
        private final List<ITopic> topics = new ArrayList<>();
        private Duration slowResponses = Duration.seconds(2);

        @Nullable
        private ZeroDowntimeService service;

        @Nullable
        private Ec2Fleet fleet;

        private Builder(Construct scope, String id) {
            this.scope = scope;
            this.id = id;
        }

        /**
         * Begins the construct. {@link #service} and {@link #fleet} are required.
         *
         * @param scope the parent construct
         * @param id the construct id
         * @return a builder with the defaults
         */
        public static Builder create(Construct scope, String id) {
            return new Builder(scope, id);
        }

        /**
         * The service to observe.
         *
         * @param service in the same region
         * @return this
         */
        public Builder service(ZeroDowntimeService service) {
            this.service = service;
            return this;
        }

        /**
         * The fleet that it runs on.
         *
         * @param fleet the service's own
         * @return this
         */
        public Builder fleet(Ec2Fleet fleet) {
            this.fleet = fleet;
            return this;
        }

        /**
         * The topics that the alarms notify; added to those already given. The policies of a topic of the app, and of its key, are extended by
         * what CloudWatch needs to publish to it; of an imported topic or key, a warning says what they must have.
         *
         * @param topics one or more; by default an encrypted, TLS-only topic, {@link #getTopics()}, without subscribers
         * @return this
         */
        public Builder notify(ITopic... topics) {
            this.topics.addAll(List.of(topics));
            return this;
        }

        /**
         * How long the fastest quarter of the requests may wait for the first byte of the response.
         *
         * @param duration 1 ms to an hour; by default 2 s, which suits traffic with at least a quarter of downloads and metadata requests
         * @return this
         */
        public Builder slowResponses(Duration duration) {
            this.slowResponses = duration;
            return this;
        }

        /**
         * Builds the construct.
         *
         * @return the construct
         * @throws IllegalArgumentException when an option is missing or out of bounds, or when the service runs on another fleet
         */
        public ServiceObservability build() {
            ZeroDowntimeService ofService = required("service", service);
            Ec2Fleet onFleet = required("fleet", fleet);
            if (slowResponses.isUnresolved()) {
                throw Refusal.of(
                        scope,
                        id + ".slowResponses",
                        "a token, known only when the stack is deployed",
                        "1 ms to an hour",
                        "Set slowResponses(Duration.seconds(2))");
            }
            long slow = slowResponses.toMilliseconds().longValue();
            if (slow < 1 || slow > SLOWEST.toMilliseconds().longValue()) {
                throw Refusal.of(
                        scope,
                        id + ".slowResponses",
                        slow + " ms",
                        "1 ms to an hour",
                        "Set slowResponses(Duration.seconds(2))");
            }
            String cluster = ofService.getService().getCluster().getNode().getPath();
            if (!cluster.equals(onFleet.getCluster().getNode().getPath())) {
                throw Refusal.of(
                        scope,
                        id + ".fleet",
                        onFleet.getNode().getPath(),
                        "the service's own, with " + cluster,
                        "Use the fleet that the service was built with");
            }
            return new ServiceObservability(this, ofService, onFleet);
        }

        private <T> T required(String option, @Nullable T value) {
            if (value == null) {
                throw Refusal.of(scope, id + "." + option, "missing", "any", "Set " + option + "(…)");
            }
            return value;
        }
    }
}
