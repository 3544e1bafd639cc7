package dev.banhmi.bench;

import java.util.List;
import java.util.Locale;

/** An outcome as bars in SVG, in a panel for each metric: a bar to the median, a line from the least to the most. */
final class Plot {

    private static final int WIDTH = 760;
    private static final int LABELS = 150;
    private static final int VALUES = 90;
    private static final int MARGIN = 16;
    private static final int TITLE = 40;
    private static final int PANEL_HEAD = 26;
    private static final int ROW = 24;
    private static final int BAR = 14;
    private static final int PANEL_GAP = 12;

    private Plot() {}

    static String of(Outcome outcome) {
        List<Metric> metrics = outcome.scenario().metrics();
        int panel = PANEL_HEAD + ROW * outcome.labels().size() + PANEL_GAP;
        int height = TITLE + panel * metrics.size() + MARGIN;
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT, """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" width="%1$d" height="%2$d" role="img" \
            font-family="system-ui, 'DejaVu Sans', sans-serif" font-size="12">
            <title>%3$s</title>
            <style>
            text { fill: #24292f } .bar { fill: #9aa7b4 } .gateway { fill: #c2571a } .span { stroke: #24292f }
            </style>
            <rect width="%1$d" height="%2$d" fill="#ffffff"/>
            <text x="%4$d" y="26" font-size="15" font-weight="600">%3$s</text>
            """, WIDTH, height, escaped(outcome.scenario().title()), MARGIN));
        int top = TITLE;
        for (Metric metric : metrics) {
            svg.append(panel(outcome, metric, top));
            top += panel;
        }
        return svg.append("</svg>\n").toString();
    }

    private static String panel(Outcome outcome, Metric metric, int top) {
        double most = outcome.labels().stream()
                .mapToDouble(label -> outcome.samples(label, metric).most())
                .max()
                .orElseThrow();
        double scale = (WIDTH - 2 * MARGIN - LABELS - VALUES) / Math.max(most, Double.MIN_NORMAL);
        StringBuilder panel = new StringBuilder(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%d\" font-weight=\"600\">%s</text>\n",
                MARGIN,
                top + 16,
                escaped(metric.name())));
        int left = MARGIN + LABELS;
        int row = top + PANEL_HEAD;
        for (String label : outcome.labels()) {
            Samples samples = outcome.samples(label, metric);
            int middle = row + BAR / 2;
            double end = left + samples.most() * scale;
            panel.append(String.format(
                    Locale.ROOT,
                    """
                    <text x="%1$d" y="%2$d" text-anchor="end">%3$s</text>
                    <rect class="%4$s" x="%5$d" y="%6$d" width="%7$.1f" height="%8$d"/>
                    <line class="span" x1="%9$.1f" x2="%10$.1f" y1="%11$d" y2="%11$d"/>
                    <text x="%12$.1f" y="%2$d">%13$s</text>
                    """,
                    left - 8,
                    middle + 4,
                    escaped(label),
                    label.equals(Gateway.LABEL) ? "gateway" : "bar",
                    left,
                    row,
                    samples.median() * scale,
                    BAR,
                    left + samples.least() * scale,
                    end,
                    middle,
                    end + 8,
                    String.format(Locale.ROOT, metric.format(), samples.median())));
            row += ROW;
        }
        return panel.toString();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
