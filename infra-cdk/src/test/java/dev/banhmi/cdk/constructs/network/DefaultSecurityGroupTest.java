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
    private static final String NOT_THERE =
            "InvalidPermission.NotFound: The specified rule does not exist in this security group.";

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
        assertThat(statements).hasSize(2);
        assertThat(statements.path(0).path("Action"))
                .extracting(JsonNode::asText)
                .containsExactly("ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress");
        assertThat(statements.path(0).path("Resource").toString())
                .contains(":security-group/\",{\"Fn::GetAtt\":[\"NetworkVpc7FB7348F\",\"DefaultSecurityGroup\"]}]");
        assertThat(statements.path(1).path("Action"))
                .extracting(JsonNode::asText)
                .containsExactly("logs:CreateLogStream", "logs:PutLogEvents");
    }

    @Test
    void takesTheTwoRulesThatEveryGroupBeginsWith() throws Exception {
        for (String type : List.of("Create", "Update")) {
            Outcome outcome = run(type, Map.of());
            assertThat(outcome.names()).containsExactly("RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress");
            assertThat(outcome.call(0))
                    .endsWith("{\"GroupId\":\"sg-1\",\"IpPermissions\":[{\"IpProtocol\":\"-1\",\"UserIdGroupPairs\":"
                            + "[{\"GroupId\":\"sg-1\"}]}]}");
            assertThat(outcome.call(1))
                    .endsWith("{\"GroupId\":\"sg-1\",\"IpPermissions\":[{\"IpProtocol\":\"-1\",\"IpRanges\":"
                            + "[{\"CidrIp\":\"0.0.0.0/0\"}]}]}");
            outcome.succeeds();
        }
    }

    @Test
    void acceptsARuleThatSomebodyHasTakenBefore() throws Exception {
        Outcome outcome = run("Create", Map.of("RevokeSecurityGroupIngress", List.of(NOT_THERE)));
        assertThat(outcome.names()).containsExactly("RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress");
        outcome.succeeds();
    }

    @Test
    void saysWhyTheGroupStaysOpen() throws Exception {
        run("Create", Map.of("RevokeSecurityGroupEgress", List.of("UnauthorizedOperation: explicit deny in an SCP")))
                .fails("UnauthorizedOperation: explicit deny in an SCP");
    }

    @Test
    void leavesTheRemovalToTheVpcs() throws Exception {
        Outcome outcome = run("Delete", Map.of());
        assertThat(outcome.names()).isEmpty();
        outcome.succeeds();
    }

    private static JsonNode role() {
        return Sandbox.resources(template, "AWS::IAM::Role").stream()
                .filter(role -> role.toString().contains("ec2:Revoke"))
                .findFirst()
                .orElseThrow();
    }

    private Outcome run(String type, Map<String, List<String>> answers) throws IOException, InterruptedException {
        return new InlineFunction(directory, InlineFunction.code(template), Map.of("Group", "sg-1")).run(type, answers);
    }
}
