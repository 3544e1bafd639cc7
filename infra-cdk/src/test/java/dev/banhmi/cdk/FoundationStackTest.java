package dev.banhmi.cdk;

import static dev.banhmi.cdk.Synthesis.only;
import static dev.banhmi.cdk.Synthesis.resources;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.banhmi.cdk.constructs.image.ImageTar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoundationStackTest {
    private static JsonNode prod;
    private static JsonNode dev;

    @BeforeAll
    static void read() throws IOException {
        prod = SynthesizedAssembly.shared("prod").foundation();
        dev = SynthesizedAssembly.shared("dev").foundation();
    }

    @Test
    void hasTheAddressesOf2018AndEachEnvironmentItsOwn() {
        for (String network : List.of("10.1", "10.2")) {
            assertThat(resources(network.equals("10.1") ? prod : dev, "AWS::EC2::Subnet"))
                    .extracting(subnet ->
                            subnet.path("Properties").path("CidrBlock").asText())
                    .containsExactlyElementsOf(Stream.of(0, 4, 8, 28, 32, 36, 48, 52, 56, 60, 64, 68)
                            .map(third -> network + "." + third + ".0/22")
                            .toList());
        }
    }

    @Test
    void givesEveryZoneOfProductionItsOwnWayOutAndDevelopmentOneForAll() {
        assertThat(resources(prod, "AWS::EC2::NatGateway")).hasSize(3);
        assertThat(resources(dev, "AWS::EC2::NatGateway")).hasSize(1);
    }

    @Test
    void keepsTheDataOfProduction() {
        List<JsonNode> kept = new ArrayList<>(resources(prod, "AWS::S3::Bucket"));
        String flowLogs =
                only(prod, "AWS::EC2::FlowLog").path("LogGroupName").path("Ref").asText();
        kept.add(prod.path("Resources").path(flowLogs));
        assertThat(kept).hasSize(3).allSatisfy(resource -> {
            assertThat(resource.path("DeletionPolicy").asText()).isEqualTo("Retain");
            assertThat(resource.path("UpdateReplacePolicy").asText()).isEqualTo("Retain");
        });
        assertThat(resources(prod, "Custom::S3AutoDeleteObjects")).isEmpty();
    }

    @Test
    void givesOldVersionsOfProductionAMonth() {
        assertThat(resources(prod, "AWS::S3::Bucket").toString()).contains("\"NoncurrentDays\":30");
        assertThat(resources(dev, "AWS::S3::Bucket").toString()).doesNotContain("VersioningConfiguration");
    }

    @Test
    void leavesNothingOfDevelopment() {
        assertThat(Synthesis.all(dev))
                .noneMatch(resource -> resource.path("DeletionPolicy").asText().startsWith("Retain"));
        assertThat(resources(dev, "Custom::S3AutoDeleteObjects"))
                .hasSameSizeAs(resources(dev, "AWS::S3::Bucket"))
                .hasSize(2);
    }

    @Test
    void givesEveryFunctionALogGroupOfOurs() {
        assertThat(resources(dev, "AWS::Lambda::Function")).hasSize(3).allSatisfy(function -> {
            String group = function.path("Properties")
                    .path("LoggingConfig")
                    .path("LogGroup")
                    .path("Ref")
                    .asText();
            assertThat(dev.path("Resources").path(group).path("Type").asText()).isEqualTo("AWS::Logs::LogGroup");
        });
    }

    @Test
    void hasARepositoryOnlyForAnImageOfIt(@TempDir Path directory) throws IOException {
        assertThat(resources(prod, "AWS::ECR::Repository")).isEmpty();
        String digest = "sha256:" + "ab".repeat(32);
        for (String environment : List.of("dev", "prod")) {
            Files.writeString(
                    directory.resolve(environment + ".yaml"),
                    Files.readString(Path.of("config", environment + ".yaml"))
                            .replace("image: asset", "image: " + digest));
            Path image = ImageTar.write(directory, "linux", "arm64");
            Synthesis synthesis = Synthesis.of(directory, environment, image, directory.resolve("out-" + environment));
            JsonNode repository = only(synthesis.foundation(), "AWS::ECR::Repository");
            assertThat(repository.path("ImageTagMutability").asText()).isEqualTo("IMMUTABLE");
            assertThat(repository
                            .path("ImageScanningConfiguration")
                            .path("ScanOnPush")
                            .asBoolean())
                    .isTrue();
            assertThat(resources(synthesis.foundation(), "AWS::ECR::Repository"))
                    .extracting(resource -> resource.path("DeletionPolicy").asText())
                    .containsExactly(environment.equals("dev") ? "Delete" : "Retain");
            assertThat(synthesis.foundation().path("Outputs").has("ImagesUri")).isTrue();
            assertThat(synthesis.service().toString()).contains("@" + digest).doesNotContain("Fn::ImportValue");
        }
    }
}
