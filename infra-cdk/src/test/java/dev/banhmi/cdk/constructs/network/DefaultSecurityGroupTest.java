package dev.banhmi.cdk.constructs.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.banhmi.cdk.constructs.InlineFunction;
import dev.banhmi.cdk.constructs.InlineFunction.Outcome;
import dev.banhmi.cdk.constructs.Sandbox;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awscdk.services.ec2.Vpc;

class DefaultSecurityGroupTest {
    private static final Object FROM_ITSELF = Map.of("IpProtocol", "-1", "UserIdGroupPairs", List.of("itself"));
    private static final Object TO_EVERYBODY = Map.of("IpProtocol", "-1", "IpRanges", List.of("0.0.0.0/0"));
    private static final Object OF_SOMEBODY = Map.of("IpProtocol", "tcp", "FromPort", 22);
    private static final Object CLOSED = group(List.of(), List.of());

    private static JsonNode template;

    @TempDir
    private Path directory;

    @BeforeAll
    static void synthesize() {
        Sandbox sandbox = Sandbox.plain();
        TieredVpc.Builder.create(sandbox.stack(), "Network").build();
        template = sandbox.template();
    }

    @Test
    void plainCdkLeavesTheGroupOpenOrClosesItWithAFunctionThatMayOpenIt() {
        Sandbox open = Sandbox.plain();
        Vpc.Builder.create(open.stack(), "Vpc").build();
        assertThat(open.template().toString()).doesNotContain("DefaultSecurityGroup");
        Sandbox closed = Sandbox.plain();
        Vpc.Builder.create(closed.stack(), "Vpc")
                .restrictDefaultSecurityGroup(true)
                .build();
        assertThat(closed.template().toString())
                .contains("ec2:AuthorizeSecurityGroupIngress", "AWSLambdaBasicExecutionRole");

        assertThat(template.toString()).doesNotContain("ec2:Authorize", "AWSLambdaBasicExecutionRole");
        JsonNode resource = Sandbox.only(template, "Custom::ClosedSecurityGroup");
        assertThat(resource.path("Group").toString())
                .isEqualTo("{\"Fn::GetAtt\":[\"NetworkVpc7FB7348F\",\"DefaultSecurityGroup\"]}");
    }

    @Test
    void mayTakeRulesOfThisGroupAndNothingElse() {
        JsonNode statements = role().at("/Properties/Policies/0/PolicyDocument/Statement");
        assertThat(role().at("/Properties/Policies")).hasSize(1);
        assertThat(role().path("Properties").has("ManagedPolicyArns")).isFalse();
        assertThat(statements).hasSize(3);
        assertThat(statements.path(0).path("Action").asText()).isEqualTo("ec2:DescribeSecurityGroups");
        assertThat(statements.path(1).path("Action"))
                .extracting(JsonNode::asText)
                .containsExactly("ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress");
        assertThat(statements.path(1).path("Resource").toString())
                .contains(":security-group/\",{\"Fn::GetAtt\":[\"NetworkVpc7FB7348F\",\"DefaultSecurityGroup\"]}]");
        assertThat(statements.path(2).path("Action"))
                .extracting(JsonNode::asText)
                .containsExactly("logs:CreateLogStream", "logs:PutLogEvents");
    }

    @Test
    void takesEveryRuleThatTheGroupHas() throws Exception {
        for (String type : List.of("Create", "Update")) {
            Outcome outcome = run(
                    type,
                    Map.of(
                            "DescribeSecurityGroups",
                            List.of(group(List.of(FROM_ITSELF, OF_SOMEBODY), List.of(TO_EVERYBODY)), CLOSED)));
            assertThat(outcome.names())
                    .containsExactly(
                            "DescribeSecurityGroups",
                            "RevokeSecurityGroupIngress",
                            "RevokeSecurityGroupEgress",
                            "DescribeSecurityGroups");
            assertThat(outcome.call(0)).endsWith("{\"GroupIds\":[\"sg-1\"]}");
            assertThat(outcome.call(1)).contains("\"GroupId\":\"sg-1\"", "\"itself\"", "\"FromPort\":22");
            assertThat(outcome.call(2)).contains("\"GroupId\":\"sg-1\"", "\"0.0.0.0/0\"");
            outcome.succeeds();
        }
    }

