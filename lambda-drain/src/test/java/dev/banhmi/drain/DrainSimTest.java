package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.banhmi.testkit.Thoroughness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The traces that docs/drain.md shows; {@code make drain-sim} runs many more. */
final class DrainSimTest {

    static final long SEED = 2018;
    static final int RUNS = 100;

    /** Of a sample: with fewer several mistakes do not show. */
    private static final int FEW = 30;

    /** The one mistake that a sample has too few traces for. {@link EventOrdersTest} has it in each. */
    private static final String RAREST = "Not so: noQuietTime cuts transfers.";

    private static SimReport report;

    @BeforeAll
    static void runsTheDocumentedTraces() throws IOException {
        int runs = Thoroughness.isWhole() ? RUNS : FEW;
        report = new SimReport(SEED, runs, DrainSim.run(SEED, runs));
        SimFiles.writeJson(report);
    }

    @Test
    void cutsNothingStrandsNothingAndCatchesEveryMutant() {
        assertThat(report.violations())
                .filteredOn(violation -> Thoroughness.isWhole() || !violation.equals(RAREST))
                .isEmpty();
    }

    @Test
    void killsInvocationsBeforeAndAfterCalls() {
        assertThat(report.tally("ours").killedAt()).hasSizeGreaterThan(10).anyMatch(side -> side.startsWith("before "));
    }

    @Test
    void repeatsARunFromItsSeed() {
        SimReport first = new SimReport(7, 3, DrainSim.run(7, 3));
        SimReport second = new SimReport(7, 3, DrainSim.run(7, 3));
        assertThat(second.json()).isEqualTo(first.json());
        assertThat(new SimReport(8, 3, DrainSim.run(8, 3)).tables()).isNotEqualTo(first.tables());
    }

    @Test
    void isWhatTheDocumentationShows() throws IOException {
        assumeTrue(Thoroughness.isWhole(), "the tables count all traces");
        String page = Files.readString(SimFiles.PAGE);
        assertThat(SimFiles.between(page))
                .as("docs/drain.md is old: make drain-sim writes it anew")
                .isEqualTo(report.tables());
        assertThat(Path.of("../docs/drain-sim.svg"))
                .as("docs/drain-sim.svg is old: make drain-sim writes it anew")
                .hasContent(SimPlot.svg(report));
    }
}
