package dev.banhmi.local.mutants;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The jar of a module that its integration tests start.
 *
 * @param file where Maven wrote it
 * @param classes the directory of the module's own classes inside
 * @param property the system property that tells tests where it is
 */
record PackagedJar(Path file, String classes, String property) {

    private static final String EMULATORS = "emulators";

    static PackagedJar of(MavenModule module) {
        return switch (module) {
            // Tests take the gateway and the emulators from one directory.
            case APP ->
                new PackagedJar(
                        module.target().resolve("banhmi-gateway.jar"),
                        "BOOT-INF/classes",
                        "banhmi.artifacts.directory");
            case LAMBDA_DRAIN -> new PackagedJar(module.target().resolve("banhmi-drain.jar"), "", "banhmi.drain.jar");
            case LOCALSTACK ->
                new PackagedJar(module.target().resolve("banhmi-local.jar"), "BOOT-INF/classes", "banhmi.local.jar");
            case INFRA_CDK ->
                throw new IllegalArgumentException(module.label() + " has no integration test that starts a jar of its"
                        + " own classes; name a unit test");
        };
    }

    /**
     * Makes a copy with other classes.
     *
     * @param changed a directory of classes that take the place of those with the same names
     * @param directory for the copy
     * @return the system properties by which tests find the copy
     */
    Map<String, String> with(Path changed, Path directory) throws IOException {
        Path copy = Files.createDirectories(directory).resolve(file.getFileName());
        Files.copy(file, copy);
        // Rewrites only what is replaced: the nested jars stay stored, as Spring Boot's loader needs them.
        try (FileSystem jar = FileSystems.newFileSystem(copy)) {
            Path inside = jar.getPath("/").resolve(classes);
            for (Path from : regularFiles(changed)) {
                Path to = inside.resolve(changed.relativize(from).toString());
                Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        if (!property.equals("banhmi.artifacts.directory")) {
            return Map.of(property, copy.toString());
        }
        Files.createSymbolicLink(directory.resolve(EMULATORS), file.resolveSibling(EMULATORS));
        return Map.of(property, directory.toString());
    }

    /** Removes the copies, which are large. */
    static void remove(Path directory) throws IOException {
        if (Files.exists(directory)) {
            for (Path path : all(directory)) {
                Files.delete(path);
            }
        }
    }

    /** All of them in a directory and below. */
    static List<Path> regularFiles(Path directory) throws IOException {
        return all(directory).stream().filter(Files::isRegularFile).toList();
    }

    /** Children before their parents; links are not followed. */
    private static List<Path> all(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            return paths.sorted(Comparator.reverseOrder()).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
