package dev.banhmi.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table that says where each part of the stack of 2018 went. */
class Stack2018Test {
    private static final Pattern LINE = Pattern.compile("\\| (.+) \\| (.+) \\| `(\\w+)` \\|");

    @Test
    void namesAConstructThatExistsForEveryLine() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("../docs/stack-2018.md")).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| in 2018") && !line.startsWith("| ---"))
                .toList();
        List<String> constructs = classes();
        assertThat(lines).hasSizeGreaterThan(15).allSatisfy(line -> {
            Matcher matcher = LINE.matcher(line);
            assertThat(matcher.matches()).as(line).isTrue();
            assertThat(constructs).as(line).contains(matcher.group(3));
        });
    }

    private static List<String> classes() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java/dev/banhmi/cdk/constructs"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .toList();
        }
    }
}
