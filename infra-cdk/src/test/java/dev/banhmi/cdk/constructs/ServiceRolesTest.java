package dev.banhmi.cdk.constructs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ecr.Repository;
import software.amazon.awscdk.services.ecs.Cluster;
import software.amazon.awscdk.services.iam.IRole;
import software.amazon.awscdk.services.logs.LogGroup;

class ServiceRolesTest {
    /** No resource type and no condition key in AWS's service authorization reference. */
    private static final Set<String> WITHOUT_RESOURCE_OR_CONDITION = Set.of(
            "ecs:DiscoverPollEndpoint",
            "ecr:GetAuthorizationToken",
            "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel");

    @Test
    void anInstanceJoinsThisClusterOnly() {
        JsonNode template = build(stack -> ServiceRoles.instance(stack, "Role", cluster(stack)));
        assertThat(actions(template))
                .containsExactly(
                        "ecs:DeregisterContainerInstance",
                        "ecs:DiscoverPollEndpoint",
                        "ecs:Poll",
                        "ecs:RegisterContainerInstance",
                        "ecs:StartTelemetrySession",
                        "ecs:SubmitAttachmentStateChanges",
                        "ecs:SubmitContainerStateChange",
                        "ecs:SubmitTaskStateChange",
                        "ecs:UpdateContainerInstancesState");
        assertThat(statement(template, "ecs:Poll")
                        .path("Condition")
                        .path("ArnEquals")
                        .path("ecs:cluster"))
                .isEqualTo(statement(template, "ecs:RegisterContainerInstance").path("Resource"));
        assertThat(statement(template, "ecs:Poll").path("Resource").toString())
                .contains(":ecs:us-east-1:")
                .contains(":container-instance/")
                .contains("/*");
        assertThat(assume(template).path("Principal").path("Service").asText()).isEqualTo("ec2.amazonaws.com");
    }

    @Test
    void aSpotInstanceMayDrainItself() {
        JsonNode template = build(stack -> ServiceRoles.instance(stack, "Role", cluster(stack)));
        JsonNode draining = statement(template, "ecs:UpdateContainerInstancesState");
        assertThat(draining.path("Condition").path("ArnEquals").has("ecs:cluster"))
                .isTrue();
    }

    @Test
    void sessionsAreOpenedFromInstancesOnly() {
        JsonNode template = build(stack -> ServiceRoles.instanceWithSessions(stack, "Role", cluster(stack)));
        assertThat(actions(template))
                .contains("ecs:Poll", "ssm:UpdateInstanceInformation", "ssmmessages:OpenDataChannel")
                .hasSize(14);
        for (String action : List.of("ssm:UpdateInstanceInformation", "ssmmessages:CreateControlChannel")) {
            assertThat(statement(template, action)
                            .path("Condition")
                            .path("ArnLike")
                            .path("ec2:SourceInstanceARN")
                            .toString())
                    .contains(":ec2:us-east-1:")
                    .contains(":instance/*");
        }
    }

    @Test
    void aTaskIsStartedWithItsLogsAndItsImage() {
        JsonNode template = build(stack -> ServiceRoles.execution(
                stack,
                "Role",
                logs(stack),
                Repository.Builder.create(stack, "Images").build()));
        assertThat(actions(template))
                .containsExactly(
                        "ecr:BatchCheckLayerAvailability",
                        "ecr:BatchGetImage",
                        "ecr:GetAuthorizationToken",
                        "ecr:GetDownloadUrlForLayer",
                        "logs:CreateLogStream",
                        "logs:PutLogEvents");
        assertThat(statement(template, "logs:PutLogEvents").path("Resource").toString())
                .contains("Logs");
        assertThat(statement(template, "ecr:BatchGetImage").path("Resource").toString())
                .contains("Images");
    }

    @Test
    void withoutARepositoryATaskIsStartedWithItsLogsOnly() {
        JsonNode template = build(stack -> ServiceRoles.execution(stack, "Role", logs(stack)));
        assertThat(actions(template)).containsExactly("logs:CreateLogStream", "logs:PutLogEvents");
        assertThat(assume(template).path("Principal").path("Service").asText()).isEqualTo("ecs-tasks.amazonaws.com");
    }

