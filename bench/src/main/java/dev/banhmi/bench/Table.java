package dev.banhmi.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** An outcome as a table in Markdown. */
final class Table {

    private Table() {}

    static String of(Outcome outcome) {
        List<Metric> metrics = outcome.scenario().metrics();
        StringBuilder table = new StringBuilder("|");
        int columns = 2;
        for (Metric metric : metrics) {
            table.append(" | ").append(metric.name());
            columns++;
            if (!metric.ratioFormat().isEmpty()) {
                table.append(" | × ").append(outcome.reference());
                columns++;
            }
        }
        table.append(" | load client, CPU-s per turn |\n|")
                .append(" --- |".repeat(columns))
                .append('\n');
        outcome.labels().forEach(label -> table.append(row(outcome, label)));
        return table.append('\n').append(remarks(outcome)).toString();
    }

    private static String row(Outcome outcome, String label) {
        StringBuilder row = new StringBuilder("| ").append(label);
        for (Metric metric : outcome.scenario().metrics()) {
            Samples samples = outcome.samples(label, metric);
            row.append(" | ").append(samples.show(metric.format()));
            if (!metric.ratioFormat().isEmpty()) {
                row.append(" | ")
                        .append(
                                label.equals(outcome.reference())
                                        ? "1"
                                        : samples.per(outcome.samples(outcome.reference(), metric))
                                                .show(metric.ratioFormat()));
            }
        }
        double client = outcome.clientCpu(label).median();
        return row.append(" | ")
                .append(label.equals(Sdk.LABEL) ? "none" : String.format(Locale.ROOT, "%.2f", client))
                .append(" |\n")
                .toString();
    }

    private static String remarks(Outcome outcome) {
        StringBuilder remarks = new StringBuilder();
        if (!outcome.scenario().goal().isEmpty()) {
            remarks.append("To reach: ").append(outcome.scenario().goal()).append(". ");
        }
        if (outcome.labels().contains(Gateway.BASELINE)) {
            String ratios = outcome.scenario().metrics().stream()
                    .map(metric -> metric.name() + " "
                            + outcome.samples(Gateway.LABEL, metric)
                                    .per(outcome.samples(Gateway.BASELINE, metric))
                                    .show("%.2f"))
                    .collect(Collectors.joining(", "));
            remarks.append("Gateway × baseline: ").append(ratios).append(". ");
        }
        remarks.append(quietness(outcome));
        outcome.skipped().forEach(line -> remarks.append(' ').append(line).append('.'));
        return remarks.append('\n').toString();
    }

    private static String quietness(Outcome outcome) {
        Samples outside = new Samples();
        outcome.rounds().forEach(round -> outside.add(round.outside()));
        String others = String.format(Locale.ROOT, "CPUs busy with something else: at most %.2f", outside.most());
        List<Round> noisy = outcome.noisy();
        return noisy.isEmpty()
                ? others + "."
                : others
                        + String.format(
                                Locale.ROOT,
                                "; **%d of %d rounds stayed above %.2f**.",
                                noisy.size(),
                                outcome.rounds().size(),
                                Round.QUIET);
    }
}
