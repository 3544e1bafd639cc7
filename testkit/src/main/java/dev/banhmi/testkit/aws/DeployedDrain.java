package dev.banhmi.testkit.aws;

import static java.util.Objects.requireNonNull;

import dev.banhmi.testkit.MovedClock;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * A drain that was deployed somewhere, at work: its function runs as Lambda runs it, with moto's ECS behind a front
 * that adds what moto lacks, and with a fake of Auto Scaling, whose only group is the one that the function is
 * configured with and where no wait times out. Not thread-safe.
 */
public final class DeployedDrain implements AutoCloseable {

    private static final Duration HEARTBEAT = Duration.ofHours(1);

    private final AutoScalingFake autoScaling = new AutoScalingFake(new Script(), new MovedClock());
    private final EcsFront ecs;
    private final LambdaProcess lambda;
    private final String cluster;
    private final AutoScalingFake.Group group;

    private DeployedDrain(URI moto, DeployedFunction function) {
        this.ecs = new EcsFront(moto, new Script());
        String arn = setting(function, "BANHMI_CLUSTER");
        this.cluster = arn.substring(arn.lastIndexOf('/') + 1);
        this.group = new AutoScalingFake.Group(
                setting(function, "BANHMI_GROUPS"),
                setting(function, "BANHMI_HOOK"),
                HEARTBEAT,
                "CONTINUE",
                false,
                false);
        ecs.moto("CreateCluster", "{\"clusterName\":\"" + cluster + "\"}");
        ecs.moto(
                "RegisterTaskDefinition",
                "{\"family\":\"gateway\",\"containerDefinitions\":[{\"name\":\"c\",\"image\":\"i\",\"memory\":1,\"cpu\":1}]}");
        this.lambda = LambdaProcess.start(ecs.uri(), autoScaling.uri(), function, List.of());
    }

    private static String setting(DeployedFunction function, String name) {
        return requireNonNull(function.environment().get(name), name + " is missing in the function's environment");
    }

    /**
     * Starts the function and makes its cluster.
     *
     * @param moto a moto_server
     * @param function its environment names a cluster, one group and a hook
     * @return without any instance
     * @throws NullPointerException if its environment lacks one of them
     */
    public static DeployedDrain start(URI moto, DeployedFunction function) {
        return new DeployedDrain(moto, function);
    }

    /**
     * Where Lambda's {@code Invoke} is served for this function.
     *
     * @return a URL of this machine, without a path
     */
    public URI invokeEndpoint() {
        return URI.create("http://" + lambda.api().authority());
    }

    /**
     * Adds an instance to the group and to the cluster, with one task of a service on it.
     *
     * @param instanceId of EC2
     * @return the ARN of its container instance in moto
     */
    public String addInstance(String instanceId) {
        autoScaling.add(group, instanceId);
        String containerInstance = ecs.register(cluster, instanceId);
        ecs.moto(
                "StartTask",
                "{\"cluster\":\"%s\",\"taskDefinition\":\"gateway\",\"containerInstances\":[\"%s\"],\"group\":\"service:gateway\"}"
                        .formatted(cluster, containerInstance));
        return containerInstance;
    }

    /**
     * Makes the group remove an instance, which then waits at the hook.
     *
     * @param instanceId one of the group
     * @return the event that EventBridge would send of it
     */
    public String terminate(String instanceId) {
        autoScaling.terminate(instanceId);
        return Events.notice(instanceId, group.name(), group.hook());
    }

    /**
     * The lifecycle state of an instance in Auto Scaling.
     *
     * @param instanceId one of the group
     * @return in Auto Scaling's terms
     */
    public String lifecycleState(String instanceId) {
        return autoScaling.state(instanceId);
    }

    /**
     * Everything that the function has printed.
     *
     * @return lines
     */
    public String log() {
        return lambda.log();
    }

    @Override
    public void close() {
        lambda.close();
        ecs.close();
        autoScaling.close();
    }
}
