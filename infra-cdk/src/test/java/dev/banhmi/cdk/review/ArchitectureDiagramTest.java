package dev.banhmi.cdk.review;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.cdk.GeneratedFile;
import dev.banhmi.cdk.SynthesizedAssembly;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitectureDiagramTest {
    @TempDir
    private Path directory;

    static Stream<String> environments() {
        return SynthesizedAssembly.environments().stream();
    }

    @ParameterizedTest
    @MethodSource("environments")
    void thePictureIsAsCommitted(String environment) throws IOException {
        Assembly assembly = Assembly.read(SynthesizedAssembly.of(environment, directory));
        new GeneratedFile(Path.of("../docs/architecture-" + environment + ".svg"))
                .agreesWith(ArchitectureDiagram.svg(assembly, environment));
        assertThat(ArchitectureDiagram.problems(assembly, environment)).isEmpty();
    }

    @Test
    void drawsAllThatItKnowsWithoutAnOverlap() {
        Assembly everything = Templates.everything();
        assertThat(ArchitectureDiagram.problems(everything, "x")).isEmpty();
        assertThat(ArchitectureDiagram.svg(everything, "x"))
                .contains(
                        "VPC 10.0.0.0/16",
                        "flow logs",
                        ">database<",
                        "10.0.44.0/22",
                        "internet-facing",
                        "HTTPS 443, HTTP 80 redirects, for 0.0.0.0/0",
                        "2 to 9 of m7g.large, m6g.large",
                        "3 to 9 tasks, 1024 CPU units and 3072 MiB each",
                        "task, port 8080",
                        ">ecr.dkr<",
                        "ECR repository",
                        "7 alarms",
                        "up to 4100 s",
                        "EC2 Instance-terminate Lifecycle Action",
                        "every minute",
                        "failed events: DrainLetters",
                        "UpdateContainerInstancesState",
                        "ecs: 6 on * if ecs:cluster")
                .doesNotContain("What starts Helper");
    }

    @Test
    void leadsTheEndpointToTheBucketOfTheTasks() {
        assertThat(new Architecture(Templates.everything()).buckets())
                .extracting(Resource::id)
                .containsExactly("Objects", "AccessLogs");
    }

    @Test
    void drawsNothingThatIsNotThere() {
        Assembly bucket = Templates.assembly("{\"Objects\": {\"Type\": \"AWS::S3::Bucket\"}}");
        assertThat(ArchitectureDiagram.problems(bucket, "x")).isEmpty();
        assertThat(ArchitectureDiagram.svg(bucket, "x"))
                .contains("S3 bucket Objects", "goes with its stack")
                .doesNotContain("VPC", "Lambda", "CloudWatch", "ECR", "Roles");
    }

    @Test
    void drawsTheSamePictureTwice() {
        assertThat(ArchitectureDiagram.svg(Templates.everything(), "x"))
                .isEqualTo(ArchitectureDiagram.svg(Templates.everything(), "x"));
    }
}
