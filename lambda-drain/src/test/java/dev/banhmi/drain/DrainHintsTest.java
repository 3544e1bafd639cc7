package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Field names, nesting and values are those that AWS documents for
 * <a href="https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html">Auto Scaling</a>,
 * <a href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_cwe_events.html">ECS</a>,
 * <a href="https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html">SNS</a> and the
 * <a href="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events.html">schedules of EventBridge</a>.
 */
class DrainHintsTest {

    private static final String CLUSTER = "arn:aws:ecs:us-west-2:111122223333:cluster/default";
    private static final String CONTAINER_INSTANCE =
            "arn:aws:ecs:us-west-2:111122223333:container-instance/default/b54a2a04-046f-4331-9d74-3f6d7f6ca315";
    private static final String TASK =
            "arn:aws:ecs:us-west-2:111122223333:task/default/3102878e-4af2-4b3c-b9e2-2556b95b2bbc";
    private static final String NOTICE = """
        "LifecycleActionToken": "87654321-4321-4321-4321-210987654321", "AutoScalingGroupName": "my-asg",
        "LifecycleHookName": "my-lifecycle-hook", "EC2InstanceId": "i-1234567890abcdef0",
        "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING", "NotificationMetadata": "additional-info",
        "Origin": "AutoScalingGroup", "Destination": "EC2\"\
        """;

