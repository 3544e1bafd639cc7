package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.drain.RefreshRun.Outcome;
import dev.banhmi.drain.RefreshWorld.Trouble;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Refreshes with good and with broken images, on fleets with good and with bad luck; docs/drain.md shows the table. */
class RefreshSimTest {

    static final long SEED = 2026;
    static final int RUNS = 20;

    /** A quarter of six instances: what lies between two checkpoints. */
    private static final int A_QUARTER = 2;

    private static final Map<RefreshMistake, Map<Trouble, List<Outcome>>> ALL = new EnumMap<>(RefreshMistake.class);

    @BeforeAll
    static void refreshesEveryFleet() {
        for (RefreshMistake mistake : RefreshMistake.values()) {
            Map<Trouble, List<Outcome>> outcomes = new EnumMap<>(Trouble.class);
            for (Trouble trouble : Trouble.values()) {
                outcomes.put(
                        trouble,
                        IntStream.range(0, RUNS)
                                .parallel()
                                .mapToObj(run -> new RefreshRun(new RefreshWorld(trouble, mistake, SEED + run)).run())
                                .toList());
            }
            ALL.put(mistake, outcomes);
        }
    }

    @ParameterizedTest
    @EnumSource
    void cutsNothingStrandsNothingLeavesNothingAndKeepsItsCapacity(Trouble trouble) {
        assertThat(outcomes(RefreshMistake.NONE, trouble)).allSatisfy(outcome -> {
            assertThat(outcome.cut()).isZero();
            assertThat(outcome.stranded()).isZero();
            assertThat(outcome.left()).isZero();
            assertThat(outcome.leastServing()).isEqualTo(100);
            assertThat(outcome.done()).isTrue();
        });
    }

    @Test
    void finishesWithAGoodImage() {
        assertThat(outcomes(RefreshMistake.NONE, Trouble.NONE)).allMatch(outcome -> !outcome.failed());
        assertThat(outcomes(RefreshMistake.NONE, Trouble.NONE)).allMatch(outcome -> outcome.removed() >= 2);
    }

    @Test
    void removesNoInstanceForOneThatNeverRegisters() {
        assertThat(outcomes(RefreshMistake.NONE, Trouble.NEVER_REGISTERS))
                .allMatch(Outcome::failed)
                .allMatch(outcome -> outcome.removed() == 0);
    }

    /** A sweep may come in the seconds in which the agent is connected. */
    @Test
    void removesAtMostAQuarterForInstancesWhoseAgentGoesAfterAWhile() {
        assertThat(outcomes(RefreshMistake.NONE, Trouble.DISCONNECTS))
                .allMatch(Outcome::failed)
                .allMatch(outcome -> outcome.removed() <= A_QUARTER)
                .anyMatch(outcome -> outcome.removed() == 0);
    }

    @Test
    void keepsAtMostAQuarterWaitingWhenTheImageShowsItsFaultOnlyInTasks() {
        assertThat(outcomes(RefreshMistake.NONE, Trouble.NO_TASK_RUNS))
                .allMatch(outcome -> outcome.unreplaced() <= A_QUARTER)
                .anyMatch(Outcome::failed);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void catchesEveryMistake(RefreshMistake mistake) {
        List<String> seen = new ArrayList<>();
        for (Trouble trouble : Trouble.values()) {
            for (Outcome outcome : outcomes(mistake, trouble)) {
                boolean tooMany = (trouble == Trouble.NEVER_REGISTERS && outcome.removed() > 0)
                        || (trouble == Trouble.DISCONNECTS && outcome.removed() > A_QUARTER)
                        || outcome.unreplaced() > A_QUARTER;
                if (outcome.cut() > 0
                        || outcome.stranded() > 0
                        || outcome.left() > 0
                        || outcome.leastServing() < 100
                        || tooMany) {
                    seen.add(trouble + " " + outcome);
                }
            }
        }
        assertThat(seen).as(mistake.title).isNotEmpty();
    }

    @Test
    void repeatsARunFromItsSeed() {
        assertThat(new RefreshRun(new RefreshWorld(Trouble.LATE_CAPACITY, RefreshMistake.NONE, 7)).run())
                .isEqualTo(new RefreshRun(new RefreshWorld(Trouble.LATE_CAPACITY, RefreshMistake.NONE, 7)).run());
    }

    @Test
    void isWhatTheDocumentationShows() throws IOException {
        assertThat(Files.readString(SimFiles.PAGE))
                .as("the table of refreshes is old; this is the new one:\n" + table())
                .contains(table());
    }

    private static List<Outcome> outcomes(RefreshMistake mistake, Trouble trouble) {
        return ALL.get(mistake).get(trouble);
    }

    private static String table() {
        StringBuilder text = new StringBuilder("Seed " + SEED + ", " + RUNS + " fleets of 2 to 6 instances for each trouble, "
                + RUNS * Trouble.values().length + " refreshes a row.\n\n"
                + "| the refresh | tasks cut | least that served | instances removed for one whose agent does not work |"
                + " most that wait for replacements at a time | container instances left behind | instances that still"
                + " wait |\n| --- | --: | --: | --: | --: | --: | --: |\n");
        for (RefreshMistake mistake : RefreshMistake.values()) {
            List<Outcome> all = ALL.get(mistake).values().stream()
                    .flatMap(List::stream)
                    .toList();
            int removed = List.of(Trouble.NEVER_REGISTERS, Trouble.DISCONNECTS).stream()
                    .flatMap(trouble -> outcomes(mistake, trouble).stream())
                    .mapToInt(Outcome::removed)
                    .sum();
            text.append("| ")
                    .append(mistake == RefreshMistake.NONE ? "as it is" : mistake.title)
                    .append(" | ")
                    .append(all.stream().mapToInt(Outcome::cut).sum())
                    .append(" | ")
                    .append(all.stream().mapToInt(Outcome::leastServing).min().orElseThrow())
                    .append(" % | ")
                    .append(removed)
                    .append(" | ")
                    .append(all.stream().mapToInt(Outcome::unreplaced).max().orElseThrow())
                    .append(" | ")
                    .append(all.stream().mapToInt(Outcome::left).sum())
                    .append(" | ")
                    .append(all.stream().mapToInt(Outcome::stranded).sum())
                    .append(" |\n");
        }
        return text.toString();
    }
}
