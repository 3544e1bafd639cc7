package dev.banhmi.cdk.review;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChangesTest {
    private static final String GROUP = """
        {"Targets": {"Type": "AWS::ElasticLoadBalancingV2::TargetGroup",
          "Properties": {"Port": 80, "HealthCheckPath": "/a", "VpcId": "vpc-1"}}}
        """;

    @Test
    void saysNothingAboutEqualTemplates() {
        assertThat(changes(GROUP, GROUP)).isEmpty();
    }

    @Test
    void saysNothingAboutAStackWithoutASnapshot() {
        assertThat(Changes.of(Templates.assembly(GROUP), Map.of(), ReplacementRules.shipped()))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "80, 81, REPLACED, Port: 80 -> 81",
        "/a, /b, UPDATED, Properties/HealthCheckPath: /a -> /b",
        "vpc-1, vpc-2, REPLACED, VpcId: vpc-1 -> vpc-2"
    })
    void knowsWhichPropertyReplacesTheResource(String before, String after, Change.Kind kind, String detail) {
        assertThat(changes(GROUP, GROUP.replace(before, after)))
                .containsExactly(new Change(
                        kind, "banhmi-x-service", "Targets", "AWS::ElasticLoadBalancingV2::TargetGroup", detail));
    }

    @Test
    void saysWhenReplacingIsUpToCloudFormation() {
        String before = "{\"Fleet\": {\"Type\": \"AWS::AutoScaling::AutoScalingGroup\","
                + " \"Properties\": {\"VPCZoneIdentifier\": [\"a\"], \"MinSize\": \"1\"}}}";
        assertThat(changes(before, before.replace("\"a\"", "\"b\"")))
                .extracting(Change::kind)
                .containsExactly(Change.Kind.MAY_BE_REPLACED);
        assertThat(changes(before, before.replace("\"1\"", "\"2\"")))
                .extracting(Change::kind)
                .containsExactly(Change.Kind.UPDATED);
    }

    @Test
    void trustsNoTypeThatTheSchemasDoNotKnow() {
        String before = "{\"Empty\": {\"Type\": \"Custom::EmptyBucket\", \"Properties\": {\"Name\": \"a\"}}}";
        assertThat(changes(before, before.replace("\"a\"", "\"b\"")))
                .extracting(Change::kind)
                .containsExactly(Change.Kind.MAY_BE_REPLACED);
    }

    @Test
    void followsReferencesToWhatIsReplaced() {
        String before = """
            {"Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
             "Subnet": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/22"}},
             "Nat": {"Type": "AWS::EC2::NatGateway", "Properties": {"SubnetId": {"Ref": "Subnet"}}},
             "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 30}},
             "Fleet": {"Type": "AWS::AutoScaling::AutoScalingGroup", "Properties": {"VPCZoneIdentifier": [{"Ref": "Subnet"}]}}}
            """;
        assertThat(changes(before, before.replace("10.0.0.0/16", "10.1.0.0/16")))
                .extracting(change -> change.kind().label() + " " + change.id() + " " + change.detail())
                .containsExactly(
                        "REPLACED Vpc CidrBlock: 10.0.0.0/16 -> 10.1.0.0/16",
                        "REPLACED Subnet VpcId follows Vpc",
                        "REPLACED Nat SubnetId follows Subnet");
    }

    @Test
    void followsReferencesAcrossStacks() {
        String foundation = """
            {"Resources": {"Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}},
             "Outputs": {"VpcOutput": {"Value": {"Ref": "Vpc"}}}}
            """;
        String service = """
            {"Resources": {"Group": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "g", "VpcId":
              {"Fn::GetStackOutput": {"StackName": "banhmi-x-foundation", "OutputName": "VpcOutput"}}}}}}
            """;
        Assembly after = Templates.stacks(
                Map.of("banhmi-x-foundation", foundation.replace("10.0", "10.1"), "banhmi-x-service", service));
        assertThat(Changes.of(
                        after,
                        Map.of(
                                "banhmi-x-foundation", Templates.json(foundation),
                                "banhmi-x-service", Templates.json(service)),
                        ReplacementRules.shipped()))
                .extracting(change -> change.stack() + " " + change.detail())
                .containsExactly(
                        "banhmi-x-foundation CidrBlock: 10.0.0.0/16 -> 10.1.0.0/16",
                        "banhmi-x-service VpcId follows Vpc");
    }

    @Test
    void saysWhatBecomesOfWhatIsRemoved() {
        String before = """
            {"Kept": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain"}, "Gone": {"Type": "AWS::SQS::Queue"}}
            """;
        assertThat(changes(before, "{\"New\": {\"Type\": \"AWS::SNS::Topic\"}}"))
                .extracting(change -> change.kind().label() + " " + change.id() + " " + change.detail())
                .containsExactly("REMOVED Kept (the old one is kept)", "REMOVED Gone (deleted)", "added New ");
    }

    @Test
    void seesThatALogicalIdChanged() {
        String before = "{\"Objects0A1B2C3D\": {\"Type\": \"AWS::S3::Bucket\", \"Properties\": {\"A\": 1}}}";
        assertThat(changes(before, before.replace("Objects0A1B2C3D", "StoreObjects99999999")))
                .extracting(change -> change.kind().label() + " " + change.id() + " " + change.detail())
                .containsExactly("RENAMED StoreObjects99999999 was Objects0A1B2C3D (deleted)");
    }

    @Test
    void seesThatOnlyTheHashOfAPathChanged() {
        String before = "{\"Objects0A1B2C3D\": {\"Type\": \"AWS::S3::Bucket\", \"Properties\": {\"A\": 1}}}";
        assertThat(changes(before, before.replace("0A1B2C3D", "99999999").replace("1}", "2}")))
                .extracting(Change::kind)
                .containsExactly(Change.Kind.RENAMED);
    }

    @Test
    void namesChangesOutsideTheResources() {
        Assembly after = Templates.stacks(Map.of("s", "{\"Parameters\": {\"Ami\": {\"Default\": \"/b\"}}}"));
        assertThat(Changes.of(
                        after,
                        Map.of("s", Templates.json("{\"Parameters\": {\"Ami\": {\"Default\": \"/a\"}}}")),
                        ReplacementRules.shipped()))
                .containsExactly(new Change(Change.Kind.UPDATED, "s", "Parameters/Ami/Default", "", "/a -> /b"));
    }

    @Test
    void takesAWiderOrNarrowerPlaceForTheProperty() {
        ReplacementRules rules =
                new ReplacementRules(Templates.json("{\"T\": {\"always\": [\"A/*/B\"], \"sometimes\": [\"C\"]}}"));
        assertThat(List.of("A", "A/0", "A/0/B", "A/0/B/C"))
                .allMatch(path -> rules.effect("T", path) == ReplacementRules.Effect.REPLACE);
        assertThat(rules.effect("T", "A/0/D")).isEqualTo(ReplacementRules.Effect.UPDATE);
        assertThat(rules.effect("T", "C/D")).isEqualTo(ReplacementRules.Effect.MAY_REPLACE);
    }

    @Test
    void namesWhatWentFromAListAndWhatCame() {
        String before =
                "{\"Role\": {\"Type\": \"AWS::IAM::Role\", \"Properties\": {\"ManagedPolicyArns\": [\"a\", \"b\"]}}}";
        assertThat(changes(before, before.replace("\"b\"", "\"c\", \"d\"")))
                .extracting(Change::detail)
                .containsExactly("Properties/ManagedPolicyArns: - b + c + d");
        assertThat(changes(before, before.replace("\"b\"", "\"b\", \"b\"")))
                .extracting(Change::detail)
                .containsExactly("Properties/ManagedPolicyArns: another order or number");
    }

    private static List<Change> changes(String before, String after) {
        Map<String, JsonNode> snapshots = new TreeMap<>();
        Templates.assembly(before).stacks().forEach(stack -> snapshots.put(stack.name(), stack.template()));
        return Changes.of(Templates.assembly(after), snapshots, ReplacementRules.shipped());
    }
}
