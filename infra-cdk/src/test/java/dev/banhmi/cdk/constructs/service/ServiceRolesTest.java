package dev.banhmi.cdk.constructs.service;

import static dev.banhmi.cdk.constructs.RoleStatements.actions;
import static dev.banhmi.cdk.constructs.RoleStatements.assume;
import static dev.banhmi.cdk.constructs.RoleStatements.build;
import static dev.banhmi.cdk.constructs.RoleStatements.statement;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.banhmi.cdk.constructs.EveryApp;
import dev.banhmi.cdk.constructs.RoleStatements;
import dev.banhmi.cdk.constructs.Sandbox;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ecr.Repository;
import software.amazon.awscdk.services.iam.IRole;
import software.amazon.awscdk.services.logs.LogGroup;

class ServiceRolesTest {
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
        RoleStatements.requireResourceOrConditionWhereIamKnowsOne(template);
        assertThat(actions(template)).noneMatch(action -> action.contains("*"));
    }

    @Test
    void theirResourcesAreTheSameWhateverTheFeatureFlags() {
        JsonNode resources = EveryApp.resources(sandbox -> all(sandbox.stack()));
        assertThat(EveryApp.names(resources))
                .contains("ExecutionB02F1F83", "ExecutionDefaultPolicyCC543D08", "Task79114B6B");
    }

    private static void all(Stack stack) {
        ServiceRoles.execution(
                stack,
                "Execution",
                logs(stack),
                Repository.Builder.create(stack, "Images").emptyOnDelete(false).build());
        ServiceRoles.task(stack, "Task");
        ServiceRoles.autoscaling(stack, "Scaling");
    }

    private static LogGroup logs(Stack stack) {
        return LogGroup.Builder.create(stack, "Logs").build();
    }
}