    private static DrainHint parse(String event) {
        List<DrainHint> hints = DrainHints.parse(new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)));
        assertThat(hints).hasSize(1);
        return hints.getFirst();
    }

    private static String eventBridge(String kind, String source, String time, String detail) {
        return """
            {"version": "0", "id": "12345678-1234-1234-1234-123456789012", "detail-type": "%s", "source": "%s",
             "account": "111122223333", "time": "%s", "region": "us-west-2", "resources": ["arn:x"], "detail": %s}
            """.formatted(kind, source, time, detail);
    }

    private static String sns(String message) {
        return """
            {"Records": [{"EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": "arn:aws:sns:x",
             "Sns": {"Type": "Notification", "MessageId": "95df01b4", "Subject": "Auto Scaling", "Message": "%s"}}]}
            """.formatted(message.replace("\"", "\\\"").replace("\n", " "));
    }

    private static String task(String lastStatus, String more) {
        return eventBridge("ECS Task State Change", "aws.ecs", "2026-11-22T01:02:03Z", """
            {"clusterArn": "%s", "taskArn": "%s", "lastStatus": "%s", "desiredStatus": "STOPPED", "version": 4,
             "group": "service:gateway", "launchType": "EC2"%s}
            """.formatted(
                        CLUSTER, TASK, lastStatus, more));
    }

    private static String containerInstance(String status) {
        return eventBridge("ECS Container Instance State Change", "aws.ecs", "2026-11-22T01:02:03Z", """
            {"agentConnected": true, "clusterArn": "%s", "containerInstanceArn": "%s",
             "ec2InstanceId": "i-f3a8506b", "status": "%s", "version": 14801}
            """.formatted(
                        CLUSTER, CONTAINER_INSTANCE, status));
    }

    private static void assertIgnored(String event, String reason) {
        assertThat(parse(event)).isEqualTo(new DrainHint.Ignored(reason));
    }

    @Test
    void readsTheTerminationNoticeFromEventBridge() {
        String event = eventBridge(
                "EC2 Instance-terminate Lifecycle Action",
                "aws.autoscaling",
                "2026-11-22T01:02:03Z",
                "{" + NOTICE + "}");
        assertThat(parse(event))
                .isEqualTo(new DrainHint.TerminationNotice(
                        "i-1234567890abcdef0",
                        "my-asg",
                        "my-lifecycle-hook",
                        Optional.of(Instant.parse("2026-11-22T01:02:03Z"))));
    }

    @Test
    void readsANoticeWhoseTimeIsThePlaceholderOfTheDocumentation() {
        String event = eventBridge(
                "EC2 Instance-terminate Lifecycle Action",
                "aws.autoscaling",
                "yyyy-mm-ddThh:mm:ssZ",
                "{" + NOTICE + "}");
        assertThat(parse(event))
                .isEqualTo(new DrainHint.TerminationNotice(
                        "i-1234567890abcdef0", "my-asg", "my-lifecycle-hook", Optional.empty()));
    }

    @Test
    void readsTheTerminationNoticeFromSns() {
        String message = "{\"Service\": \"AWS Auto Scaling\", \"Time\": \"2026-11-22T01:02:03.500Z\", " + NOTICE + "}";
        assertThat(parse(sns(message)))
                .isEqualTo(new DrainHint.TerminationNotice(
                        "i-1234567890abcdef0",
                        "my-asg",
                        "my-lifecycle-hook",
                        Optional.of(Instant.parse("2026-11-22T01:02:03.500Z"))));
    }

    @Test
    void readsAStoppedTask() {
        assertThat(parse(task("STOPPED", ", \"containerInstanceArn\": \"" + CONTAINER_INSTANCE + "\"")))
                .isEqualTo(new DrainHint.TaskStopped(new ClusterName(CLUSTER), TASK, CONTAINER_INSTANCE, 4));
    }

    @Test
    void readsADrainingContainerInstance() {
        assertThat(parse(containerInstance("DRAINING")))
                .isEqualTo(new DrainHint.InstanceDraining(new ClusterName(CLUSTER), CONTAINER_INSTANCE, "i-f3a8506b"));
    }

    /** A rule says {@code {}}; EventBridge Scheduler says the same as a text. */
    @ParameterizedTest
    @CsvSource({"aws.events, {}", "aws.scheduler, '\"{}\"'"})
    void readsASchedule(String source, String detail) {
        assertThat(parse(eventBridge("Scheduled Event", source, "2026-11-22T01:02:03Z", detail)))
                .isEqualTo(new DrainHint.Sweep());
    }

    @Test
    void ignoresALaunchHook() {
        String detail = "{" + NOTICE.replace("TERMINATING", "LAUNCHING") + "}";
        assertIgnored(
                eventBridge("EC2 Instance-launch Lifecycle Action", "aws.autoscaling", "2026-11-22T01:02:03Z", detail),
                "The hook is on 'autoscaling:EC2_INSTANCE_LAUNCHING', not on termination.");
    }

    @Test
    void ignoresWhatItHasNoUseFor() {
        assertIgnored(task("DEACTIVATING", ""), "The task is DEACTIVATING, not STOPPED.");
        assertIgnored(task("STOPPED", ""), "The task runs on no container instance.");
        assertIgnored(containerInstance("ACTIVE"), "The container instance is ACTIVE, not DRAINING.");
        assertIgnored(
                eventBridge("EC2 Spot Instance Interruption Warning", "aws.ec2", "2026-11-22T01:02:03Z", "{}"),
                "Events 'EC2 Spot Instance Interruption Warning' are not handled.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]|The event is not a JSON object.",
                "'\"text\"'|The event is not a JSON object.",
                "{}|The event has no 'LifecycleTransition'.",
                "{\"LifecycleTransition\": 7}|The event has no 'LifecycleTransition'.",
                "{\"LifecycleTransition\": \"autoscaling:EC2_INSTANCE_TERMINATING\"}|The event has no 'EC2InstanceId'.",
                "{\"Records\": []}|The event has no records.",
                "{\"Records\": {}}|The event has no records.",
                "{\"Records\": [7]}|The record holds no SNS message.",
                "{\"Records\": [{\"Sns\": {}}]}|The record holds no SNS message.",
                "{\"Records\": [{\"Sns\": {\"Message\": \"[]\"}}]}|The SNS message is not a JSON object.",
                "{\"detail-type\": \"ECS Task State Change\"}|The event 'ECS Task State Change' has no detail.",
                "{\"detail-type\": \"ECS Task State Change\", \"detail\": {}}|The event has no 'lastStatus'."
            })
    void saysWhatIsWrongWithAnEvent(String event, String reason) {
        assertIgnored(event, reason);
    }

    @ParameterizedTest
    @CsvSource({"''", "' '", "{", "nonsense", "'{\"Records\": [{\"Sns\": {\"Message\": \"{\"}}]}'"})
    void ignoresWhatIsNotJson(String event) {
        assertThat(parse(event))
                .isInstanceOfSatisfying(
                        DrainHint.Ignored.class,
                        ignored -> assertThat(ignored.reason()).startsWith("The event is not JSON"));
    }

    @Test
    void readsEveryRecordOfAnSnsEvent() {
        String one = "{\"Sns\": {\"Message\": \"{\\\"Event\\\": \\\"autoscaling:TEST_NOTIFICATION\\\"}\"}}";
        String event = "{\"Records\": [" + one + ", " + one + "]}";
        assertThat(DrainHints.parse(new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8))))
                .hasSize(2);
    }

    @Test
    void failsWhenTheEventCannotBeRead() throws IOException {
        InputStream broken = InputStream.nullInputStream();
        broken.close();
        assertThatThrownBy(() -> DrainHints.parse(broken))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("cannot be read");
    }

    /** ecs-cid-sample#8: the test notice that a new topic gets has no instance, and killed the function. */
    @Test
    void ignoresTheTestNoticeAsInEcsCidSample8() {
        String message = """
            {"AccountId": "111122223333", "RequestId": "r", "AutoScalingGroupARN": "arn:g", "AutoScalingGroupName": "my-asg",
            "Service": "AWS Auto Scaling", "Event": "autoscaling:TEST_NOTIFICATION", "Time": "2026-11-22T01:02:03.500Z"}\
            """;
        assertIgnored(
                sns(message), "The message is the notice 'autoscaling:TEST_NOTIFICATION', which concerns no instance.");
    }
}
