package dev.banhmi.cdk.alarms;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.banhmi.cdk.SynthesizedAssembly;
import dev.banhmi.cdk.alarms.ReplayedAlarm.Notice;
import dev.banhmi.cdk.alarms.ReplayedAlarm.State;
import dev.banhmi.cdk.constructs.ImageArchitecture;
import dev.banhmi.cdk.constructs.Sandbox;
import dev.banhmi.cdk.constructs.drain.DrainStrategy;
import dev.banhmi.cdk.constructs.fleet.Ec2Fleet;
import dev.banhmi.cdk.constructs.observe.ServiceObservability;
import dev.banhmi.cdk.constructs.service.ServiceSandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.cloudwatch.actions.SnsAction;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.sns.Topic;

/** What rings on a day on which nothing is wrong, and what rings when something is. */
class AlarmReplayTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What the smallest instance type of each configuration offers. */
    private static final Map<String, int[]> INSTANCES =
            Map.of("dev", new int[] {2048, 3700}, "prod", new int[] {2048, 7600});

    @ParameterizedTest
    @ValueSource(strings = {"dev", "prod"})
    void nothingRingsWithoutCause(String environment) throws IOException {
        JsonNode template = service(environment);
        // The loss of an instance in each minute of a period: what it cuts may reach into the next one.
        for (int loss = NormalDay.LOSS; loss < NormalDay.LOSS + 5; loss++) {
            NormalDay day = NormalDay.of(shape(template, environment), loss);
            assertThat(replay(template, day, all -> {}))
                    .as("loss in minute " + loss)
                    .allMatch(notice -> notice.state() == State.OK);
            assertThat(refreshesFailed(template, NormalDay.of(shape(template, environment), loss)))
                    .as("what fails a refresh")
                    .isEmpty();
        }
    }

    /** Alarms that change without waking anybody: a refresh that runs is rolled back. */
    private static List<Notice> refreshesFailed(JsonNode template, NormalDay day) {
        return changes(template, day, all -> {}).stream()
                .filter(change -> change.state() == State.ALARM)
                // A target that fails its checks may well fail a deployment of the service.
                .filter(change -> !change.alarm().contains("Deployment"))
                .toList();
    }

    /** The alarms as plain CDK has them in every example, and as ours were: each rings on the same day. */
    @ParameterizedTest
    @ValueSource(strings = {"dev", "prod"})
    void theUsualAlarmsRingOnThatDay(String environment) throws IOException {
        Sandbox plain = Sandbox.plain();
        usual(plain, "Reserved", "AWS/ECS", "CPUReservation", "Average")
                .threshold(90)
                .evaluationPeriods(3)
                .comparisonOperator(ComparisonOperator.GREATER_THAN_THRESHOLD)
                .treatMissingData(TreatMissingData.NOT_BREACHING)
                .build();
        usual(plain, "Sweep", "AWS/Lambda", "Invocations", "Sum")
                .threshold(3)
                .evaluationPeriods(1)
                .comparisonOperator(ComparisonOperator.LESS_THAN_THRESHOLD)
                .treatMissingData(TreatMissingData.BREACHING)
                .build();
        usual(plain, "NoTask", "AWS/ApplicationELB", "HealthyHostCount", "Minimum")
                .threshold(1)
                .evaluationPeriods(1)
                .comparisonOperator(ComparisonOperator.LESS_THAN_THRESHOLD)
                .treatMissingData(TreatMissingData.BREACHING)
                .build();
        usual(plain, "Letters", "AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum")
                .threshold(0)
                .evaluationPeriods(1)
                .comparisonOperator(ComparisonOperator.GREATER_THAN_THRESHOLD)
                .treatMissingData(TreatMissingData.NOT_BREACHING)
                .build();
        JsonNode template = notified(plain);
        NormalDay.Shape ours = shape(service(environment), environment);
        // A schedule that invokes the alias of the events: Lambda tries twice more, and keeps what fails.
        NormalDay.Shape retried = new NormalDay.Shape(
                ours.minTasks(),
                ours.maxTasks(),
                ours.minInstances(),
                ours.maxInstances(),
                ours.tasksOnAnInstance(),
                ours.cpuShare(),
                ours.memoryShare(),
                ours.replacementMinutes(),
                ours.launchMinutes(),
                ours.hookSeconds(),
                ours.stoppingSeconds(),
                ours.pauseMinutes(),
                2,
                true);
        NormalDay day = NormalDay.of(retried);
        List<ReplayedAlarm> alarms = run(template, day);
        List<String> ringing = alarms.stream()
                .flatMap(alarm -> alarm.notices().stream())
                .filter(notice -> notice.state() == State.ALARM)
                .map(Notice::alarm)
                .distinct()
                .toList();
        assertThat(ringing).anyMatch(id -> id.startsWith("Sweep")).anyMatch(id -> id.startsWith("NoTask"));
        if (environment.equals("prod")) {
            assertThat(ringing).anyMatch(id -> id.startsWith("Reserved"));
        }
        // It rings until somebody deletes the message.
        assertThat(alarms)
                .filteredOn(alarm -> alarm.id().startsWith("Letters"))
                .allMatch(alarm -> alarm.state() == State.ALARM);
    }

    @Test
    void everyMetricOfEveryAlarmIsSimulatedOrMeansTrouble() throws IOException {
        for (String environment : SynthesizedAssembly.environments()) {
            JsonNode template = service(environment);
            NormalDay day = day(template, environment);
            List<String> silent = run(template, day).stream()
                    .flatMap(alarm -> alarm.metrics().stream())
                    .distinct()
                    .filter(metric -> !day.metrics().knows(metric))
                    .toList();
            // Each has a point only where something is wrong.
            assertThat(silent)
                    .isSubsetOf(
                            "AWS/ApplicationELB RejectedConnectionCount",
                            "AWS/Lambda Throttles",
                            "AWS/SQS NumberOfMessagesSent",
                            "Banhmi/Drain DeadlinesReached",
                            "Banhmi/Drain DrainsHeld",
                            "Banhmi/Drain LaunchesAbandoned",
                            "Banhmi/Drain ReplacementsOverdue",
                            "Banhmi/Drain TasksCut",
                            "Banhmi/Drain Failures",
                            "Banhmi/Drain Unhandled");
        }
    }

    @ParameterizedTest
    @CsvSource({NormalDay.SWEEPS + ", SweepAlarm", "AWS/ApplicationELB HealthyHostCount, NoHealthyTask"})
    void silenceRingsAndItsEndIsReported(String metric, String alarm) throws IOException {
        JsonNode template = service("prod");
        List<Notice> notices = replay(template, day(template, "prod"), metrics -> metrics.silence(metric, 400, 460));
        assertThat(rings(notices)).singleElement().satisfies(notice -> {
            assertThat(notice.alarm()).contains(alarm);
            assertThat(notice.minute()).isBetween(400, 430);
        });
        assertThat(notices)
                .filteredOn(notice -> notice.alarm().contains(alarm) && notice.minute() > 460)
                .first()
                .satisfies(notice -> assertThat(notice.state()).isEqualTo(State.OK));
    }

    /** A fleet that scales in has more events than minutes. */
    @Test
    void noNumberOfEventsHidesThatTheSweepIsMissing() throws IOException {
        JsonNode template = service("prod");
        List<Notice> notices = replay(template, day(template, "prod"), metrics -> {
            metrics.silence(NormalDay.SWEEPS, 400, 460);
            for (int minute = 400; minute < 460; minute++) {
                metrics.put(NormalDay.EVENTS, minute, 10);
            }
        });
        assertThat(rings(notices)).singleElement().satisfies(notice -> {
            assertThat(notice.alarm()).contains("SweepAlarm");
            assertThat(notice.minute()).isBetween(400, 430);
        });
    }

    @Test
    void tasksThatWaitForInstancesRing() throws IOException {
        JsonNode template = service("prod");
        String needed = "AWS/ECS/ManagedScaling CapacityProviderReservation";
        List<Notice> notices = replay(template, day(template, "prod"), metrics -> {
            metrics.silence(needed, 300, 390);
            for (int minute = 300; minute < 390; minute++) {
                metrics.put(needed, minute, 150);
            }
        });
        assertThat(rings(notices)).singleElement().satisfies(notice -> {
            assertThat(notice.alarm()).contains("CapacityMissing");
            assertThat(notice.minute())
                    .as("an hour, in which ten instances come one by one")
                    .isEqualTo(360);
        });
    }

    /** The stack's own alarm, with the waiting time that the construct gives it on a fleet with twelve instances for twenty tasks. */
    @Test
    void aDeploymentInRoundsIsNoMissingCapacity() throws IOException {
        JsonNode template = service("prod");
        NormalDay.Shape prod = shape(template, "prod");
        NormalDay.Shape small = prod.withMaxInstances(12);
        assertThat(run(template, NormalDay.of(small)))
                .as("in a quarter of an hour it does not end")
                .anyMatch(alarm -> alarm.id().contains("CapacityMissing") && isHeard(alarm));
        ObjectNode capacity = (ObjectNode) Sandbox.resources(template, "AWS::CloudWatch::Alarm").stream()
                .map(alarm -> alarm.path("Properties"))
                .filter(alarm -> alarm.path("MetricName").asText().equals("CapacityProviderReservation"))
                .findFirst()
                .orElseThrow();
        int periods = capacityPeriods(prod);
        capacity.put("EvaluationPeriods", periods).put("DatapointsToAlarm", periods);
        assertThat(rings(replay(template, NormalDay.of(small), all -> {}))).isEmpty();
        String needed = "AWS/ECS/ManagedScaling CapacityProviderReservation";
        assertThat(rings(replay(template, NormalDay.of(small), metrics -> {
                    metrics.silence(needed, 200, 500);
                    for (int minute = 200; minute < 500; minute++) {
                        metrics.put(needed, minute, 150);
                    }
                })))
                .singleElement()
                .satisfies(notice -> assertThat(notice.minute()).isEqualTo(200 + 5 * periods));
    }

    private static boolean isHeard(ReplayedAlarm alarm) {
        return !rings(alarm.notices()).isEmpty();
    }

    /** What {@code ServiceObservability} makes of such a service on such a fleet. */
    private static int capacityPeriods(NormalDay.Shape shape) {
        Sandbox sandbox = Sandbox.plain();
        ServiceSandbox world = ServiceSandbox.in(sandbox);
        Ec2Fleet fleet = Ec2Fleet.Builder.create(world.stack(), "Small")
                .vpc(world.vpc())
                .architecture(ImageArchitecture.AMD64)
                .instanceTypes(new InstanceType("m6i.large"))
                .drain(DrainStrategy.managed())
                .minInstances(shape.minInstances())
                .maxInstances(12)
                .build();
        ServiceObservability.Builder.create(world.stack(), "Watch")
                .service(world.bare()
                        .fleet(fleet)
                        .plainHttp("a test")
                        .cpuUnits(1024)
                        .memoryLimitMiB(3072)
                        .maxTasks(shape.maxTasks())
                        .build())
                .fleet(fleet)
                .build();
        return Sandbox.resources(sandbox.template(), "AWS::CloudWatch::Alarm").stream()
                .map(alarm -> alarm.path("Properties"))
                .filter(alarm -> alarm.path("MetricName").asText().equals("CapacityProviderReservation"))
                .map(alarm -> alarm.path("EvaluationPeriods").asInt())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aDeadLetterRingsOnceAndIsOverAlthoughItStays() throws IOException {
        JsonNode template = service("prod");
        List<Notice> notices =
                replay(template, day(template, "prod"), metrics -> metrics.put("AWS/SQS NumberOfMessagesSent", 500, 1));
        assertThat(notices)
                .filteredOn(notice -> notice.alarm().contains("DeadLetters") && notice.minute() > 100)
                .extracting(Notice::state)
                .containsExactly(State.ALARM, State.OK);
    }

    /** A broken image: instances that do not join, tasks that nothing replaces, and what is then held for hours. */
    @Test
    void aRefreshThatGoesWrongRings() throws IOException {
        JsonNode template = service("prod");
        List<Notice> notices = replay(template, day(template, "prod"), metrics -> {
            metrics.put("Banhmi/Drain LaunchesAbandoned", 790, 1);
            drainThatNothingReplaces(metrics, 790, 850);
            for (int minute = 830; minute < 850; minute++) {
                metrics.put("Banhmi/Drain DrainsHeld", minute, 1);
            }
        });
        assertThat(rings(notices))
                .extracting(Notice::alarm)
                .anyMatch(alarm -> alarm.contains("LaunchesAbandoned"))
                .anyMatch(alarm -> alarm.contains("RefreshReplacement"))
                .anyMatch(alarm -> alarm.contains("DrainReplacement"))
                .anyMatch(alarm -> alarm.contains("DrainsHeld"))
                .hasSize(4);
        assertThat(rings(notices))
                .filteredOn(notice -> notice.alarm().contains("Replacement"))
                .allSatisfy(notice -> assertThat(notice.minute()).isBetween(805, 812));
        // The drain is held until minute 850, and its refresh is being rolled back meanwhile.
        assertThat(notices)
                .filteredOn(notice -> notice.alarm().contains("RefreshReplacement") && notice.minute() > 805)
                .extracting(Notice::state)
                .containsExactly(State.ALARM, State.OK);
        assertThat(notices)
                .filteredOn(notice -> notice.alarm().contains("RefreshReplacement") && notice.minute() > 812)
                .singleElement()
                .satisfies(notice -> assertThat(notice.minute()).isLessThanOrEqualTo(840));
    }

    @Test
    void errorsRing() throws IOException {
        JsonNode template = service("prod");
        NormalDay day = day(template, "prod");
        for (int minute = 700; minute < 715; minute++) {
            day.metrics().put("AWS/ApplicationELB HTTPCode_Target_5XX_Count", minute, 100_000);
            day.metrics().put("Banhmi/Drain TasksCut", minute, 1);
        }
        List<ReplayedAlarm> alarms = run(template, day);
        // An outage wakes once for each thing that is wrong: those that roll back are another reading of the same.
        assertThat(rings(alarms.stream()
                        .flatMap(alarm -> alarm.notices().stream())
                        .toList()))
                .extracting(Notice::alarm)
                .anyMatch(alarm -> alarm.contains("TargetErrors"))
                .anyMatch(alarm -> alarm.contains("TasksCut"))
                .hasSize(2);
        assertThat(alarms.stream().flatMap(alarm -> alarm.changes().stream()))
                .filteredOn(change -> change.state() == State.ALARM)
                .extracting(Notice::alarm)
                .anyMatch(alarm -> alarm.contains("DeploymentErrors"))
                .anyMatch(alarm -> alarm.contains("RefreshErrors"));
    }

    /** What fails a refresh has to be over before what it reports, or it fails the rollback as well. */
    @Test
    void errorsThatLastOrComeAgainFailARefreshOnce() throws IOException {
        JsonNode template = service("prod");
        List<Notice> changes = changes(template, day(template, "prod"), metrics -> {
            for (int minute = 700; minute < 820; minute++) {
                metrics.put("AWS/ApplicationELB HTTPCode_Target_5XX_Count", minute, 100_000);
            }
            for (int minute = 1_000; minute < 1_040; minute++) {
                metrics.put("AWS/ApplicationELB HTTPCode_Target_5XX_Count", minute, minute % 16 < 4 ? 100_000 : 0);
            }
        });
        assertThat(changes)
                .filteredOn(change -> change.alarm().contains("RefreshErrors") && change.minute() > 100)
                .extracting(Notice::state)
                .containsExactly(State.ALARM, State.OK, State.ALARM, State.OK);
        assertThat(changes)
                .filteredOn(change -> change.alarm().contains("RefreshErrors") && change.state() == State.OK)
                .extracting(Notice::minute)
                .anySatisfy(minute -> assertThat(minute).isBetween(715, 731));
        // The alarm of the service's own deployments lasts as long as they do, and begins with each burst.
        assertThat(changes)
                .filteredOn(change -> change.alarm().contains("DeploymentErrors") && change.minute() > 100)
                .hasSizeGreaterThan(4)
                .anySatisfy(change -> assertThat(change.minute()).isBetween(820, 824));
    }

    /** One drain is held for hours already; the refresh begins another, which nothing replaces either. */
    @Test
    void aDrainThatIsHeldHidesNoOther() throws IOException {
        JsonNode template = service("prod");
        List<Notice> notices = replay(template, day(template, "prod"), metrics -> {
            drainThatNothingReplaces(metrics, 400, 1_000);
            drainThatNothingReplaces(metrics, 800, 900);
        });
        assertThat(rings(notices))
                .filteredOn(notice -> notice.alarm().contains("RefreshReplacement"))
                .extracting(Notice::minute)
                .satisfiesExactly(
                        first -> assertThat(first).isBetween(416, 422),
                        second -> assertThat(second).isBetween(816, 822));
    }

    /** What the function counts of a drain, minute by minute: lambda-drain's HeldDrainTest has the same times. */
    private static void drainThatNothingReplaces(Metrics metrics, int begins, int ends) {
        int limit = 985;
        for (int minute = begins + 7; minute < ends; minute++) {
            int age = 60 * (minute - begins);
            metrics.put("Banhmi/Drain ReplacementWait", minute, age);
            if (age > limit && age <= limit + 600) {
                metrics.put("Banhmi/Drain ReplacementsOverdue", minute, 1);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'IF(FILL(a,0) >= 5, 100*FILL(a,0)/FILL(b,1), 0)', 10, 40, 25",
        "'IF(FILL(a,0) >= 5, 100*FILL(a,0)/FILL(b,1), 0)', 4, 40, 0",
        "'IF(FILL(a,0) >= 5, 100*FILL(a,0)/FILL(b,1), 0)', , 40, 0",
        "'MAX([a/70, b/35])', 35, 35, 1",
        "'MAX([a/70, b/35])', , 35,",
        "'(a - 2) * 3 + b', 4, 1, 7",
        "'a / b', 4, 0,",
        "'IF(a > 5, 1, 0)', 5, 0, 0",
        "'a - DIFF(a)', 7, 0, 3",
        "'DIFF(b)', 1, , "
    })
    void doesTheMathOfCloudWatch(String text, @Nullable Double a, @Nullable Double b, @Nullable Double expected) {
        assertThat(MetricMath.evaluate(
                        text,
                        Map.of("a", optional(a), "b", optional(b)),
                        Map.of("a", optional(3.0), "b", optional(1.0))))
                .isEqualTo(optional(expected));
    }

    private static OptionalDouble optional(@Nullable Double value) {
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /** They are billed, so the page that says what is billed has their number. */
    @Test
    void theTableOfCostsCountsThem() throws IOException {
        List<Integer> numbers = new ArrayList<>();
        for (String environment : List.of("dev", "prod")) {
            numbers.add(Sandbox.resources(service(environment), "AWS::CloudWatch::Alarm")
                    .size());
        }
        assertThat(Files.readString(Path.of("../docs/operations.md")))
                .contains("| alarms | " + numbers.get(0) + " | " + numbers.get(1) + " |");
    }

    private static Alarm.Builder usual(Sandbox sandbox, String id, String namespace, String name, String statistic) {
        return Alarm.Builder.create(sandbox.stack(), id)
                .metric(Metric.Builder.create()
                        .namespace(namespace)
                        .metricName(name)
                        .statistic(statistic)
                        .period(Duration.minutes(name.equals("HealthyHostCount") ? 1 : 5))
                        .build());
    }

    private static JsonNode notified(Sandbox sandbox) {
        Topic topic = new Topic(sandbox.stack(), "Pager");
        sandbox.stack().getNode().getChildren().stream()
                .filter(Alarm.class::isInstance)
                .map(Alarm.class::cast)
                .forEach(alarm -> alarm.addAlarmAction(new SnsAction(topic)));
        return sandbox.template();
    }

    /** What wakes somebody: every notice but that all is well. */
    private static List<Notice> rings(List<Notice> notices) {
        return notices.stream().filter(notice -> notice.state() != State.OK).toList();
    }

    private static List<Notice> replay(JsonNode template, NormalDay day, Consumer<Metrics> trouble) {
        trouble.accept(day.metrics());
        List<Notice> notices = new ArrayList<>();
        run(template, day).forEach(alarm -> notices.addAll(alarm.notices()));
        return notices;
    }

    private static List<Notice> changes(JsonNode template, NormalDay day, Consumer<Metrics> trouble) {
        trouble.accept(day.metrics());
        return run(template, day).stream()
                .flatMap(alarm -> alarm.changes().stream())
                .toList();
    }

    private static List<ReplayedAlarm> run(JsonNode template, NormalDay day) {
        List<ReplayedAlarm> alarms = new ArrayList<>();
        template.path("Resources").properties().forEach(resource -> {
            if (resource.getValue().path("Type").asText().equals("AWS::CloudWatch::Alarm")) {
                alarms.add(new ReplayedAlarm(
                        resource.getKey(),
                        resource.getValue().path("Properties"),
                        day.created(resource.getValue(), template)));
            }
        });
        assertThat(alarms).isNotEmpty();
        for (int minute = 1; minute < NormalDay.MINUTES; minute++) {
            for (ReplayedAlarm alarm : alarms) {
                alarm.evaluate(minute, day.metrics());
            }
        }
        return alarms;
    }

    private static NormalDay day(JsonNode template, String environment) {
        return NormalDay.of(shape(template, environment));
    }

    private static NormalDay.Shape shape(JsonNode template, String environment) {
        int[] instance = Objects.requireNonNull(INSTANCES.get(environment));
        return NormalDay.Shape.of(template, instance[0], instance[1]);
    }

    private static JsonNode service(String environment) throws IOException {
        return JSON.readTree(SynthesizedAssembly.of(environment)
                .resolve("banhmi-" + environment + "-service.template.json")
                .toFile());
    }
}
