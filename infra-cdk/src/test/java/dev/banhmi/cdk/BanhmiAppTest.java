package dev.banhmi.cdk;

import static dev.banhmi.cdk.Synthesis.only;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.banhmi.cdk.constructs.image.ImageTar;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
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
        "dev, amd64, t3.medium, /recommended/",
        "dev, arm64, t4g.medium, /arm64/recommended/",
        "prod, amd64, m6i.large, /al2023-ami-ecs-hvm-2023.0.20251108-kernel-6.1-x86_64/",
        "prod, arm64, m7g.large, /arm64/al2023-ami-ecs-hvm-2023.0.20251108-kernel-6.1-arm64/"
    })
    void startsInstancesOfTheImagesArchitecture(String environment, String architecture, String type, String ami)
            throws IOException {
        JsonNode service = (architecture.equals("amd64")
                        ? SynthesizedAssembly.shared(environment)
                        : synthesize(environment, architecture))
                .service();
        JsonNode launch = only(service, "AWS::EC2::LaunchTemplate").path("LaunchTemplateData");
        assertThat(launch.path("InstanceType").asText()).isEqualTo(type);
        String parameter = "/aws/service/ecs/optimized-ami/amazon-linux-2023" + ami + "image_id";
        if (ami.contains("recommended")) {
            String name = launch.path("ImageId").path("Ref").asText();
            assertThat(service.path("Parameters").path(name).path("Type").asText())
                    .isEqualTo("AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>");
            assertThat(service.path("Parameters").path(name).path("Default").asText())
                    .isEqualTo(parameter);
        } else {
            assertThat(launch.path("ImageId").asText()).isEqualTo("{{resolve:ssm:" + parameter + "}}");
        }
    }

    @Test
    void writesTheSameBytesTwice() throws IOException {
        Map<String, String> first = SynthesizedAssembly.shared("dev").files();
        Map<String, String> second = synthesize("dev", "amd64").files();
        assertThat(first).containsKeys("manifest.json", "tree.json", "banhmi-dev-service.template.json");
        assertThat(second).isEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "prod"})
    void asksNoAccountForAnything(String environment) throws IOException {
        Synthesis synthesis = SynthesizedAssembly.shared(environment);
        assertThat(synthesis.json("manifest.json").has("missing")).isFalse();
        // Elastic Load Balancing writes logs from an account of its own in each region, and the example certificate
        // has one.
        String templates = (synthesis.foundation().toString() + synthesis.service())
                .replace(":iam::127311923021:root", "")
                .replace(":acm:us-east-1:111122223333:", "");
        assertThat(templates)
                .doesNotContain("dummy")
                .doesNotContain("us-east-1a")
                .doesNotContainPattern("(?<![0-9A-Za-z-])\\d{12}(?![0-9A-Za-z-])");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "prod"})
    void tiesTheStacksByNoExport(String environment) throws IOException {
        Synthesis synthesis = SynthesizedAssembly.shared(environment);
        assertThat(synthesis.foundation().path("Outputs")).isNotEmpty().noneMatch(output -> output.has("Export"));
        assertThat(synthesis.service().toString())
                .doesNotContain("Fn::ImportValue")
                .contains("Fn::GetStackOutput");
    }

    @Test
    void namesNeitherTheMachineNorTheRun() throws IOException {
        assertThat(synthesize("dev", "amd64").files().values())
                .noneMatch(content -> content.contains(directory.toString()) || content.contains("jsii-kernel"));
    }

    private Synthesis synthesize(String environment, String architecture) throws IOException {
        Path image = ImageTar.write(directory, "linux", architecture);
        return Synthesis.of(environment, image, directory.resolve("out"));
    }
}