    @Test
    void acceptsAGroupThatSomebodyHasClosedBefore() throws Exception {
        Outcome outcome = run("Create", Map.of("DescribeSecurityGroups", List.of(CLOSED)));
        assertThat(outcome.names()).containsExactly("DescribeSecurityGroups");
        outcome.succeeds();
    }

    /** A rule that is gone by then is a reason to look again, and so is a throttle or a policy that has not spread yet. */
    @Test
    void looksAgainUntilNoRuleIsLeft() throws Exception {
        Outcome outcome = run(
                "Create",
                Map.of(
                        "DescribeSecurityGroups",
                        List.of(
                                "UnauthorizedOperation: not yet",
                                group(List.of(FROM_ITSELF), List.of(TO_EVERYBODY)),
                                group(List.of(), List.of(TO_EVERYBODY)),
                                CLOSED),
                        "RevokeSecurityGroupIngress",
                        List.of("InvalidPermission.NotFound: The specified rule does not exist")));
        assertThat(outcome.names())
                .containsExactly(
                        "DescribeSecurityGroups",
                        "DescribeSecurityGroups",
                        "RevokeSecurityGroupIngress",
                        "DescribeSecurityGroups",
                        "RevokeSecurityGroupEgress",
                        "DescribeSecurityGroups");
        outcome.succeeds();
    }

    @Test
    void doesNotCallAGroupClosedThatKeepsARule() throws Exception {
        run("Create", Map.of("DescribeSecurityGroups", List.of(group(List.of(OF_SOMEBODY), List.of()))))
                .fails("sg-1 had 1 rules");
    }

    @Test
    void saysWhyTheGroupStaysOpen() throws Exception {
        run(
                        "Create",
                        Map.of(
                                "DescribeSecurityGroups",
                                List.of(group(List.of(), List.of(TO_EVERYBODY))),
                                "RevokeSecurityGroupEgress",
                                List.of("UnauthorizedOperation: explicit deny in an SCP")))
                .fails("UnauthorizedOperation: explicit deny in an SCP");
    }

    /** CloudFormation waits for its response: one that S3 did not take is none. */
    @Test
    void sendsTheResponseAgainWhenItWasNotTaken() throws Exception {
        Outcome outcome = run("Delete", Map.of("PUT", List.of(503, 200)));
        assertThat(outcome.puts()).isEqualTo(2);
        assertThat(outcome.thrown()).isEmpty();
        outcome.succeeds();
    }

    @Test
    void failsSoThatLambdaRunsItAgainWhenTheResponseIsNeverTaken() throws Exception {
        Outcome outcome = run("Delete", Map.of("PUT", List.of(403)));
        assertThat(outcome.puts()).isEqualTo(3);
        assertThat(outcome.thrown()).isEqualTo("HTTP 403");
    }

    @Test
    void leavesTheRemovalToTheVpcs() throws Exception {
        Outcome outcome = run("Delete", Map.of());
        assertThat(outcome.names()).isEmpty();
        outcome.succeeds();
    }

    private static Object group(List<Object> into, List<Object> out) {
        return Map.of("SecurityGroups", List.of(Map.of("IpPermissions", into, "IpPermissionsEgress", out)));
    }

    private static JsonNode role() {
        return Sandbox.resources(template, "AWS::IAM::Role").stream()
                .filter(role -> role.toString().contains("ec2:Revoke"))
                .findFirst()
                .orElseThrow();
    }

    private Outcome run(String type, Map<String, ? extends List<?>> answers) throws IOException, InterruptedException {
        return new InlineFunction(directory, InlineFunction.code(template), Map.of("Group", "sg-1")).run(type, answers);
    }
}
