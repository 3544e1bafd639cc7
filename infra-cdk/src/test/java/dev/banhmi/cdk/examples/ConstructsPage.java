package dev.banhmi.cdk.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code docs/constructs.md}: what each construct is, in the first sentence of its Javadoc, and the smallest use of it. */
final class ConstructsPage {
    private static final Path EXAMPLES = Path.of("src/test/java/dev/banhmi/cdk/examples/ConstructExamples.java");
    private static final Path CONSTRUCTS = Path.of("src/main/java/dev/banhmi/cdk/constructs");
    private static final Pattern CONSTRUCT =
            Pattern.compile("^public final class (\\w+) extends Construct\\b", Pattern.MULTILINE);
    private static final Pattern INLINE = Pattern.compile("\\{@(?:link|code) #?([^}]+)}");
    private static final String BEGIN = "        // ";
    private static final String END = "        // end";

    private final Map<String, String> examples = new LinkedHashMap<>();

    ConstructsPage() throws IOException {
        String name = "";
        List<String> region = new ArrayList<>();
        for (String line : Files.readAllLines(EXAMPLES)) {
            if (line.equals(END)) {
                examples.put(name, String.join("\n", region));
                name = "";
            } else if (name.isEmpty() && line.startsWith(BEGIN)) {
                name = line.substring(BEGIN.length());
                region = new ArrayList<>();
            } else if (!name.isEmpty()) {
                region.add(line.isEmpty() ? line : line.substring(END.indexOf('/')));
            }
        }
    }

    /** The constructs and values that an example is there for. */
    List<String> shown() {
        return List.copyOf(examples.keySet());
    }

    /** Every public construct of the library. */
    static List<String> constructs() throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> files = Files.walk(CONSTRUCTS)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                Matcher matcher = CONSTRUCT.matcher(Files.readString(file));
                if (matcher.find()) {
                    names.add(matcher.group(1));
                }
            }
        }
        return names;
    }

    String markdown() throws IOException {
        StringBuilder table = new StringBuilder(HEAD);
        StringBuilder sections = new StringBuilder();
        for (Map.Entry<String, String> example : examples.entrySet()) {
            String title = example.getKey();
            String type = title.replaceFirst(" .*", "");
            String anchor = title.toLowerCase(Locale.ROOT).replace(' ', '-');
            if (title.equals(type)) {
                table.append("| [%s](#%s) | `%s` | %s |\n"
                        .formatted(
                                title, anchor, source(type).getName(source(type).getNameCount() - 2), summary(type)));
            }
            sections.append("\n## %s\n\n```java\n%s\n```\n".formatted(title, example.getValue()));
        }
        return table.append(sections).toString();
    }

    private static String summary(String type) throws IOException {
        String source = Files.readString(source(type));
        Matcher declaration = Pattern.compile("^public [a-z ]*class " + type + "\\b", Pattern.MULTILINE)
                .matcher(source);
        if (!declaration.find()) {
            throw new AssertionError(type + " is not public, and has an example");
        }
        int end = source.lastIndexOf("*/", declaration.start());
        String comment = source.substring(source.lastIndexOf("/**", end) + 3, end)
                .replaceAll("(?m)^ \\* ?", "")
                .replaceAll("\\s+", " ")
                .strip();
        // A list is long; the text before it says what the construct is.
        String sentence = comment.replaceFirst(":? <ul>.*", ".").replaceFirst("(?<=\\.) (?:[A-Z<].*)$", "");
        return INLINE.matcher(sentence).replaceAll("$1").replace("|", "\\|");
    }

    private static Path source(String type) throws IOException {
        try (Stream<Path> files = Files.walk(CONSTRUCTS)) {
            return files.filter(file -> file.endsWith(type + ".java"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(type + " is no class of the library, and has an example"));
        }
    }

    private static final String HEAD = """
            # The constructs

            `dev.banhmi:banhmi-cdk` holds the packages below `dev.banhmi.cdk.constructs` and brings aws-cdk-lib and constructs, nothing else. The
            snippets below are one app from top to bottom; they are compiled and synthesized by `ConstructsPageTest`, which also writes this page.
            Every option with its default and its bounds stands in the Javadoc (`infra-cdk/target/banhmi-cdk-javadoc.jar`).
            [An app of its own](../infra-cdk/examples/drain-a-foreign-cluster) drains a cluster that plain CDK made.

            | construct | package | what it is |
            | --- | --- | --- |
            """;
}
