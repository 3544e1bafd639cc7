package dev.banhmi.cdk.review;

import java.util.ArrayList;
import java.util.List;

/*
 * Browsers choose the font, so the drawing counts with the widest of the usual ones (DejaVu Sans) and remembers where everything went:
 * the tests ask `problems()` whether a text leaves its box or covers another, instead of looking at pixels.
 */
/** Boxes, texts and arrows on a page that a light and a dark theme can show, and their SVG. */
final class Drawing {

    /** Rounded rectangle of a style that {@link #STYLE} knows. */
    record Box(int x, int y, int width, int height) {
        int right() {
            return x + width;
        }

        int bottom() {
            return y + height;
        }

        int middle() {
            return y + height / 2;
        }

        boolean contains(Box other) {
            return other.x >= x && other.y >= y && other.right() <= right() && other.bottom() <= bottom();
        }

        boolean meets(Box other) {
            return other.x < right() && x < other.right() && other.y < bottom() && y < other.bottom();
        }
    }

    /** A text and the place it takes at most. */
    private record Label(String text, Box place, Box within) {}

    /** The kinds of text. */
    enum Font {
        TITLE("title", 16, true),
        NAME("name", 13, true),
        TEXT("text", 12, false),
        SMALL("small", 11, false);

        private final String style;
        private final int size;
        private final boolean bold;

        Font(String style, int size, boolean bold) {
            this.style = style;
            this.size = size;
            this.bold = bold;
        }
    }

    static final int LINE = 17;
    private static final String STYLE = """
        <style>
          text { font-family: system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; font-size: 12px; fill: #24292f; }
          .title { font-size: 16px; font-weight: 600; }
          .name { font-size: 13px; font-weight: 600; }
          .small { font-size: 11px; fill: #57606a; }
          rect { stroke-width: 1.2; }
          .area { fill: #f6f8fa; stroke: #afb8c1; }
          .public { fill: #fff4e5; stroke: #e5b567; }
          .private { fill: #e8f2fd; stroke: #8db9e8; }
          .isolated { fill: #efeaf9; stroke: #b8a3e0; }
          .cell { fill: #ffffff; fill-opacity: 0.75; stroke: #d0d7de; }
          .network { fill: #ffffff; stroke: #2f6fb3; }
          .compute { fill: #ffffff; stroke: #c2570c; }
          .task { fill: #fdebdd; stroke: #c2570c; }
          .storage { fill: #ffffff; stroke: #1a7f5a; }
          .drain { fill: #ffffff; stroke: #7b4fc9; }
          .watch { fill: #ffffff; stroke: #8c959f; }
          .maybe { stroke-dasharray: 4 3; }
          .arrow { fill: none; stroke: #57606a; stroke-width: 1.4; }
          .head { fill: #57606a; }
          @media (prefers-color-scheme: dark) {
            text { fill: #e6edf3; }
            .small { fill: #9aa4af; }
            .area { fill: #161b22; stroke: #4a525c; }
            .public { fill: #2f2617; stroke: #8a6a2f; }
            .private { fill: #15243a; stroke: #37608f; }
            .isolated { fill: #241d36; stroke: #5f4a92; }
            .cell { fill: #0d1117; stroke: #3d444d; }
            .network { fill: #0d1117; stroke: #6ea8e6; }
            .compute { fill: #0d1117; stroke: #f0883e; }
            .task { fill: #3a2413; stroke: #f0883e; }
            .storage { fill: #0d1117; stroke: #3fb98a; }
            .drain { fill: #0d1117; stroke: #a98bea; }
            .watch { fill: #0d1117; stroke: #6e7681; }
            .arrow { stroke: #9aa4af; }
            .head { fill: #9aa4af; }
          }
        </style>
        """;

    private final StringBuilder body = new StringBuilder();
    private final List<Box> boxes = new ArrayList<>();
    private final List<Label> labels = new ArrayList<>();
    private final List<Box> lines = new ArrayList<>();

    Box box(String style, int x, int y, int width, int height) {
        Box box = new Box(x, y, width, height);
        boxes.add(box);
        body.append("<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\"/>\n"
                .formatted(style, x, y, width, height));
        return box;
    }

