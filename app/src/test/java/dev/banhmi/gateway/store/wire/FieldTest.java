package dev.banhmi.gateway.store.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing that is sent can be taken for something else. */
class FieldTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a b", "a\tb", "!\"~", "bytes=0-9"})
    void takesAValueThatArrivesAsItIs(String value) {
        assertThat(new Field("x", value).value()).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {" a", "a ", "\ta", "a\r\nb", "a\nb", "a\rb", "\u0000", "\u007f", "ü", "漢", " "})
    void refusesAValueThatDoesNot(String value) {
        assertThat(Field.isSendable(value)).isFalse();
        assertThatThrownBy(() -> new Field("x", value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The value of the header field x cannot be sent.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "a b", "a:", "a\r", "ü", "(a)"})
    void refusesAName(String name) {
        assertThatThrownBy(() -> new Field(name, "v")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"host", "user-agent", "authorization", "x-amz-date", "range"})
    void refusesAFieldThatIsThereAlready(String name) {
        BucketAddress address = new BucketAddress(true, "h", 443, "");
        List<Field> fields = List.of(new Field("range", "bytes=0-0"), new Field(name, "v"));
        assertThatThrownBy(() -> new RequestHead("GET", address, "/k", "", RequestHead.UNSIGNED, fields))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "k", "/a b", "/a?b", "/ü", "/a\r\nb"})
    void refusesAPathThatIsNotEncoded(String path) {
        BucketAddress address = new BucketAddress(true, "h", 443, "");
        assertThatThrownBy(() -> new RequestHead("GET", address, path, "", RequestHead.UNSIGNED, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a/b", "a\r\n"})
    void refusesAHost(String host) {
        assertThatThrownBy(() -> new BucketAddress(true, host, 443, "")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "/", "/a/", "/a b", "/a?b", "/ü"})
    void refusesAPath(String path) {
        assertThatThrownBy(() -> new BucketAddress(true, "h", 443, path)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 65_536})
    void refusesAPort(int port) {
        assertThatThrownBy(() -> new BucketAddress(true, "h", port, "")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesThePortOnlyWhereItIsNotTheSchemes() {
        assertThat(new BucketAddress(true, "h", 443, "").hostField()).isEqualTo("h");
        assertThat(new BucketAddress(false, "h", 80, "").hostField()).isEqualTo("h");
        assertThat(new BucketAddress(false, "h", 443, "").hostField()).isEqualTo("h:443");
        assertThat(new BucketAddress(true, "[::1]", 9000, "").hostField()).isEqualTo("[::1]:9000");
    }

    @Test
    void showsNoSecret() {
        assertThat(new Identity("id", "hush", "token", "r").toString())
                .contains("id", "r")
                .doesNotContain("hush", "token");
    }
}
