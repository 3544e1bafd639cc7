package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The traces that docs/drain.md shows; {@code make drain-sim} runs many more. */
final class DrainSimTest {

    static final long SEED = 2018;
    static final int RUNS = 100;

    private static SimReport report;

    @BeforeAll
    static void runsTheDocumentedTraces() throws IOException {
        report = new SimReport(SEED, RUNS, DrainSim.run(SEED, RUNS));
        SimFiles.writeJson(report);
    }

    @Test
    void cutsNothingStrandsNothingAndCatchesEveryMutant() {
        assertThat(report.violations()).isEmpty();
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
        String page = Files.readString(SimFiles.PAGE);
        assertThat(SimFiles.between(page))
                .as("docs/drain.md is old: make drain-sim writes it anew")
                .isEqualTo(report.tables());
        assertThat(Path.of("../docs/drain-sim.svg"))
                .as("docs/drain-sim.svg is old: make drain-sim writes it anew")
                .hasContent(SimPlot.svg(report));
    }
}
