package dev.banhmi.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class GatewayTest {

    @Test
    void findsTheOptionsThatShip() throws IOException {
        String pom = Files.readString(Path.of("..", "app", "pom.xml"));

        assertThat(Gateway.optionsIn(pom))
                .contains("-XX:+ExitOnOutOfMemoryError", "-XX:+UseSerialGC", "-XX:MaxRAMPercentage=25")
                .allMatch(option -> option.startsWith("-"));
    }
}
