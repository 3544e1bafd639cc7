package dev.banhmi.cdk.constructs.budget;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RollingRoomTest {
    @ParameterizedTest
    @CsvSource({
        "1, 100, 200, 1, 0",
        "2, 100, 200, 2, 0",
        "2, 50, 100, 0, 1",
        "3, 90, 134, 1, 0",
        "4, 75, 125, 1, 1",
        "10, 100, 110, 1, 0",
        "10, 100, 109, 0, 0",
        "5000, 0, 1000, 45000, 5000"
    })
    void countsWhatMayStartAndWhatMayStop(int tasks, int minimum, int maximum, int extra, int spare) {
        RollingRoom room = new RollingRoom(tasks, minimum, maximum);
        assertThat(room.extra()).isEqualTo(extra);
        assertThat(room.spare()).isEqualTo(spare);
    }

    @ParameterizedTest
    @CsvSource({"1, 100, 200", "2, 50, 100", "10, 100, 110", "3, 60, 100"})
    void acceptsWhatRolls(int tasks, int minimum, int maximum) {
        assertThat(new RollingRoom(tasks, minimum, maximum).unkept()).isEmpty();
    }

    @Test
    void writesOutWhyNothingCanRoll() {
        Unkept unkept = new RollingRoom(3, 90, 120).unkept().orElseThrow();
        assertThat(unkept.value().toString())
                .contains("90/120 with 3 tasks", "⌊3 × (120 − 100) ÷ 100⌋ = 0", "3 − ⌈3 × 90 ÷ 100⌉ = 0");
        assertThat(unkept.remedy()).contains("minimumHealthyPercent(100).maximumPercent(200)");
    }

    @Test
    void refusesMaximumAndMinimumOfOneHundred() {
        assertThat(new RollingRoom(20, 100, 100).unkept().orElseThrow().value().toString())
                .contains("⌊20 × (100 − 100) ÷ 100⌋ = 0", "20 − ⌈20 × 100 ÷ 100⌉ = 0");
    }

    @Test
    void refusesToStopEveryTaskAtOnce() {
        assertThat(new RollingRoom(2, 0, 200).unkept().orElseThrow().value().toString())
                .contains("all 2 tasks may be stopped at once (2 − ⌈2 × 0 ÷ 100⌉ = 2)");
    }

    /** Against a deployment played through: start what may be started, stop what may be stopped, until nothing changes. */
    @Test
    void agreesWithEveryDeploymentPlayedThrough() {
        for (int tasks = 1; tasks <= 25; tasks++) {
            for (int minimum = 1; minimum <= 100; minimum++) {
                for (int maximum = 100; maximum <= 210; maximum++) {
                    RollingRoom room = new RollingRoom(tasks, minimum, maximum);
                    assertThat(room.extra() + room.spare() > 0)
                            .as("%s", room)
                            .isEqualTo(rolls(tasks, minimum, maximum));
                }
            }
        }
    }

    private static boolean rolls(int tasks, int minimum, int maximum) {
        int most = tasks * maximum / 100;
        int least = (tasks * minimum + 99) / 100;
        int old = tasks;
        int fresh = 0;
        while (old > 0 || fresh < tasks) {
            int started = Math.min(tasks - fresh, most - old - fresh);
            fresh += started;
            int stopped = Math.min(old, old + fresh - least);
            old -= stopped;
            if (started == 0 && stopped == 0) {
                return false;
            }
        }
        return true;
    }
}
