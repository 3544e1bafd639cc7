package dev.banhmi.cdk.review;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.cdk.SynthesizedAssembly;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReviewOfOurStacksTest {
    private static final Path REASONS = Path.of("review/iam-reasons.yaml");
    private static final Path SNAPSHOTS = Path.of("src/test/snapshots");

    /** What the shipped files leave out. */
    private static Assembly withAKeyOfItsOwn;

    @BeforeAll
    static void synthesizeWhatTheShippedFilesLeaveOut(@TempDir Path directory) throws IOException {
        withAKeyOfItsOwn = Assembly.read(
                SynthesizedAssembly.otherwise("prod", "volume-key: account", "volume-key: own", directory));
    }

    @Test
    void everyWildcardHasItsReason() {
        List<Wildcard> unexplained = WildcardReasons.read(REASONS).unexplained(wildcards());
        assertThat(unexplained)
                .as(
                        "Narrow them, or say in %s why they are needed:%n%s",
                        REASONS, WildcardReasons.toFillIn(unexplained))
                .isEmpty();
    }

    @Test
    void everyReasonHasItsWildcard() {
        assertThat(WildcardReasons.read(REASONS).unused(wildcards()))
                .as("These are about nothing any more: remove them from %s", REASONS)
                .isEmpty();
    }

    @Test
    void everyTypeHasItsReplacementRules() {
        ReplacementRules rules = ReplacementRules.shipped();
        assertThat(assemblies()
                        .flatMap(Assembly::resources)
                        .map(Resource::type)
                        .filter(type -> type.startsWith("AWS::"))
                        .distinct()
                        .filter(type -> !rules.know(type)))
                .as("Add their services to bin/replacement-properties and run it")
                .isEmpty();
    }

    @Test
    void thePageFitsATerminalAndFindsNothingThatTheSnapshotsDoNotKnow() {
        SynthesizedAssembly.environments().forEach(environment -> {
            String page = ReviewPage.of(SynthesizedAssembly.of(environment), SNAPSHOTS, REASONS);
            assertThat(page.lines()).allMatch(line -> line.length() <= Table.WIDTH);
            assertThat(page)
                    .contains("banhmi-" + environment + "-foundation", "Open ports", "Public", "IAM wildcards\n")
                    .endsWith("Compared with the committed snapshots\n  nothing\n");
        });
    }

    private static List<Wildcard> wildcards() {
        return assemblies().flatMap(assembly -> Wildcard.of(assembly).stream()).toList();
    }

    private static Stream<Assembly> assemblies() {
        return Stream.concat(
                SynthesizedAssembly.environments().stream()
                        .map(environment -> Assembly.read(SynthesizedAssembly.of(environment))),
                Stream.of(withAKeyOfItsOwn));
    }
}
