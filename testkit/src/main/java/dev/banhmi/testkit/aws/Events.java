package dev.banhmi.testkit.aws;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Events as AWS sends them. */
public final class Events {

    /** The hook of the groups of most tests. */
    public static final String HOOK = "drain";

    private static final String NOTICE = """
        {"LifecycleActionToken":"87654321-4321-4321-4321-210987654321","AutoScalingGroupName":"%s",\
        "LifecycleHookName":"%s","EC2InstanceId":"%s","LifecycleTransition":"autoscaling:EC2_INSTANCE_TERMINATING",\
        "Origin":"AutoScalingGroup","Destination":"EC2"}\
        """;

    private Events() {}

    /**
     * The schedule's.
     *
     * @return JSON
     */
    public static String sweep() {
        return event("Scheduled Event", "aws.events", "{}");
    }

    /**
     * An instance waits at {@link #HOOK}.
     *
     * @param instanceId of EC2
     * @param group its name
     * @return JSON
     */
    public static String notice(String instanceId, String group) {
        return notice(instanceId, group, HOOK);
    }

    /**
     * An instance waits at a hook.
     *
     * @param instanceId of EC2
     * @param group its name
     * @param hook its name
     * @return JSON
     */
    public static String notice(String instanceId, String group, String hook) {
        return event(
                "EC2 Instance-terminate Lifecycle Action",
                "aws.autoscaling",
                NOTICE.formatted(group, hook, instanceId));
    }

    /**
     * A task has stopped.
     *
     * @param cluster its ARN
     * @param task its ARN
     * @param containerInstance its ARN
     * @return JSON
     */
    public static String stopped(String cluster, String task, String containerInstance) {
        return event("ECS Task State Change", "aws.ecs", """
            {"clusterArn":"%s","containerInstanceArn":"%s","lastStatus":"STOPPED","desiredStatus":"STOPPED",\
            "taskArn":"%s","version":7}\
            """.formatted(cluster, containerInstance, task));
    }

    /**
     * A container instance drains.
     *
     * @param cluster its ARN
     * @param containerInstance its ARN
     * @param instanceId of EC2
     * @return JSON
     */
    public static String draining(String cluster, String containerInstance, String instanceId) {
        return event("ECS Container Instance State Change", "aws.ecs", """
            {"clusterArn":"%s","containerInstanceArn":"%s","ec2InstanceId":"%s","status":"DRAINING","version":3}\
            """.formatted(
                        cluster, containerInstance, instanceId));
    }

    /**
     * The hook's own message, wrapped as SNS hands it to a Lambda.
     *
     * @param instanceId of EC2
     * @param group its name
     * @return JSON
     */
    public static String snsOf(String instanceId, String group) {
        String message = NOTICE.formatted(group, HOOK, instanceId).replace("\"", "\\\"");
        return """
            {"Records":[{"EventSource":"aws:sns","EventVersion":"1.0","EventSubscriptionArn":"arn:aws:sns:us-east-1:\
            123456789012:drain:1","Sns":{"Type":"Notification","Subject":"Auto Scaling","Message":"%s"}}]}\
            """.formatted(message);
    }

    private static String event(String type, String source, String detail) {
        return """
            {"version":"0","id":"12345678-1234-1234-1234-123456789012","detail-type":"%s","source":"%s",\
            "account":"123456789012","time":"%s","region":"us-east-1","resources":[],"detail":%s}\
            """.formatted(type, source, Instant.now().truncatedTo(ChronoUnit.SECONDS), detail);
    }
}
