package dev.banhmi.cdk.review;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.cdk.SynthesizedAssembly;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
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
        new Committed(Path.of("../docs/architecture-" + environment + ".svg"))
                .agreesWith(ArchitectureDiagram.svg(assembly, environment));
        assertThat(ArchitectureDiagram.problems(assembly, environment)).isEmpty();
    }
}
