package dev.banhmi.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyLayoutTest {

    /** The first two are NIST's own examples (FIPS 180-4), the others what Python's hashlib gives. */
    @ParameterizedTest
    @CsvSource({
        "abc, 23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7",
        "'', d14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f",
        "bánh mì, e5fe05b8e8a8451ad58beb885cfef44483bee76351296f349a8250a1",
        "a/b c+d%20.txt, 03878b8258cb21a4412a92efb0fa7b362a29dc451b01ae9549d500f2",
        "🥖, 7f48be6de7b527549af191f810c4a6b48f07d982b8fd4a44a3a1f0d4"
    })
    void hashesTheUtf8BytesOfTheName(String name, String key) {
        assertThat(KeyLayout.HASHED.keyOf(name)).isEqualTo(key);
    }

    @ParameterizedTest
    @CsvSource({"abc", "a//b", "/", "...", "a/.b/..c/d.", "bánh mì"})
    void leavesAPlainNameAsItIs(String name) {
        assertThat(KeyLayout.PLAIN.keyOf(name)).isEqualTo(name);
    }

    @Test
    void refusesAPlainNameThatIsLongerThanAKeyCanBe() {
        String longest = "ì".repeat(512);
        assertThat(KeyLayout.PLAIN.keyOf(longest)).isEqualTo(longest);
        assertThatThrownBy(() -> KeyLayout.PLAIN.keyOf(longest + "a"))
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorCode.INVALID_REQUEST, GatewayException::code)
                .extracting(GatewayException::getMessage)
                .asString()
                .contains("1025", "1024");
        assertThat(KeyLayout.HASHED.keyOf(longest + "a")).hasSize(56);
    }

    /** A store that keeps files takes them for other names, also for those that are reserved. */
    @ParameterizedTest
    @ValueSource(strings = {".", "..", "./a", "a/..", "a/../b", "a//../b", "./.banhmi/y", "q/../.banhmi/y", "a\u0000b"})
    void refusesAPlainNameThatAStoreMayTakeForAnother(String name) {
        assertThatThrownBy(() -> KeyLayout.PLAIN.keyOf(name))
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorCode.INVALID_REQUEST, GatewayException::code);
        assertThat(KeyLayout.HASHED.keyOf(name)).hasSize(56);
    }

    @ParameterizedTest
    @ValueSource(strings = {".banhmi", ".banhmi/", ".banhmi/uploads/1"})
    void keepsTheGatewaysOwnKeysToItself(String name) {
        assertThatThrownBy(() -> new Bucket("demo", KeyLayout.PLAIN, 0, false).key(name))
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorCode.INVALID_REQUEST, GatewayException::code)
                .extracting(GatewayException::getMessage)
                .asString()
                .contains("reserved");
        assertThat(new Bucket("demo", KeyLayout.HASHED, 0, false).key(name).key())
                .hasSize(56);
    }

    /** XML has no such characters, in which S3 names an upload in parts; what is there already can be reached. */
    @ParameterizedTest
    @ValueSource(strings = {"\uFFFE", "a/b\uFFFFc"})
    void refusesNewKeysThatNoXmlCanHave(String name) {
        Bucket plain = new Bucket("demo", KeyLayout.PLAIN, 0, false);
        assertThatThrownBy(() -> plain.newKey(name))
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorCode.INVALID_REQUEST, GatewayException::code);
        assertThat(plain.key(name).key()).isEqualTo(name);
        assertThat(plain.newKey("a\uFFFDb").key()).isEqualTo("a\uFFFDb");
        assertThat(new Bucket("demo", KeyLayout.HASHED, 0, false).newKey(name).key())
                .hasSize(56);
    }

    @Test
    void decidesWhereABucketKeepsAnObject() {
        assertThat(new Bucket("demo", KeyLayout.PLAIN, 0, false).key("a/b")).isEqualTo(new ObjectKey("demo", "a/b"));
        assertThat(new Bucket("demo", KeyLayout.HASHED, 0, false).key("abc"))
                .hasToString("demo/23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7");
    }
}
