package dev.banhmi.cdk.constructs.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Settings that the rules accept, really synthesized: the templates have the numbers that the rules judged, and the simulator, fed with those
 * of the templates, finds no harm. Settings that the rules refuse do not get as far.
 */
class SynthesizedSettingsTest {
    /** Ten of them with {@code -Dbanhmi.exhaustive=true}, as in {@code make verify}; each takes CDK a second. */
    private static final int SYNTHESIZED = Boolean.getBoolean("banhmi.exhaustive") ? 10 : 2;

    int synthesized() {
        return SYNTHESIZED;
    }

    @Test
    void aTemplateKeepsWhatTheRulesPromise() {
        long seed = Seed.choose();
        System.out.println(getClass().getSimpleName() + ": -Dbanhmi.seed=" + seed);
        DrainSimulator simulator = DrainSimulator.load();
        List<Settings> accepted = drawn(seed)
                .filter(one -> one.refusals().isEmpty())
                .limit(synthesized())
                .toList();
        for (Settings settings : accepted) {
            JsonNode template = SynthesizedSettings.of(settings).template();
            Map<String, Long> numbers = SynthesizedSettings.numbers(template, settings);
            assertThat(numbers).as("%s", settings).isEqualTo(settings.numbers(0));
            assertThat(simulator.harm(numbers)).as("%s", settings).isEmpty();
        }
        System.out.println(accepted.size() + " synthesized");
    }

    @Test
    void whatTheRulesRefuseIsNotSynthesized() {
        long seed = Seed.choose();
        System.out.println(getClass().getSimpleName() + ": -Dbanhmi.seed=" + seed);
        drawn(seed)
                .filter(one -> !one.refusals().isEmpty())
                .limit(synthesized())
                .forEach(settings -> assertThat(catchThrowable(() -> SynthesizedSettings.of(settings)))
                        .as("%s", settings)
                        .isInstanceOf(IllegalArgumentException.class));
    }

    private static Stream<Settings> drawn(long seed) {
        return IntStream.iterate(0, i -> i + 1).mapToObj(i -> Draw.any(Seed.ofDraw(seed, i)));
    }
}