    @Test
    void theCodeInATaskHasNoRightYetAndItsRoleIsTakenByEcsOfThisAccountOnly() {
        JsonNode template = build(stack -> ServiceRoles.task(stack, "Role"));
        assertThat(actions(template)).isEmpty();
        JsonNode condition = assume(template).path("Condition");
        assertThat(condition
                        .path("StringEquals")
                        .path("aws:SourceAccount")
                        .path("Ref")
                        .asText())
                .isEqualTo("AWS::AccountId");
        assertThat(condition.path("ArnLike").path("aws:SourceArn").toString())
                .isEqualTo("{\"Fn::Join\":[\"\",[\"arn:\",{\"Ref\":\"AWS::Partition\"},\":ecs:us-east-1:\","
                        + "{\"Ref\":\"AWS::AccountId\"},\":*\"]]}");
    }

    @Test
    void theNumberOfTasksIsChangedByTheAccountsOwnRole() {
        Sandbox sandbox = Sandbox.plain();
        IRole role = ServiceRoles.autoscaling(sandbox.stack(), "Role");
        assertThat(sandbox.stack().resolve(role.getRoleArn()).toString())
                .contains(":iam::")
                .endsWith(":role/aws-service-role/ecs.application-autoscaling.amazonaws.com/"
                        + "AWSServiceRoleForApplicationAutoScaling_ECSService]]}");
        assertThat(sandbox.template().path("Resources")).isEmpty();
    }

    @Test
    void everyStatementHasAResourceOrAConditionWhereIamKnowsOne() {
        JsonNode template = build(ServiceRolesTest::all);
        for (JsonNode statement : statements(template)) {
            if (statement.path("Resource").asText().equals("*") && !statement.has("Condition")) {
                assertThat(WITHOUT_RESOURCE_OR_CONDITION).containsAll(strings(statement.path("Action")));
            }
        }
        assertThat(actions(template)).noneMatch(action -> action.contains("*"));
    }

    @Test
    void theirResourcesAreTheSameWhateverTheFeatureFlags() {
        JsonNode resources = EveryApp.resources(sandbox -> all(sandbox.stack()));
        assertThat(EveryApp.names(resources))
                .contains("InstanceC1063A87", "ExecutionB02F1F83", "ExecutionDefaultPolicyCC543D08", "Task79114B6B");
    }

    private static void all(Stack stack) {
        ServiceRoles.instanceWithSessions(stack, "Instance", cluster(stack));
        ServiceRoles.execution(
                stack,
                "Execution",
                logs(stack),
                Repository.Builder.create(stack, "Images").emptyOnDelete(false).build());
        ServiceRoles.task(stack, "Task");
        ServiceRoles.autoscaling(stack, "Scaling");
    }

    private static Cluster cluster(Stack stack) {
        return Cluster.Builder.create(stack, "Cluster").vpc(TestVpc.in(stack)).build();
    }

    private static LogGroup logs(Stack stack) {
        return LogGroup.Builder.create(stack, "Logs").build();
    }

    private static JsonNode build(Consumer<Stack> roles) {
        Sandbox sandbox = Sandbox.plain();
        roles.accept(sandbox.stack());
        return sandbox.template();
    }

    private static JsonNode assume(JsonNode template) {
        return Sandbox.only(template, "AWS::IAM::Role")
                .path("AssumeRolePolicyDocument")
                .path("Statement")
                .path(0);
    }

    private static Set<String> actions(JsonNode template) {
        Set<String> actions = new TreeSet<>();
        statements(template).forEach(statement -> actions.addAll(strings(statement.path("Action"))));
        return actions;
    }

    private static JsonNode statement(JsonNode template, String action) {
        return statements(template).stream()
                .filter(statement -> strings(statement.path("Action")).contains(action))
                .findFirst()
                .orElseThrow();
    }

    private static List<JsonNode> statements(JsonNode template) {
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode role : Sandbox.resources(template, "AWS::IAM::Role")) {
            for (JsonNode policy : role.path("Properties").path("Policies")) {
                policy.path("PolicyDocument").path("Statement").forEach(found::add);
            }
        }
        for (JsonNode policy : Sandbox.resources(template, "AWS::IAM::Policy")) {
            policy.path("Properties").path("PolicyDocument").path("Statement").forEach(found::add);
        }
        return found;
    }

    private static List<String> strings(JsonNode oneOrMany) {
        List<String> strings = new ArrayList<>();
        if (oneOrMany.isTextual()) {
            strings.add(oneOrMany.asText());
        }
        oneOrMany.forEach(each -> strings.add(each.asText()));
        return strings;
    }
}
