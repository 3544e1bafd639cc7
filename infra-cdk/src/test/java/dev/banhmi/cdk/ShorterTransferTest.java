package dev.banhmi.cdk;

import static dev.banhmi.cdk.Synthesis.attribute;
import static dev.banhmi.cdk.Synthesis.only;
import static dev.banhmi.cdk.Synthesis.stream;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.banhmi.cdk.constructs.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The longest transfer becomes shorter in the two deployments of docs/operations.md, both made by the file, and neither cuts what the tasks
 * before it have accepted.
 */
class ShorterTransferTest {
    /*
     * Within a deployment the deregistration delay changes first, then instances are replaced, and hook and tasks follow
     * (ServiceStackTest): so the new delay meets transfers of the old tasks, behind the old hook and the new one.
     */

    private static final String LONGEST = "BANHMI_TRANSFER_MAX_REQUEST_DURATION";
    private static final String SILENCE = "BANHMI_TRANSFER_MAX_IDLE";

    private static JsonNode before;
    private static JsonNode accepting;
    private static JsonNode shorter;

    @BeforeAll
    static void synthesize(@TempDir Path directory) throws IOException {
        before = SynthesizedAssembly.shared("dev").service();
        accepting = otherwise("accepted-request-duration: max", "accepted-request-duration: 10m", directory);
        shorter = otherwise(" max-request-duration: 15m", " max-request-duration: 10m", directory);
    }

    private static JsonNode otherwise(String before, String after, Path directory) throws IOException {
        Path own = Files.createTempDirectory(directory, "step");
        return new Synthesis(SynthesizedAssembly.otherwise("dev", before, after, own), "dev").service();
    }

    @Test
    void neitherOfTheTwoDeploymentsCuts() {
        assertThat(spare(before, accepting)).isNotNegative();
        assertThat(spare(accepting, shorter)).isNotNegative();
    }

    /** What the two are there for, and a check that could not fail would be none. */
    @Test
    void oneDeploymentInTheirPlaceCuts() {
        assertThat(spare(before, shorter)).isEqualTo(-300);
    }

    @Test
    void theFirstChangesTheOneVariableAndNothingElse() throws IOException {
        assertThat(variable(before, LONGEST)).isEqualTo(900);
        assertThat(variable(accepting, LONGEST)).isEqualTo(600);
        ObjectNode taken = new ObjectMapper().readValue(accepting.toString(), ObjectNode.class);
        stream(container(taken).path("Environment"))
                .filter(variable -> variable.path("Name").asText().equals(LONGEST))
                .forEach(variable -> ((ObjectNode) variable).put("Value", "900s"));
        assertThat(taken).isEqualTo(before);
    }

    @Test
    void theSecondLeavesTheTasksAsTheyAre() {
        assertThat(only(shorter, "AWS::ECS::TaskDefinition")).isEqualTo(only(accepting, "AWS::ECS::TaskDefinition"));
        assertThat(delay(shorter)).isEqualTo(660);
        assertThat(hook(shorter)).isLessThan(hook(accepting));
    }

    @Test
    void thePageHasThemInThisOrder() throws IOException {
        String page = Files.readString(Path.of("../docs/operations.md"));
        String section = page.substring(page.indexOf("*Shorter*:"), page.indexOf("## Roll back"));
        assertThat(section)
                .containsSubsequence(
                        "1. ",
                        "`service.accepted-request-duration`",
                        "2. ",
                        "`service.max-request-duration`",
                        "`accepted-request-duration: max`");
    }

    /** What is left, in seconds, of the shortest wait behind the longest transfer that one of the tasks has accepted. */
    private static long spare(JsonNode before, JsonNode after) {
        long wait = Math.min(delay(after), Math.min(hook(before), hook(after)));
        long transfer = Math.max(variable(before, LONGEST), variable(after, LONGEST));
        return wait - transfer - Math.max(variable(before, SILENCE), variable(after, SILENCE));
    }

    private static long delay(JsonNode template) {
        JsonNode attributes =
                only(template, "AWS::ElasticLoadBalancingV2::TargetGroup").path("TargetGroupAttributes");
        return Long.parseLong(attribute(attributes, "deregistration_delay.timeout_seconds"));
    }

    private static long hook(JsonNode template) {
        return Sandbox.onlyTerminationHook(template).path("HeartbeatTimeout").asLong();
    }

    private static long variable(JsonNode template, String name) {
        return stream(container(template).path("Environment"))
                .filter(variable -> variable.path("Name").asText().equals(name))
                .map(variable -> variable.path("Value").asText())
                .mapToLong(value -> Long.parseLong(value.substring(0, value.indexOf('s'))))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode container(JsonNode template) {
        return only(template, "AWS::ECS::TaskDefinition")
                .path("ContainerDefinitions")
                .path(0);
    }
}
