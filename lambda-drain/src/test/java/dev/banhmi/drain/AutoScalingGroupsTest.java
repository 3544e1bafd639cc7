package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.drain.ScriptedHttp.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AutoScalingGroupsTest {

    private static final Hook HOOK =
            new Hook("g", "h", Duration.ofHours(1), Duration.ofDays(2), LifecycleResult.CONTINUE);

    private static Groups groups(ScriptedHttp http) {
        return new AutoScalingGroups(http.clients().autoScaling(), ScriptedHttp.calls());
    }

    private static Response error(int status, String code, String message) {
        return new Response(
                status,
                "<ErrorResponse><Error><Type>Sender</Type><Code>" + code + "</Code><Message>" + message
                        + "</Message></Error><RequestId>1</RequestId></ErrorResponse>");
    }

    @Test
    void asksForFiftyInstancesACallAndKeepsOnlyThoseItAskedFor() {
        ScriptedHttp http = new ScriptedHttp(body -> ScriptedHttp.result(
                "DescribeAutoScalingInstances",
                "<AutoScalingInstances><member><InstanceId>i-0</InstanceId><AutoScalingGroupName>g</AutoScalingGroupName>"
                        + "<LifecycleState>InService</LifecycleState></member><member><InstanceId>i-x</InstanceId>"
                        + "<AutoScalingGroupName>g</AutoScalingGroupName><LifecycleState>InService</LifecycleState></member>"
                        + "</AutoScalingInstances>"));
        List<String> ids = IntStream.range(0, 101).mapToObj(i -> "i-" + i).toList();
        assertThat(groups(http).members(ids)).extracting(Member::instanceId).containsOnly("i-0");
        assertThat(http.bodies()).hasSize(3);
    }

    @Test
    void takesTheWaitThatIsOverForNoFailure() {
        Groups groups = groups(new ScriptedHttp(
                body -> error(400, "ValidationError", "No active Lifecycle Action found with instance ID i-1")));
        assertThat(groups.complete("i-1", HOOK, LifecycleResult.CONTINUE)).isEqualTo(Groups.Effect.NO_ACTIVE_ACTION);
        assertThat(groups.heartbeat("i-1", HOOK)).isEqualTo(Groups.Effect.NO_ACTIVE_ACTION);
    }

    @Test
    void tellsWhatPassesFromWhatDoesNot() {
        assertThatThrownBy(() -> groups(new ScriptedHttp(body -> error(400, "ValidationError", "no such group")))
                        .terminationHooks("g"))
                .isInstanceOf(PermanentFailure.class);
        assertThatThrownBy(() -> groups(new ScriptedHttp(body -> error(400, "ResourceContention", "busy")))
                        .complete("i-1", HOOK, LifecycleResult.CONTINUE))
                .isInstanceOf(RetryableFailure.class);
    }

    @Test
    void rejectsForeignDocumentAsResponse() {
        Groups groups = groups(new ScriptedHttp(body -> new Response(200, "<html><body>Hello</body></html>")));
        assertThatThrownBy(() -> groups.complete("i-1", HOOK, LifecycleResult.CONTINUE))
                .isInstanceOf(RetryableFailure.class);
        assertThatThrownBy(() -> groups.members(List.of("i-1"))).isInstanceOf(RetryableFailure.class);
    }

    @Test
    void readsHooksOnTerminationAlone() {
        String hook = "<member><LifecycleHookName>%s</LifecycleHookName><AutoScalingGroupName>g</AutoScalingGroupName>"
                + "<LifecycleTransition>autoscaling:EC2_INSTANCE_%s</LifecycleTransition>"
                + "<HeartbeatTimeout>600</HeartbeatTimeout><DefaultResult>CONTINUE</DefaultResult></member>";
        Groups groups = groups(new ScriptedHttp(body -> ScriptedHttp.result(
                "DescribeLifecycleHooks",
                "<LifecycleHooks>" + hook.formatted("a", "LAUNCHING") + hook.formatted("b", "TERMINATING")
                        + "</LifecycleHooks>")));
        assertThat(groups.terminationHooks("g"))
                .containsExactly(new Hook(
                        "g", "b", Duration.ofMinutes(10), Duration.ofMinutes(1_000), LifecycleResult.CONTINUE));
        assertThat(groups.launchHooks("g")).extracting(Hook::name).containsExactly("a");
    }

    @Test
    void readsFromTheActivitiesWhenALaunchBegan() {
        String activity = "<member><ActivityId>%s</ActivityId><AutoScalingGroupName>g</AutoScalingGroupName>"
                + "<Description>%s EC2 instance: i-1</Description><StartTime>2026-11-30T12:00:0%sZ</StartTime></member>";
        ScriptedHttp http = new ScriptedHttp(body -> ScriptedHttp.result(
                "DescribeScalingActivities",
                "<Activities>" + activity.formatted("a", "Terminating", 3) + activity.formatted("b", "Launching a new", 2)
                        + activity.formatted("c", "Launching a new", 1) + "</Activities>"));
        assertThat(groups(http).launchedAt("i-1", "g")).contains(Instant.parse("2026-11-30T12:00:02Z"));
        assertThat(groups(http).launchedAt("i-2", "g")).isEmpty();
    }
}
