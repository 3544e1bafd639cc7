package dev.banhmi.gateway;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.stereotype.Controller;

class ArchitectureTest {

    private static final JavaClasses GATEWAY = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.banhmi.gateway");

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.banhmi.gateway.(*)..").should().beFreeOfCycles().check(GATEWAY);
    }

    @Test
    void onlyTheStoreKnowsTheAwsSdk() {
        noClasses()
                .that(not(resideInAPackage("..gateway.store..")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("software.amazon.awssdk..")
                .check(GATEWAY);
    }

    /** What no limit of the JVM counts has to be counted by us. */
    @Test
    void onlyThePoolOfChunksTakesMemoryOutsideTheHeap() {
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.transfer\\.memory\\.ChunkPool(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Arena.class)
                .orShould()
                .callMethod(ByteBuffer.class, "allocateDirect", int.class)
                .check(GATEWAY);
    }

    @Test
    void controllersAreNotPublic() {
        classes()
                .that()
                .areMetaAnnotatedWith(Controller.class)
                .should()
                .notBePublic()
                .check(GATEWAY);
    }

    @Test
    void nothingIsInjectedIntoFields() {
        NO_CLASSES_SHOULD_USE_FIELD_INJECTION.check(GATEWAY);
    }

    /** An arrow is a package and what it may know of the gateway's others; the root package, which only composes, is not among them. */
    @ParameterizedTest
    @CsvSource({
        "error, ''",
        "http, error",
        "digest, error",
        "store, digest error",
        "transfer, store error",
        "object, server transfer store http digest error",
        "upload, server transfer store http digest error",
        "legacy, server lifecycle transfer store error",
        "server, lifecycle transfer digest error",
        "lifecycle, config error",
        "config, access transfer store error",
        "access, error",
        "observe, error"
    })
    void arrowsPointOneWay(String from, String allowed) {
        String[] known = Stream.concat(
                        Stream.of(from), Arrays.stream(allowed.split(" ")).filter(name -> !name.isEmpty()))
                .map(name -> "dev.banhmi.gateway." + name + "..")
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage("dev.banhmi.gateway." + from + "..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.banhmi.gateway..").and(not(resideInAnyPackage(known))))
                .allowEmptyShould(true)
                .check(GATEWAY);
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
