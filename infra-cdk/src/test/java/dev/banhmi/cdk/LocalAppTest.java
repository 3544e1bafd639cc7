package dev.banhmi.cdk;

import static dev.banhmi.cdk.Synthesis.only;
import static dev.banhmi.cdk.Synthesis.resources;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.banhmi.cdk.constructs.DefaultRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awscdk.AppProps;

class LocalAppTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What LocalStack 4.14.0 and moto_server 5.2.1 make; tried 2026-11-22. */
    private static final Set<String> TYPES = Set.of(
            "AWS::IAM::Policy",
            "AWS::IAM::Role",
            "AWS::Lambda::Function",
            "AWS::Logs::LogGroup",
            "AWS::S3::Bucket",
            "AWS::S3::BucketPolicy",
            "AWS::SQS::Queue",
            "AWS::SQS::QueuePolicy");

    @TempDir
    private Path directory;

    @Test
    void holdsOnlyWhatTheEmulatorsMake() throws IOException {
        assertThat(Synthesis.all(template())
                        .map(resource -> resource.path("Type").asText())
                        .collect(Collectors.toSet()))
                .isEqualTo(TYPES);
    }

    @Test
    void leavesNothingBehind() throws IOException {
        assertThat(Synthesis.all(template())).hasSize(15).allSatisfy(resource -> {
            assertThat(resource.path("DeletionPolicy").asText()).isEqualTo("Delete");
            assertThat(resource.path("UpdateReplacePolicy").asText()).isEqualTo("Delete");
        });
    }

    @Test
    void hasTheDrainOfDev() throws IOException {
        JsonNode template = template();
        ObjectNode local = only(template, "AWS::Lambda::Function").deepCopy();
        ObjectNode dev = resources(dev().service(), "AWS::Lambda::Function").stream()
                .map(function -> function.path("Properties"))
                .filter(function -> function.path("Handler").equals(local.path("Handler")))
                .findFirst()
                .orElseThrow()
                .deepCopy();

        assertThat(variables(local).path("BANHMI_CLUSTER").toString()).contains(":cluster/banhmi-local");
        assertThat(variables(local).path("BANHMI_GROUPS").asText()).isEqualTo("banhmi-local");
        for (ObjectNode function : List.of(local, dev)) {
            // Names, and the architecture that follows from dev's image.
            function.remove(List.of("Role", "LoggingConfig", "Architectures"));
            // The bootstrap's own, whose name holds the region.
            ((ObjectNode) function.path("Code")).remove("S3Bucket");
            variables(function).remove(List.of("BANHMI_CLUSTER", "BANHMI_GROUPS"));
        }
        assertThat(local).isEqualTo(dev);
    }

    @Test
    void letsTheDrainDoWhatItMayInDev() throws IOException {
        assertThat(rights(template())).hasSize(19).isEqualTo(rights(dev().service()));
    }

    @Test
    void letsTheGatewayUseItsBucketOnly() throws IOException {
        JsonNode policy = only(template(), "AWS::IAM::Policy").path("PolicyDocument");
        assertThat(policy.path("Statement"))
                .hasSize(2)
                .allSatisfy(statement -> assertThat(statement.path("Resource").toString())
                        .contains("ObjectsBucket")
                        .doesNotContain("\"*\""));
        assertThat(policy.toString()).contains("s3:PutObject").contains("s3:ListBucketMultipartUploads");
    }

    @Test
    void movesAnEventThatFailsThreeTimes() throws IOException {
        Map<String, JsonNode> queues = new TreeMap<>();
        template().path("Resources").properties().stream()
                .filter(resource -> resource.getValue().path("Type").asText().equals("AWS::SQS::Queue"))
                .forEach(resource -> queues.put(
                        resource.getValue().path("Properties").path("QueueName").asText(resource.getKey()),
                        resource.getValue().path("Properties")));
        assertThat(queues).hasSize(3).containsKeys("banhmi-local-events", "banhmi-local-events-failed");
        JsonNode redrive =
                Objects.requireNonNull(queues.get("banhmi-local-events")).path("RedrivePolicy");
        assertThat(redrive.path("maxReceiveCount").asInt()).isEqualTo(3);
        assertThat(redrive.path("deadLetterTargetArn").toString()).contains("FailedEvents");
        assertThat(queues.values())
                .allMatch(queue -> queue.path("SqsManagedSseEnabled").asBoolean());
    }

    @Test
    void tellsWhatItMade() throws IOException {
        assertThat(template().path("Outputs").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder(
                        "ObjectsBucketName", "GatewayRoleArn", "EventsQueueUrl", "DrainFunctionName");
    }

    @Test
    void writesTheSameBytesTwice() throws IOException {
        assertThat(Synthesis.files(SynthesizedAssembly.local()))
                .containsKeys("manifest.json", "banhmi-local.template.json")
                .isEqualTo(Synthesis.files(assembly("once-more")));
    }

    @Test
    void goesToWhateverAccountAndRegionAnEmulatorHas() throws IOException {
        assertThat(JSON.readTree(SynthesizedAssembly.local()
                                .resolve("manifest.json")
                                .toFile())
                        .path("artifacts")
                        .path("banhmi-local")
                        .path("environment")
                        .asText())
                .isEqualTo("aws://unknown-account/unknown-region");
    }

    @Test
    void saysWhichJarIsMissing() {
        Path missing = directory.resolve("no.jar");
        assertThatThrownBy(() -> LocalApp.compose(AppProps.builder(), Path.of("config"), missing))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(missing.toString());
    }

    private static Synthesis dev() {
        return SynthesizedAssembly.shared("dev");
    }

    private Path assembly(String name) throws IOException {
        Path out = Files.createDirectories(directory.resolve(name));
        return Path.of(DefaultRules.appliedTo(ComposedApp.local(out)).synth().getDirectory());
    }

    private static JsonNode template() throws IOException {
        return JSON.readTree(SynthesizedAssembly.local()
                .resolve("banhmi-local.template.json")
                .toFile());
    }

    private static ObjectNode variables(JsonNode function) {
        return (ObjectNode) function.path("Environment").path("Variables");
    }

    /** The actions of the drain's role, sorted. */
    private static List<String> rights(JsonNode template) {
        return Synthesis.resources(template, "AWS::IAM::Role").stream()
                .filter(role -> role.toString().contains("The drainer of an ECS cluster"))
                .flatMap(role -> Synthesis.stream(role.path("Properties").path("Policies")))
                .flatMap(
                        policy -> Synthesis.stream(policy.path("PolicyDocument").path("Statement")))
                .flatMap(statement -> statement.path("Action").isTextual()
                        ? List.of(statement.path("Action")).stream()
                        : Synthesis.stream(statement.path("Action")))
                .map(JsonNode::asText)
                .sorted()
                .toList();
    }
}
