package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DrainSettingsTest {

    @Test
    void needsNothingButTheCluster() {
        assertThat(DrainSettings.from(Map.of("BANHMI_CLUSTER", "c", "PATH", "/bin")))
                .isEqualTo(new DrainSettings(new ClusterName("c"), DrainPolicy.standard()));
    }

    @Test
    void readsEverySetting() {
        DrainSettings settings = DrainSettings.from(Map.of(
                "BANHMI_CLUSTER", "c",
                "BANHMI_GROUPS", "a, b",
                "BANHMI_HOOK", "h",
                "BANHMI_BUDGET", "PT2H",
                "BANHMI_STOP_STANDALONE_AFTER", "PT10M",
                "BANHMI_AT_DEADLINE", "ABANDON",
                "BANHMI_MINIMUM_AGE", "PT20S",
                "BANHMI_SWEEP_INTERVAL", "PT2M",
                "BANHMI_STOPPING", "PT30M",
                "BANHMI_LAUNCH_HOOK", "l"));
        assertThat(settings.policy())
                .isEqualTo(new DrainPolicy(
                        Set.of("a", "b"),
                        Optional.of("h"),
                        Optional.of(Duration.ofHours(2)),
                        new DrainPolicy.StandaloneTasks.StopAfter(Duration.ofMinutes(10)),
                        LifecycleResult.ABANDON,
                        Duration.ofSeconds(20),
                        Duration.ofMinutes(2),
                        Optional.of(Duration.ofMinutes(30)),
                        Optional.of("l")));
    }

    @Test
    void listsEverythingThatIsWrong() {
        assertThatThrownBy(() -> DrainSettings.from(Map.of(
                        "BANHMI_BUDGET", "45",
                        "BANHMI_MINIMUM_AGE", "-PT1S",
                        "BANHMI_AT_DEADLINE", "KILL",
                        "BANHMI_CLUTSER", "c")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(
                        "BANHMI_CLUSTER is missing",
                        "BANHMI_CLUTSER is unknown",
                        "BANHMI_BUDGET is '45'",
                        "BANHMI_MINIMUM_AGE is '-PT1S'",
                        "BANHMI_AT_DEADLINE is 'KILL'");
    }
}
