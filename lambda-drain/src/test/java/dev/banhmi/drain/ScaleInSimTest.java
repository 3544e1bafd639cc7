package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.banhmi.drain.ScaleInDay.Outcome;
import dev.banhmi.testkit.Thoroughness;
import java.io.IOException;
import java.nio.file.Files;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What it costs to place tasks and to remove instances in one way or another; docs/drain.md shows the table. */
class ScaleInSimTest {

    static final long SEED = 2026;
    static final int DAYS = 10;

    /** Of a sample. */
    private static final int FEW = 4;

    private static final Map<ScaleInPolicy, List<Outcome>> ALL = new EnumMap<>(ScaleInPolicy.class);

    @BeforeAll
    static void livesEveryDay() {
        for (ScaleInPolicy policy : ScaleInPolicy.values()) {
            ALL.put(
                    policy,
                    IntStream.range(0, Thoroughness.isWhole() ? DAYS : FEW)
                            .parallel()
                            .mapToObj(day -> new ScaleInDay(policy, SEED + day).run())
                            .toList());
        }
    }

    @ParameterizedTest
    @EnumSource
    void cutsNothingAndStrandsNothing(ScaleInPolicy policy) {
        assertThat(of(policy)).allSatisfy(day -> {
            assertThat(day.cut()).isZero();
            assertThat(day.stranded()).isZero();
        });
    }

    /** Otherwise no cut here would mean nothing. */
    @Test
    void cutsWhereNothingDrainsUnlessWhatGoesIsEmpty() {
        assertThat(new ScaleInDay(ScaleInPolicy.SPREAD, SEED, false).run().cut())
                .isPositive();
        assertThat(new ScaleInDay(ScaleInPolicy.PACKED, SEED, false).run().cut())
                .isPositive();
        assertThat(new ScaleInDay(ScaleInPolicy.PACKED_PROTECTED, SEED, false)
                        .run()
                        .cut())
                .isZero();
    }

    @Test
    void takesMostlyBusyInstancesWhereNothingProtectsThem() {
        assertThat(mean(ScaleInPolicy.SPREAD, Outcome::busy))
                .isGreaterThan(mean(ScaleInPolicy.SPREAD, Outcome::removals) / 2);
        assertThat(mean(ScaleInPolicy.PACKED, Outcome::busy))
                .isGreaterThan(mean(ScaleInPolicy.PACKED, Outcome::removals) / 2);
    }

    /** What the constructs do: {@code ZeroDowntimeService} places so, {@code Ec2Fleet} protects so. */
    @Test
    void movesNoTaskAndIsTheCheapestThatKeepsTheZones() {
        ScaleInPolicy ours = ScaleInPolicy.PACKED_PROTECTED;
        assertThat(of(ours)).allMatch(day -> day.busy() == 0 && day.moved() == 0);
        for (ScaleInPolicy other :
                List.of(ScaleInPolicy.SPREAD, ScaleInPolicy.SPREAD_PROTECTED, ScaleInPolicy.PACKED)) {
            assertThat(mean(ours, Outcome::instanceHours))
                    .as(other.name())
                    .isLessThan(0.95 * mean(other, Outcome::instanceHours));
        }
        assertThat(mean(ours, Outcome::zoneShare))
                .isLessThan(mean(ScaleInPolicy.NO_ZONES_PROTECTED, Outcome::zoneShare) - 0.1);
        assertThat(wait(ours, 0.9)).isLessThan(wait(ScaleInPolicy.SPREAD, 0.5));
    }

    @Test
    void repeatsADayFromItsSeed() {
        assertThat(new ScaleInDay(ScaleInPolicy.PACKED, 7).run())
                .isEqualTo(new ScaleInDay(ScaleInPolicy.PACKED, 7).run());
        assertThat(new ScaleInDay(ScaleInPolicy.PACKED, 8).run())
                .isNotEqualTo(new ScaleInDay(ScaleInPolicy.PACKED, 7).run());
    }

    @Test
    void isWhatTheDocumentationShows() throws IOException {
        assumeTrue(Thoroughness.isWhole(), "the table has the means of all days");
        assertThat(Files.readString(SimFiles.PAGE))
                .as("the table of scale-in is old; this is the new one:\n" + table())
                .contains(table());
    }

    private static List<Outcome> of(ScaleInPolicy policy) {
        return Objects.requireNonNull(ALL.get(policy));
    }

    private static double mean(ScaleInPolicy policy, ToDoubleFunction<Outcome> measure) {
        return of(policy).stream().mapToDouble(measure).average().orElseThrow();
    }

    private static long wait(ScaleInPolicy policy, double share) {
        List<Long> sorted = of(policy).stream()
                .flatMap(day -> day.waits().stream())
                .sorted()
                .toList();
        return sorted.isEmpty() ? 0 : sorted.get((int) Math.min(sorted.size() - 1, share * sorted.size()));
    }

    private static String table() {
        StringBuilder text = new StringBuilder("Seed " + SEED + ", " + DAYS + " fleets of "
                + ScaleInDay.LEAST_INSTANCES + " to " + ScaleInDay.MOST_INSTANCES
                + " instances in three zones for a day each, every policy under the same load.\n\n"
                + "| tasks are placed by | an instance that goes is | instance-hours a day | removals a day | of busy instances |"
                + " tasks moved | a removal waits, median | 90 % | task-minutes without room | goes with an instance |"
                + " with a zone | cut |\n| --- | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |\n");
        for (ScaleInPolicy policy : ScaleInPolicy.values()) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %.1f | %.1f | %.1f | %.1f | %d s | %d s | %.0f | %.0f %% | %.0f %% | %d |\n",
                    policy.placement,
                    policy.choice(),
                    mean(policy, Outcome::instanceHours),
                    mean(policy, Outcome::removals),
                    mean(policy, Outcome::busy),
                    mean(policy, Outcome::moved),
                    wait(policy, 0.5),
                    wait(policy, 0.9),
                    mean(policy, Outcome::waitingTaskMinutes),
                    100 * mean(policy, Outcome::instanceShare),
                    100 * mean(policy, Outcome::zoneShare),
                    of(policy).stream().mapToInt(Outcome::cut).sum()));
        }
        return text.toString();
    }
}
