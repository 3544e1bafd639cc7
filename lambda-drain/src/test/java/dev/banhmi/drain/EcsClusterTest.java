package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.drain.ScriptedHttp.Response;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EcsClusterTest {

    private static Cluster cluster(ScriptedHttp http) {
        return new EcsCluster(http.clients().ecs(), ScriptedHttp.calls(), new ClusterName("c"));
    }

    private static String instance(String arn, String id, String status, boolean connected) {
        return """
            {"containerInstanceArn":"%s","ec2InstanceId":"%s","status":"%s","agentConnected":%s,\
            "runningTasksCount":0,"pendingTasksCount":0}\
            """.formatted(arn, id, status, connected);
    }

    private static ScriptedHttp listing(String described, String failures) {
        return new ScriptedHttp(body -> new Response(
                200,
                body.contains("\"containerInstances\"")
                        ? "{\"containerInstances\":[" + described + "],\"failures\":[" + failures + "]}"
                        : "{\"containerInstanceArns\":[\"one\",\"two\"]}"));
    }

    @Test
    void picksTheInstanceItselfWhereTheFilterWasIgnored() {
        Cluster cluster = cluster(
                listing(instance("one", "i-1", "ACTIVE", true) + "," + instance("two", "i-2", "DRAINING", true), ""));
        assertThat(cluster.findByInstanceId("i-2").orElseThrow().arn()).isEqualTo("two");
        assertThat(cluster.findByInstanceId("i-3")).isEmpty();
    }

    @Test
    void prefersTheRegistrationWhoseAgentIsConnected() {
        Cluster cluster = cluster(
                listing(instance("one", "i-1", "ACTIVE", false) + "," + instance("two", "i-1", "ACTIVE", true), ""));
        assertThat(cluster.findByInstanceId("i-1").orElseThrow().arn()).isEqualTo("two");
    }

    @Test
    void doesNotTakeAnInstanceForAbsentThatIsListedAndNotDescribed() {
        Cluster cluster =
                cluster(listing(instance("two", "i-2", "ACTIVE", true), "{\"arn\":\"one\",\"reason\":\"MISSING\"}"));
        assertThatThrownBy(() -> cluster.findByInstanceId("i-1")).isInstanceOf(RetryableFailure.class);
    }

    @Test
    void refusesResponseThatLacksItsList() {
        Cluster cluster = cluster(new ScriptedHttp(body -> new Response(200, "{}")));
        assertThatThrownBy(() -> cluster.findByInstanceId("i-1"))
                .isInstanceOf(RetryableFailure.class)
                .hasMessageContaining("containerInstanceArns");
        assertThatThrownBy(() -> cluster.listTasks("one", Cluster.DesiredStatus.RUNNING))
                .isInstanceOf(RetryableFailure.class);
    }

    @Test
    void refusesAnIdThatWouldChangeTheFilter() {
        Cluster cluster = cluster(new ScriptedHttp(body -> new Response(200, "{}")));
        assertThatThrownBy(() -> cluster.findByInstanceId("i-1' or agentVersion == '1"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readsEveryPageAndEndsWhenATokenComesTwice() {
        Cluster cluster = cluster(new ScriptedHttp(body -> new Response(
                200,
                body.contains("nextToken") ? "{\"taskArns\":[\"b\"]}" : "{\"taskArns\":[\"a\"],\"nextToken\":\"t\"}")));
        assertThat(cluster.listTasks("one", Cluster.DesiredStatus.STOPPED)).containsExactly("a", "b");
        Cluster circle =
                cluster(new ScriptedHttp(body -> new Response(200, "{\"taskArns\":[\"a\"],\"nextToken\":\"t\"}")));
        assertThatThrownBy(() -> circle.listTasks("one", Cluster.DesiredStatus.STOPPED))
                .isInstanceOf(RetryableFailure.class)
                .hasMessageContaining("twice");
    }

    /** getsocial-rnd/ecs-drain-lambda#10: an instance that was not on the first page was never drained. */
    @Test
    void findsAnInstanceOfALaterPageAsInEcsDrainLambda10() {
        Cluster cluster = cluster(new ScriptedHttp(body -> {
            if (body.contains("\"containerInstances\"")) {
                return new Response(
                        200,
                        "{\"containerInstances\":["
                                + (body.contains("\"two\"") ? instance("two", "i-2", "ACTIVE", true) : "")
                                + "],\"failures\":[]}");
            }
            return new Response(
                    200,
                    body.contains("nextToken")
                            ? "{\"containerInstanceArns\":[\"two\"]}"
                            : "{\"containerInstanceArns\":[],\"nextToken\":\"t\"}");
        }));
        assertThat(cluster.findByInstanceId("i-2").orElseThrow().arn()).isEqualTo("two");
    }

    /** aws-cdk#3190: the function was not allowed to set DRAINING, and the failure went unnoticed. */
    @Test
    void saysThatItMayNotSetDrainingAsInAwsCdk3190() {
        Cluster cluster = cluster(new ScriptedHttp(body -> new Response(
                400,
                "{\"__type\":\"AccessDeniedException\",\"message\":\"not authorized to perform:"
                        + " ecs:UpdateContainerInstancesState\"}")));
        assertThatThrownBy(() -> cluster.setDraining("one"))
                .isInstanceOf(PermanentFailure.class)
                .hasMessageContaining("UpdateContainerInstancesState");
    }

    @Test
    void describesAHundredTasksACallAndLeavesOutWhatIsMissing() {
        List<String> tasks = IntStream.range(0, 201).mapToObj(i -> "task-" + i).toList();
        ScriptedHttp http = new ScriptedHttp(body -> new Response(
                200,
                "{\"tasks\":[{\"taskArn\":\"t\",\"lastStatus\":\"RUNNING\"}],"
                        + "\"failures\":[{\"arn\":\"x\",\"reason\":\"MISSING\"}]}"));
        assertThat(cluster(http).describeTasks(tasks)).hasSize(3);
        assertThat(http.bodies()).hasSize(3);
    }

    @Test
    void asksTenServicesACallWhichOfThemAreDaemons() {
        List<String> services =
                IntStream.range(0, 11).mapToObj(i -> "service-" + i).toList();
        ScriptedHttp http = new ScriptedHttp(body -> new Response(
                200,
                "{\"services\":[{\"serviceName\":\"agent\",\"schedulingStrategy\":\"DAEMON\"},"
                        + "{\"serviceName\":\"gateway\",\"schedulingStrategy\":\"REPLICA\"}],"
                        + "\"failures\":[{\"arn\":\"x\",\"reason\":\"MISSING\"}]}"));
        assertThat(cluster(http).daemons(services)).containsExactly("agent");
        assertThat(http.bodies()).hasSize(2);
        assertThat(cluster(http).daemons(List.of())).isEmpty();
    }

    @Test
    void doesNotTakeAFailedStateChangeForDone() {
        Cluster cluster = cluster(new ScriptedHttp(body -> new Response(
                200, "{\"containerInstances\":[],\"failures\":[{\"arn\":\"one\",\"reason\":\"MISSING\"}]}")));
        assertThatThrownBy(() -> cluster.setDraining("one"))
                .isInstanceOf(RetryableFailure.class)
                .hasMessageContaining("MISSING");
    }

    @Test
    void takesATaskThatIsGoneForStoppedAndNothingElse() {
        Cluster gone = cluster(new ScriptedHttp(body -> new Response(
                400, "{\"__type\":\"InvalidParameterException\",\"message\":\"The referenced task was not found.\"}")));
        gone.stopTask("t", "why");
        Cluster denied = cluster(new ScriptedHttp(
                body -> new Response(400, "{\"__type\":\"AccessDeniedException\",\"message\":\"no\"}")));
        assertThatThrownBy(() -> denied.stopTask("t", "why")).isInstanceOf(PermanentFailure.class);
    }

    @Test
    void makesNoCallWhenTheInvocationIsAboutToEnd() {
        ScriptedHttp http = new ScriptedHttp(body -> new Response(200, "{}"));
        Cluster cluster = new EcsCluster(http.clients().ecs(), ScriptedHttp.calls(1_400), new ClusterName("c"));
        assertThatThrownBy(() -> cluster.find("one"))
                .isInstanceOf(RetryableFailure.class)
                .hasMessageContaining("no time left");
        assertThat(http.bodies()).isEmpty();
    }
}
