package dev.banhmi.gateway.mutants;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A fault to plant.
 *
 * @param name what is wrong with it
 * @param file under {@code src/main/java/dev/banhmi/gateway}
 * @param original what stands there, once
 * @param replacement what takes its place
 * @param tests that have to notice, by the names of their classes under {@code dev.banhmi.gateway}
 */
record Mutant(String name, String file, String original, String replacement, List<String> tests) {

    private static final Path SOURCES = Path.of("src", "main", "java");
    private static final String PACKAGE = "dev/banhmi/gateway/";

    Mutant(String name, String file, String original, String replacement, String test) {
        this(name, file, original, replacement, List.of(test));
    }

    String source() throws IOException {
        return Files.readString(SOURCES.resolve(PACKAGE + file));
    }

    /** How often the original stands in the file; another number than 1 means that the mutant has to be looked at again. */
    int occurrences() throws IOException {
        return source().split(Pattern.quote(original), -1).length - 1;
    }

    String mutated() throws IOException {
        return source().replace(original, replacement);
    }

    /** Where the source file belongs in a directory of sources. */
    Path pathIn(Path directory) {
        return directory.resolve(PACKAGE + file);
    }

    /** The full names of the test classes. */
    List<String> testClasses() {
        return tests.stream().map(test -> "dev.banhmi.gateway." + test).toList();
    }
}
