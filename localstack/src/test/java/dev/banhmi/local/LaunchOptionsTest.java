package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LaunchOptionsTest {

    @Test
    void listensOn8080AndKeepsDataBesideTheCallerByDefault() {
        assertThat(LaunchOptions.parse())
                .isEqualTo(new LaunchOptions(8080, Path.of("data").toAbsolutePath()));
    }

    @Test
    void readsBothFormsOfAnOption() {
        assertThat(LaunchOptions.parse("--port", "9000", "--data=/somewhere/else/../here"))
                .isEqualTo(new LaunchOptions(9000, Path.of("/somewhere/here")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "65536", "http", ""})
    void namesThePortThatCannotBeUsed(String port) {
        assertThatThrownBy(() -> LaunchOptions.parse("--port=" + port))
                .isInstanceOf(LaunchException.class)
                .hasMessage("--port " + port + ": a number from 0 to 65535 is needed");
    }

    @Test
    void saysWhatIsAllowedInsteadOfAnUnknownOption() {
        assertThatThrownBy(() -> LaunchOptions.parse("--prot=1"))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("--prot=1: no such option")
                .hasMessageContaining("[--port 8080] [--data ./data]");
    }

    @Test
    void missesTheValueOfTheLastOption() {
        assertThatThrownBy(() -> LaunchOptions.parse("--data"))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("--data: a value is missing");
    }
}
