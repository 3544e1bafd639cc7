package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.banhmi.drain.RefreshRun.Outcome;
import dev.banhmi.drain.RefreshRun.Reading;
import dev.banhmi.drain.RefreshWorld.Trouble;
import dev.banhmi.testkit.Thoroughness;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Refreshes with good and with broken images, on fleets with good and with bad luck; docs/drain.md shows the table. */
class RefreshSimTest {

    static final long SEED = 2026;
    static final int RUNS = 20;

    /** Of a sample. */
    private static final int FEW = 4;

    /** A quarter of six instances: what lies between two checkpoints. */
    private static final int A_QUARTER = 2;

    /** What an image shows only when its instances are in service. */
    private static final Set<Trouble> BROKEN = Set.of(Trouble.DISCONNECTS, Trouble.ANSWERS_ERRORS);

    /** For these it matters whether an alarm counts that rings already, and that is where they show. */
    private static final List<RefreshMistake> WHERE_RINGING_COUNTS =
            List.of(RefreshMistake.NONE, RefreshMistake.ALARM_STANDS, RefreshMistake.ERRORS_STAND);

    private static final Map<Refreshes, List<Outcome>> KNOWN = new ConcurrentHashMap<>();

    private static int fleets() {
        return Thoroughness.isWhole() ? RUNS : FEW;
    }

    /** So many as there are fleets. */
    private record Refreshes(RefreshMistake mistake, Trouble trouble, Reading reading) {

        Outcome run(int fleet) {
            return new RefreshRun(new RefreshWorld(trouble, mistake, SEED + fleet), reading).run();
        }

        List<Outcome> all() {
            return IntStream.range(0, fleets()).parallel().mapToObj(this::run).toList();
        }

        /** Whether one of them ends so; a sample is as many as it takes to see it. */
        boolean show(Predicate<Outcome> so) {
            return Thoroughness.isWhole()
                    ? outcomes(this).stream().anyMatch(so)
                    : IntStream.range(0, RUNS).mapToObj(this::run).anyMatch(so);
        }
    }

    private static List<Outcome> outcomes(Refreshes refreshes) {
        return KNOWN.computeIfAbsent(refreshes, Refreshes::all);
    }

    /** As they are. */
    private static List<Outcome> outcomes(Trouble trouble) {
        return outcomes(new Refreshes(RefreshMistake.NONE, trouble, Reading.GOES_INTO));
    }

    private static List<Outcome> outcomesWhereRingingCounts(Trouble trouble) {
        return outcomes(new Refreshes(RefreshMistake.NONE, trouble, Reading.IS_IN));
    }

    @ParameterizedTest
    @EnumSource
    void cutsNothingStrandsNothingLeavesNothingAndKeepsItsCapacity(Trouble trouble) {
        assertThat(outcomes(trouble))
                .hasSize(fleets())
                .allSatisfy(RefreshSimTest::assertHarmless)
                // Where every replacement takes half an hour, so does each of the rollback; and a launch that has tasks
                // is drained before it is abandoned, which may come late.
                .allMatch(outcome -> trouble == Trouble.LATE_CAPACITY
                        || trouble == Trouble.DISCONNECTS
                        || outcome.failedRollbacks() == 0)
                .allMatch(outcome -> outcome.failedRollbacks() <= 2);
    }

    /** Whoever is paged may have to continue the rollback, and then it ends. */
    @ParameterizedTest
    @EnumSource
    void neitherWhereAnAlarmThatRingsAlreadyFailsTheRollback(Trouble trouble) {
        assertThat(outcomesWhereRingingCounts(trouble)).hasSize(fleets()).allSatisfy(RefreshSimTest::assertHarmless);
    }

    @Test
    void continuingHelpsNothingWhileAnAlarmRingsUntilTheRollbackHasHelped() {
        assertThat(new Refreshes(RefreshMistake.ALARM_STANDS, Trouble.NO_TASK_RUNS, Reading.IS_IN)
                        .show(outcome -> outcome.stranded() > 0 && outcome.failedRollbacks() > 5))
                .isTrue();
    }

    /** The next try after a refresh that was rolled back, of which an instance still waits. */
    @Test
    void aDrainThatIsHeldFromBeforeHidesNoMissingReplacement() {
        assertThat(outcomes(Trouble.HELD_BEFORE))
                .allMatch(outcome -> outcome.removed() <= A_QUARTER)
                .allMatch(outcome -> outcome.unreplaced() <= A_QUARTER)
                .anyMatch(Outcome::failed);
        assertThat(new Refreshes(RefreshMistake.OLDEST_WAIT, Trouble.HELD_BEFORE, Reading.GOES_INTO)
                        .show(outcome -> outcome.unreplaced() > A_QUARTER))
                .as("the alarm as it was")
                .isTrue();
    }

