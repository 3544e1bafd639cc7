package dev.banhmi.local.mutants;

import dev.banhmi.testkit.TestRun;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.platform.launcher.Launcher;

/** A module that faults are planted in, compiled and, where integration tests start it, packaged. */
enum MavenModule {
    APP("app", "dev.banhmi.gateway"),
    LAMBDA_DRAIN("lambda-drain", "dev.banhmi.drain"),
    INFRA_CDK("infra-cdk", "dev.banhmi.cdk"),
    LOCALSTACK("localstack", "dev.banhmi.local");

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private final String label;
    private final String rootPackage;

    MavenModule(String label, String rootPackage) {
        this.label = label;
        this.rootPackage = rootPackage;
    }

    /** Its name in Maven's reactor. */
    String label() {
        return label;
    }

    /** The faults that are planted in it. */
    List<Mutant> mutants() {
        return switch (this) {
            case APP -> GatewayFaults.all();
            case LAMBDA_DRAIN -> DrainFaults.all();
            case INFRA_CDK -> InfrastructureFaults.all();
            case LOCALSTACK -> LauncherFaults.all();
        };
    }

    Path directory() {
        return ROOT.resolve(label);
    }

    Path target() {
        return directory().resolve("target");
    }

    /** Where a file of {@link Mutant#file()} belongs in a directory of sources. */
    Path sourceIn(Path sources, String file) {
        return sources.resolve(rootPackage.replace('.', '/')).resolve(file);
    }

    String source(String file) throws IOException {
        return Files.readString(sourceIn(directory().resolve("src/main/java"), file));
    }

    String testName(String test) {
        return rootPackage + "." + test;
    }

    /** The class path of its tests, with what runs chosen ones behind it. */
    String testClassPath() {
        return Stream.concat(codeUnderTest().stream().map(Path::toString), Stream.of(libraries()))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** What each variant of it loads anew: its tests, its classes and the test kit. */
    List<Path> codeUnderTest() {
        return List.of(target().resolve("test-classes"), target().resolve("classes"), locationOf(TestRun.class));
    }

    /** Everything else on its class path, with what runs chosen tests behind it. */
    String libraries() {
        return Stream.of(
                        dependencies(),
                        locationOf(TestRun.class).toString(),
                        locationOf(Launcher.class).toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Written by {@code make mutants} after the module was built, which this one has yet to be. */
    private String dependencies() {
        if (this == LOCALSTACK) {
            return System.getProperty("java.class.path");
        }
        Path list = target().resolve("test.classpath");
        try {
            return Files.readString(list);
        } catch (IOException e) {
            throw new UncheckedIOException(list + " is missing: make mutants writes it", e);
        }
    }

    private static Path locationOf(Class<?> type) {
        return Path.of(URI.create(
                type.getProtectionDomain().getCodeSource().getLocation().toString()));
    }
}
