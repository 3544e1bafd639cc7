package dev.banhmi.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostFieldTest {

    @ParameterizedTest
    @CsvSource({
        "banhmi_gateway, banhmi_gateway,",
        "stack_service:8080, stack_service, 8080",
        "_dmarc.example.com, _dmarc.example.com,",
        "a-, a-,",
        "-a, -a,",
        "a..b, a..b,",
        "example.com., example.com.,",
        "b%C3%A1nh.example, b%C3%A1nh.example,",
        "a!$&'()*+;=~z, a!$&'()*+;=~z,",
        "10.0.0.1:80, 10.0.0.1, 80",
        "256.1.1.1, 256.1.1.1,",
        "127.0.0.1:, 127.0.0.1,",
        "[::1]:65535, [::1], 65535",
        "[2001:db8::1], [2001:db8::1],"
    })
    void readsEveryHostOfRfc3986(String value, String name, Integer port) {
        HostField host = HostField.parse(value);

        assertThat(host.name()).isEqualTo(name);
        assertThat(host.port()).isEqualTo(port == null ? OptionalInt.empty() : OptionalInt.of(port));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a b",
                "a/b",
                "a@b",
                "a\\b",
                "a\"b",
                "a<b",
                "a|b",
                "a^b",
                "a`b",
                "a{b",
                "a#b",
                "a?b",
                "a[b]",
                "a%",
                "a%4",
                "a%zz",
                "b\u00c3\u00a1nh",
                "a\u0001",
                ":80",
                "a:b",
                "a:80:80",
                "a:65536",
                "a:1234567890123",
                "a:-1",
                "::1",
                "[::1",
                "[::1]x",
                "[g::1]",
                "[]"
            })
    void refusesWhatIsNoHostWithTheValue(String value) {
        assertThatExceptionOfType(GatewayException.class)
                .isThrownBy(() -> HostField.parse(value))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_REQUEST))
                .withMessageStartingWith("Host is \"" + value.substring(0, 1));
    }
}
