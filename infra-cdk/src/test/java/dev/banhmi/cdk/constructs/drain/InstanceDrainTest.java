package dev.banhmi.cdk.constructs.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.banhmi.cdk.constructs.EveryApp;
import dev.banhmi.cdk.constructs.ImageArchitecture;
import dev.banhmi.cdk.constructs.Sandbox;
import dev.banhmi.cdk.constructs.budget.DrainBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.ecs.Cluster;
import software.amazon.awscdk.services.events.Rule;
import software.amazon.awscdk.services.events.Schedule;
import software.amazon.awscdk.services.events.targets.LambdaFunction;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.lambda.destinations.SqsDestination;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.amazon.awscdk.services.sns.Topic;
import software.amazon.awscdk.services.sqs.Queue;

/** Longer than 300 lines: every option with its default and its error. */
class InstanceDrainTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The same drain of the same group. */
    private record Drained(Sandbox sandbox, ForeignCluster foreign, InstanceDrain drain) {
        static Drained in(Sandbox sandbox, UnaryOperator<InstanceDrain.Builder> options) {
            ForeignCluster foreign = new ForeignCluster(sandbox.stack());
            InstanceDrain drain = options.apply(foreign.drain("Drain")).build();
            drain.attach(foreign.group("Instances"));
            return new Drained(sandbox, foreign, drain);
        }

        static JsonNode template(UnaryOperator<InstanceDrain.Builder> options) {
            return in(Sandbox.plain(), options).sandbox.template();
        }

        static JsonNode template() {
            return template(builder -> builder);
        }
    }

    @Test
    void hasTheSameResourcesWithEveryFeatureFlag() {
        SortedMap<String, JsonNode> plain = ofTheDrain(Drained.template());
        SortedMap<String, JsonNode> recommended = ofTheDrain(
                Drained.in(Sandbox.recommended(), builder -> builder).sandbox().template());

        assertThat(recommended).isEqualTo(plain);
    }

    @Test
    void buildsTheSameFunctionAlone() {
        JsonNode drain = Sandbox.only(Drained.template(), "AWS::Lambda::Function");
        Sandbox sandbox = Sandbox.plain();
        new ForeignCluster(sandbox.stack()).drain("Drain").buildFunctionAlone("one", "two");
        JsonNode template = sandbox.template();
        ObjectNode alone = Sandbox.only(template, "AWS::Lambda::Function").deepCopy();
        ObjectNode variables = (ObjectNode) alone.path("Environment").path("Variables");

        assertThat(variables.path("BANHMI_GROUPS").asText()).isEqualTo("one,two");
        variables.set(
                "BANHMI_GROUPS", drain.path("Environment").path("Variables").path("BANHMI_GROUPS"));
        assertThat(alone).isEqualTo(drain);
        assertThat(statements(template, "drain").get(0).path("Resource"))
                .hasSize(2)
                .allMatch(arn -> arn.toString().contains("autoScalingGroupName/"));
        assertThat(EveryApp.names(template.path("Resources")))
                .filteredOn(name -> name.startsWith("Drain"))
                .containsExactly(
                        "DrainDeadLettersCA616457",
                        "DrainDeadLettersPolicy3D8CDB69",
                        "DrainFunction7700C3D3",
                        "DrainLog0D46D140",
                        "DrainRole84F5BDEB");
    }

    @Test
    void refusesAFunctionAloneThatMayEndNoWait() {
        assertThatThrownBy(() -> new ForeignCluster(Sandbox.plain().stack())
                        .drain("Drain")
                        .buildFunctionAlone())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Drain.groupNames")
                .hasMessageContaining("at least one group");
    }

    @Test
    void keepsItsLogicalIds() {
        assertThat(ofTheDrain(Drained.template()).keySet().stream()
                        .map(id -> id.replaceAll("(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}", "$1…")))
                .containsExactly(
                        "DrainContainerInstanceRule9881B5A5",
                        "DrainContainerInstanceRuleAllowEventRulesandboxDrainLiveA84E293A3D880A85",
                        "DrainDeadLettersAlarmE94BFCAF",
                        "DrainDeadLettersCA616457",
                        "DrainDeadLettersPolicy3D8CDB69",
                        "DrainDeadlinesReachedAlarmB6AF5F98",
                        "DrainDrainAgeAlarmA7BE0D07",
                        "DrainDrainsHeldAlarm6D978052",
                        "DrainErrorsAlarm74134E41",
                        "DrainFailuresAlarmA3AA0B0A",
                        "DrainFunction7700C3D3",
                        "DrainFunctionCurrentVersion25ACA3D5…",
                        "DrainLaunchesAbandonedAlarm28118E45",
                        "DrainLive5D181440",
                        "DrainLiveEventInvokeConfig00BEFD7E",
                        "DrainLog0D46D140",
                        "DrainRefreshReplacementAlarm18B890BA",
                        "DrainReplacementAlarm653C931D",
                        "DrainRole84F5BDEB",
                        "DrainSweepAlarm7508E80D",
                        "DrainSweepRule9B526AD6",
                        "DrainSweepRuleAllowEventRulesandboxDrainSweeperF69F2C21B4F34CB1",
                        "DrainSweeper8209A8CB",
                        "DrainSweeperEventInvokeConfigBD8F4E3C",
                        "DrainTaskRule9004CE20",
                        "DrainTaskRuleAllowEventRulesandboxDrainLiveA84E293AD3F08D7F",
                        "DrainTasksCutAlarm20EB6318",
                        "DrainTerminationRule9E06FBEF",
                        "DrainTerminationRuleAllowEventRulesandboxDrainLiveA84E293AC8E34334",
                        "DrainThrottlesAlarmFB7894AC",
                        "DrainUnhandledAlarmD807A894",
                        "InstancesBanhmiDrainHook740F97BA",
                        "InstancesBanhmiLaunchHook293BFFC4");
    }

    @Test
    void allowsExactlyWhatTheDrainersCodeDeclares() throws IOException {
        List<String> declared = new ArrayList<>();
        JSON.readTree(Files.readString(StandInDrainJar.DECLARATION))
                .path("actions")
                .forEach(action -> declared.add(action.asText()));
        List<String> allowed = new ArrayList<>();
        statements(Drained.template(), "drain").forEach(statement -> allowed.addAll(texts(statement.path("Action"))));

        assertThat(allowed).doesNotHaveDuplicates().hasSize(16);
        assertThat(new TreeSet<>(allowed)).isEqualTo(new TreeSet<>(declared));
    }

    @Test
    void allowsNothingWithoutResourceOrConditionButWhatTakesNeither() {
        List<JsonNode> open = statements(Drained.template(), "drain").stream()
                .filter(statement -> statement.path("Resource").asText().equals("*"))
                .toList();

        assertThat(open).hasSize(2);
        assertThat(texts(open.get(0).path("Action")))
                .containsExactly(
                        "autoscaling:DescribeAutoScalingGroups",
                        "autoscaling:DescribeAutoScalingInstances",
                        "autoscaling:DescribeLifecycleHooks",
                        "autoscaling:DescribeScalingActivities",
                        "autoscaling:DescribeWarmPool");
        assertThat(open.get(1)
                        .at("/Condition/ArnEquals/ecs:cluster/Fn::GetAtt/0")
                        .asText())
                .isEqualTo("ClusterEB0386A7");
        assertThat(statements(Drained.template(), "runtime"))
                .hasSize(2)
                .allSatisfy(statement -> assertThat(
                                statement.at("/Resource/Fn::GetAtt/1").asText())
                        .isEqualTo("Arn"));
    }

    @Test
    void getsNoRightThatCdkWouldAdd() {
        JsonNode template = Drained.template();

        assertThat(Sandbox.resources(template, "AWS::IAM::Policy")).isEmpty();
        assertThat(role(template).path("ManagedPolicyArns").isMissingNode()).isTrue();
        assertThat(Sandbox.only(template, "AWS::Lambda::Function")
                        .path("TracingConfig")
                        .isMissingNode())
                .isTrue();
    }

    @Test
    void runsAsDocumented() {
        JsonNode template = Drained.template();
        JsonNode function = Sandbox.only(template, "AWS::Lambda::Function");

        assertThat(function.path("Handler").asText()).isEqualTo("dev.banhmi.drain.DrainHandler::handleRequest");
        assertThat(function.path("Runtime").asText()).isEqualTo("java25");
        assertThat(function.at("/Architectures/0").asText()).isEqualTo("arm64");
        assertThat(function.path("MemorySize").asInt()).isEqualTo(512);
        assertThat(function.path("Timeout").asInt()).isEqualTo(60);
        assertThat(function.at("/SnapStart/ApplyOn").asText()).isEqualTo("PublishedVersions");
        assertThat(function.path("ReservedConcurrentExecutions").isMissingNode())
                .isTrue();
        assertThat(function.at("/LoggingConfig/LogGroup/Ref").asText()).isEqualTo("DrainLog0D46D140");
        JsonNode calls = asynchronous(template, "DrainLive5D181440");
        assertThat(calls.path("MaximumRetryAttempts").asInt()).isEqualTo(2);
        assertThat(calls.path("MaximumEventAgeInSeconds").asInt()).isEqualTo(600);
        assertThat(calls.at("/DestinationConfig/OnFailure/Destination/Fn::GetAtt/0")
                        .asText())
                .isEqualTo("DrainDeadLettersCA616457");
    }

    /** In plain CDK: a target without retries and without a dead letter queue, and Lambda's own two retries behind it. */
    @Test
    void neitherRetriesNorKeepsAFailedSweep() {
        Sandbox plain = Sandbox.plain();
        Function function = Function.Builder.create(plain.stack(), "Function")
                .runtime(Runtime.NODEJS_24_X)
                .handler("index.handler")
                .code(Code.fromInline("exports.handler = () => {}"))
                .retryAttempts(2)
                .onFailure(new SqsDestination(new Queue(plain.stack(), "DeadLetters")))
                .build();
        Rule.Builder.create(plain.stack(), "Sweep")
                .schedule(Schedule.rate(software.amazon.awscdk.Duration.minutes(1)))
                .targets(List.of(
                        LambdaFunction.Builder.create(function).retryAttempts(0).build()))
                .build();
        JsonNode retried = Sandbox.only(plain.template(), "AWS::Lambda::EventInvokeConfig");
        assertThat(Sandbox.only(plain.template(), "AWS::Events::Rule")
                        .at("/Targets/0/RetryPolicy/MaximumRetryAttempts")
                        .asInt())
                .isZero();
        assertThat(retried.path("MaximumRetryAttempts").asInt()).isEqualTo(2);
        assertThat(retried.at("/DestinationConfig/OnFailure").isMissingNode()).isFalse();

        JsonNode template = Drained.template();
        JsonNode sweep = template.at("/Resources/DrainSweepRule9B526AD6/Properties/Targets/0");
        JsonNode calls = asynchronous(template, sweep.at("/Arn/Ref").asText());
        assertThat(calls.path("MaximumRetryAttempts").asInt(-1)).isZero();
        assertThat(calls.path("MaximumEventAgeInSeconds").asInt()).isEqualTo(60);
        assertThat(calls.path("DestinationConfig").isMissingNode()).isTrue();
        assertThat(sweep.path("DeadLetterConfig").isMissingNode()).isTrue();
    }

    /** What Lambda does with a failed event of an alias. */
    private static JsonNode asynchronous(JsonNode template, String alias) {
        JsonNode name = template.at("/Resources/" + alias + "/Properties/Name");
        return Sandbox.resources(template, "AWS::Lambda::EventInvokeConfig").stream()
                .map(config -> config.path("Properties"))
                .filter(config -> config.path("Qualifier").toString().contains(alias)
                        || config.path("Qualifier").equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("Nothing is said of " + alias));
    }

    @Test
    void tellsTheFunctionNothingButClusterGroupsHooksAndTheTimeToStop() {
        JsonNode variables = variables(Drained.template());

        assertThat(variables.fieldNames())
                .toIterable()
                .containsExactly(
                        "BANHMI_CLUSTER", "BANHMI_GROUPS", "BANHMI_HOOK", "BANHMI_LAUNCH_HOOK", "BANHMI_STOPPING");
        assertThat(variables.path("BANHMI_CLUSTER").toString())
                .isEqualTo("{\"Fn::GetAtt\":[\"ClusterEB0386A7\",\"Arn\"]}");
        assertThat(variables.path("BANHMI_GROUPS").toString()).isEqualTo("{\"Ref\":\"InstancesASGBDDE502C\"}");
        assertThat(variables.path("BANHMI_HOOK").asText()).isEqualTo("banhmi-drain");
        assertThat(variables.path("BANHMI_LAUNCH_HOOK").asText()).isEqualTo("banhmi-launch");
        // The hook's 1555 s less 60 s for the start of a task and 25 s for its health checks.
        assertThat(variables.path("BANHMI_STOPPING").asText()).isEqualTo("PT24M30S");
    }

    @Test
    void tellsTheFunctionTheBudgetThatNeedsHeartbeats() {
        DrainBudget long25Percent = DrainBudget.Builder.create()
                .maxRequestDuration(Duration.ofMinutes(50))
                .tasks(4)
                .instances(2)
                .maximumPercent(125)
                .build();
        JsonNode template = Drained.template(builder -> builder.budget(long25Percent));

        assertThat(variables(template).path("BANHMI_BUDGET").asText()).isEqualTo("PT3H43M10S");
        assertThat(Sandbox.onlyTerminationHook(template)
                        .path("HeartbeatTimeout")
                        .asInt())
                .isEqualTo(7200);
        assertThat(alarm(template, "DrainAge").path("Threshold").asInt()).isEqualTo(13_390 - 240);
    }

    @Test
    void makesInstancesOfEveryAttachedGroupWait() {
        Sandbox sandbox = Sandbox.plain();
        ForeignCluster foreign = new ForeignCluster(sandbox.stack());
        InstanceDrain drain = foreign.drain("Drain").build();
        drain.attach(foreign.group("Instances"));
        drain.attach(foreign.group("More"));
        foreign.group("Others");
        JsonNode template = sandbox.template();

        List<JsonNode> hooks = Sandbox.terminationHooks(template);
        assertThat(hooks)
                .hasSize(2)
                .allSatisfy(hook -> assertThat(withoutGroup(hook))
                        .isEqualTo(
                                "{\"DefaultResult\":\"CONTINUE\",\"HeartbeatTimeout\":1555,\"LifecycleHookName\":\"banhmi-drain\","
                                        + "\"LifecycleTransition\":\"autoscaling:EC2_INSTANCE_TERMINATING\"}"));
        String groups = "[{\"Ref\":\"InstancesASGBDDE502C\"},{\"Ref\":\"MoreASG91F7CF92\"}]";
        assertThat(variables(template).at("/BANHMI_GROUPS/Fn::Join/1").toString())
                .isEqualTo(groups);
        assertThat(template.at(
                                "/Resources/DrainTerminationRule9E06FBEF/Properties/EventPattern/detail/AutoScalingGroupName")
                        .toString())
                .isEqualTo(groups);
        assertThat(statements(template, "drain").get(0).path("Resource"))
                .hasSize(2)
                .allSatisfy(arn -> assertThat(arn.toString())
                        .containsAnyOf("InstancesASGBDDE502C", "MoreASG91F7CF92")
                        .contains(":autoScalingGroup:*:autoScalingGroupName/"));
    }

    @Test
    void letsInstancesIntoServiceOnlyWhenTheFunctionSaysSo() {
        List<JsonNode> hooks = Sandbox.resources(Drained.template(), "AWS::AutoScaling::LifecycleHook").stream()
                .filter(hook -> !Sandbox.terminationHooks(Drained.template()).contains(hook))
                .toList();
        assertThat(hooks)
                .singleElement()
                .satisfies(hook -> assertThat(withoutGroup(hook))
                        .isEqualTo("{\"DefaultResult\":\"ABANDON\",\"HeartbeatTimeout\":3600,\"LifecycleHookName\":"
                                + "\"banhmi-launch\",\"LifecycleTransition\":\"autoscaling:EC2_INSTANCE_LAUNCHING\"}"));
    }

    @Test
    void offersARefreshAlarmsThatNeedNeitherGroupNorFunction() {
        Drained drained = Drained.in(Sandbox.plain(), builder -> builder);
        JsonNode template = drained.sandbox().template();
        assertThat(drained.drain().getRefreshAlarms())
                .hasSize(3)
                .allSatisfy(alarm -> assertThat(drained.drain().getAlarms()).contains(alarm));
        for (String metric : List.of("ReplacementsOverdue", "LaunchesAbandoned", "DeadlinesReached")) {
            assertThat(alarm(template, metric).toString()).doesNotContain("InstancesASG", "DrainFunction");
        }
    }

    @Test
    void looksOnlyAtEventsThatItUses() {
        JsonNode template = Drained.template();

        assertThat(pattern(template, "DrainTerminationRule9E06FBEF"))
                .isEqualTo("{\"detail\":{\"LifecycleHookName\":[\"banhmi-drain\"],\"AutoScalingGroupName\":[{\"Ref\":"
                        + "\"InstancesASGBDDE502C\"}]},\"detail-type\":[\"EC2 Instance-terminate Lifecycle Action\"],"
                        + "\"source\":[\"aws.autoscaling\"]}");
        assertThat(pattern(template, "DrainTaskRule9004CE20"))
                .isEqualTo(
                        "{\"detail\":{\"clusterArn\":[{\"Fn::GetAtt\":[\"ClusterEB0386A7\",\"Arn\"]}],\"lastStatus\":"
                                + "[\"STOPPED\"]},\"detail-type\":[\"ECS Task State Change\"],\"source\":[\"aws.ecs\"]}");
        assertThat(pattern(template, "DrainContainerInstanceRule9881B5A5"))
                .isEqualTo("{\"detail\":{\"clusterArn\":[{\"Fn::GetAtt\":[\"ClusterEB0386A7\",\"Arn\"]}],\"status\":"
                        + "[\"DRAINING\"]},\"detail-type\":[\"ECS Container Instance State Change\"],\"source\":"
                        + "[\"aws.ecs\"]}");
        assertThat(template.at("/Resources/DrainSweepRule9B526AD6/Properties/ScheduleExpression")
                        .asText())
                .isEqualTo("rate(1 minute)");
        assertThat(Sandbox.resources(template, "AWS::Events::Rule"))
                .hasSize(4)
                .allSatisfy(rule -> assertThat(
                                rule.at("/Properties/Targets/0/Arn/Ref").asText())
                        .isEqualTo(
                                rule.path("Properties").has("ScheduleExpression")
                                        ? "DrainSweeper8209A8CB"
                                        : "DrainLive5D181440"));
    }

    @Test
    void keepsDeadLettersEncryptedAndOverTls() {
        JsonNode template = Drained.template();

        assertThat(Sandbox.only(template, "AWS::SQS::Queue").toString())
                .isEqualTo("{\"MessageRetentionPeriod\":1209600,\"SqsManagedSseEnabled\":true}");
        assertThat(Sandbox.only(template, "AWS::SQS::QueuePolicy").toString())
                .contains("\"Condition\":{\"Bool\":{\"aws:SecureTransport\":\"false\"}},\"Effect\":\"Deny\"");
    }

    @Test
    void raisesTheAlarmsOfTheDocumentation() {
        Drained drained = Drained.in(Sandbox.plain(), builder -> builder);
        JsonNode template = drained.sandbox().template();

        assertThat(drained.drain().getAlarms()).hasSize(13);
        assertThat(Sandbox.resources(template, "AWS::CloudWatch::Alarm").stream()
                        .map(alarm -> alarm.path("Properties"))
                        .map(alarm -> alarm.path("Namespace").asText() + " "
                                + alarm.path("MetricName").asText() + " "
                                + alarm.path("ComparisonOperator").asText() + " "
                                + alarm.path("Threshold").asText() + " in "
                                + alarm.path("Period").asInt() + " s, missing "
                                + alarm.path("TreatMissingData").asText()))
                .containsExactlyInAnyOrder(
                        "Banhmi/Drain DrainAge GreaterThanThreshold 1315 in 300 s, missing notBreaching",
                        "Banhmi/Drain ReplacementWait GreaterThanThreshold 685 in 300 s, missing notBreaching",
                        "Banhmi/Drain ReplacementsOverdue GreaterThanThreshold 0 in 300 s, missing notBreaching",
                        "Banhmi/Drain DrainsHeld GreaterThanThreshold 0 in 300 s, missing notBreaching",
                        "Banhmi/Drain LaunchesAbandoned GreaterThanThreshold 0 in 300 s, missing notBreaching",
                        "Banhmi/Drain DeadlinesReached GreaterThanThreshold 0 in 300 s, missing notBreaching",
                        "Banhmi/Drain TasksCut GreaterThanThreshold 0 in 300 s, missing notBreaching",
                        "Banhmi/Drain Failures GreaterThanThreshold 2 in 300 s, missing notBreaching",
                        "Banhmi/Drain Unhandled GreaterThanThreshold 0 in 300 s, missing notBreaching",
                        "AWS/Lambda Errors GreaterThanThreshold 3 in 300 s, missing notBreaching",
                        "AWS/Lambda Throttles GreaterThanThreshold 3 in 300 s, missing notBreaching",
                        "AWS/Lambda Invocations LessThanThreshold 3 in 300 s, missing missing",
                        "AWS/SQS NumberOfMessagesSent GreaterThanThreshold 0 in 300 s, missing notBreaching");
        assertThat(Sandbox.resources(template, "AWS::CloudWatch::Alarm")).allSatisfy(alarm -> {
            assertThat(alarm.at("/Properties/AlarmDescription").asText()).hasSizeGreaterThan(80);
            assertThat(alarm.at("/Properties/AlarmActions").isMissingNode()).isTrue();
        });
        assertThat(alarm(template, "DrainAge").path("Dimensions").toString())
                .isEqualTo("[{\"Name\":\"cluster\",\"Value\":{\"Ref\":\"ClusterEB0386A7\"}}]");
        assertThat(alarm(template, "Invocations").path("Dimensions").toString())
                .matches(
                        "\\[\\{\"Name\":\"FunctionName\",\"Value\":\\{\"Ref\":\"(\\w+)\"}},"
                                + "\\{\"Name\":\"Resource\",\"Value\":\\{\"Fn::Join\":\\[\"\",\\[\\{\"Ref\":\"\\1\"},\":sweep\"]]}}]");
    }

    @Test
    void offersItsMetrics() {
        InstanceDrain drain = Drained.in(Sandbox.plain(), builder -> builder).drain();

        assertThat(Stream.of(
                                drain.metricDrainAge(),
                                drain.metricDrainDuration(),
                                drain.metricDrainsStarted(),
                                drain.metricDeadlinesReached(),
                                drain.metricTasksCut(),
                                drain.metricTasksStopped(),
                                drain.metricFailures(),
                                drain.metricUnhandled(),
                                drain.metricEvaluationTime())
                        .map(InstanceDrainTest::named))
                .containsExactly(
                        "Banhmi/Drain DrainAge Maximum",
                        "Banhmi/Drain DrainDuration p90",
                        "Banhmi/Drain DrainsStarted Sum",
                        "Banhmi/Drain DeadlinesReached Sum",
                        "Banhmi/Drain TasksCut Sum",
                        "Banhmi/Drain TasksStopped Sum",
                        "Banhmi/Drain Failures Sum",
                        "Banhmi/Drain Unhandled Sum",
                        "Banhmi/Drain EvaluationTime p90");
        assertThat(drain.getFunction().getNode().getPath()).isEqualTo("sandbox/Drain/Function");
        assertThat(drain.getAlias().getAliasName()).isEqualTo("live");
        assertThat(drain.getDeadLetterQueue().getNode().getPath()).isEqualTo("sandbox/Drain/DeadLetters");
        assertThat(drain.getLogGroup().getNode().getPath()).isEqualTo("sandbox/Drain/Log");
        assertThat(drain.getAlarms()).hasOnlyElementsOfType(Alarm.class);
    }

    @Test
    void takesEveryOption() {
        Sandbox sandbox = Sandbox.plain();
        Topic topic = new Topic(sandbox.stack(), "Operators");
        JsonNode template = Drained.in(
                        sandbox,
                        builder -> builder.architecture(ImageArchitecture.AMD64)
                                .logRetention(RetentionDays.ONE_WEEK)
                                .removalPolicy(RemovalPolicy.DESTROY)
                                .alarmTopics(topic)
                                .stopStandaloneAfter(Duration.ofMinutes(20))
                                .reservedConcurrency(5))
                .sandbox()
                .template();
        JsonNode function = Sandbox.only(template, "AWS::Lambda::Function");

        assertThat(function.at("/Architectures/0").asText()).isEqualTo("x86_64");
        assertThat(function.path("ReservedConcurrentExecutions").asInt()).isEqualTo(5);
        assertThat(variables(template).path("BANHMI_STOP_STANDALONE_AFTER").asText())
                .isEqualTo("PT20M");
        JsonNode log = Sandbox.resources(template, "AWS::Logs::LogGroup").get(0);
        assertThat(log.at("/Properties/RetentionInDays").asInt()).isEqualTo(7);
        assertThat(log.path("DeletionPolicy").asText()).isEqualTo("Delete");
        assertThat(Sandbox.resources(template, "AWS::SQS::Queue")
                        .get(0)
                        .path("DeletionPolicy")
                        .asText())
                .isEqualTo("Delete");
        assertThat(Sandbox.resources(template, "AWS::CloudWatch::Alarm"))
                .allSatisfy(alarm -> assertThat(
                                alarm.at("/Properties/AlarmActions/0/Ref").asText())
                        .startsWith("Operators"));
    }

    @Test
    void keepsLogAndDeadLettersByDefault() {
        JsonNode template = Drained.template();
        JsonNode log = Sandbox.resources(template, "AWS::Logs::LogGroup").get(0);

        assertThat(log.at("/Properties/RetentionInDays").asInt()).isEqualTo(30);
        assertThat(log.path("DeletionPolicy").asText()).isEqualTo("Retain");
        assertThat(Sandbox.resources(template, "AWS::SQS::Queue")
                        .get(0)
                        .path("DeletionPolicy")
                        .asText())
                .isEqualTo("Retain");
    }

    static Stream<Arguments> wrongOptions() {
        return Stream.of(
                Arguments.of(
                        change(builder -> builder.stopStandaloneAfter(Duration.ZERO)),
                        "sandbox: Drain.stopStandaloneAfter is PT0S, allowed is more than PT0S and less than"),
                Arguments.of(
                        change(builder -> builder.stopStandaloneAfter(Duration.ofSeconds(1555))),
                        "sandbox: Drain.stopStandaloneAfter is PT25M55S, allowed is"),
                Arguments.of(
                        change(builder -> builder.reservedConcurrency(1)),
                        "sandbox: Drain.reservedConcurrency is 1, allowed is 2 or more"),
                Arguments.of(
                        change(builder ->
                                builder.jar(StandInDrainJar.declaring(List.of("ecs:ListTasks", "ecs:RunTask")))),
                        "the drainer's jar declares actions that this library has no rule for: ecs:RunTask, and"
                                + " does not"
                                + " declare actions that this library would allow:"
                                + " autoscaling:CompleteLifecycleAction,"),
                Arguments.of(
                        change(builder -> builder.jar(Path.of("does-not-exist.jar"))),
                        "jar is does-not-exist.jar, allowed is the jar of the drain Lambda"));
    }

    @ParameterizedTest
    @MethodSource("wrongOptions")
    void refusesWhatCannotWork(UnaryOperator<InstanceDrain.Builder> options, String message) {
        Sandbox sandbox = Sandbox.plain();
        InstanceDrain.Builder builder = options.apply(new ForeignCluster(sandbox.stack()).drain("Drain"));

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void wantsClusterAndBudgetToBeSaid() {
        Sandbox sandbox = Sandbox.plain();
        InstanceDrain.Builder builder = InstanceDrain.Builder.create(sandbox.stack(), "Drain");

        assertThatThrownBy(builder::build).hasMessageContaining("Drain.cluster is missing");
        builder.cluster(new ForeignCluster(sandbox.stack()).cluster());
        assertThatThrownBy(builder::build).hasMessageContaining("Drain.budget is missing");
    }

    @Test
    void refusesASecondDrainOfOneCluster() {
        Sandbox sandbox = Sandbox.plain();
        ForeignCluster foreign = new ForeignCluster(sandbox.stack());
        foreign.drain("Drain").build();
        InstanceDrain.Builder second = foreign.drain("Second");

        assertThatThrownBy(second::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sandbox/Second: the cluster already has a drain, sandbox/Drain");
    }

    @Test
    void refusesASecondDrainOfAClusterThatIsImportedTwice() {
        Sandbox sandbox = Sandbox.plain();
        ForeignCluster foreign = new ForeignCluster(sandbox.stack());
        String arn = "arn:aws:ecs:us-east-1:111122223333:cluster/shared";
        foreign.drain("Drain")
                .cluster(Cluster.fromClusterArn(sandbox.stack(), "One", arn))
                .build();
        InstanceDrain.Builder second =
                foreign.drain("Second").cluster(Cluster.fromClusterArn(sandbox.stack(), "Other", arn));
        InstanceDrain.Builder elsewhere = foreign.drain("Elsewhere");

        assertThatThrownBy(second::build).hasMessageContaining("the cluster already has a drain");
        assertThat(elsewhere.build().cluster()).isEqualTo(foreign.cluster());
    }

    @Test
    void refusesAGroupThatIsAttachedTwice() {
        Drained drained = Drained.in(Sandbox.plain(), builder -> builder);
        AutoScalingGroup group = drained.foreign().group("More");
        drained.drain().attach(group);

        assertThatThrownBy(() -> drained.drain().attach(group))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sandbox/More is already attached to a drain");
    }

    @Test
    void doesNotSynthesizeWithoutAGroup() {
        Sandbox sandbox = Sandbox.plain();
        new ForeignCluster(sandbox.stack()).drain("Drain").build();

        assertThatThrownBy(sandbox::template).hasMessageContaining("No Auto Scaling group is attached to the drain");
    }

    @Test
    void namesTheCodeByItsBytesAndNotByItsPlace() {
        assertThat(StandInDrainJar.usual()).isNotEqualTo(StandInDrainJar.usual());
        assertThat(Sandbox.only(Drained.template(), "AWS::Lambda::Function").at("/Code/S3Key"))
                .isEqualTo(Sandbox.only(Drained.template(), "AWS::Lambda::Function")
                        .at("/Code/S3Key"));
    }

    private static UnaryOperator<InstanceDrain.Builder> change(UnaryOperator<InstanceDrain.Builder> options) {
        return options;
    }

    private static SortedMap<String, JsonNode> ofTheDrain(JsonNode template) {
        SortedMap<String, JsonNode> found = new TreeMap<>();
        template.path("Resources").properties().forEach(resource -> {
            if (resource.getKey().startsWith("Drain") || resource.getKey().contains("Banhmi")) {
                found.put(resource.getKey(), resource.getValue());
            }
        });
        return found;
    }

    private static String named(Metric metric) {
        return metric.getNamespace() + " " + metric.getMetricName() + " " + metric.getStatistic();
    }

    private static JsonNode role(JsonNode template) {
        return template.at("/Resources/DrainRole84F5BDEB/Properties");
    }

    private static List<JsonNode> statements(JsonNode template, String policy) {
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode one : role(template).path("Policies")) {
            if (one.path("PolicyName").asText().equals(policy)) {
                one.at("/PolicyDocument/Statement").forEach(found::add);
            }
        }
        return found;
    }

    private static List<String> texts(JsonNode oneOrMany) {
        List<String> found = new ArrayList<>();
        if (oneOrMany.isTextual()) {
            found.add(oneOrMany.asText());
        }
        oneOrMany.forEach(text -> found.add(text.asText()));
        return found;
    }

    private static JsonNode variables(JsonNode template) {
        return Sandbox.only(template, "AWS::Lambda::Function").at("/Environment/Variables");
    }

    private static String pattern(JsonNode template, String rule) {
        return template.path("Resources")
                .path(rule)
                .at("/Properties/EventPattern")
                .toString();
    }

    private static JsonNode alarm(JsonNode template, String metric) {
        return Sandbox.resources(template, "AWS::CloudWatch::Alarm").stream()
                .map(alarm -> alarm.path("Properties"))
                .filter(alarm -> alarm.path("MetricName").asText().equals(metric))
                .findFirst()
                .orElseThrow();
    }

    private static String withoutGroup(JsonNode hook) {
        ObjectNode properties = hook.path("Properties").deepCopy();
        return properties.without("AutoScalingGroupName").toString();
    }
}
