package dev.banhmi.cdk.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.cdk.GeneratedFile;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConstructsPageTest {
    @Test
    void everyConstructHasAnExample() throws IOException {
        assertThat(ConstructsPage.constructs()).contains("TieredVpc", "ZeroDowntimeService");
        assertThat(new ConstructsPage().shown()).containsAll(ConstructsPage.constructs());
    }

    @Test
    void everyExampleSynthesizes(@TempDir Path directory) throws IOException {
        Path assembly = ExampleApp.synthesize(directory);
        assertThat(assembly.resolve("example-service.template.json"))
                .content()
                .contains("AWS::ECS::Service")
                .contains("AWS::AutoScaling::LifecycleHook")
                .contains("AWS::CloudWatch::Dashboard");
        assertThat(assembly.resolve("example-foreign.template.json")).content().contains("banhmi-drain");
        assertThat(assembly.resolve("example-repository.template.json"))
                .content()
                .contains("AWS::ECR::Repository");
    }

    @Test
    void thePageHoldsExactlyWhatIsCompiled() throws IOException {
        new GeneratedFile(Path.of("../docs/constructs.md")).agreesWith(new ConstructsPage().markdown());
    }
}
