package dev.banhmi.cdk.review;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Mermaid flowchart, written line by line. Texts may hold anything: what Mermaid or HTML would interpret is escaped.
 * Classes set strokes only, so that fill and text follow the reader's light or dark theme.
 */
final class Flowchart {
    private static final String HEAD = """
            %%{init: {"flowchart": {"wrappingWidth": 420}}}%%
            flowchart TB
              classDef INTERNET_GATEWAY stroke:#c98500,stroke-width:2px
              classDef NAT stroke:#2f6fb3,stroke-width:2px
              classDef NONE stroke:#7b4fc9,stroke-width:2px
              classDef network stroke:#2f6fb3
              classDef compute stroke:#c2570c
              classDef storage stroke:#1a7f5a
              classDef drain stroke:#7b4fc9
              classDef watch stroke:#8c959f
              classDef frame fill:none
            """;

    private final StringBuilder text = new StringBuilder(HEAD);
    private final Set<String> unlinked = new LinkedHashSet<>();
    private int depth = 1;

    /** Draws a box with a title in bold and its description, one line each. */
    void node(String style, String id, String title, List<String> lines) {
        String label = Stream.concat(
                        Stream.of("<b>" + escaped(title) + "</b>"),
                        lines.stream().map(Flowchart::escaped))
                .collect(Collectors.joining("<br/>"));
        if (depth == 1) {
            unlinked.add(id);
        }
        line(identifier(id) + "[\"" + label + "\"]:::" + style);
    }

    /** Draws a frame around everything that {@code content} draws. */
    void group(String style, String id, String title, Runnable content) {
        line("subgraph " + identifier(id) + "[\"" + escaped(title) + "\"]");
        depth++;
        content.run();
        depth--;
        line("end");
        line("class " + identifier(id) + " " + style);
        line("class " + identifier(id) + " frame");
    }

    void arrow(String from, String label, String to) {
        unlinked.removeAll(List.of(from, to));
        line(identifier(from) + " -->|\"" + escaped(label) + "\"| " + identifier(to));
    }

    /** Puts {@code below} under {@code above} without saying that they have to do with each other. */
    void stack(String above, String below) {
        line(identifier(above) + " ~~~ " + identifier(below));
    }

    /** Ends the chart. Nodes without a frame or an arrow go into one column: side by side they make the chart wide. */
    String text() {
        List<String> column = List.copyOf(unlinked);
        for (int i = 1; i < column.size(); i++) {
            stack(column.get(i - 1), column.get(i));
        }
        return text.toString();
    }

    private void line(String line) {
        text.append("  ".repeat(depth)).append(line).append('\n');
    }

    /** Prefixed, since words like {@code end} and {@code default} belong to Mermaid. */
    private static String identifier(String id) {
        return "_" + id.replaceAll("\\W", "_");
    }

    private static String escaped(String label) {
        return label.replace("#", "#35;")
                .replace("&", "#amp;")
                .replace("<", "#lt;")
                .replace(">", "#gt;")
                .replace("\"", "#quot;");
    }
}
