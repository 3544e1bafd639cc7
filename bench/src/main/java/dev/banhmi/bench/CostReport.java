package dev.banhmi.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;

/** Measures what the gateway costs beside its peers, and writes the tables of {@code docs/performance.md}. */
public final class CostReport {

    private static final List<Scenario> SCENARIOS = List.of(
            new BulkDownload(false, 2.0), new BulkDownload(true, 1.5), new SmallDownload(0.18), new Upload(1.35));

    private CostReport() {}

    /**
     * Runs in the project's directory, after a build.
     *
     * @param arguments names of scenarios, none for all; {@code --smoke} runs them briefly and only prints; what starts with {@code -X} is
     *     passed to the JVM of the gateway, to profile it or to try an option
     * @throws IOException when a process fails
     */
    public static void main(String[] arguments) throws IOException {
        List<String> words = Arrays.asList(arguments);
        boolean smoke = words.contains("--smoke");
        List<String> names =
                words.stream().filter(word -> !word.startsWith("-")).toList();
        List<Scenario> chosen = SCENARIOS.stream()
                .filter(scenario -> names.isEmpty() || names.contains(scenario.name()))
                .toList();
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException("unknown scenario " + names + ", but "
                    + SCENARIOS.stream().map(Scenario::name).toList());
        }
        List<String> options =
                words.stream().filter(word -> word.startsWith("-X")).toList();
        Path root = Path.of("").toAbsolutePath();
        PerformancePage page = new PerformancePage(root.resolve("docs/performance.md"));
        Pace pace = smoke ? Pace.SMOKE : Pace.FULL;
        for (Scenario scenario : chosen) {
            try (Workshop workshop = Workshop.open(root, options)) {
                String table = scenario.run(workshop, pace) + "\n" + circumstances(workshop);
                System.out.println("\n" + scenario.name() + "\n\n" + table);
                if (!smoke) {
                    page.put(scenario.name(), table);
                }
            }
        }
    }

    private static String circumstances(Workshop workshop) throws IOException {
        String model = Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
        return LocalDate.now(ZoneOffset.UTC) + ", " + Runtime.getRuntime().availableProcessors() + " × " + model
                + ", Linux " + System.getProperty("os.version").replaceFirst("^(\\d+\\.\\d+).*", "$1") + ", Java "
                + Runtime.version() + ", "
                + Workshop.firstLineOf("nginx", "-v").replace("nginx version: ", "") + ", "
                + Workshop.firstLineOf("haproxy", "-v").replaceFirst(" - .*", "") + ".\n"
                + "JVM options: `" + String.join(" ", new Gateway(workshop).options()) + "`, 512 MB.\n";
    }
}
