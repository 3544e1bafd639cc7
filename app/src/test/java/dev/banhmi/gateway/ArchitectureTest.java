package dev.banhmi.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The walls between the gateway's packages stand, and each is seen to fall on a class that breaks it. */
class ArchitectureTest {

    private static final String PLANTED_ROOT = "dev.banhmi.planted";

    /** The gateway without its tests, whichever build compiled it. */
    private static final JavaClasses GATEWAY = new ClassFileImporter()
            .importUrl(GatewayApplication.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation());

    private static final JavaClasses PLANTED = new ClassFileImporter().importPackages(PLANTED_ROOT);

    @ParameterizedTest
    @MethodSource("walls")
    void stands(Wall wall) {
        wall.rule().check(GATEWAY);
    }

    @ParameterizedTest
    @MethodSource("plantedWalls")
    void turnsRedOnThePlantedBreach(Wall wall) {
        assertThat(wall.rule().evaluate(PLANTED).getFailureReport().getDetails())
                .anyMatch(line -> line.contains(PLANTED_ROOT + "." + wall.breach()));
    }

    @Test
    void noSourceFileHasMoreThanThreeHundredLines() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".java")).filter(ArchitectureTest::isLong))
                    .isEmpty();
        }
    }

    private static List<Wall> walls() {
        return Wall.in("dev.banhmi.gateway");
    }

    private static List<Wall> plantedWalls() {
        return Wall.in(PLANTED_ROOT);
    }

    private static boolean isLong(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count() > 300;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
