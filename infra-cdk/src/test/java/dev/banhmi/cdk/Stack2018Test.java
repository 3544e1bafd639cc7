package dev.banhmi.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table that says where each part of the stack of 2018 went. */
class Stack2018Test {
    private static final Pattern LINE = Pattern.compile("\\| (.+) \\| (.+) \\| `(\\w+)` \\|");

    @Test
    void namesAConstructThatExistsForEveryLine() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("../docs/stack-2018.md")).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| in 2018") && !line.startsWith("| ---"))
                .toList();
        assertThat(lines).hasSizeGreaterThan(15).allSatisfy(line -> {
            Matcher matcher = LINE.matcher(line);
            assertThat(matcher.matches()).as(line).isTrue();
            // By name only: loading a construct of CDK starts its interpreter.
            assertThatCode(() -> Class.forName(
                            "dev.banhmi.cdk.constructs." + matcher.group(3),
                            false,
                            Stack2018Test.class.getClassLoader()))
                    .as(line)
                    .doesNotThrowAnyException();
        });
    }
}
