package dev.banhmi.cdk.constructs.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.banhmi.cdk.constructs.Sandbox;
import dev.banhmi.cdk.constructs.TestVpc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.assertions.Annotations;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.ec2.BlockDevice;
import software.amazon.awscdk.services.ec2.BlockDeviceVolume;
import software.amazon.awscdk.services.ec2.EbsDeviceOptions;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ec2.LaunchTemplate;
import software.amazon.awscdk.services.ecs.EcsOptimizedImage;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.kms.Key;

class VolumeKeyTest {
    private static final String ARN = "arn:aws:kms:us-east-1:210987654321:key/1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed";

    /** Instances under such a key are never launched, and the group says so nowhere but in its activities. */
    @Test
    void plainCdkLetsNobodyLaunchUnderAKey() {
        Sandbox plain = Sandbox.plain();
        LaunchTemplate template = LaunchTemplate.Builder.create(plain.stack(), "Template")
                .instanceType(new InstanceType("t3.medium"))
                .machineImage(EcsOptimizedImage.amazonLinux2023())
                .blockDevices(List.of(BlockDevice.builder()
                        .deviceName("/dev/xvda")
                        .volume(BlockDeviceVolume.ebs(
                                30,
                                EbsDeviceOptions.builder()
                                        .encrypted(true)
                                        .kmsKey(new Key(plain.stack(), "Key"))
                                        .build()))
                        .build()))
                .build();
        AutoScalingGroup.Builder.create(plain.stack(), "Group")
                .vpc(TestVpc.in(plain.stack()))
                .launchTemplate(template)
                .build();
        assertThat(policy(plain.template()).toString()).doesNotContain("autoscaling", "kms:CreateGrant");
        assertThat(Annotations.fromStack(plain.stack()).findWarning("*", Match.stringLikeRegexp(".*[kK]ey.*")))
                .isEmpty();
    }

    @Test
    void letsAutoScalingUseAKeyOfTheApp() {
        Sandbox sandbox = Sandbox.plain();
        fleet(sandbox, new Key(sandbox.stack(), "Key"));
        JsonNode template = sandbox.template();

        JsonNode disk =
                Sandbox.only(template, "AWS::EC2::LaunchTemplate").at("/LaunchTemplateData/BlockDeviceMappings/0/Ebs");
        assertThat(disk.path("Encrypted").asBoolean()).isTrue();
        assertThat(disk.path("KmsKeyId").toString()).contains("Key961B73FD");
        JsonNode statements = policy(template);
        JsonNode use = statement(statements, "VolumesOfInstances");
        assertThat(use.path("Action"))
                .extracting(JsonNode::asText)
                .containsExactlyInAnyOrder(
                        "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*");
        JsonNode grant = statement(statements, "GrantsForInstances");
        assertThat(grant.path("Action").asText()).isEqualTo("kms:CreateGrant");
        assertThat(grant.at("/Condition/Bool/kms:GrantIsForAWSResource").asText())
                .isEqualTo("true");
        for (JsonNode statement : List.of(use, grant)) {
            assertThat(statement.at("/Condition/StringEquals/kms:CallerAccount").toString())
                    .isEqualTo("{\"Ref\":\"AWS::AccountId\"}");
            assertThat(statement.at("/Condition/ArnEquals/aws:PrincipalArn").toString())
                    .contains(":role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling\"")
                    .doesNotContain("Spot");
        }
        assertThat(Annotations.fromStack(sandbox.stack())
                        .findWarning("*", Match.stringLikeRegexp(".*policy of the key.*")))
                .isEmpty();
    }

    /** A key's policy refuses a principal that does not exist, and a new account has neither role. */
    @Test
    void namesNoPrincipalThatMayNotExistYet() {
        Sandbox sandbox = Sandbox.plain();
        Ec2FleetTest.usual(sandbox)
                .spot(Ec2Fleet.Builder.CUTS_ACCEPTED)
                .volumeKey(new Key(sandbox.stack(), "Key"))
                .build();
        JsonNode statements = policy(sandbox.template());
        assertThat(statements)
                .allSatisfy(statement ->
                        assertThat(statement.path("Principal").toString()).doesNotContain("aws-service-role"));
        assertThat(statement(statements, "GrantsForInstances")
                        .at("/Condition/ArnEquals/aws:PrincipalArn")
                        .toString())
                .contains("AWSServiceRoleForAutoScaling", "AWSServiceRoleForEC2Spot");
    }

    @Test
    void saysWhatAnImportedKeyMustAllow() {
        Sandbox sandbox = Sandbox.plain();
        fleet(sandbox, Key.fromKeyArn(sandbox.stack(), "Key", ARN));
        assertThat(
                        Annotations.fromStack(sandbox.stack())
                                .findWarning(
                                        "/sandbox/Fleet",
                                        Match.stringLikeRegexp(
                                                ".*" + ARN + " is not this app's to write.*"
                                                        + "AWSServiceRoleForAutoScaling, kms:CreateGrant among them, no instance starts.*")))
                .hasSize(1);
        assertThat(Sandbox.only(sandbox.template(), "AWS::EC2::LaunchTemplate")
                        .at("/LaunchTemplateData/BlockDeviceMappings/0/Ebs/KmsKeyId")
                        .asText())
                .isEqualTo(ARN);
    }

    /** Who brings a key copies them from there. */
    @Test
    void theOperatorsPageHasTheSameStatements() throws IOException {
        String page = Files.readString(Path.of("../docs/operator.md"));
        JsonNode shown = new ObjectMapper()
                .readTree(page.substring(page.indexOf("```json\n[", page.indexOf("### The key of the disks")) + 8));
        Sandbox sandbox = Sandbox.plain();
        fleet(sandbox, new Key(sandbox.stack(), "Key"));
        JsonNode statements = policy(sandbox.template());

        assertThat(shown).hasSize(2);
        assertThat(meaning(shown.path(0))).isEqualTo(meaning(statement(statements, "VolumesOfInstances")));
        assertThat(meaning(shown.path(1))).isEqualTo(meaning(statement(statements, "GrantsForInstances")));
    }

    /** Who may do what to what, and by which conditions; what an account's number stands in is cut to its end. */
    private static String meaning(JsonNode statement) {
        Set<String> actions = new TreeSet<>();
        statement.path("Action").forEach(action -> actions.add(action.asText()));
        actions.add(statement.path("Action").asText());
        Set<String> conditions = new TreeSet<>();
        statement
                .path("Condition")
                .properties()
                .forEach(operator -> operator.getValue()
                        .properties()
                        .forEach(key -> conditions.add(operator.getKey() + " " + key.getKey() + " "
                                + key.getValue()
                                        .toString()
                                        .replaceAll("[\\]}\"]+$", "")
                                        .replaceAll(".*:role/", "role/")
                                        .replaceAll("^.*(AccountId|<account>)$", "the account"))));
        return statement.path("Effect") + " " + statement.path("Principal") + " " + statement.path("Resource") + " "
                + actions + " " + conditions;
    }

    private static void fleet(Sandbox sandbox, IKey key) {
        Ec2FleetTest.usual(sandbox).volumeKey(key).build();
    }

    private static JsonNode policy(JsonNode template) {
        return Sandbox.only(template, "AWS::KMS::Key").at("/KeyPolicy/Statement");
    }

    private static JsonNode statement(JsonNode statements, String sid) {
        for (JsonNode statement : statements) {
            if (statement.path("Sid").asText().equals(sid)) {
                return statement;
            }
        }
        throw new AssertionError("No statement " + sid + " in " + statements);
    }
}
