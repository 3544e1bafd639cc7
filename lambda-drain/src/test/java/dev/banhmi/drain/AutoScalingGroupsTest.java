package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.drain.ScriptedHttp.Response;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AutoScalingGroupsTest {

    private static final Hook HOOK =
            new Hook("g", "h", Duration.ofHours(1), Duration.ofDays(2), LifecycleResult.CONTINUE);

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-30T12:30:00Z"), ZoneOffset.UTC);

    private static Groups groups(ScriptedHttp http) {
        return new AutoScalingGroups(http.clients().autoScaling(), ScriptedHttp.calls(), CLOCK);
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
                "<Activities>" + activity.formatted("a", "Terminating", 3)
                        + activity.formatted("b", "Launching a new", 2) + activity.formatted("c", "Launching a new", 1)
                        + "</Activities>"));
        assertThat(groups(http).launchedAt("i-1", "g")).contains(Instant.parse("2026-11-30T12:00:02Z"));
        assertThat(groups(http).launchedAt("i-2", "g")).isEmpty();
    }

    /** A page of 100 launches, the newest first; the page's number is the token. */
    private static Response page(String body, int pages, Duration apart, boolean haveEnded) {
        int number = body.contains("NextToken=")
                ? Integer.parseInt(body.replaceFirst("(?s).*NextToken=([0-9]+).*", "$1"))
                : 0;
        StringBuilder activities = new StringBuilder("<Activities>");
        for (int i = number * 100; i < number * 100 + 100; i++) {
            Instant began = CLOCK.instant().minus(apart.multipliedBy(i));
            String end = haveEnded ? "<EndTime>" + CLOCK.instant() + "</EndTime>" : "";
            activities.append(
                    "<member><ActivityId>a</ActivityId><AutoScalingGroupName>g</AutoScalingGroupName><Description>Launching a new EC2 instance: i-%d</Description><StartTime>%s</StartTime>%s</member>"
                            .formatted(i, began, end));
        }
        activities.append("</Activities>");
        if (number + 1 < pages) {
            activities.append("<NextToken>").append(number + 1).append("</NextToken>");
        }
        return ScriptedHttp.result("DescribeScalingActivities", activities.toString());
    }

    @Test
    void findsALaunchBehindHundredsOfOthersAndReadsEachPageOnce() {
        ScriptedHttp http = new ScriptedHttp(body -> page(body, 4, Duration.ofSeconds(1), false));
        Groups groups = groups(http);
        assertThat(groups.launchedAt("i-0", "g")).contains(CLOCK.instant());
        assertThat(http.bodies()).as("no further than needed").hasSize(1);
        assertThat(groups.launchedAt("i-250", "g")).contains(CLOCK.instant().minusSeconds(250));
        assertThat(http.bodies()).hasSize(3);
        assertThat(groups.launchedAt("i-399", "g")).contains(CLOCK.instant().minusSeconds(399));
        assertThat(groups.launchedAt("i-none", "g")).isEmpty();
        assertThat(groups.launchedAt("i-39", "g"))
                .as("not the one whose id begins like it")
                .contains(CLOCK.instant().minusSeconds(39));
        assertThat(http.bodies()).hasSize(4);
    }

    @Test
    void endsWithWhatIsOverAndOlderThanAnyWait() {
        // The third page has what began 50 hours ago.
        ScriptedHttp http = new ScriptedHttp(body -> page(body, 10, Duration.ofMinutes(10), true));
        assertThat(groups(http).launchedAt("i-none", "g")).isEmpty();
        assertThat(http.bodies()).hasSize(3);
    }

    @Test
    void goesOnWhereALaunchIsStillUnderWayHoweverLong() {
        ScriptedHttp http = new ScriptedHttp(body -> page(body, 10, Duration.ofMinutes(10), false));
        assertThat(groups(http).launchedAt("i-999", "g")).isPresent();
    }

    @Test
    void doesNotTakeTheSameTokenTwice() {
        Groups groups = groups(new ScriptedHttp(body ->
                ScriptedHttp.result("DescribeScalingActivities", "<Activities></Activities><NextToken>1</NextToken>")));
        assertThatThrownBy(() -> groups.launchedAt("i-1", "g")).isInstanceOf(RetryableFailure.class);
    }
}
