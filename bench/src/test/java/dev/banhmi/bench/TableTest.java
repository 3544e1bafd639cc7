package dev.banhmi.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An outcome as a table and as a plot. */
class TableTest {

    @Test
    void comparesWithTheReferenceRoundByRound() {
        Outcome outcome = outcome(List.of("nginx", "gateway"), List.of(), round(0.1, 1, 2), round(0.2, 2, 6));

        assertThat(Table.of(outcome)).isEqualTo("""
            | | CPU-s per GiB | × nginx | load client, CPU-s per turn |
            | --- | --- | --- | --- |
            | nginx | 1.50 (1.00 to 2.00) | 1 | 0.50 |
            | gateway | 4.00 (2.00 to 6.00) | 2.50 (2.00 to 3.00) | 0.50 |

            To reach: at most 2 <nginx>. CPUs busy with something else: at most 0.20.
            """);
    }

    @Test
    void marksRoundsThatStayedNoisyAndNamesWhatIsMissing() {
        Outcome outcome = outcome(
                List.of("nginx", "gateway"), List.of("Caddy is missing: gone"), round(0.3, 1, 2), round(0.2, 2, 6));

        assertThat(Table.of(outcome))
                .contains("at most 0.30; **1 of 2 rounds stayed above 0.25**. Caddy is missing: gone.\n");
    }

    @Test
    void setsTheGatewayAgainstItsBaseline() {
        Outcome outcome = outcome(
                List.of("nginx", Gateway.BASELINE, Gateway.LABEL), List.of(), round(0, 1, 4, 3), round(0, 1, 2, 1));

        assertThat(Table.of(outcome)).contains("Gateway × baseline: CPU-s per GiB 0.63 (0.50 to 0.75). ");
    }

    @Test
    void drawsABarForEachContestantAndEscapesText() {
        Outcome outcome = outcome(List.of("nginx", "gateway"), List.of(), round(0, 1, 2), round(0, 3, 4));

        String plot = Plot.of(outcome);

        assertThat(plot).contains("<title>A &lt;title></title>").doesNotContain("A <title>");
        assertThat(plot.split("<rect class=\"bar\"", -1)).hasSize(2);
        // 488 pixels for the 4 of the gateway's longest line.
        assertThat(plot).contains("<rect class=\"gateway\" x=\"166\" y=\"90\" width=\"366.0\" height=\"14\"/>");
        assertThat(plot).contains("<line class=\"span\" x1=\"410.0\" x2=\"654.0\" y1=\"97\" y2=\"97\"/>");
    }

    /** The values in the order of the labels. */
    private record Values(double outside, List<Double> costs) {}

    private static Values round(double outside, double... costs) {
        return new Values(outside, Arrays.stream(costs).boxed().toList());
    }

    private static Outcome outcome(List<String> labels, List<String> skipped, Values... rounds) {
        List<Round> kept = new ArrayList<>();
        for (Values values : rounds) {
            Map<String, Turn> turns = new LinkedHashMap<>();
            for (int i = 0; i < labels.size(); i++) {
                turns.put(
                        labels.get(i),
                        new Turn(Map.of(Metric.CPU_PER_GIB, values.costs().get(i)), 0.5, values.outside()));
            }
            kept.add(new Round(turns));
        }
        return new Outcome(new Named(), labels, kept, skipped);
    }

    private record Named() implements Scenario {

        @Override
        public String name() {
            return "named";
        }

        @Override
        public String title() {
            return "A <title>";
        }

        @Override
        public List<Metric> metrics() {
            return List.of(Metric.CPU_PER_GIB);
        }

        @Override
        public String goal() {
            return "at most 2 <nginx>";
        }

        @Override
        public Outcome run(Stage stage) throws IOException {
            throw new IOException("nothing to run");
        }
    }
}
