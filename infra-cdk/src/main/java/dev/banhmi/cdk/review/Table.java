package dev.banhmi.cdk.review;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/** Rows in columns for a terminal of a hundred columns: the last column is wrapped, the others are as wide as their content. */
final class Table {
    static final int WIDTH = 100;
    private static final int INDENT = 2;
    private static final int GAP = 2;
    /** A last column narrower than this is unreadable: it gets lines of its own. */
    private static final int LEAST_LAST = 30;

    private static final Pattern SPACES = Pattern.compile(" +");

    private final List<List<String>> rows = new ArrayList<>();

    Table row(String... cells) {
        rows.add(List.copyOf(Arrays.asList(cells)));
        return this;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        if (rows.isEmpty()) {
            return lines;
        }
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        int before = INDENT;
        for (int i = 0; i < columns - 1; i++) {
            before += widths[i] + GAP;
        }
        boolean own = WIDTH - before < Math.min(LEAST_LAST, widths[columns - 1]);
        int indent = own ? INDENT + 4 : before;
        for (List<String> row : rows) {
            StringBuilder start = new StringBuilder(" ".repeat(INDENT));
            for (int i = 0; i < columns - 1; i++) {
                start.append(row.get(i))
                        .append(" ".repeat(widths[i] - row.get(i).length() + GAP));
            }
            List<String> last = wrapped(row.get(columns - 1), WIDTH - indent);
            int next = 0;
            if (!own) {
                start.append(last.get(0));
                next = 1;
            }
            lines.addAll(wrapped(start.toString().stripTrailing(), WIDTH, INDENT + 4));
            last.subList(next, last.size()).stream()
                    .filter(line -> !line.isEmpty())
                    .forEach(line -> lines.add(" ".repeat(indent) + line));
        }
        return Collections.unmodifiableList(lines);
    }

    /** Breaks at spaces; a word that is too long by itself is split, so that nothing is lost. */
    static List<String> wrapped(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : SPACES.splitAsStream(text).toList()) {
            String rest = word;
            if (line.length() > 0 && line.length() + 1 + rest.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            while (rest.length() > width) {
                lines.add(rest.substring(0, width));
                rest = rest.substring(width);
            }
            line.append(line.length() > 0 ? " " : "").append(rest);
        }
        lines.add(line.toString());
        return lines;
    }

    private static List<String> wrapped(String line, int width, int indent) {
        if (line.length() <= width) {
            return List.of(line);
        }
        List<String> lines = new ArrayList<>();
        lines.add(line.substring(0, width).stripTrailing());
        wrapped(line.substring(width).strip(), width - indent).forEach(rest -> lines.add(" ".repeat(indent) + rest));
        return lines;
    }
}
