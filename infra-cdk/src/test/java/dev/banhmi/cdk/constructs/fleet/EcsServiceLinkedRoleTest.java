package dev.banhmi.cdk.constructs.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.banhmi.cdk.constructs.EveryApp;
import dev.banhmi.cdk.constructs.InlineFunction;
import dev.banhmi.cdk.constructs.InlineFunction.Outcome;
import dev.banhmi.cdk.constructs.Sandbox;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awscdk.services.iam.CfnServiceLinkedRole;

/** The function runs as it stands in the template, with AWS's clients replaced by ones that answer from a script. */
class EcsServiceLinkedRoleTest {
    private static final String TAKEN =
            "InvalidInputException: Service role name AWSServiceRoleForECS has been taken in"
                    + " this account, please try a different suffix.";
    private static final String NOT_YET = "InvalidParameterException: Unable to assume the service linked role. Please"
            + " verify that the ECS service linked role exists.";

    @TempDir
    private Path directory;

    /** CloudFormation's own resource makes the role with a call that fails where it exists, and deletes it with the stack. */
    @Test
    void plainCdkHasAResourceThatFailsWhereTheRoleExists() {
        Sandbox plain = Sandbox.plain();
        CfnServiceLinkedRole.Builder.create(plain.stack(), "Role")
                .awsServiceName("ecs.amazonaws.com")
                .build();
        assertThat(plain.template().path("Resources").toString()).contains("AWS::IAM::ServiceLinkedRole");

        JsonNode ours = EveryApp.resources(sandbox -> new EcsServiceLinkedRole(sandbox.stack(), "Ecs"));
        assertThat(ours.toString())
                .doesNotContain("AWS::IAM::ServiceLinkedRole")
                .contains("Custom::EcsServiceLinkedRole");
    }

    @Test
    void mayMakeThisRoleAndAskWithThisClusterOnly() {
        JsonNode role = Sandbox.only(template(), "AWS::IAM::Role");
        JsonNode statements =
                role.path("Policies").path(0).path("PolicyDocument").path("Statement");
        assertThat(role.path("Policies")).hasSize(1);
        assertThat(statements).hasSize(3);
        assertThat(statements.toString()).doesNotContain("\"Resource\":\"*\"");
        assertThat(statements.path(0).path("Resource").toString())
                .contains(":role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS\"");
        assertThat(statements.path(1).path("Resource").toString()).contains(":cluster/" + probe());
    }

    @Test
    void doesNotWaitAnHourForAResponse() {
        JsonNode resource = Sandbox.only(template(), "Custom::EcsServiceLinkedRole");
        JsonNode function = Sandbox.only(template(), "AWS::Lambda::Function");
        assertThat(resource.path("ServiceTimeout").asInt())
                .isGreaterThan(function.path("Timeout").asInt())
                .isLessThanOrEqualTo(600);
        assertThat(probe()).matches("[A-Za-z0-9_-]{1,255}");
    }

    @Test
    void makesTheRole() throws Exception {
        Outcome outcome = run("Create", Map.of());
        assertThat(outcome.names()).containsExactly("CreateServiceLinkedRole", "CreateCluster", "DeleteCluster");
        assertThat(outcome.call(0)).contains("{\"AWSServiceName\":\"ecs.amazonaws.com\"}");
        assertThat(outcome.call(1)).contains("{\"clusterName\":\"probe\",\"capacityProviders\":[\"FARGATE\"]}");
        outcome.succeeds();
        assertThat(outcome.response().path("method").asText()).isEqualTo("PUT");
        assertThat(outcome.response().path("headers").path("content-type").asText("none"))
                .isEmpty();
    }

    @Test
    void acceptsARoleThatExists() throws Exception {
        run("Create", Map.of("CreateServiceLinkedRole", List.of(TAKEN))).succeeds();
    }

