package dev.banhmi.gateway.fault;

import dev.banhmi.gateway.fault.MatrixCase.Result;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The matrix as text: a block for each kind of transfer, a line for each call, a column for each fault. */
final class Matrix {

    private static final int ROW = 34;
    private static final int CELL = 12;

    private final StringBuilder text = new StringBuilder();
    private final Map<String, Integer> reasons = new LinkedHashMap<>();

    private Matrix() {}

    static String of(List<Result> results) {
        Matrix matrix = new Matrix();
        Map<Workload, Map<String, Map<Fault, Result>>> blocks = new LinkedHashMap<>();
        for (Result result : results) {
            blocks.computeIfAbsent(result.matrixCase().workload(), key -> new LinkedHashMap<>())
                    .computeIfAbsent(result.matrixCase().row(), key -> new LinkedHashMap<>())
                    .put(result.matrixCase().rules().getFirst().fault(), result);
        }
        blocks.forEach(matrix::block);
        matrix.footnotes(results);
        return matrix.text.toString();
    }

    private void block(Workload workload, Map<String, Map<Fault, Result>> rows) {
        Set<Fault> columns = new LinkedHashSet<>(List.of(Fault.values()));
        columns.removeIf(fault -> rows.values().stream().noneMatch(row -> row.containsKey(fault)));
        text.append('\n').append(pad(workload.name(), ROW));
        columns.forEach(fault -> text.append(pad(abbreviation(fault), CELL)));
        text.append('\n');
        rows.forEach((name, cells) -> {
            text.append(pad(name, ROW));
            columns.forEach(fault -> text.append(pad(cells.containsKey(fault) ? cell(cells.get(fault)) : "", CELL)));
            text.append('\n');
        });
    }

    private String cell(Result result) {
        String shown = result.outcome().shown();
        if (!result.asExpected()) {
            return "!" + shown;
        }
        String reason = result.matrixCase().expectation().reason();
        return deviates(result) && reason != null
                ? shown + " [" + reasons.computeIfAbsent(reason, key -> reasons.size() + 1) + "]"
                : shown;
    }

    private static boolean deviates(Result result) {
        boolean failedAtOnce =
                result.outcome() == Outcome.FAULT && result.matrixCase().row().endsWith("once");
        return result.leftUpload()
                || failedAtOnce
                || result.outcome() == Outcome.UNKNOWN
                || result.outcome() == Outcome.WRONG_BYTES;
    }

    private void footnotes(List<Result> results) {
        reasons.forEach((reason, number) ->
                text.append("\n[").append(number).append("] ").append(reason));
        text.append('\n');
        results.stream()
                .filter(result -> !result.asExpected())
                .forEach(result -> text.append("\n! ").append(result));
    }

    private static String abbreviation(Fault fault) {
        String name = fault.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return name.length() < CELL ? name : name.substring(0, CELL - 1);
    }

    private static String pad(String value, int width) {
        return value + " ".repeat(Math.max(1, width - value.length()));
    }
}
