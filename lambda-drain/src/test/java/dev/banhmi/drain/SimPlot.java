package dev.banhmi.drain;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** The comparison as a picture: three columns of bars on one scale each, readable on a light and on a dark page. */
final class SimPlot {

    private static final int NAME_WIDTH = 176;
    private static final int COLUMN_WIDTH = 208;
    private static final int BAR_WIDTH = 140;
    private static final int ROW_HEIGHT = 34;
    private static final int TOP = 84;

    private SimPlot() {}

    private record Column(String title, String unit, int digits, ToDoubleFunction<SimTally> value) {}

    static String svg(SimReport report) {
        List<Column> columns = List.of(
                new Column(
                        "Transfers cut", "per 100 removals", 0, tally -> 100.0 * tally.cutTransfers() / tally.drains()),
                new Column(
                        "Not released in time",
                        "per 100 removals",
                        1,
                        tally -> 100.0 * tally.unreleased() / tally.drains()),
                new Column("Price", "GB-seconds per removal", 1, SimTally::gigabyteSecondsPerDrain));
        List<String> policies = SimReport.policies();
        int width = NAME_WIDTH + columns.size() * COLUMN_WIDTH + 16;
        int height = TOP + policies.size() * ROW_HEIGHT + 18;
        StringBuilder svg = new StringBuilder();
        svg.append(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" "
                        .formatted(width, height, width, height));
        svg.append("aria-label=\"Transfers cut, instances not released in time and price of five ways to drain\">\n");
        svg.append("""
            <style>
              text { font: 13px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #24292f; }
              .title { font-weight: 600; }
              .unit { font-size: 11px; fill: #656d76; }
              .ours { font-weight: 600; }
              .axis { stroke: #d0d7de; }
              .bar { fill: #9aa4b2; }
              .bar.own { fill: #1a7f5a; }
              @media (prefers-color-scheme: dark) {
                text { fill: #e6edf3; }
                .unit { fill: #9198a1; }
                .axis { stroke: #3d444d; }
                .bar { fill: #6e7b8b; }
                .bar.own { fill: #3fb98a; }
              }
            </style>
            """);
        svg.append(
                "<text class=\"title\" x=\"12\" y=\"24\">%d planned removals, one seed, the same traces for all</text>\n"
                        .formatted(report.tally("ours").drains()));
        for (int i = 0; i < columns.size(); i++) {
            column(svg, report, columns.get(i), NAME_WIDTH + i * COLUMN_WIDTH, height);
        }
        for (int i = 0; i < policies.size(); i++) {
            svg.append("<text class=\"%s\" x=\"12\" y=\"%d\">%s</text>\n"
                    .formatted(i == 0 ? "ours" : "other", TOP + i * ROW_HEIGHT + 19, SimReport.name(policies.get(i))));
        }
        return svg.append("</svg>\n").toString();
    }

    private static void column(StringBuilder svg, SimReport report, Column column, int x, int height) {
        svg.append("<text class=\"title\" x=\"%d\" y=\"50\">%s</text>\n".formatted(x, column.title));
        svg.append("<text class=\"unit\" x=\"%d\" y=\"67\">%s</text>\n".formatted(x, column.unit));
        svg.append("<line class=\"axis\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n"
                .formatted(x, TOP - 4, x, height - 14));
        List<String> policies = SimReport.policies();
        double most = policies.stream()
                .mapToDouble(id -> column.value.applyAsDouble(report.tally(id)))
                .max()
                .orElseThrow();
        for (int i = 0; i < policies.size(); i++) {
            double value = column.value.applyAsDouble(report.tally(policies.get(i)));
            int length = most == 0 ? 0 : (int) Math.round(BAR_WIDTH * value / most);
            int y = TOP + i * ROW_HEIGHT + 4;
            if (length > 0) {
                svg.append("<rect class=\"bar%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"20\" rx=\"2\"/>\n"
                        .formatted(i == 0 ? " own" : "", x, y, length));
            }
            svg.append("<text x=\"%d\" y=\"%d\">%s</text>\n"
                    .formatted(x + length + 6, y + 15, value == 0 ? "0" : SimReport.fixed(value, column.digits)));
        }
    }
}
