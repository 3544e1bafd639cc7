package dev.banhmi.drain.process;

import static java.util.Objects.requireNonNull;

import dev.banhmi.testkit.MovedClock;
import dev.banhmi.testkit.aws.AutoScalingFake;
import dev.banhmi.testkit.aws.EcsFront;
import dev.banhmi.testkit.aws.EcsFront.View;
import dev.banhmi.testkit.aws.Events;
import dev.banhmi.testkit.aws.LambdaProcess;
import dev.banhmi.testkit.aws.MotoServer;
import dev.banhmi.testkit.aws.RuntimeApi;
import dev.banhmi.testkit.aws.Script;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/**
 * A cluster of its own in moto behind the front, an Auto Scaling fake and the Lambda. Beside whatever a test does there is a busy
 * instance in service, in a group of its own.
 *
 * <p>Time passes where the test says so: Auto Scaling has a clock that is moved, and to the function, which runs on a real one, its marks
 * become older. Every time that a drain waits for is minutes long here, so the seconds that a machine takes count for nothing.
 */
final class DrainWorld implements AutoCloseable {

    static final String BYSTANDER = "i-0bystander";

    private static final String DRAINING_SINCE = "banhmi.draining-since";
    private static final String QUIET_SINCE = "banhmi.quiet-since";
    private static final AtomicInteger COUNT = new AtomicInteger();

    /** How old a drain must be before an empty instance counts as empty. */
    static final Duration MINIMUM_AGE = Duration.ofMinutes(10);

    /** The sweeps that a drain may take for one step on its way; each finds it older by the minimum age. */
    private static final int SWEEPS = 5;

    private final String cluster = "cluster-" + COUNT.incrementAndGet();
    private final Script script = new Script();
    private final EcsFront ecs;
    private final MovedClock clock = new MovedClock();
    private final AutoScalingFake autoScaling = new AutoScalingFake(script, clock);
    private final LambdaProcess lambda;
    private final Map<String, String> containerInstances = new HashMap<>();
    private final String bystandersTask;

    DrainWorld(MotoServer moto, Map<String, String> settings) {
        ecs = new EcsFront(moto.uri(), script);
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("BANHMI_CLUSTER", cluster);
        environment.put("BANHMI_MINIMUM_AGE", MINIMUM_AGE.toString());
        lambda = LambdaProcess.start(ecs.uri(), autoScaling.uri(), environment);
        ecs.moto("CreateCluster", "{\"clusterName\":\"" + cluster + "\"}");
        ecs.moto(
                "RegisterTaskDefinition",
                "{\"family\":\"gateway\",\"containerDefinitions\":[{\"name\":\"c\",\"image\":\"i\",\"memory\":1,\"cpu\":1}]}");
        autoScaling.add(
                new AutoScalingFake.Group("bystanders", Duration.ofHours(1), "ABANDON", false, false), BYSTANDER);
        register(BYSTANDER);
        bystandersTask = runTask(BYSTANDER, "service:gateway");
    }

    Script script() {
        return script;
    }

    AutoScalingFake autoScaling() {
        return autoScaling;
    }

    LambdaProcess lambda() {
        return lambda;
    }

    EcsFront ecs() {
        return ecs;
    }

    void register(String instanceId) {
        containerInstances.put(instanceId, ecs.register(cluster, instanceId));
    }

    /** One that has registered, and whose agent is gone. */
    void registerWithoutAgent(String instanceId) {
        register(instanceId);
        ecs.disconnect(containerInstance(instanceId));
    }

    /** A task on this instance; gives its ARN. */
    String runTask(String instanceId, String group) {
        JsonNode response = ecs.moto(
                "StartTask",
                "{\"cluster\":\"%s\",\"taskDefinition\":\"gateway\",\"containerInstances\":[\"%s\"],\"group\":\"%s\"}"
                        .formatted(cluster, containerInstance(instanceId), group));
        return EcsFront.text(response.field("tasks").orElseThrow().asArray().getFirst(), "taskArn");
    }

    /** The service's scheduler takes the task out of the load balancer: its connections live on. */
    void deactivate(String task) {
        ecs.show(task, View.DEACTIVATING);
    }

    /** The last container of the task is gone. */
    void stop(String task) {
        ecs.moto("StopTask", "{\"cluster\":\"%s\",\"task\":\"%s\",\"reason\":\"test\"}".formatted(cluster, task));
    }

    private String containerInstance(String instanceId) {
        return requireNonNull(containerInstances.get(instanceId), instanceId);
    }

