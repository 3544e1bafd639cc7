package dev.banhmi.cdk;

import static dev.banhmi.cdk.Synthesis.only;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BanhmiAppTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "dev, amd64, t3.medium, /recommended/image_id",
        "dev, arm64, t4g.medium, /arm64/recommended/image_id",
        "prod, amd64, m6i.large, /recommended/image_id",
        "prod, arm64, m7g.large, /arm64/recommended/image_id"
    })
    void startsInstancesOfTheImagesArchitecture(String environment, String architecture, String type, String ami)
            throws IOException {
        JsonNode service = synthesize(environment, architecture, "out").service();
        JsonNode launch = only(service, "AWS::EC2::LaunchTemplate").path("LaunchTemplateData");
        assertThat(launch.path("InstanceType").asText()).isEqualTo(type);
        String parameter = launch.path("ImageId").path("Ref").asText();
        assertThat(service.path("Parameters").path(parameter).path("Default").asText())
                .isEqualTo("/aws/service/ecs/optimized-ami/amazon-linux-2023" + ami);
    }

    @Test
    void writesTheSameBytesTwice() throws IOException {
        Map<String, String> first = files(synthesize("dev", "amd64", "first").directory());
        Map<String, String> second = files(synthesize("dev", "amd64", "second").directory());
        assertThat(first).containsKeys("manifest.json", "tree.json", "banhmi-dev-service.template.json");
        assertThat(second).isEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "prod"})
    void asksNoAccountForAnything(String environment) throws IOException {
        Synthesis synthesis = synthesize(environment, "amd64", "out");
        assertThat(synthesis.json("manifest.json").has("missing")).isFalse();
        assertThat(synthesis.foundation().toString() + synthesis.service())
                .doesNotContain("dummy")
                .doesNotContain("us-east-1a")
                .doesNotContainPattern("\\b\\d{12}\\b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "prod"})
    void tiesTheStacksByNoExport(String environment) throws IOException {
        Synthesis synthesis = synthesize(environment, "amd64", "out");
        assertThat(synthesis.foundation().path("Outputs")).isNotEmpty().noneMatch(output -> output.has("Export"));
        assertThat(synthesis.service().toString())
                .doesNotContain("Fn::ImportValue")
                .contains("Fn::GetStackOutput");
    }

    @Test
    void namesNeitherTheMachineNorTheRun() throws IOException {
        assertThat(files(synthesize("dev", "amd64", "out").directory()).values())
                .noneMatch(content -> content.contains(directory.toString()) || content.contains("jsii-kernel"));
    }

    private Synthesis synthesize(String environment, String architecture, String out) throws IOException {
        Path image = StandInImage.write(directory, "linux", architecture);
        return Synthesis.of(environment, image, directory.resolve(out));
    }

    private static Map<String, String> files(Path assembly) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(assembly)) {
            for (Path file : files.toList()) {
                contents.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return contents;
    }
}
