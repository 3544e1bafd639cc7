package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.drain.RefreshRun.Outcome;
import dev.banhmi.drain.RefreshRun.Reading;
import dev.banhmi.drain.RefreshWorld.Trouble;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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

    /** What an image shows only when its instances are in service. */
    private static final Set<Trouble> BROKEN = Set.of(Trouble.DISCONNECTS, Trouble.ANSWERS_ERRORS);

    private static final Map<RefreshMistake, Map<Trouble, List<Outcome>>> ALL = new EnumMap<>(RefreshMistake.class);

    private static final List<RefreshMistake> WHERE_RINGING_COUNTS =
            List.of(RefreshMistake.NONE, RefreshMistake.ALARM_STANDS, RefreshMistake.ERRORS_STAND);

    /** The same when an alarm counts that rings already, for what depends on it. */
    private static final Map<RefreshMistake, Map<Trouble, List<Outcome>>> RINGING_COUNTS =
            new EnumMap<>(RefreshMistake.class);

    @BeforeAll
    static void refreshesEveryFleet() {
        for (RefreshMistake mistake : RefreshMistake.values()) {
            ALL.put(mistake, refresh(mistake, Reading.GOES_INTO));
        }
        for (RefreshMistake mistake : WHERE_RINGING_COUNTS) {
            RINGING_COUNTS.put(mistake, refresh(mistake, Reading.IS_IN));
        }
    }

    private static Map<Trouble, List<Outcome>> refresh(RefreshMistake mistake, Reading reading) {
        Map<Trouble, List<Outcome>> outcomes = new EnumMap<>(Trouble.class);
        for (Trouble trouble : mistake.troubles()) {
            outcomes.put(
                    trouble,
                    IntStream.range(0, RUNS)
                            .parallel()
                            .mapToObj(run ->
                                    new RefreshRun(new RefreshWorld(trouble, mistake, SEED + run), reading).run())
                            .toList());
        }
        return outcomes;
    }

    @ParameterizedTest
    @EnumSource
    void cutsNothingStrandsNothingLeavesNothingAndKeepsItsCapacity(Trouble trouble) {
        assertThat(outcomes(RefreshMistake.NONE, trouble))
                .hasSize(RUNS)
                .allSatisfy(RefreshSimTest::assertHarmless)
                // Where every replacement takes half an hour, so does each of the rollback; and a launch that has tasks
                // is
                // drained before it is abandoned, which may come late.
                .allMatch(outcome -> trouble == Trouble.LATE_CAPACITY
                        || trouble == Trouble.DISCONNECTS
                        || outcome.failedRollbacks() == 0)
                .allMatch(outcome -> outcome.failedRollbacks() <= 2);
    }

    /** Whoever is paged may have to continue the rollback, and then it ends. */
    @ParameterizedTest
    @EnumSource
    void neitherWhereAnAlarmThatRingsAlreadyFailsTheRollback(Trouble trouble) {
        assertThat(outcomes(RINGING_COUNTS, RefreshMistake.NONE, trouble))
                .hasSize(RUNS)
                .allSatisfy(RefreshSimTest::assertHarmless);
    }

    @Test
    void continuingHelpsNothingWhileAnAlarmRingsUntilTheRollbackHasHelped() {
        assertThat(outcomes(RINGING_COUNTS, RefreshMistake.ALARM_STANDS, Trouble.NO_TASK_RUNS))
                .anyMatch(outcome -> outcome.stranded() > 0 && outcome.failedRollbacks() > 5);
    }

    /** The next try after a refresh that was rolled back, of which an instance still waits. */
    @Test
    void aDrainThatIsHeldFromBeforeHidesNoMissingReplacement() {
        assertThat(outcomes(RefreshMistake.NONE, Trouble.HELD_BEFORE))
                .allMatch(outcome -> outcome.removed() <= A_QUARTER)
                .allMatch(outcome -> outcome.unreplaced() <= A_QUARTER)
                .anyMatch(Outcome::failed);
        assertThat(outcomes(RefreshMistake.OLDEST_WAIT, Trouble.HELD_BEFORE))
                .as("the alarm as it was")
                .anyMatch(outcome -> outcome.unreplaced() > A_QUARTER);
    }

    @Test
    void stopsAtErrorsAndGoesBackAlthoughTheyLast() {
        assertThat(outcomes(RefreshMistake.NONE, Trouble.ANSWERS_ERRORS))
                .allMatch(Outcome::failed)
                .allMatch(outcome -> outcome.removed() <= A_QUARTER);
        assertThat(outcomes(RINGING_COUNTS, RefreshMistake.NONE, Trouble.ANSWERS_ERRORS))
                .allMatch(outcome -> outcome.failedRollbacks() <= 1);
        assertThat(outcomes(RINGING_COUNTS, RefreshMistake.ERRORS_STAND, Trouble.ANSWERS_ERRORS))
                .as("the alarm as it was")
                .anyMatch(outcome -> !outcome.done());
    }

    @Test
    void errorsThatComeAgainFailNoRollback() {
        assertThat(outcomes(RefreshMistake.NONE, Trouble.OUTAGE)).allMatch(outcome -> outcome.failedRollbacks() == 0);
        assertThat(outcomes(RefreshMistake.ERRORS_STAND, Trouble.OUTAGE))
                .as("the alarm as it was")
                .anyMatch(outcome -> outcome.failedRollbacks() > 0);
    }

    /** Only what the refresh has brought goes again. */
    @ParameterizedTest
    @EnumSource
    void aRollbackReplacesNoInstanceThatHasTheOldTemplate(Trouble trouble) {
        assertThat(outcomes(RefreshMistake.NONE, trouble)).allMatch(outcome -> outcome.needless() == 0);
    }

    private static void assertHarmless(Outcome outcome) {
        assertThat(outcome.cut()).isZero();
        assertThat(outcome.stranded()).isZero();
        assertThat(outcome.left()).isZero();
        assertThat(outcome.leastServing()).isEqualTo(100);
        assertThat(outcome.done()).isTrue();
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
        for (Trouble trouble : mistake.troubles()) {
            for (Outcome outcome : outcomes(mistakes(mistake), mistake, trouble)) {
                boolean tooMany = (trouble == Trouble.NEVER_REGISTERS && outcome.removed() > 0)
                        || (BROKEN.contains(trouble) && outcome.removed() > A_QUARTER)
                        || outcome.unreplaced() > A_QUARTER;
                if (outcome.cut() > 0
                        || outcome.stranded() > 0
                        || outcome.left() > 0
                        || outcome.leastServing() < 100
                        || outcome.needless() > 0
                        || !outcome.done()
                        || tooMany) {
                    seen.add(trouble + " " + outcome);
                }
            }
        }
        assertThat(seen).as(mistake.title).isNotEmpty();
    }

    @Test
    void repeatsARunFromItsSeed() {
        assertThat(again()).isEqualTo(again());
    }

    private static Outcome again() {
        return new RefreshRun(new RefreshWorld(Trouble.LATE_CAPACITY, RefreshMistake.NONE, 7), Reading.IS_IN).run();
    }

    @Test
    void isWhatTheDocumentationShows() throws IOException {
        assertThat(Files.readString(SimFiles.PAGE))
                .as("the table of refreshes is old; this is the new one:\n" + table())
                .contains(table());
    }

    /** Where a mistake shows. */
    private static Map<RefreshMistake, Map<Trouble, List<Outcome>>> mistakes(RefreshMistake mistake) {
        return WHERE_RINGING_COUNTS.contains(mistake) ? RINGING_COUNTS : ALL;
    }

    private static List<Outcome> outcomes(RefreshMistake mistake, Trouble trouble) {
        return outcomes(ALL, mistake, trouble);
    }

    private static List<Outcome> outcomes(
            Map<RefreshMistake, Map<Trouble, List<Outcome>>> all, RefreshMistake mistake, Trouble trouble) {
        return Objects.requireNonNull(Objects.requireNonNull(all.get(mistake)).get(trouble));
    }

    private static String table() {
        StringBuilder text =
                new StringBuilder("Seed " + SEED + ", " + RUNS + " fleets of 2 to 6 instances for each trouble.\n\n"
                        + "| the refresh | refreshes | tasks cut | least that served | instances removed for one whose agent does not work |"
                        + " most that wait for replacements at a time | container instances left behind | instances that still"
                        + " wait | rollbacks that fail, and are continued | old instances that a rollback replaces |\n"
                        + "| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |\n");
        for (RefreshMistake mistake : RefreshMistake.values()) {
            String title = mistake == RefreshMistake.NONE ? "as it is" : mistake.title;
            row(text, title, ALL, mistake);
            if (RINGING_COUNTS.containsKey(mistake)) {
                row(text, title + ", if one counts that rings already", RINGING_COUNTS, mistake);
            }
        }
        return text.toString();
    }

    private static void row(
            StringBuilder text,
            String title,
            Map<RefreshMistake, Map<Trouble, List<Outcome>>> among,
            RefreshMistake mistake) {
        List<Outcome> all = mistake.troubles().stream()
                .flatMap(trouble -> outcomes(among, mistake, trouble).stream())
                .toList();
        int removed = Stream.of(Trouble.NEVER_REGISTERS, Trouble.DISCONNECTS)
                .filter(mistake.troubles()::contains)
                .flatMap(trouble -> outcomes(among, mistake, trouble).stream())
                .mapToInt(Outcome::removed)
                .sum();
        text.append("| ")
                .append(title)
                .append(" | ")
                .append(all.size())
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
                .append(" | ")
                .append(all.stream().mapToInt(Outcome::failedRollbacks).sum())
                .append(" | ")
                .append(all.stream().mapToInt(Outcome::needless).sum())
                .append(" |\n");
    }
}
