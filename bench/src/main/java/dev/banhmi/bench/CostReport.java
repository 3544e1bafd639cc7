package dev.banhmi.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Measures what the gateway costs beside its peers, and writes the tables and plots of {@code docs/performance.md}. */
public final class CostReport {

    private static final String BASELINE = "--baseline=";
    private static final String SMOKE = "--smoke";
    private static final String PEERS = "peers";

    private CostReport() {}

    /**
     * Runs in the project's directory, after a build.
     *
     * @param arguments names of scenarios, none for all; {@code peers} for all peers, not just nginx and the SDK; {@code --baseline=<jar>} for
     *     another gateway beside this one; {@code --smoke} runs everything briefly and only prints; what starts with {@code -X} is passed to the JVM
     *     of the gateways, to profile them or to try an option
     * @throws IOException when scenarios failed, after the others have run
     */
    public static void main(String[] arguments) throws IOException {
        List<String> words = Arrays.asList(arguments);
        boolean smoke = words.contains(SMOKE);
        Pace pace = smoke ? Pace.SMOKE : Pace.FULL;
        Path root = Path.of("").toAbsolutePath();
        PerformancePage page = new PerformancePage(root.resolve("docs/performance.md"));
        List<String> options =
                words.stream().filter(word -> word.startsWith("-X")).toList();
        List<Peer> peers = peers(words);
        RepeatTime repeats = new RepeatTime(pace.repeats());
        IOException failures = new IOException("some scenarios failed");
        for (Scenario scenario : chosen(words)) {
            try (Stage stage = new Stage(Workshop.open(root, options), pace, peers, repeats)) {
                Outcome outcome = scenario.run(stage);
                String text = Table.of(outcome) + "\n" + circumstances(stage.workshop());
                System.out.println("\n" + scenario.name() + "\n\n" + text);
                if (!smoke) {
                    page.put(scenario.name(), scenario.title(), text, Plot.of(outcome));
                }
            } catch (IOException e) {
                System.out.println("\n" + scenario.name() + " failed: " + e + ", because of " + e.getCause());
                failures.addSuppressed(new IOException(scenario.name(), e));
            }
        }
        if (failures.getSuppressed().length > 0) {
            throw failures;
        }
    }

    private static List<Scenario> chosen(List<String> words) {
        List<String> names = words.stream()
                .filter(word -> !word.startsWith("-") && !word.equals(PEERS))
                .toList();
        List<String> known = Scenarios.ALL.stream().map(Scenario::name).toList();
        if (!known.containsAll(names)) {
            throw new IllegalArgumentException("unknown scenario among " + names + ", but " + known);
        }
        return Scenarios.ALL.stream()
                .filter(scenario -> names.isEmpty() || names.contains(scenario.name()))
                .toList();
    }

    /** nginx is the first one, the reference; the gateway is the last one. */
    private static List<Peer> peers(List<String> words) {
        List<Peer> peers = new ArrayList<>(List.of(Nginx.proxy()));
        if (words.contains(PEERS)) {
            peers.addAll(List.of(Proxies.haproxy(), Nginx.signingProxy(), Proxies.caddy()));
            peers.addAll(StoreClients.ALL);
        }
        words.stream()
                .filter(word -> word.startsWith(BASELINE))
                .map(word -> Gateway.baseline(Path.of(word.substring(BASELINE.length()))))
                .forEach(peers::add);
        peers.add(Gateway.ofThisBuild());
        return peers;
    }

    private static String circumstances(Workshop workshop) throws IOException {
        String model = Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
        return LocalDate.now(ZoneOffset.UTC) + ", " + Runtime.getRuntime().availableProcessors() + " × " + model
                + ", Linux " + kernel() + ", Java " + Runtime.version() + ", "
                + Workshop.firstLineOf("nginx", "-v").replace("nginx version: ", "") + ".\n"
                + "JVM options: `" + String.join(" ", Gateway.options(workshop)) + "`, 512 MB.\n";
    }

    /** Without the build of whoever runs the machine. */
    private static String kernel() {
        return System.getProperty("os.version").replaceFirst("^(\\d+\\.\\d+).*", "$1");
    }
}
