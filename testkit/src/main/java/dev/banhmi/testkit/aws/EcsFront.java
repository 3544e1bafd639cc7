package dev.banhmi.testkit.aws;

import dev.banhmi.testkit.aws.WireServer.Request;
import dev.banhmi.testkit.aws.WireServer.Response;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/**
 * ECS on its wire (AWS JSON 1.1): the state is moto's; what moto lacks is added here. Filters and statuses are
 * honoured, responses come in pages of one, tasks can be on their way to stop behind a load balancer, and reads can
 * lag.
 */
public final class EcsFront implements AutoCloseable {

    private static final Pattern FILTER = Pattern.compile("ec2InstanceId == '([^']+)'");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI moto;
    private final Script script;
    private final WireServer server = new WireServer(this::respond);
    private final Map<String, View> views = new ConcurrentHashMap<>();

    /** ARNs of container instances whose agent is gone. */
    private final Set<String> disconnected = ConcurrentHashMap.newKeySet();

    /** By ARN: moto registers instances of its own EC2 only, whose ids say nothing to a reader of a test. */
    private final Map<String, String> instanceIds = new ConcurrentHashMap<>();

    /** How a task is shown, whatever moto reports. */
    public enum View {
        /**
         * Deregistered from the load balancer, connections run on: listed as stopped and no longer counted as running.
         */
        DEACTIVATING,
        /** In no list yet, but counted. */
        NOT_LISTED_YET
    }

    /**
     * Listens.
     *
     * @param moto a moto_server
     * @param script the faults to respond with, and where the calls are recorded
     */
    public EcsFront(URI moto, Script script) {
        this.moto = moto;
        this.script = script;
    }

    /**
     * Where it listens.
     *
     * @return scheme, loopback address and port
     */
    public URI uri() {
        return server.uri();
    }

    /**
     * Registers a container instance for an EC2 instance.
     *
     * @param cluster its name
     * @param instanceId of EC2
     * @return the ARN of the container instance
     */
    public String register(String cluster, String instanceId) {
        String launched = post(
                        "ec2",
                        Map.of("Content-Type", "application/x-www-form-urlencoded"),
                        "Action=RunInstances&Version=2016-11-15&ImageId=ami-12c6146b&MinCount=1&MaxCount=1")
                .body();
        Matcher id = Pattern.compile("<instanceId>([^<]+)</instanceId>").matcher(launched);
        if (!id.find()) {
            throw new IllegalStateException("RunInstances failed: " + launched);
        }
        // Its agent would send the document that EC2 signed; moto looks at the id alone.
        JsonNode response = moto(
                "RegisterContainerInstance",
                "{\"cluster\":\"%s\",\"instanceIdentityDocument\":\"{\\\"instanceId\\\":\\\"%s\\\"}\"}"
                        .formatted(cluster, id.group(1)));
        String arn = text(response.field("containerInstance").orElseThrow(), "containerInstanceArn");
        instanceIds.put(arn, instanceId);
        return arn;
    }

    /**
     * Lets the agent of a container instance be gone for good.
     *
     * @param containerInstance its ARN
     */
    public void disconnect(String containerInstance) {
        disconnected.add(containerInstance);
    }

    private String instanceId(JsonNode containerInstance) {
        String arn = text(containerInstance, "containerInstanceArn");
        return instanceIds.getOrDefault(arn, "");
    }

    /**
     * Shows a task differently from moto.
     *
     * @param task its ARN
     * @param view how it is shown from now on
     */
    public void show(String task, View view) {
        views.put(task, view);
    }

    /**
     * Shows the task as it is.
     *
     * @param task its ARN
     */
    public void showAsItIs(String task) {
        views.remove(task);
    }

    /**
     * Asks moto directly.
     *
     * @param operation of ECS
     * @param body JSON
     * @return its response
     * @throws IllegalStateException if it refuses
     */
    public JsonNode moto(String operation, String body) {
        HttpResponse<String> response = forward(operation, body);
        if (response.statusCode() != 200) {
            throw new IllegalStateException(operation + " failed: " + response.body());
        }
        return JsonNode.parser().parse(response.body());
    }

    private HttpResponse<String> forward(String operation, String body) {
        return post(
                "ecs",
                Map.of(
                        "Content-Type",
                        "application/x-amz-json-1.1",
                        "X-Amz-Target",
                        "AmazonEC2ContainerServiceV20141113." + operation),
                body);
    }

