package dev.banhmi.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostNameTest {

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST", "localhost.", "LocalHost.:8080", "localhost:", "localhost:1"})
    void isOneNameHoweverItIsWritten(String authority) {
        assertThat(HostName.of(authority).name()).isEqualTo("localhost");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[::1]", "[::1]:8080", "[0:0:0:0:0:0:0:1]", "[0000::0001]:1"})
    void isOneAddressHoweverItIsWritten(String authority) {
        assertThat(HostName.of(authority).name()).isEqualTo(HostName.of("[::1]").name());
        assertThat(HostName.of(authority).name())
                .isEqualTo(HostName.ofAddress("0:0:0:0:0:0:0:1").name());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "localhost..",
                "localhost.example",
                "evil-localhost",
                "localhost@evil",
                "[localhost]",
                "[::1].evil",
                "[::1",
                "::1",
                "[::2]",
                "127.0.0.1.example"
            })
    void isNotTheNameThatItOnlyContains(String authority) {
        assertThat(HostName.of(authority).name())
                .isNotIn("localhost", "127.0.0.1", HostName.of("[::1]").name());
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:8080,localhost:8080",
        "http://localhost,LOCALHOST.",
        "https://files.example,files.example",
        "https://files.example,files.example:443",
        "http://[::1]:9,[0:0:0:0:0:0:0:1]:9"
    })
    void isOfTheSameOrigin(String origin, String host) {
        assertThat(CrossOriginFilter.isSame(origin, host)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "null,localhost:8080",
        "http://localhost,localhost:8080",
        "http://localhost:8081,localhost:8080",
        "https://localhost,localhost:80",
        "http://127.0.0.1:8080,localhost:8080",
        "http://evil.example,localhost:8080",
        "http://localhost.evil.example:8080,localhost:8080",
        "http://user@localhost:8080,localhost:8080",
        "http://localhost:8080/,localhost:8080",
        "localhost:8080,localhost:8080",
        "file://,localhost",
        "chrome-extension://localhost:8080,localhost:8080",
        "http://:8080,localhost:8080"
    })
    void isOfAnotherOrigin(String origin, String host) {
        assertThat(CrossOriginFilter.isSame(origin, host)).isFalse();
    }

    @Test
    void isOfAnotherOriginWithoutAHost() {
        assertThat(CrossOriginFilter.isSame("http://localhost", null)).isFalse();
    }
}
