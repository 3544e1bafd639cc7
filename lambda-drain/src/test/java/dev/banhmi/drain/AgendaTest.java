package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class AgendaTest {

    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

    @Test
    void putsWhatIsOverdueBeforeAllElseAndTheOldestFirst() {
        Agenda<String> agenda = new Agenda<>();
        agenda.add("whenever");
        agenda.add(NOON.minusSeconds(1), "just");
        agenda.add(NOON.minusSeconds(50), "long ago");
        agenda.add(NOON.plusSeconds(5), "soon");
        assertThat(agenda.take(NOON, 10)).containsExactly("long ago", "just");
        assertThat(agenda.take(NOON, 10)).containsExactly("whenever");
        assertThat(agenda.take(NOON, 10)).isEmpty();
        assertThat(agenda.next()).contains(NOON.plusSeconds(5));
        assertThat(agenda.size()).isEqualTo(1);
        assertThat(agenda.take(NOON.plusSeconds(5), 10)).containsExactly("soon");
        assertThat(agenda.next()).isEmpty();
        assertThat(agenda.size()).isZero();
    }

    @Test
    void takesNoMoreThanAskedFor() {
        Agenda<Integer> agenda = new Agenda<>();
        for (int i = 0; i < 5; i++) {
            agenda.add(i);
        }
        assertThat(agenda.take(NOON, 2)).containsExactly(0, 1);
        assertThat(agenda.take(NOON, 9)).containsExactly(2, 3, 4);
    }
}