    /** A box with a name and lines of text below each other; as high as they need. */
    Box note(String style, int x, int y, int width, String name, List<String> lines) {
        Box box = box(style, x, y, width, noteHeight(lines.size()));
        text(box, Font.NAME, 10, 19, name);
        for (int i = 0; i < lines.size(); i++) {
            text(box, Font.SMALL, 10, 19 + LINE * (i + 1), lines.get(i));
        }
        return box;
    }

    static int noteHeight(int lines) {
        return 30 + LINE * lines;
    }

    /** A text at a place in its box, cut with an ellipsis where the box ends. */
    void text(Box box, Font font, int dx, int baseline, String text) {
        String fitting = fitting(text, font, box.width() - dx - 6);
        int x = box.x() + dx;
        int y = box.y() + baseline;
        Box place = new Box(x, y - font.size, width(fitting, font), font.size + 3);
        labels.add(new Label(fitting, place, box));
        body.append("<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>\n".formatted(font.style, x, y, escaped(fitting)));
    }

    /** An arrow along points, given as x and y in turn; the last stretch is straight down or to the right. */
    void arrow(int... points) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < points.length; i += 2) {
            path.append(i == 0 ? "M" : " L").append(points[i]).append(' ').append(points[i + 1]);
            if (i > 0) {
                lines.add(new Box(
                        Math.min(points[i - 2], points[i]),
                        Math.min(points[i - 1], points[i + 1]),
                        Math.abs(points[i] - points[i - 2]) + 1,
                        Math.abs(points[i + 1] - points[i - 1]) + 1));
            }
        }
        int x = points[points.length - 2];
        int y = points[points.length - 1];
        boolean down = points[points.length - 4] == x;
        body.append("<path class=\"arrow\" d=\"%s\"/>\n".formatted(path));
        body.append("<path class=\"head\" d=\"%s\"/>\n"
                .formatted(down ? "M%d %d l-4 -8 h8 z".formatted(x, y) : "M%d %d l-8 -4 v8 z".formatted(x, y)));
    }

    String svg(String title, int width, int height) {
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" aria-label=\"%s\">\n"
                        .formatted(width, height, width, height, escaped(title))
                + STYLE + body + "</svg>\n";
    }

    /** What a reader would stumble over: texts outside their box or over each other, boxes that cut each other, lines through texts. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
            Label label = labels.get(i);
            if (!label.within.contains(label.place)) {
                problems.add("\"" + label.text + "\" leaves its box");
            }
            for (Label other : labels.subList(i + 1, labels.size())) {
                if (label.place.meets(other.place)) {
                    problems.add("\"" + label.text + "\" covers \"" + other.text + "\"");
                }
            }
            for (Box box : boxes) {
                if (box.meets(label.place) && !box.contains(label.place)) {
                    problems.add("An edge cuts \"" + label.text + "\"");
                }
                if (label.within.contains(box) && !label.within.equals(box) && box.meets(label.place)) {
                    problems.add("A box covers \"" + label.text + "\"");
                }
            }
            for (Box line : lines) {
                if (line.meets(label.place)) {
                    problems.add("An arrow crosses \"" + label.text + "\"");
                }
            }
        }
        for (int i = 0; i < boxes.size(); i++) {
            for (Box other : boxes.subList(i + 1, boxes.size())) {
                Box box = boxes.get(i);
                if (box.meets(other) && !box.contains(other) && !other.contains(box)) {
                    problems.add(box + " and " + other + " cut each other");
                }
            }
        }
        return problems;
    }

    static String fitting(String text, Font font, int width) {
        if (width(text, font) <= width) {
            return text;
        }
        String cut = text;
        while (!cut.isEmpty() && width(cut + "…", font) > width) {
            cut = cut.substring(0, cut.length() - 1);
        }
        return cut.stripTrailing() + "…";
    }

    static int width(String text, Font font) {
        double em = text.codePoints().mapToDouble(Drawing::em).sum();
        return (int) Math.ceil(em * font.size * (font.bold ? 1.1 : 1));
    }

    private static double em(int character) {
        if ("iljtfI.,:;'|!/ ()[]-".indexOf(character) >= 0) {
            return 0.39;
        }
        if ("mwMW@…".indexOf(character) >= 0) {
            return 1;
        }
        return Character.isUpperCase(character) ? 0.73 : 0.64;
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
