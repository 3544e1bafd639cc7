package dev.banhmi.drain;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/**
 * Parses the hints in the event that Lambda is invoked with. Never throws because of what an event contains: what cannot be used becomes a
 * {@link DrainHint.Ignored} with the reason, because a failed event would only be delivered again.
 *
 * @see <a href="https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html">Auto Scaling events</a>
 * @see <a href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_cwe_events.html">ECS events</a>
 */
final class DrainHints {

    private static final String TERMINATING = "autoscaling:EC2_INSTANCE_TERMINATING";

    /** The parser returns null for blank text, so it is never given any. */
    private static final DrainHint EMPTY = new DrainHint.Ignored("The event is not JSON: it is empty.");

    private DrainHints() {}

    /**
     * The hints of an invocation: one, or one for each SNS record in it.
     *
     * @param event JSON in UTF-8; not closed
     * @throws UncheckedIOException when it cannot be read
     */
    static List<DrainHint> parse(InputStream event) {
        byte[] bytes;
        try {
            bytes = event.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("The event cannot be read.", e);
        }
        if (new String(bytes, StandardCharsets.UTF_8).isBlank()) {
            return List.of(EMPTY);
        }
        try {
            return parse(JsonNode.parser().parse(bytes));
        } catch (UncheckedIOException | IllegalArgumentException e) {
            return List.of(notJson(e));
        }
    }

    /** The hints of an event. */
    static List<DrainHint> parse(JsonNode event) {
        if (!event.isObject()) {
            return List.of(new DrainHint.Ignored("The event is not a JSON object."));
        }
        Optional<JsonNode> records = event.field("Records");
        if (records.isPresent()) {
            return fromRecords(records.get());
        }
        Optional<String> kind = text(event, "detail-type");
        return List.of(kind.isPresent() ? fromEventBridge(kind.get(), event) : fromLifecycleMessage(event));
    }

    private static List<DrainHint> fromRecords(JsonNode records) {
        List<DrainHint> hints = new ArrayList<>();
        if (records.isArray()) {
            for (JsonNode one : records.asArray()) {
                hints.add(fromRecord(one));
            }
        }
        return hints.isEmpty() ? List.of(new DrainHint.Ignored("The event has no records.")) : hints;
    }

    private static DrainHint fromRecord(JsonNode one) {
        Optional<String> message =
                one.isObject() ? one.field("Sns").flatMap(sns -> text(sns, "Message")) : Optional.empty();
        if (message.isEmpty()) {
            return new DrainHint.Ignored("The record holds no SNS message.");
        }
        JsonNode node;
        try {
            node = JsonNode.parser().parse(message.get());
        } catch (UncheckedIOException | IllegalArgumentException e) {
            return notJson(e);
        }
        return node.isObject()
                ? fromLifecycleMessage(node)
                : new DrainHint.Ignored("The SNS message is not a JSON object.");
    }

    private static DrainHint fromEventBridge(String kind, JsonNode event) {
        if (kind.equals("Scheduled Event")) {
            return new DrainHint.Sweep();
        }
        Optional<JsonNode> detail = event.field("detail").filter(JsonNode::isObject);
        if (detail.isEmpty()) {
            return new DrainHint.Ignored("The event '" + kind + "' has no detail.");
        }
        return switch (kind) {
            case "EC2 Instance-terminate Lifecycle Action", "EC2 Instance-launch Lifecycle Action" ->
                fromNotice(detail.get(), text(event, "time"));
            case "ECS Task State Change" -> fromTask(detail.get());
            case "ECS Container Instance State Change" -> fromContainerInstance(detail.get());
            default -> new DrainHint.Ignored("Events '" + kind + "' are not handled.");
        };
    }

    /** The message that a hook sends to SNS itself, as in 2018. */
    private static DrainHint fromLifecycleMessage(JsonNode message) {
        Optional<String> event = text(message, "Event");
        if (event.isPresent()) {
            return new DrainHint.Ignored(
                    "The message is the notice '" + event.get() + "', which concerns no" + " instance.");
        }
        return fromNotice(message, text(message, "Time"));
    }

    private static DrainHint fromNotice(JsonNode notice, Optional<String> time) {
        Optional<String> transition = text(notice, "LifecycleTransition");
        if (transition.isEmpty()) {
            return missing("LifecycleTransition");
        }
        if (!transition.get().equals(TERMINATING)) {
            return new DrainHint.Ignored("The hook is on '" + transition.get() + "', not on termination.");
        }
        Optional<String> instance = text(notice, "EC2InstanceId");
        Optional<String> group = text(notice, "AutoScalingGroupName");
        Optional<String> hook = text(notice, "LifecycleHookName");
        if (instance.isEmpty()) {
            return missing("EC2InstanceId");
        }
        if (group.isEmpty()) {
            return missing("AutoScalingGroupName");
        }
        if (hook.isEmpty()) {
            return missing("LifecycleHookName");
        }
        return new DrainHint.TerminationNotice(
                instance.get(), group.get(), hook.get(), time.flatMap(DrainHints::instant));
    }

    private static DrainHint fromTask(JsonNode detail) {
        Optional<String> status = text(detail, "lastStatus");
        if (status.isEmpty()) {
            return missing("lastStatus");
        }
        if (!status.get().equals("STOPPED")) {
            return new DrainHint.Ignored("The task is " + status.get() + ", not STOPPED.");
        }
        Optional<String> cluster = text(detail, "clusterArn");
        Optional<String> task = text(detail, "taskArn");
        Optional<String> containerInstance = text(detail, "containerInstanceArn");
        if (cluster.isEmpty()) {
            return missing("clusterArn");
        }
        if (task.isEmpty()) {
            return missing("taskArn");
        }
        if (containerInstance.isEmpty()) {
            return new DrainHint.Ignored("The task runs on no container instance.");
        }
        long version = detail.field("version").map(DrainHints::number).orElse(0L);
        return new DrainHint.TaskStopped(new ClusterName(cluster.get()), task.get(), containerInstance.get(), version);
    }

    private static DrainHint fromContainerInstance(JsonNode detail) {
        Optional<String> status = text(detail, "status");
        if (status.isEmpty()) {
            return missing("status");
        }
        if (!status.get().equals("DRAINING")) {
            return new DrainHint.Ignored("The container instance is " + status.get() + ", not DRAINING.");
        }
        Optional<String> cluster = text(detail, "clusterArn");
        Optional<String> containerInstance = text(detail, "containerInstanceArn");
        Optional<String> instance = text(detail, "ec2InstanceId");
        if (cluster.isEmpty()) {
            return missing("clusterArn");
        }
        if (containerInstance.isEmpty()) {
            return missing("containerInstanceArn");
        }
        if (instance.isEmpty()) {
            return missing("ec2InstanceId");
        }
        return new DrainHint.InstanceDraining(new ClusterName(cluster.get()), containerInstance.get(), instance.get());
    }

    private static Optional<String> text(JsonNode object, String field) {
        return object.field(field)
                .filter(JsonNode::isString)
                .map(JsonNode::asString)
                .filter(value -> !value.isBlank());
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static long number(JsonNode node) {
        try {
            return node.isNumber() ? Long.parseLong(node.asNumber()) : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static DrainHint missing(String field) {
        return new DrainHint.Ignored("The event has no '" + field + "'.");
    }

    private static DrainHint notJson(RuntimeException e) {
        return new DrainHint.Ignored("The event is not JSON: " + e.getMessage());
    }
}
