package dev.banhmi.drain;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;

/** Canned responses for one instance with one task, in the wire formats of both APIs, without any connection. */
final class CannedResponses implements SdkHttpClient {

    static final String CLUSTER = "priming";
    static final String GROUP = "priming";
    static final String INSTANCE = "i-00000000000000000";
    static final String CONTAINER_INSTANCE = "arn:aws:ecs:us-east-1:000000000000:container-instance/priming/0";
    static final String TASK = "arn:aws:ecs:us-east-1:000000000000:task/priming/0";

    private static final String ECS_TARGET = "X-Amz-Target";
    private static final String DESCRIBED_INSTANCE =
            """
            {"containerInstanceArn":"%s","ec2InstanceId":"%s","status":"DRAINING","agentConnected":true,\
            "runningTasksCount":1,"pendingTasksCount":0,"attributes":[{"name":"%s","value":"%s"}]}\
            """.formatted(CONTAINER_INSTANCE, INSTANCE, DrainMark.DRAINING_SINCE, "1970-01-01T00:00:00Z");
    private static final String DESCRIBED_TASK = """
        {"taskArn":"%s","lastStatus":"RUNNING","desiredStatus":"RUNNING","group":"service:priming"}\
        """.formatted(TASK);
    private static final String MEMBER = """
        <InstanceId>%s</InstanceId><AutoScalingGroupName>%s</AutoScalingGroupName>\
        <LifecycleState>Terminating:Wait</LifecycleState>\
        """.formatted(INSTANCE, GROUP);

    private static final Map<String, String> ECS = Map.of(
            "DeregisterContainerInstance", "{\"containerInstance\":" + DESCRIBED_INSTANCE + "}",
            "ListContainerInstances", "{\"containerInstanceArns\":[\"" + CONTAINER_INSTANCE + "\"]}",
            "DescribeContainerInstances", "{\"containerInstances\":[" + DESCRIBED_INSTANCE + "],\"failures\":[]}",
            "UpdateContainerInstancesState", "{\"containerInstances\":[" + DESCRIBED_INSTANCE + "],\"failures\":[]}",
            "ListTasks", "{\"taskArns\":[\"" + TASK + "\"]}",
            "DescribeTasks", "{\"tasks\":[" + DESCRIBED_TASK + "],\"failures\":[]}",
            "DescribeServices",
                    "{\"services\":[{\"serviceName\":\"priming\",\"schedulingStrategy\":\"REPLICA\"}],\"failures\":[]}",
            "PutAttributes", "{\"attributes\":[]}",
            "StopTask", "{\"task\":" + DESCRIBED_TASK + "}");

    private static final Map<String, String> AUTO_SCALING = Map.of(
            "DescribeAutoScalingInstances",
                    "<AutoScalingInstances><member>" + MEMBER + "</member></AutoScalingInstances>",
            "DescribeAutoScalingGroups",
                    "<AutoScalingGroups><member><AutoScalingGroupName>" + GROUP + "</AutoScalingGroupName>"
                            + "<Instances><member>" + MEMBER + "</member></Instances>"
                            + "<WarmPoolConfiguration><MinSize>0</MinSize></WarmPoolConfiguration>"
                            + "</member></AutoScalingGroups>",
            "DescribeScalingActivities",
                    "<Activities><member><ActivityId>0</ActivityId><AutoScalingGroupName>" + GROUP
                            + "</AutoScalingGroupName><Description>Launching a new EC2 instance: " + INSTANCE
                            + "</Description><StartTime>1970-01-01T00:00:00Z</StartTime></member></Activities>",
            "DescribeLifecycleHooks",
                    "<LifecycleHooks><member><LifecycleHookName>priming</LifecycleHookName>"
                            + "<AutoScalingGroupName>" + GROUP + "</AutoScalingGroupName>"
                            + "<LifecycleTransition>autoscaling:EC2_INSTANCE_TERMINATING</LifecycleTransition>"
                            + "<HeartbeatTimeout>3600</HeartbeatTimeout><DefaultResult>CONTINUE</DefaultResult>"
                            + "</member></LifecycleHooks>");

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() throws IOException {
                String body = response(request);
                return HttpExecuteResponse.builder()
                        .response(SdkHttpResponse.builder()
                                .statusCode(200)
                                .putHeader("x-amzn-RequestId", "priming")
                                .build())
                        .responseBody(AbortableInputStream.create(
                                new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8))))
                        .build();
            }

            @Override
            public void abort() {
                // There is nothing under way.
            }
        };
    }

    private static String response(HttpExecuteRequest request) throws IOException {
        return request.httpRequest()
                .firstMatchingHeader(ECS_TARGET)
                .map(target -> ECS.getOrDefault(target.substring(target.lastIndexOf('.') + 1), "{}"))
                .orElseGet(() -> autoScaling(action(request)));
    }

    private static String action(HttpExecuteRequest request) {
        return request.contentStreamProvider()
                .map(content -> {
                    try (var stream = content.newStream()) {
                        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .map(form -> form.replaceAll("^(?:.*&)?Action=([A-Za-z]+).*$", "$1"))
                .orElse("");
    }

    private static String autoScaling(String action) {
        return "<" + action + "Response><" + action + "Result>" + AUTO_SCALING.getOrDefault(action, "") + "</" + action
                + "Result><ResponseMetadata><RequestId>priming</RequestId></ResponseMetadata></" + action + "Response>";
    }

    @Override
    public void close() {
        // There is nothing open.
    }
}