    @Test
    void waitsUntilEcsCanAssumeIt() throws Exception {
        Outcome outcome = run("Create", Map.of("CreateCluster", List.of(NOT_YET, NOT_YET, "")));
        assertThat(outcome.names())
                .containsExactly(
                        "CreateServiceLinkedRole", "CreateCluster", "CreateCluster", "CreateCluster", "DeleteCluster");
        outcome.succeeds();
    }

    @Test
    void saysSoWhenEcsNeverCan() throws Exception {
        Outcome outcome = run("Create", Map.of("CreateCluster", List.of(NOT_YET)));
        assertThat(outcome.names()).hasSizeBetween(50, 60).doesNotContain("DeleteCluster");
        outcome.fails("Unable to assume the service linked role");
    }

    /** Another stack of the account is at it, or the policy of the function's own role has not spread yet. */
    @Test
    void triesAgainWhatMayPass() throws Exception {
        for (String passing : List.of(
                "ConcurrentModificationException: try again",
                "AccessDenied: not yet",
                "ThrottlingException: Rate exceeded",
                "ServerException: try again")) {
            Outcome outcome = run(
                    "Create",
                    Map.of(
                            "CreateServiceLinkedRole", List.of(passing, TAKEN),
                            "CreateCluster", List.of(passing, ""),
                            "DeleteCluster", List.of(passing, "")));
            assertThat(outcome.names())
                    .containsExactly(
                            "CreateServiceLinkedRole",
                            "CreateServiceLinkedRole",
                            "CreateCluster",
                            "CreateCluster",
                            "DeleteCluster",
                            "DeleteCluster");
            outcome.succeeds();
        }
    }

    @Test
    void saysWhyTheRoleCannotBeMade() throws Exception {
        Outcome outcome =
                run("Create", Map.of("CreateServiceLinkedRole", List.of("AccessDenied: explicit deny in an SCP")));
        assertThat(outcome.names()).containsOnly("CreateServiceLinkedRole");
        outcome.fails("AccessDenied: explicit deny in an SCP");
    }

    @Test
    void doesNotClaimWhatItDoesNotKnow() throws Exception {
        run("Create", Map.of("CreateCluster", List.of("AccessDeniedException: explicit deny in an SCP")))
                .fails("AccessDeniedException: explicit deny in an SCP");
        run("Create", Map.of("DeleteCluster", List.of("ServerException: try again")))
                .fails("ServerException: try again");
    }

    /** A creation that failed may have left the cluster that it asked with. */
    @Test
    void keepsTheRoleOnRemovalAndLeavesNoCluster() throws Exception {
        Outcome outcome = run("Delete", Map.of());
        assertThat(outcome.names()).containsExactly("DeleteCluster");
        outcome.succeeds();
        run("Delete", Map.of("DeleteCluster", List.of("ClusterNotFoundException: Cluster not found.")))
                .succeeds();
    }

    /** What fails the creation does not fail its rollback, too: the stack could not be deployed again. */
    @Test
    void isRemovedWhereItMayNotDeleteTheCluster() throws Exception {
        List<String> denied = List.of("AccessDeniedException: explicit deny in an SCP");
        run("Create", Map.of("DeleteCluster", denied)).fails("AccessDeniedException: explicit deny in an SCP");
        Outcome outcome = run("Delete", Map.of("DeleteCluster", denied));
        assertThat(outcome.names()).containsExactly("DeleteCluster");
        outcome.succeeds();
    }

    private static JsonNode template() {
        Sandbox sandbox = Sandbox.plain();
        new EcsServiceLinkedRole(sandbox.stack(), "Ecs");
        return sandbox.template();
    }

    private static String probe() {
        return Sandbox.only(template(), "Custom::EcsServiceLinkedRole")
                .path("Cluster")
                .asText();
    }

    private Outcome run(String type, Map<String, List<String>> answers) throws IOException, InterruptedException {
        return new InlineFunction(directory, InlineFunction.code(template()), Map.of("Cluster", "probe"))
                .run(type, answers);
    }
}
