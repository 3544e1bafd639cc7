package dev.banhmi.cdk.review;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.cdk.SynthesizedAssembly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReviewOfOurStacksTest {
    private static final Path REASONS = Path.of("review/iam-reasons.yaml");
    private static final Path SNAPSHOTS = Path.of("src/test/snapshots");
    private static final Map<String, Path> DIRECTORIES = new TreeMap<>();

    @BeforeAll
    static void synthesize(@TempDir Path directory) throws IOException {
        for (String environment : SynthesizedAssembly.environments()) {
            Path out = Files.createDirectories(directory.resolve(environment));
            DIRECTORIES.put(environment, SynthesizedAssembly.of(environment, out));
        }
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
        assertThat(DIRECTORIES.values().stream()
                        .flatMap(directory -> Assembly.read(directory).resources())
                        .map(Resource::type)
                        .filter(type -> type.startsWith("AWS::"))
                        .distinct()
                        .filter(type -> !rules.know(type)))
                .as("Add their services to bin/replacement-properties and run it")
                .isEmpty();
    }

    @Test
    void thePageFitsATerminalAndFindsNothingThatTheSnapshotsDoNotKnow() {
        DIRECTORIES.forEach((environment, directory) -> {
            String page = ReviewPage.of(directory, SNAPSHOTS, REASONS);
            assertThat(page.lines()).allMatch(line -> line.length() <= Table.WIDTH);
            assertThat(page)
                    .contains("banhmi-" + environment + "-foundation", "Open ports", "Public", "IAM wildcards\n")
                    .endsWith("Compared with the committed snapshots\n  nothing\n");
        });
    }

    private static List<Wildcard> wildcards() {
        return DIRECTORIES.values().stream()
                .flatMap(directory -> Wildcard.of(Assembly.read(directory)).stream())
                .toList();
    }
}
