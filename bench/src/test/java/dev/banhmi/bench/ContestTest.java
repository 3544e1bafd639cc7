package dev.banhmi.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContestTest {

    private static final Metric COST = Metric.CPU_PER_GIB;
    private static final long TURN_MILLIS = 10;
    private static final Instant NOW = Instant.parse("2026-11-30T00:00:00Z");

    @TempDir
    Path directory;

    private final List<String> order = new ArrayList<>();

    @Test
    void movesTheOrderOnByOneInEachRound() throws IOException {
        run(3, new RepeatTime(Duration.ofSeconds(1)), entrant("a", 0), entrant("b", 0), entrant("c", 0));

        assertThat(order).containsExactly("a", "b", "c", "c", "a", "b", "b", "c", "a");
    }

    @Test
    void repeatsANoisyRoundUntilItIsQuiet() throws IOException {
        List<Round> rounds =
                run(1, new RepeatTime(Duration.ofSeconds(1)), entrant("a", 0.1), entrant("b", 0.9, 0.26, 0.25, 0.0));

        assertThat(order).containsExactly("a", "b", "a", "b", "a", "b");
        assertThat(rounds.getFirst().outside()).isEqualTo(0.25);
        assertThat(rounds.getFirst().isQuiet()).isTrue();
    }

    @Test
    void keepsTheQuietestTryAfterThreeRepeats() throws IOException {
        List<Round> rounds = run(1, new RepeatTime(Duration.ofSeconds(1)), entrant("a", 0.9, 0.5, 0.7, 0.8, 0.0));

        assertThat(order).hasSize(1 + Contest.REPEATS);
        assertThat(rounds.getFirst().isQuiet()).isFalse();
        assertThat(rounds.getFirst().of("a").figure(COST)).isEqualTo(0.5);
    }

    @Test
    void repeatsNothingOnceTheTimeForItIsOver() throws IOException {
        List<Round> rounds = run(2, new RepeatTime(Duration.ZERO), entrant("a", 0.9));

        assertThat(order).hasSize(2);
        assertThat(rounds).noneMatch(Round::isQuiet);
    }

    @Test
    void spendsTheTimeForRepeatsOverAllRounds() throws IOException {
        run(3, new RepeatTime(Duration.ofMillis(4 * TURN_MILLIS)), entrant("a", 0.9));

        assertThat(order).hasSize(3 + 4);
    }

    @Test
    void notesEveryTurn() throws IOException {
        run(1, new RepeatTime(Duration.ofSeconds(1)), entrant("a, or \"b\"", 0.9, 0.1));

        assertThat(Files.readAllLines(directory.resolve("journal.csv")))
                .containsExactly(
                        "round,repeat,contestant,metric,value,client CPU-s,other CPUs",
                        "1,0,\"a, or \"\"b\"\"\",\"CPU-s per GiB\",0.9000,0.50,0.900",
                        "1,1,\"a, or \"\"b\"\"\",\"CPU-s per GiB\",0.1000,0.50,0.100");
    }

    private List<Round> run(int rounds, RepeatTime repeats, Entrant... entrants) throws IOException {
        return new Contest(
                        List.of(entrants),
                        new Journal(directory.resolve("journal.csv")),
                        () -> NOW.plusMillis(TURN_MILLIS * order.size()))
                .run(rounds, repeats);
    }

    /** Its figure is how noisy the machine was in its turns, of which the last one counts for all that follow. */
    private Entrant entrant(String label, double... noise) {
        Deque<Double> left = new ArrayDeque<>();
        for (double one : noise) {
            left.add(one);
        }
        return new Entrant() {
            @Override
            public String label() {
                return label;
            }

            @Override
            public void prepare() {}

            @Override
            public Turn turn() {
                order.add(label);
                double now = left.size() > 1 ? left.remove() : left.element();
                return new Turn(Map.of(COST, now), 0.5, now);
            }
        };
    }
}
