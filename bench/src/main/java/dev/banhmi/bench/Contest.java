package dev.banhmi.bench;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Interleaved rounds: in each of them every one of the entrants has one turn, in an order that rotates by one each time. A round during which the
 * machine was busy with something else is repeated; of its tries the quietest is kept, and marked if it was not quiet.
 */
final class Contest {

    static final int REPEATS = 3;

    private final List<Entrant> entrants;
    private final Journal journal;
    private final InstantSource clock;

    /** The first one is the reference that the others are compared with. */
    Contest(List<? extends Entrant> entrants, Journal journal, InstantSource clock) {
        this.entrants = List.copyOf(entrants);
        this.journal = journal;
        this.clock = clock;
    }

    /**
     * Warms up and measures.
     *
     * @param rounds how many
     * @param repeats time that is left for repeated rounds
     */
    List<Round> run(int rounds, RepeatTime repeats) throws IOException {
        for (Entrant one : entrants) {
            one.prepare();
        }
        List<Entrant> order = new ArrayList<>(entrants);
        List<Round> kept = new ArrayList<>();
        for (int number = 1; number <= rounds; number++) {
            Round best = round(order, number, 0);
            for (int repeat = 1; repeat <= REPEATS && !best.isQuiet() && repeats.isLeft(); repeat++) {
                Instant start = clock.instant();
                best = best.orQuieter(round(order, number, repeat));
                repeats.spend(Duration.between(start, clock.instant()));
            }
            kept.add(best);
            Collections.rotate(order, 1);
        }
        return kept;
    }

    private Round round(List<Entrant> order, int number, int repeat) throws IOException {
        Map<String, Turn> turns = new LinkedHashMap<>();
        for (Entrant one : order) {
            Turn turn = one.turn();
            turns.put(one.label(), turn);
            journal.note(number, repeat, one.label(), turn);
        }
        return new Round(turns);
    }
}
