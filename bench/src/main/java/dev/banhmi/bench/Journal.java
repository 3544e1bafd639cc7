package dev.banhmi.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Map;

/** Every turn of a scenario, those of rounds that were repeated included, as lines of comma-separated values. */
final class Journal {

    private final Path file;

    /** Begins a new file. */
    Journal(Path file) throws IOException {
        this.file = file;
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, "round,repeat,contestant,metric,value,client CPU-s,other CPUs\n");
    }

    void note(int round, int repeat, String label, Turn turn) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (Map.Entry<Metric, Double> figure : turn.figures().entrySet()) {
            lines.append(String.format(
                    Locale.ROOT,
                    "%d,%d,\"%s\",\"%s\",%.4f,%.2f,%.3f%n",
                    round,
                    repeat,
                    label.replace("\"", "\"\""),
                    figure.getKey().name(),
                    figure.getValue(),
                    turn.clientCpu(),
                    turn.outside()));
        }
        Files.writeString(file, lines, StandardOpenOption.APPEND);
    }
}
