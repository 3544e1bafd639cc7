package dev.banhmi.cdk.constructs.fleet;

import static dev.banhmi.cdk.constructs.RoleStatements.actions;
import static dev.banhmi.cdk.constructs.RoleStatements.assume;
import static dev.banhmi.cdk.constructs.RoleStatements.build;
import static dev.banhmi.cdk.constructs.RoleStatements.statement;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.banhmi.cdk.constructs.EveryApp;
import dev.banhmi.cdk.constructs.RoleStatements;
import dev.banhmi.cdk.constructs.TestVpc;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ecs.Cluster;

class InstanceRolesTest {
    @Test
    void anInstanceJoinsThisClusterOnly() {
        JsonNode template = build(stack -> InstanceRoles.agent(stack, "Role", cluster(stack)));
        assertThat(actions(template))
                .containsExactly(
                        "ecs:DiscoverPollEndpoint",
                        "ecs:Poll",
                        "ecs:RegisterContainerInstance",
                        "ecs:StartTelemetrySession",
                        "ecs:SubmitAttachmentStateChanges",
                        "ecs:SubmitContainerStateChange",
                        "ecs:SubmitTaskStateChange");
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
        JsonNode template = build(stack -> InstanceRoles.spotAgent(stack, "Role", cluster(stack)));
        JsonNode draining = statement(template, "ecs:UpdateContainerInstancesState");
        assertThat(draining.path("Condition").path("ArnEquals").has("ecs:cluster"))
                .isTrue();
    }

    /** With another instance's id it could take that one out of service, too: only where Spot needs it. */
    @Test
    void onlyTheRoleOfSpotInstancesMayChangeTheirState() {
        assertThat(actions(build(stack -> InstanceRoles.agentWithSessions(stack, "Role", cluster(stack)))))
                .noneMatch(action -> action.matches("ecs:(Deregister|Update)ContainerInstance.*"));
        assertThat(actions(build(stack -> InstanceRoles.spotAgentWithSessions(stack, "Role", cluster(stack)))))
                .contains("ecs:UpdateContainerInstancesState", "ssm:UpdateInstanceInformation")
                .doesNotContain("ecs:DeregisterContainerInstance")
                .hasSize(13);
    }

    @Test
    void sessionsAreOpenedFromInstancesOnly() {
        JsonNode template = build(stack -> InstanceRoles.agentWithSessions(stack, "Role", cluster(stack)));
        assertThat(actions(template))
                .contains("ecs:Poll", "ssm:UpdateInstanceInformation", "ssmmessages:OpenDataChannel")
                .hasSize(12);
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
    void everyStatementHasAResourceOrAConditionWhereIamKnowsOne() {
        JsonNode template = build(InstanceRolesTest::all);
        RoleStatements.requireResourceOrConditionWhereIamKnowsOne(template);
        assertThat(actions(template)).noneMatch(action -> action.contains("*"));
    }

    @Test
    void theirResourcesAreTheSameWhateverTheFeatureFlags() {
        JsonNode resources = EveryApp.resources(sandbox -> all(sandbox.stack()));
        assertThat(EveryApp.names(resources)).contains("InstanceC1063A87");
    }

    private static void all(Stack stack) {
        InstanceRoles.agentWithSessions(stack, "Instance", cluster(stack));
    }

    private static Cluster cluster(Stack stack) {
        return Cluster.Builder.create(stack, "Cluster").vpc(TestVpc.in(stack)).build();
    }
}
