package dev.banhmi.local.backend;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunningBackendTest {

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:4566", "http://127.8.8.8", "http://[::1]:4566", "http://localhost:1"})
    void takesWhatIsOnThisMachine(String endpoint) {
        assertThatCode(() -> RunningBackend.requireLoopback(URI.create(endpoint)))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://203.0.113.5",
                "http://0.0.0.0:4566",
                "http://[2001:db8::1]:4566",
                "http://169.254.169.254"
            })
    void refusesWhatIsNot(String endpoint) {
        assertThatThrownBy(() -> RunningBackend.requireLoopback(URI.create(endpoint)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(endpoint + " is not on the loopback interface");
    }
}
