package dev.banhmi.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** The figures that stand in the Javadoc of {@link Tries}: whoever changes a number has to say what it becomes. */
class TriesTest {

    private final S3Properties defaults =
            new Binder(new MapConfigurationPropertySource(Map.of())).bindOrCreate("banhmi.s3", S3Properties.class);

    @Test
    void multiplyToTheRequestsThatAreStated() {
        int attempts = defaults.maxAttempts();
        assertThat(Tries.OF_A_PART * attempts).isEqualTo(12);
        assertThat(Tries.OF_A_VISIBLE_WRITE * attempts).isEqualTo(12);
        assertThat(Tries.OF_A_READ * attempts).isEqualTo(16);
        assertThat(Tries.LOOKS * attempts).isEqualTo(12);
    }

    @Test
    void multiplyToTheTimesThatAreStated() {
        Duration call = defaults.apiCallTimeout();
        assertThat(call.multipliedBy(Tries.OF_A_PART)).isEqualTo(Duration.ofSeconds(450));
        assertThat(defaults.completeTimeout().plus(call).multipliedBy(Tries.OF_A_VISIBLE_WRITE))
                .isEqualTo(Duration.ofSeconds(2_250));
        assertThat(call.plus(defaults.readTimeout()).multipliedBy(Tries.OF_A_READ))
                .isEqualTo(Duration.ofMinutes(12));
        assertThat(call.multipliedBy(2).multipliedBy(Tries.LOOKS)).isEqualTo(Duration.ofMinutes(15));
    }
}
