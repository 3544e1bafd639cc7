package dev.banhmi.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ResourceLock(Resources.SYSTEM_PROPERTIES)
class SeedsTest {

    private final String seed = System.getProperty("banhmi.seed", "");
    private final String exhaustive = System.getProperty("banhmi.exhaustive", "");

    @AfterEach
    void restore() {
        System.setProperty("banhmi.seed", seed);
        System.setProperty("banhmi.exhaustive", exhaustive);
    }

    @Test
    void takesTheSeedThatIsAskedFor() {
        System.setProperty("banhmi.seed", "-17");

        assertThat(Seeds.seed(SeedsTest.class)).isEqualTo(-17);
        assertThat(Seeds.seed("another")).isEqualTo(-17);
    }

    @Test
    void findsAnotherOneAtEveryCallWhereNoneIsAskedFor() {
        System.setProperty("banhmi.seed", "");

        assertThat(Seeds.seed(SeedsTest.class)).isNotEqualTo(Seeds.seed(SeedsTest.class));
    }

    @Test
    void refusesASeedThatIsNoNumber() {
        System.setProperty("banhmi.seed", "seven");

        assertThatThrownBy(() -> Seeds.seed(SeedsTest.class))
                .isInstanceOf(NumberFormatException.class)
                .hasMessageContaining("seven");
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", ""})
    void doesAllOfItUnlessATenthIsAskedFor(String asked) {
        System.setProperty("banhmi.exhaustive", asked);

        assertThat(Thoroughness.isWhole()).isTrue();
        assertThat(Thoroughness.times(60)).isEqualTo(60);
    }

    @Test
    void doesATenthAndNeverNothing() {
        System.setProperty("banhmi.exhaustive", "false");

        assertThat(Thoroughness.times(60)).isEqualTo(6);
        assertThat(Thoroughness.times(3)).isEqualTo(1);
    }
}
