package dev.banhmi.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/**
 * A runnable jar of Spring Boot, as it lies in Maven's target directory, and the software bill of materials beside it.
 * Immutable.
 */
public final class ShippedArchive {

    private static final String LIBRARIES = "BOOT-INF/lib/";

    /** What Spring Boot's plugin adds by itself when it repackages, so that no dependency declares it. */
    private static final String TOOLS = "spring-boot-jarmode-tools-";

    private final Path jar;

    /**
     * Refers to one; nothing is read yet.
     *
     * @param jar an existing file
     */
    public ShippedArchive(Path jar) {
        this.jar = jar;
    }

    /**
     * All entries.
     *
     * @return paths in the jar, sorted
     */
    public Set<String> entries() {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream().map(entry -> entry.getName()).collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + jar, e);
        }
    }

    /**
     * The libraries inside that dependencies brought.
     *
     * @return {@code <artifact>-<version>.jar} of each, sorted
     */
    public Set<String> libraries() {
        return entries().stream()
                .filter(entry -> entry.startsWith(LIBRARIES) && entry.endsWith(".jar"))
                .map(entry -> entry.substring(LIBRARIES.length()))
                .filter(library -> !library.startsWith(TOOLS))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * The components of its CycloneDX bill of materials.
     *
     * @return {@code <artifact>-<version>.jar} of each that has classes, sorted: a starter of Spring Boot only names
     *     others
     */
    public Set<String> billOfMaterials() {
        String name = jar.getFileName().toString();
        Path bill = jar.resolveSibling(name.substring(0, name.length() - ".jar".length()) + ".cdx.json");
        try {
            return JsonNode.parser().parse(Files.readString(bill)).field("components").orElseThrow().asArray().stream()
                    .map(component -> component.field("name").orElseThrow().asString() + "-"
                            + component.field("version").orElseThrow().asString() + ".jar")
                    .filter(component -> !component.startsWith("spring-boot-starter-"))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + bill, e);
        }
    }
}
