package dev.banhmi.cdk;

import static dev.banhmi.cdk.Synthesis.resources;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.banhmi.cdk.constructs.image.ImageTar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.ecr.Repository;
import software.amazon.awscdk.services.ecs.ContainerDefinitionOptions;
import software.amazon.awscdk.services.ecs.ContainerImage;
import software.amazon.awscdk.services.ecs.Ec2TaskDefinition;
import software.amazon.awscdk.services.s3.Bucket;

/** Each trap of CDK that concerns whole stacks: first as plain CDK has it, then that our environments are free of it. */
class StackTrapsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    @Test
    void aStackThatNamesAccountAndRegionGetsZonesThatDoNotExist() throws IOException {
        Path plain = directory.resolve("plain");
        App app = app(plain, Map.of());
        Stack stack = stack(app, "plain", "111122223333", "us-east-1");
        Vpc.Builder.create(stack, "Vpc").maxAzs(3).build();
        app.synth();
        assertThat(json(plain, "plain.template.json").toString()).contains("\"dummy1a\"");
        assertThat(json(plain, "manifest.json").path("missing")).isNotEmpty();

        Synthesis ours = ours("prod");
        assertThat(ours.foundation().toString()).doesNotContain("dummy");
        assertThat(ours.json("manifest.json").has("missing")).isFalse();
    }

    @Test
    void aStackThatNamesNeitherGetsTwoZonesOfTheThreeItAsksFor() throws IOException {
        Path plain = directory.resolve("plain");
        App app = app(plain, Map.of());
        Vpc.Builder.create(new Stack(app, "plain"), "Vpc").maxAzs(3).build();
        app.synth();
        assertThat(zones(json(plain, "plain.template.json"))).hasSize(2);

        assertThat(zones(ours("prod").foundation()))
                .containsExactlyInAnyOrder(
                        "{\"Fn::Select\":[0,{\"Fn::GetAZs\":\"\"}]}",
                        "{\"Fn::Select\":[1,{\"Fn::GetAZs\":\"\"}]}",
                        "{\"Fn::Select\":[2,{\"Fn::GetAZs\":\"\"}]}");
    }

    @Test
    void whatOneStackTakesFromAnotherBecomesAnExportThatNobodyMayChange() throws IOException {
        Path plain = directory.resolve("plain");
        App app = app(plain, Map.of());
        Bucket bucket = Bucket.Builder.create(new Stack(app, "giver"), "Bucket").build();
        CfnOutput.Builder.create(new Stack(app, "taker"), "Name")
                .value(bucket.getBucketName())
                .build();
        app.synth();
        assertThat(json(plain, "giver.template.json").path("Outputs").toString())
                .contains("\"Export\"");
        assertThat(json(plain, "taker.template.json").toString()).contains("Fn::ImportValue");

        for (String environment : List.of("dev", "prod")) {
            Synthesis ours = ours(environment);
            assertThat(ours.foundation().path("Outputs").toString()).doesNotContain("\"Export\"");
            assertThat(ours.service().toString()).contains("Fn::GetStackOutput").doesNotContain("Fn::ImportValue");
        }
    }

    @Test
    void aRepositoryBesideAnImageFromAFileStaysEmpty() throws IOException {
        Path image = ImageTar.write(directory, "linux", "amd64");
        Path plain = directory.resolve("plain");
        App app = app(plain, Map.of());
        Stack stack = new Stack(app, "plain");
        Repository.Builder.create(stack, "Images").build();
        new Ec2TaskDefinition(stack, "Task")
                .addContainer(
                        "service",
                        ContainerDefinitionOptions.builder()
                                .image(ContainerImage.fromTarball(image.toString()))
                                .memoryLimitMiB(512)
                                .build());
        app.synth();
        JsonNode template = json(plain, "plain.template.json");
        assertThat(resources(template, "AWS::ECR::Repository")).hasSize(1);
        assertThat(resources(template, "AWS::ECS::TaskDefinition").toString())
                .contains("cdk-hnb659fds-container-assets-")
                .doesNotContain("Images");

        for (String environment : List.of("dev", "prod")) {
            Synthesis ours = ours(environment);
            assertThat(resources(ours.service(), "AWS::ECS::TaskDefinition").toString())
                    .contains("cdk-hnb659fds-container-assets-");
            assertThat(resources(ours.foundation(), "AWS::ECR::Repository")).isEmpty();
        }
    }

    /** As the CDK command line sets them, so that its templates differ from those of any other synthesis. */
    @Test
    void theCommandLineWritesPathsAndVersionsIntoTemplates() throws IOException {
        Map<String, Object> told = Map.of(
                "aws:cdk:enable-path-metadata", true,
                "aws:cdk:enable-asset-metadata", true,
                "aws:cdk:version-reporting", true);
        Path plain = directory.resolve("plain");
        App app = app(plain, told);
        Bucket.Builder.create(new Stack(app, "plain"), "Bucket").build();
        app.synth();
        assertThat(json(plain, "plain.template.json").toString()).contains("aws:cdk:path", "AWS::CDK::Metadata");

        Synthesis ours = ours("dev");
        assertThat(ours.foundation().toString() + ours.service())
                .doesNotContain("aws:cdk:path", "aws:asset:path", "AWS::CDK::Metadata");
    }

    private static Synthesis ours(String environment) {
        return SynthesizedAssembly.shared(environment);
    }

    private static App app(Path out, Map<String, Object> context) {
        return new App(
                AppProps.builder().outdir(out.toString()).context(context).build());
    }

    private static Stack stack(App app, String id, String account, String region) {
        return new Stack(
                app,
                id,
                StackProps.builder()
                        .env(Environment.builder()
                                .account(account)
                                .region(region)
                                .build())
                        .build());
    }

    private static JsonNode json(Path assembly, String file) throws IOException {
        return JSON.readTree(Files.readString(assembly.resolve(file)));
    }

    private static Set<String> zones(JsonNode template) {
        Set<String> zones = new HashSet<>();
        for (JsonNode subnet : resources(template, "AWS::EC2::Subnet")) {
            zones.add(subnet.path("Properties").path("AvailabilityZone").toString());
        }
        return zones;
    }
}