    @Test
    void stopsAtErrorsAndGoesBackAlthoughTheyLast() {
        assertThat(outcomes(Trouble.ANSWERS_ERRORS))
                .allMatch(Outcome::failed)
                .allMatch(outcome -> outcome.removed() <= A_QUARTER);
        assertThat(outcomesWhereRingingCounts(Trouble.ANSWERS_ERRORS))
                .allMatch(outcome -> outcome.failedRollbacks() <= 1);
        assertThat(new Refreshes(RefreshMistake.ERRORS_STAND, Trouble.ANSWERS_ERRORS, Reading.IS_IN)
                        .show(outcome -> !outcome.done()))
                .as("the alarm as it was")
                .isTrue();
    }

    @Test
    void errorsThatComeAgainFailNoRollback() {
        assertThat(outcomes(Trouble.OUTAGE)).allMatch(outcome -> outcome.failedRollbacks() == 0);
        assertThat(new Refreshes(RefreshMistake.ERRORS_STAND, Trouble.OUTAGE, Reading.GOES_INTO)
                        .show(outcome -> outcome.failedRollbacks() > 0))
                .as("the alarm as it was")
                .isTrue();
    }

    /** Only what the refresh has brought goes again. */
    @ParameterizedTest
    @EnumSource
    void aRollbackReplacesNoInstanceThatHasTheOldTemplate(Trouble trouble) {
        assertThat(outcomes(trouble)).allMatch(outcome -> outcome.needless() == 0);
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
        assertThat(outcomes(Trouble.NONE)).allMatch(outcome -> !outcome.failed());
        assertThat(outcomes(Trouble.NONE)).allMatch(outcome -> outcome.removed() >= 2);
    }

    /** ECS stops it last, up to a quarter of an hour behind the limit for replacements. */
    @Test
    void aDaemonOnEachInstanceFailsNoRefresh() {
        assertThat(outcomes(Trouble.DAEMONS)).noneMatch(Outcome::failed);
        assertThat(new Refreshes(RefreshMistake.DAEMONS_HOLD, Trouble.DAEMONS, Reading.GOES_INTO)
                        .show(outcome -> outcome.failed() && outcome.failedRollbacks() > 0))
                .as("as it was")
                .isTrue();
    }

    @Test
    void removesNoInstanceForOneThatNeverRegisters() {
        assertThat(outcomes(Trouble.NEVER_REGISTERS))
                .allMatch(Outcome::failed)
                .allMatch(outcome -> outcome.removed() == 0);
    }

    /** A sweep may come in the seconds in which the agent is connected. */
    @Test
    void removesAtMostAQuarterForInstancesWhoseAgentGoesAfterAWhile() {
        assertThat(outcomes(Trouble.DISCONNECTS))
                .allMatch(Outcome::failed)
                .allMatch(outcome -> outcome.removed() <= A_QUARTER)
                .anyMatch(outcome -> outcome.removed() == 0);
    }

    @Test
    void keepsAtMostAQuarterWaitingWhenTheImageShowsItsFaultOnlyInTasks() {
        assertThat(outcomes(Trouble.NO_TASK_RUNS))
                .allMatch(outcome -> outcome.unreplaced() <= A_QUARTER)
                .anyMatch(Outcome::failed);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void catchesEveryMistake(RefreshMistake mistake) {
        Reading reading = WHERE_RINGING_COUNTS.contains(mistake) ? Reading.IS_IN : Reading.GOES_INTO;
        assertThat(mistake.troubles())
                .as(mistake.title)
                .anyMatch(trouble ->
                        new Refreshes(mistake, trouble, reading).show(outcome -> isHarmful(trouble, outcome)));
    }

    private static boolean isHarmful(Trouble trouble, Outcome outcome) {
        boolean forNothing = trouble == Trouble.DAEMONS && outcome.failed();
        boolean tooMany = forNothing
                || (trouble == Trouble.NEVER_REGISTERS && outcome.removed() > 0)
                || (BROKEN.contains(trouble) && outcome.removed() > A_QUARTER)
                || outcome.unreplaced() > A_QUARTER;
        return outcome.cut() > 0
                || outcome.stranded() > 0
                || outcome.left() > 0
                || outcome.leastServing() < 100
                || outcome.needless() > 0
                || !outcome.done()
                || tooMany;
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
        assumeTrue(Thoroughness.isWhole(), "the table counts all fleets");
        assertThat(Files.readString(SimFiles.PAGE))
                .as("the table of refreshes is old; this is the new one:\n" + table())
                .contains(table());
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
            row(text, title, mistake, Reading.GOES_INTO);
            if (WHERE_RINGING_COUNTS.contains(mistake)) {
                row(text, title + ", if one counts that rings already", mistake, Reading.IS_IN);
            }
        }
        return text.toString();
    }

    private static void row(StringBuilder text, String title, RefreshMistake mistake, Reading reading) {
        List<Outcome> all = mistake.troubles().stream()
                .flatMap(trouble -> outcomes(new Refreshes(mistake, trouble, reading)).stream())
                .toList();
        int removed = Stream.of(Trouble.NEVER_REGISTERS, Trouble.DISCONNECTS)
                .filter(mistake.troubles()::contains)
                .flatMap(trouble -> outcomes(new Refreshes(mistake, trouble, reading)).stream())
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
