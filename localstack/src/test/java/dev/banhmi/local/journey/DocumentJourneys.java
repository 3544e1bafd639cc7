package dev.banhmi.local.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The examples of a document, pasted into a shell. */
final class DocumentJourneys {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final String DOCUMENTED = "http://127.0.0.1:8080";
    private static final Pattern BLOCK =
            Pattern.compile("^```(\\w+)\\n(.*?)^```\\n", Pattern.MULTILINE | Pattern.DOTALL);
    private static final JsonMapper JSON = new JsonMapper();

    /** A block of a document, and the JSON that it documents as the output, if any. */
    private record Example(String script, String output) {}

    private DocumentJourneys() {}

    static void readme(JourneyWorld world) throws IOException {
        List<String> lines = document("README.md")
                .lines()
                .filter(line -> line.contains("curl ") && line.contains(DOCUMENTED))
                .map(line -> here(line, world))
                .toList();

        assertThat(lines).hasSize(3);
        assertThat(Shell.run(lines.get(0))).contains("\"name\":\"hello\",\"size\":9");
        assertThat(Shell.run(lines.get(1))).isEqualTo("banh mi!\n");
        assertThat(Shell.run(lines.get(2))).contains("\"objects\":[{\"name\":\"hello\",\"size\":9");
    }

    static void developerPage(JourneyWorld world) throws IOException {
        String page = document("docs/developer.md");
        int from = page.indexOf("## The v1 API");
        int to = page.indexOf("## Limits");
        assertThat(from).isPositive();
        assertThat(to).isGreaterThan(from);
        List<Example> examples = examples(page.substring(from, to));

        assertThat(examples)
                .hasSizeGreaterThan(10)
                .anyMatch(example -> !example.output().isEmpty());
        Shell shell = new Shell();
        shell.export("URL", world.gateway().uri().toString());
        for (Example example : examples) {
            if (example.script().strip().equals("URL=" + DOCUMENTED)) {
                continue;
            }
            String output = shell.paste(here(example.script(), world));
            if (!example.output().isEmpty()) {
                assertThat(propertyNames(output)).as(example.script()).isSubsetOf(propertyNames(example.output()));
            }
        }
    }

    static void smoke(JourneyWorld world) throws IOException {
        String printed = Shell.run(
                "'" + ROOT.resolve("localstack/smoke") + "' " + world.gateway().uri() + " " + JourneyWorld.DEMO);

        assertThat(printed)
                .contains("smoke: 17 checks passed against " + world.gateway().uri());
    }

    private static List<Example> examples(String text) {
        List<Example> examples = new ArrayList<>();
        Matcher block = BLOCK.matcher(text);
        int end = 0;
        while (block.find()) {
            if (block.group(1).equals("sh")) {
                examples.add(new Example(block.group(2), ""));
            } else if (!examples.isEmpty() && text.substring(end, block.start()).isBlank()) {
                examples.add(new Example(examples.removeLast().script(), block.group(2)));
            }
            end = block.end();
        }
        return examples;
    }

    private static List<String> propertyNames(String json) {
        JsonNode output = JSON.readTree(json);
        assertThat(output.isObject()).as(json).isTrue();
        return List.copyOf(output.propertyNames());
    }

    private static String here(String line, JourneyWorld world) {
        return line.replace(DOCUMENTED, world.gateway().uri().toString());
    }

    private static String document(String name) throws IOException {
        return Files.readString(ROOT.resolve(name));
    }
}
