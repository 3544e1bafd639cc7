package dev.banhmi.drain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the figures go. */
final class SimFiles {

    static final Path PAGE = Path.of("../docs/drain.md");
    static final Path PLOT = Path.of("../docs/drain-sim.svg");

    private static final String BEGIN = "<!-- drain-sim: begin, written by `make drain-sim` -->\n";
    private static final String END = "<!-- drain-sim: end -->";

    private SimFiles() {}

    static void writeJson(SimReport report) throws IOException {
        Files.createDirectories(Path.of("target"));
        Files.write(Path.of("target/drain-sim.json"), report.json());
    }

    static void writeDocs(SimReport report) throws IOException {
        String page = Files.readString(PAGE);
        Files.writeString(PAGE, page.replace(BEGIN + between(page) + END, BEGIN + report.tables() + END));
        Files.writeString(PLOT, SimPlot.svg(report));
    }

    /** The text between the markers. */
    static String between(String page) {
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalStateException(PAGE + " lacks the markers of the simulator.");
        }
        return page.substring(begin + BEGIN.length(), end);
    }
}
