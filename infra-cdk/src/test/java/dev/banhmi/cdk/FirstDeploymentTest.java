package dev.banhmi.cdk;

import static dev.banhmi.cdk.Synthesis.only;
import static dev.banhmi.cdk.Synthesis.resources;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.banhmi.cdk.constructs.TestVpc;
import dev.banhmi.cdk.constructs.image.ImageTar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ecs.EcsOptimizedImage;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationLoadBalancer;
import software.amazon.awscdk.services.s3.Bucket;

/**
 * The first deployment into an account: what is refused before it, what a failed one leaves in the way of the next, and what later ones must
 * not skip. Each check is first tried on plain CDK, which fails it.
 */
class FirstDeploymentTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ACCOUNT = "210987654321";

    /** Properties with which a resource has a name that a second one of the same kind would collide with. */
    private static final Set<String> NAMES = Set.of(
            "BucketName",
            "LogGroupName",
            "QueueName",
            "RepositoryName",
            "TopicName",
            "FunctionName",
            "RoleName",
            "Name");

    @TempDir
    private Path directory;

    @Test
    void aProtectedStackCannotBeDeployedAgainAfterItFailed() throws IOException {
        Path plain = directory.resolve("plain");
        App app = new App(AppProps.builder().outdir(plain.toString()).build());
        Stack stack = new Stack(
                app, "plain", StackProps.builder().terminationProtection(true).build());
        ApplicationLoadBalancer.Builder.create(stack, "Balancer")
                .vpc(TestVpc.in(stack))
                .deletionProtection(true)
                .build();
        Bucket.Builder.create(stack, "Bucket")
                .bucketName("objects-of-210987654321")
                .removalPolicy(RemovalPolicy.RETAIN)
                .build();
        AutoScalingGroup.Builder.create(stack, "Instances")
                .vpc(TestVpc.in(stack))
                .instanceType(new InstanceType("t3.medium"))
                .machineImage(EcsOptimizedImage.amazonLinux2023())
                .newInstancesProtectedFromScaleIn(true)
                .build();
        app.synth();
        assertThat(obstacles(json(plain, "manifest.json"), "plain", json(plain, "plain.template.json")))
                .hasSize(4);

        for (String environment : SynthesizedAssembly.environments()) {
            Synthesis ours = SynthesizedAssembly.shared(environment);
            JsonNode manifest = ours.json("manifest.json");
            assertThat(obstacles(manifest, "banhmi-" + environment + "-foundation", ours.foundation()))
                    .isEmpty();
            assertThat(obstacles(manifest, "banhmi-" + environment + "-service", ours.service()))
                    .isEmpty();
        }
    }

    @Test
    void protectsStacksAndLoadBalancerOnceTheFileSaysSo() throws IOException {
        Synthesis ours = production("protection: off", "protection: on");
        for (String stack : List.of("foundation", "service")) {
            assertThat(isProtected(ours.json("manifest.json"), "banhmi-prod-" + stack))
                    .isTrue();
        }
        assertThat(deletionProtection(only(ours.service(), "AWS::ElasticLoadBalancingV2::LoadBalancer")))
                .isTrue();
        assertThat(warnings(ours)).noneMatch(warning -> warning.contains("protection: on"));
    }

    @Test
    void warnsWhileNothingIsProtected() throws IOException {
        assertThat(warnings(production("zones: 3", "zones: 3")))
                .filteredOn(warning -> warning.contains("set protection: on"))
                .hasSize(2);
    }

    @Test
    void tiesProductionToItsAccountWithoutAskingIt() throws IOException {
        Synthesis ours = production("zones: 3", "zones: 3");
        JsonNode manifest = ours.json("manifest.json");
        for (String stack : List.of("foundation", "service")) {
            assertThat(manifest.path("artifacts")
                            .path("banhmi-prod-" + stack)
                            .path("environment")
                            .asText())
                    .isEqualTo("aws://" + ACCOUNT + "/us-east-1");
        }
        assertThat(manifest.has("missing")).isFalse();
        for (JsonNode template : List.of(ours.foundation(), ours.service())) {
            assertThat(template.path("Rules").has("ExampleOnly")).isFalse();
            assertThat(template.toString())
                    .doesNotContain("REPLACE", "example.com", "111122223333", "us-east-1a", "dummy");
        }
    }

    /** Whoever submits the template: the rule stands in it. */
    @Test
    void anExampleIsRefusedByCloudFormationItself() throws IOException {
        Synthesis example = SynthesizedAssembly.shared("prod");
        for (JsonNode template : List.of(example.foundation(), example.service())) {
            JsonNode assertion = template.path("Rules")
                    .path("ExampleOnly")
                    .path("Assertions")
                    .path(0);
            JsonNode equal = assertion.path("Assert").path("Fn::Equals");
            JsonNode parameter =
                    template.path("Parameters").path(equal.path(0).path("Ref").asText());
            assertThat(parameter.path("Default").asText()).isEqualTo("example");
            assertThat(parameter.path("AllowedValues").toString()).isEqualTo("[\"example\"]");
            assertThat(equal.path(1).asText()).isEqualTo("deployment");
            assertThat(assertion.path("AssertDescription").asText()).contains("Replace every REPLACE");
        }
        assertThat(warnings(example))
                .filteredOn(warning -> warning.contains("CloudFormation refuses to deploy it"))
                .hasSize(2)
                .allSatisfy(warning -> assertThat(warning)
                        .contains("account: is REPLACE", "alarm-email: is REPLACE", "certificate: is REPLACE"));
        Synthesis dev = SynthesizedAssembly.shared("dev");
        assertThat(dev.foundation().path("Rules").has("ExampleOnly")).isFalse();
        assertThat(dev.service().path("Rules").has("ExampleOnly")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "1", "TRUE"})
    void takesNoOtherWordForAnExample(String word) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Synthesis.of(
                        Path.of("config"),
                        Map.of("env", "prod", "example", word),
                        ComposedApp.image(directory),
                        directory.resolve("out")))
                .withMessageContaining("example=" + word);
    }

    /** As aws-cdk 2.1148.1 decides (canSkipDeploy): the same text, and no parameter whose value may have changed behind it. */
    @Test
    void theCommandLineSkipsAStackWhoseReferencesHaveChangedBehindItsText() throws IOException {
        Path plain = directory.resolve("plain");
        App app = new App(AppProps.builder()
                .outdir(plain.toString())
                .postCliContext(Map.of("@aws-cdk/core:defaultCrossStackReferences", "weak"))
                .build());
        Bucket bucket = Bucket.Builder.create(new Stack(app, "giver"), "Bucket").build();
        Stack taker = new Stack(app, "taker");
        Bucket.Builder.create(taker, "Logged")
                .serverAccessLogsBucket(bucket)
                .serverAccessLogsPrefix("{{resolve:ssm:/prefix}}")
                .build();
        app.synth();
        assertThat(json(plain, "taker.template.json").toString()).contains("Fn::GetStackOutput");
        assertThat(mayHaveChanged(json(plain, "taker.template.json"))).isEmpty();

        for (String environment : SynthesizedAssembly.environments()) {
            Synthesis ours = SynthesizedAssembly.shared(environment);
            JsonNode service = ours.service();
            List<String> parameters = mayHaveChanged(service);
            assertThat(parameters).contains("NetworkIds", "BucketIds");
            // Each is a property of a resource, so another value is a change of the stack.
            String tags = only(service, "AWS::ECS::Cluster").path("Tags").toString();
            assertThat(tags).contains("{\"Ref\":\"NetworkIds\"}", "{\"Ref\":\"BucketIds\"}");
            for (String parameter : List.of("NetworkIds", "BucketIds")) {
                String name = service.path("Parameters")
                        .path(parameter)
                        .path("Default")
                        .asText();
                assertThat(resources(ours.foundation(), "AWS::SSM::Parameter"))
                        .filteredOn(written ->
                                written.path("Properties").path("Name").asText().equals(name))
                        .hasSize(1);
            }
            // Whatever the service takes from the foundation is in one of the two.
            String written = resources(ours.foundation(), "AWS::SSM::Parameter").toString();
            for (JsonNode taken : service.findValues("Fn::GetStackOutput")) {
                JsonNode value = ours.foundation()
                        .path("Outputs")
                        .path(taken.path("OutputName").asText())
                        .path("Value");
                String resource = value.has("Ref")
                        ? value.path("Ref").asText()
                        : value.path("Fn::GetAtt").path(0).asText();
                assertThat(written).contains("{\"Ref\":\"" + resource + "\"}");
            }
        }
        assertThat(mayHaveChanged(SynthesizedAssembly.shared("dev").service()))
                .hasSize(3)
                .anyMatch(parameter -> parameter.contains("NewestImage"));
    }

    @Test
    void givesTheVolumesTheKeyThatTheFileSays() throws IOException {
        JsonNode own = production("volume-key: account", "volume-key: own").service();
        assertThat(disk(own).path("KmsKeyId").toString()).contains("VolumeKey");
        assertThat(resources(own, "AWS::KMS::Key"))
                .anyMatch(key -> key.toString().contains("AWSServiceRoleForAutoScaling")
                        && key.at("/Properties/EnableKeyRotation").asBoolean());
        String arn = "arn:aws:kms:us-east-1:" + ACCOUNT + ":key/1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed";
        Synthesis given = production("volume-key: account", "volume-key: " + arn);
        assertThat(disk(given.service()).path("KmsKeyId").asText()).isEqualTo(arn);
        assertThat(warnings(given)).anyMatch(warning -> warning.contains("kms:CreateGrant"));
        JsonNode shipped = SynthesizedAssembly.shared("prod").service();
        assertThat(disk(shipped).path("Encrypted").asBoolean()).isTrue();
        assertThat(disk(shipped).has("KmsKeyId")).isFalse();
    }

    @Test
    void logsTheFlowsThatTheFileSays() throws IOException {
        assertThat(only(production("flow-logs: rejected", "flow-logs: all").foundation(), "AWS::EC2::FlowLog")
                        .path("TrafficType")
                        .asText())
                .isEqualTo("ALL");
        assertThat(only(SynthesizedAssembly.shared("prod").foundation(), "AWS::EC2::FlowLog")
                        .path("TrafficType")
                        .asText())
                .isEqualTo("REJECT");
    }

    private static JsonNode disk(JsonNode template) {
        return only(template, "AWS::EC2::LaunchTemplate").at("/LaunchTemplateData/BlockDeviceMappings/0/Ebs");
    }

    /** What stands in the way of deleting a stack that failed, or of making it once more. */
    private static List<String> obstacles(JsonNode manifest, String stack, JsonNode template) {
        List<String> found = new ArrayList<>();
        if (isProtected(manifest, stack)) {
            found.add("termination protection of " + stack);
        }
        template.path("Resources").properties().forEach(entry -> {
            JsonNode properties = entry.getValue().path("Properties");
            if (deletionProtection(properties)) {
                found.add("deletion protection of " + entry.getKey());
            }
            if (properties.path("NewInstancesProtectedFromScaleIn").asBoolean()
                    && !isLetGo(template, entry.getKey(), entry.getValue())) {
                found.add("protected instances of " + entry.getKey());
            }
            boolean stays = entry.getValue().path("DeletionPolicy").asText().startsWith("Retain");
            if (stays && NAMES.stream().anyMatch(properties::has)) {
                found.add("the name of " + entry.getKey() + ", which stays");
            }
        });
        return found;
    }

    /** By a resource that is deleted before the group, and whose function is made before the first instance. */
    private static boolean isLetGo(JsonNode template, String name, JsonNode group) {
        return resources(template, "Custom::ScaleInProtection").stream()
                .map(resource -> resource.path("Properties"))
                .filter(properties -> properties.at("/Group/Ref").asText().equals(name))
                .map(properties ->
                        properties.at("/ServiceToken/Fn::GetAtt").path(0).asText())
                .anyMatch(function -> Synthesis.stream(group.path("DependsOn"))
                        .anyMatch(needed -> needed.asText().equals(function)));
    }

    private static boolean isProtected(JsonNode manifest, String stack) {
        return manifest.path("artifacts")
                .path(stack)
                .path("properties")
                .path("terminationProtection")
                .asBoolean();
    }

    private static boolean deletionProtection(JsonNode properties) {
        return properties.path("DeletionProtection").asBoolean()
                || Synthesis.stream(properties.path("LoadBalancerAttributes"))
                        .anyMatch(attribute -> attribute.path("Key").asText().equals("deletion_protection.enabled")
                                && attribute.path("Value").asText().equals("true"));
    }

    private static List<String> mayHaveChanged(JsonNode template) {
        return template.path("Parameters").properties().stream()
                .filter(parameter -> parameter.getValue().path("Type").asText().startsWith("AWS::SSM::Parameter::"))
                .filter(parameter ->
                        !parameter.getValue().path("Description").asText().contains("[cdk:skip]"))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static List<String> warnings(Synthesis synthesis) throws IOException {
        List<String> found = new ArrayList<>();
        for (String stack : List.of("foundation", "service")) {
            String name = "banhmi-" + synthesis.environment() + "-" + stack;
            JsonNode metadata =
                    synthesis.json("manifest.json").path("artifacts").path(name);
            JsonNode inline = metadata.path("metadata");
            if (inline.isMissingNode() && metadata.has("additionalMetadataFile")) {
                inline = synthesis.json(metadata.path("additionalMetadataFile").asText());
            }
            inline.forEach(entries -> entries.forEach(entry -> {
                if (entry.path("type").asText().equals("aws:cdk:warning")) {
                    found.add(entry.path("data").asText());
                }
            }));
        }
        return found;
    }

    /** Production with what an operator fills in, and one line of the file changed. */
    private Synthesis production(String before, String after) throws IOException {
        String filled = Files.readString(Path.of("config/prod.yaml"))
                .replace("account: REPLACE", "account: \"" + ACCOUNT + "\"")
                .replace("alarm-email: REPLACE", "alarm-email: oncall@banhmi.dev")
                .replace("amd64: REPLACE", "amd64: al2023-ami-ecs-hvm-2023.0.20261110-kernel-6.1-x86_64")
                .replace("arm64: REPLACE", "arm64: newest")
                .replace(
                        "certificate: REPLACE",
                        "certificate: arn:aws:acm:us-east-1:" + ACCOUNT
                                + ":certificate/1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed");
        assertThat(filled).contains(before);
        Files.writeString(directory.resolve("prod.yaml"), filled.replace(before, after));
        return Synthesis.of(
                directory,
                Map.of("env", "prod"),
                ImageTar.write(directory, "linux", "amd64"),
                directory.resolve("out"));
    }

    private static JsonNode json(Path assembly, String file) throws IOException {
        return JSON.readTree(Files.readString(assembly.resolve(file)));
    }
}
