package dev.banhmi.drain;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final JavaClasses DRAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.banhmi.drain");

    /** What decides and evaluates runs unchanged in the simulator, so it knows neither AWS nor Lambda. */
    @Test
    void theDecisionKnowsNeitherTheAwsSdkNorLambda() {
        noClasses()
                .that()
                .haveNameMatching(
                        "dev\\.banhmi\\.drain\\.(Drain(Decision|Evaluation|Policy|Step|Mark|Task|Hint)|Sweep|DrainsInProgress"
                                + "|Observation|Registration|ContainerInstance|Member|MemberState|Hook|Cluster|Groups|Evaluation|Journal)(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("software.amazon.awssdk..", "com.amazonaws..")
                .check(DRAIN);
    }

    @Test
    void onlyTheParserOfEventsAndTheJournalKnowTheSdksJson() {
        noClasses()
                .that()
                .doNotHaveSimpleName("DrainHints")
                .and()
                .doNotHaveSimpleName("JournalLine")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("software.amazon.awssdk.protocols.jsoncore..")
                .check(DRAIN);
    }

    @Test
    void noSourceFileHasMoreThanThreeHundredLines() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".java")).filter(ArchitectureTest::isLong))
                    .isEmpty();
        }
    }

    private static boolean isLong(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count() > 300;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