    private String clusterArn() {
        return "arn:aws:ecs:us-east-1:123456789012:cluster/" + cluster;
    }

    RuntimeApi.Outcome invoke(String event) {
        return lambda.invoke(event);
    }

    RuntimeApi.Outcome sweep() {
        return invoke(Events.sweep());
    }

    RuntimeApi.Outcome noticeOf(String instanceId, String group) {
        return invoke(Events.notice(instanceId, group));
    }

    RuntimeApi.Outcome stopped(String task, String instanceId) {
        return invoke(Events.stopped(clusterArn(), task, containerInstance(instanceId)));
    }

    RuntimeApi.Outcome draining(String instanceId) {
        return invoke(Events.draining(clusterArn(), containerInstance(instanceId), instanceId));
    }

    String status(String instanceId) {
        return EcsFront.text(describe(instanceId), "status");
    }

    /** The value of the mark at the container instance, or nothing. */
    String mark(String instanceId) {
        return attribute(instanceId, DRAINING_SINCE);
    }

    /** The value of the mark of quiet, or nothing. */
    String quiet(String instanceId) {
        return attribute(instanceId, QUIET_SINCE);
    }

    private String attribute(String instanceId, String name) {
        return describe(instanceId).field("attributes").orElseThrow().asArray().stream()
                .filter(one -> EcsFront.text(one, "name").equals(name))
                .map(one -> EcsFront.text(one, "value"))
                .findFirst()
                .orElse("");
    }

    String lastStatus(String task) {
        return EcsFront.text(
                ecs.moto("DescribeTasks", "{\"cluster\":\"%s\",\"tasks\":[\"%s\"]}".formatted(cluster, task))
                        .field("tasks")
                        .orElseThrow()
                        .asArray()
                        .getFirst(),
                "lastStatus");
    }

    /** Whether the cluster still knows it. */
    boolean isRegistered(String instanceId) {
        return EcsFront.strings(
                        ecs.moto("ListContainerInstances", "{\"cluster\":\"" + cluster + "\"}"),
                        "containerInstanceArns")
                .contains(containerInstance(instanceId));
    }

    private JsonNode describe(String instanceId) {
        return ecs.moto(
                        "DescribeContainerInstances",
                        "{\"cluster\":\"%s\",\"containerInstances\":[\"%s\"]}"
                                .formatted(cluster, containerInstance(instanceId)))
                .field("containerInstances")
                .orElseThrow()
                .asArray()
                .getFirst();
    }

    /** What was done to the bystander; nothing, if all is well. */
    List<String> harmToBystander() {
        List<String> harm = new ArrayList<>();
        if (!status(BYSTANDER).equals("ACTIVE")) {
            harm.add("is " + status(BYSTANDER));
        }
        if (!mark(BYSTANDER).isEmpty() || !quiet(BYSTANDER).isEmpty()) {
            harm.add("is marked");
        }
        if (!lastStatus(bystandersTask).equals("RUNNING")) {
            harm.add("its task is " + lastStatus(bystandersTask));
        }
        if (!autoScaling.state(BYSTANDER).equals("InService")) {
            harm.add("its group says " + autoScaling.state(BYSTANDER));
        }
        return harm;
    }

    /** Lets time pass: Auto Scaling's waits go on, and the marks of a drain say a time that lies further back. */
    void pass(Duration time) {
        clock.advance(time);
        for (String instanceId : containerInstances.keySet()) {
            for (String name : List.of(DRAINING_SINCE, QUIET_SINCE)) {
                String value = attribute(instanceId, name);
                if (value.startsWith("20")) {
                    ecs.moto("PutAttributes", """
                        {"cluster":"%s","attributes":[{"name":"%s","value":"%s","targetId":"%s"}]}\
                        """.formatted(
                                    cluster, name, Instant.parse(value).minus(time), containerInstance(instanceId)));
                }
            }
        }
    }

    /** Sweeps until it is so, and lets the minimum age pass in between; every sweep has to succeed. */
    void sweepUntil(String what, BooleanSupplier isSo) {
        for (int sweep = 0; !isSo.getAsBoolean(); sweep++) {
            if (sweep > 0) {
                pass(MINIMUM_AGE);
            }
            RuntimeApi.Outcome outcome = sweep();
            if (!outcome.succeeded() || sweep == SWEEPS) {
                throw new AssertionError("Not yet: " + what + "; last sweep " + outcome + "\n" + lambda.log());
            }
        }
    }

    @Override
    public void close() {
        lambda.close();
        ecs.close();
        autoScaling.close();
    }
}
