package dev.banhmi.cdk.constructs.observe;

import dev.banhmi.cdk.constructs.Refusal;
import dev.banhmi.cdk.constructs.drain.InstanceDrain;
import dev.banhmi.cdk.constructs.fleet.Ec2Fleet;
import dev.banhmi.cdk.constructs.service.ZeroDowntimeService;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.Dashboard;
import software.amazon.awscdk.services.cloudwatch.actions.SnsAction;
import software.amazon.awscdk.services.sns.ITopic;
import software.constructs.Construct;

/*
 * What is here comes from AWS, for any service. Metrics that a service has itself are for a collector beside the task: its other ports are
 * not mapped.
 */
/**
 * Tells somebody when a {@link ZeroDowntimeService} needs them, and shows the rest on one page: alarms of errors, slow answers, health,
 * connections and saturation, each of which says what to do; and a dashboard. The service's deployment alarms and the alarms of the fleet's
 * {@link InstanceDrain}, if it has one, notify the same topics.
 */
public final class ServiceObservability extends Construct {
    private static final Duration SLOWEST = Duration.hours(1);

    private final List<ITopic> topics;
    private final List<Alarm> alarms;
    private final Dashboard dashboard;

    private ServiceObservability(Builder builder, ZeroDowntimeService service, Ec2Fleet fleet) {
        super(builder.scope, builder.id);
        topics = builder.topics.isEmpty() ? List.of(AlarmTopic.build(this)) : List.copyOf(builder.topics);
        ServiceMetrics metrics = new ServiceMetrics(service, fleet);
        List<Alarm> all = new ArrayList<>(new ServiceAlarms(this, metrics).build(builder.slowAnswers));
        all.addAll(service.getDeploymentAlarms());
        fleet.getDrain().ifPresent(drain -> all.addAll(drain.getAlarms()));
        for (Alarm alarm : all) {
            for (ITopic topic : topics) {
                alarm.addAlarmAction(new SnsAction(topic));
            }
        }
        alarms = List.copyOf(all);
        dashboard = ServiceDashboard.build(this, metrics, alarms);
    }

    /**
     * Every alarm that notifies, those of deployments and drains included.
     *
     * @return an unmodifiable list
     */
    public List<Alarm> getAlarms() {
        return alarms;
    }

    /**
     * Whom the alarms notify: subscribe here.
     *
     * @return those given, or one of its own
     */
    public List<ITopic> getTopics() {
        return topics;
    }

    /**
     * The page.
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
        private Duration slowAnswers = Duration.seconds(2);

        @Nullable
        private ZeroDowntimeService service;

        @Nullable
        private Ec2Fleet fleet;

        private Builder(Construct scope, String id) {
            this.scope = scope;
            this.id = id;
        }

        /**
         * Begins it. {@link #service} and {@link #fleet} are required.
         *
         * @param scope where it stands
         * @param id its id
         * @return a builder with the defaults
         */
        public static Builder create(Construct scope, String id) {
            return new Builder(scope, id);
        }

        /**
         * What is looked after.
         *
         * @param service in the same region
         * @return this
         */
        public Builder service(ZeroDowntimeService service) {
            this.service = service;
            return this;
        }

        /**
         * What it runs on.
         *
         * @param fleet the service's own
         * @return this
         */
        public Builder fleet(Ec2Fleet fleet) {
            this.fleet = fleet;
            return this;
        }

        /**
         * Whom the alarms notify; added to those already named. CloudWatch has to be allowed to publish there.
         *
         * @param topics one or more; by default an encrypted topic that takes TLS only, {@link #getTopics()}, without a subscriber
         * @return this
         */
        public Builder notify(ITopic... topics) {
            this.topics.addAll(List.of(topics));
            return this;
        }

        /**
         * How long the quickest quarter of the requests may wait for the first byte of the answer.
         *
         * @param duration 1 ms to an hour; by default 2 s, which suits traffic with at least a quarter of downloads and questions
         * @return this
         */
        public Builder slowAnswers(Duration duration) {
            this.slowAnswers = duration;
            return this;
        }

        /**
         * Builds it.
         *
         * @return the construct
         * @throws IllegalArgumentException when an option is missing or out of bounds, or when the service runs on another fleet
         */
        public ServiceObservability build() {
            ZeroDowntimeService ofService = required("service", service);
            Ec2Fleet onFleet = required("fleet", fleet);
            long slow = slowAnswers.toMilliseconds().longValue();
            if (slow < 1 || slow > SLOWEST.toMilliseconds().longValue()) {
                throw Refusal.of(
                        scope,
                        id + ".slowAnswers",
                        slow + " ms",
                        "1 ms to an hour",
                        "Say slowAnswers(Duration.seconds(2))");
            }
            String cluster = ofService.getService().getCluster().getNode().getPath();
            if (!cluster.equals(onFleet.getCluster().getNode().getPath())) {
                throw Refusal.of(
                        scope,
                        id + ".fleet",
                        onFleet.getNode().getPath(),
                        "the service's own, with " + cluster,
                        "Give it the fleet that the service was built with");
            }
            return new ServiceObservability(this, ofService, onFleet);
        }

        private <T> T required(String option, @Nullable T value) {
            if (value == null) {
                throw Refusal.of(scope, id + "." + option, "missing", "any", "Say " + option + "(…)");
            }
            return value;
        }
    }
}