    /** moto tells the service by the scope of the signature, which it does not verify. */
    private HttpResponse<String> post(String service, Map<String, String> headers, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(moto)
                .header(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/" + service
                                + "/aws4_request, SignedHeaders=host, Signature=0")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException("moto did not respond to " + body, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Response respond(Request request) {
        String target = request.headers().getOrDefault("x-amz-target", "");
        String operation = target.substring(target.indexOf('.') + 1);
        Optional<Fault> fault = script.saw("ecs:" + operation, request);
        if (fault.isPresent()) {
            return fault.get().ecs();
        }
        JsonNode body = JsonNode.parser().parse(request.body());
        return switch (operation) {
            case "ListContainerInstances" -> listInstances(body);
            case "DescribeContainerInstances" -> describeInstances(body);
            case "ListTasks" -> listTasks(body);
            case "DescribeTasks" -> describeTasks(body);
            default -> {
                HttpResponse<String> response = forward(operation, request.body());
                yield json(response.statusCode(), response.body());
            }
        };
    }

    private Response listInstances(JsonNode body) {
        String cluster = text(body, "cluster");
        List<String> all =
                strings(moto("ListContainerInstances", "{\"cluster\":\"" + cluster + "\"}"), "containerInstanceArns");
        Matcher filter = FILTER.matcher(text(body, "filter"));
        if (body.field("filter").isPresent() && !filter.matches()) {
            return json(
                    400, "{\"__type\":\"InvalidParameterException\",\"message\":\"The filter is not understood.\"}");
        }
        List<String> matching = all.isEmpty()
                ? all
                : instances(cluster, all).stream()
                        .filter(one -> !text(one, "status").equals("INACTIVE"))
                        .filter(one -> body.field("filter").isEmpty()
                                || instanceId(one).equals(filter.group(1)))
                        .map(one -> text(one, "containerInstanceArn"))
                        .toList();
        return page(body, "containerInstanceArns", matching);
    }

    private List<JsonNode> instances(String cluster, List<String> arns) {
        return moto(
                        "DescribeContainerInstances",
                        "{\"cluster\":\"" + cluster + "\",\"containerInstances\":" + quoted(arns) + "}")
                .field("containerInstances")
                .orElseThrow()
                .asArray();
    }

    private Response describeInstances(JsonNode body) {
        String cluster = text(body, "cluster");
        List<String> asked = strings(body, "containerInstances");
        List<JsonNode> found = instances(cluster, asked);
        List<String> described = new ArrayList<>();
        for (JsonNode one : found) {
            String arn = text(one, "containerInstanceArn");
            long running = tasks(cluster, arn).stream()
                    .filter(task -> text(task, "lastStatus").equals("RUNNING"))
                    .filter(task -> views.get(text(task, "taskArn")) != View.DEACTIVATING)
                    .count();
            described.add("""
                {"containerInstanceArn":"%s","ec2InstanceId":"%s","status":"%s","agentConnected":%s,\
                "runningTasksCount":%d,"pendingTasksCount":0,"attributes":%s}\
                """.formatted(
                            arn,
                            instanceId(one),
                            text(one, "status"),
                            !disconnected.contains(arn),
                            running,
                            one.field("attributes").orElseThrow()));
        }
        List<String> missing = asked.stream()
                .filter(arn -> found.stream()
                        .noneMatch(one -> text(one, "containerInstanceArn").equals(arn)))
                .map(arn -> "{\"arn\":\"" + arn + "\",\"reason\":\"MISSING\"}")
                .toList();
        return json(200, "{\"containerInstances\":" + described + ",\"failures\":" + missing + "}");
    }

    private List<JsonNode> tasks(String cluster, String instance) {
        List<String> arns = strings(
                moto("ListTasks", "{\"cluster\":\"" + cluster + "\",\"containerInstance\":\"" + instance + "\"}"),
                "taskArns");
        return arns.isEmpty() ? List.of() : describe(cluster, arns);
    }

    private List<JsonNode> describe(String cluster, List<String> arns) {
        return moto("DescribeTasks", "{\"cluster\":\"" + cluster + "\",\"tasks\":" + quoted(arns) + "}")
                .field("tasks")
                .orElseThrow()
                .asArray();
    }

    private Response listTasks(JsonNode body) {
        List<String> matching = tasks(text(body, "cluster"), text(body, "containerInstance")).stream()
                .filter(task -> views.get(text(task, "taskArn")) != View.NOT_LISTED_YET)
                .filter(task -> shownDesired(task).equals(text(body, "desiredStatus")))
                .map(task -> text(task, "taskArn"))
                .toList();
        return page(body, "taskArns", matching);
    }

    private String shownDesired(JsonNode task) {
        return views.get(text(task, "taskArn")) == View.DEACTIVATING ? "STOPPED" : text(task, "desiredStatus");
    }

    private Response describeTasks(JsonNode body) {
        String described = describe(text(body, "cluster"), strings(body, "tasks")).stream()
                .map(task -> """
                    {"taskArn":"%s","containerInstanceArn":"%s","lastStatus":"%s","desiredStatus":"%s","group":"%s",\
                    "startedBy":"%s"}\
                    """.formatted(
                                text(task, "taskArn"),
                                text(task, "containerInstanceArn"),
                                views.get(text(task, "taskArn")) == View.DEACTIVATING
                                        ? "DEACTIVATING"
                                        : text(task, "lastStatus"),
                                shownDesired(task),
                                text(task, "group"),
                                text(task, "startedBy")))
                .collect(Collectors.joining(","));
        return json(200, "{\"tasks\":[" + described + "],\"failures\":[]}");
    }

    /** Pages of one: a reader of only the first page misses all the others. */
    private static Response page(JsonNode body, String name, List<String> all) {
        int from =
                Integer.parseInt(body.field("nextToken").map(JsonNode::asString).orElse("0"));
        List<String> page = all.subList(Math.min(from, all.size()), Math.min(from + 1, all.size()));
        String token = from + 1 < all.size() ? ",\"nextToken\":\"" + (from + 1) + "\"" : "";
        return json(200, "{\"" + name + "\":" + quoted(page) + token + "}");
    }

    private static Response json(int status, String body) {
        return new Response.Http(
                status, Map.of("Content-Type", "application/x-amz-json-1.1", "x-amzn-RequestId", "front"), body);
    }

    /**
     * Reads a text from a response.
     *
     * @param node an object
     * @param field of it
     * @return empty where there is none
     */
    public static String text(JsonNode node, String field) {
        return node.field(field)
                .filter(JsonNode::isString)
                .map(JsonNode::asString)
                .orElse("");
    }

    /**
     * Reads a list of texts from a response.
     *
     * @param node an object
     * @param field of it
     * @return in their order
     */
    public static List<String> strings(JsonNode node, String field) {
        return node.field(field).orElseThrow().asArray().stream()
                .map(JsonNode::asString)
                .toList();
    }

    private static String quoted(List<String> values) {
        return values.stream().map(value -> "\"" + value + "\"").collect(Collectors.joining(",", "[", "]"));
    }

    @Override
    public void close() {
        server.close();
        http.close();
    }
}
