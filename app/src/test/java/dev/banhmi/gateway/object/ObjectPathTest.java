package dev.banhmi.gateway.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.testkit.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectPathTest {

    private final long seed = Seeds.seed(ObjectPathTest.class);
    private final Random random = new Random(seed);

    @ParameterizedTest
    @CsvSource({
        "a//b, a//b",
        "a/, a/",
        "/a, /a",
        "//, //",
        "a;b, a;b",
        "a;v=1/b, a;v=1/b",
        "a+b, a+b",
        "a%2Fb, a/b",
        "a%2fb, a/b",
        "a%25b, a%b",
        "a%252e, a%2e",
        "%252e%252e/x, %2e%2e/x",
        "a%5Cb, a\\b",
        "a%20b, a b",
        "%C3%A9, é",
        "%F0%9F%A5%96, 🥖",
        "...., ....",
        ".../a, .../a",
        ".a/..b/c., .a/..b/c.",
        "a:b@c!$&()*=~[], a:b@c!$&()*=~[]",
        "c//d?x=y/z, c//d",
        "x?a=%zz, x",
    })
    void cutsTheNameFromTheRawTarget(String encoded, String name) {
        assertThat(ObjectPath.parse("/v1/objects/demo/" + encoded))
                .isEqualTo(new ObjectPath.Named("demo", new ObjectName(name)));
    }

    @Test
    void cutsAtTheFirstRawSlashOnly() {
        assertThat(ObjectPath.parse("/v1/objects/demo/a%2Fb;c//d?x=y"))
                .isEqualTo(new ObjectPath.Named("demo", new ObjectName("a/b;c//d")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://gateway.example:8080/v1/objects/demo/a%2Fb?c=http://x/y",
                "HTTPS://[::1]/v1/objects/demo/a/b",
                "/v1/objects/d%65mo/a/b"
            })
    void readsAbsoluteFormAndEncodedBuckets(String target) {
        assertThat(ObjectPath.owns(target)).isTrue();
        assertThat(ObjectPath.parse(target)).isEqualTo(new ObjectPath.Named("demo", new ObjectName("a/b")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/objects", "/v1/objects?x", "http://h/v1/objects"})
    void tellsTheListOfBuckets(String target) {
        assertThat(ObjectPath.owns(target)).isTrue();
        assertThat(ObjectPath.parse(target)).isEqualTo(new ObjectPath.BucketList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/objects/demo", "/v1/objects/demo?prefix=a/b", "http://h/v1/objects/demo?limit=1"})
    void tellsAListingFromAnObject(String target) {
        assertThat(ObjectPath.parse(target)).isEqualTo(new ObjectPath.Listing("demo"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "*",
                "/v1/object",
                "/v1/objectsx?x",
                "/v1//objects/demo/a",
                "/v1/./objects/demo/a",
                "/v1/%6fbjects/demo/a",
                "/v1/x/../objects/demo/a",
                "/V1/objects/demo/a",
                "http://host",
                "http://host?/v1/objects/demo/a",
                "ftp://host/v1/objects/demo/a",
                "/x?/v1/objects/demo/a"
            })
    void ownsNothingElse(String target) {
        assertThat(ObjectPath.owns(target)).isFalse();
        assertFails(target, ErrorCode.RESOURCE_NOT_FOUND);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".",
                "..",
                "./a",
                "../a",
                "a/.",
                "a/..",
                "a/./b",
                "a/../b",
                "../../../livez",
                "%2e",
                "%2E%2e",
                "%2e%2e/a",
                ".%2e/a",
                "a/%2e%2E/b",
                "a%2F..%2Fb",
                "a%2f%2e%2e%2fb",
                "%2e%2e%2f%2e%2e%2flivez",
                "a//.."
            })
    void refusesDotSegmentsHoweverTheyAreWritten(String encoded) {
        assertRefuses(encoded);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a%00b", "%0A", "a%0d%0aX:y", "%1f", "%7F", "%C2%80", "%C2%9F", "%09"})
    void refusesControlCharacters(String encoded) {
        assertRefuses(encoded);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"%", "a%", "a%2", "a%2/b", "%zz", "%2x", "%x2", "%%20", "%+1", "%-1", "% 1", "%\uff14\uff11"})
    void refusesMalformedEscapes(String encoded) {
        assertRefuses(encoded);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%FF",
                "%C3",
                "%C3%28",
                "%A9",
                "%C0%AF",
                "%C0%80",
                "%C1%BF",
                "%E0%80%AF",
                "%E0%9F%BF",
                "%F0%80%80%AF",
                "%F0%8F%BF%BF",
                "%ED%A0%80",
                "%ED%BF%BF",
                "%ED%A0%BD%ED%B8%80",
                "%F4%90%80%80",
                "%F5%80%80%80",
                "%F8%88%80%80%80",
                "%E2%82"
            })
    void refusesInvalidUtf8(String encoded) {
        assertRefuses(encoded);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a b", "a\tb", "a\"b", "a<b", "a>b", "a\\b", "a^b", "a`b", "a{b", "a|b", "a}b", "a#b", "é", "\u0000",
                "a\u007f"
            })
    void refusesRawCharactersThatMustBeEncoded(String encoded) {
        assertRefuses(encoded);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/objects/",
                "/v1/objects//a",
                "/v1/objects/demo/",
                "/v1/objects/demo/?a",
                "/v1/objects/../a",
                "/v1/objects/%2e%2e/livez",
                "/v1/objects/demo%2Fa",
                "/v1/objects/%2e%2e%2f%2e%2e%2flivez",
                "/v1/objects/de%00mo/a",
                "/v1/objects/de%zzmo/a",
                "/v1/objects/de%FFmo"
            })
    void refusesImpossibleBucketsAndEmptyNames(String target) {
        assertFails(target, ErrorCode.INVALID_REQUEST);
    }

    @Test
    void countsTheLimitInBytes() {
        assertThat(ObjectPath.parse("/v1/objects/demo/" + "a".repeat(1024))).isInstanceOf(ObjectPath.Named.class);
        assertThat(ObjectPath.parse("/v1/objects/demo/" + "%C3%A9".repeat(512))).isInstanceOf(ObjectPath.Named.class);
        assertRefuses("a".repeat(1025));
        assertRefuses("%C3%A9".repeat(512) + "a");
        assertThatThrownBy(() -> new ObjectName("é".repeat(513)))
                .hasMessageContaining("1026 bytes")
                .hasMessageContaining("at most 1024");
    }

    @Test
    void refusesHalfASurrogatePair() {
        assertThatThrownBy(() -> new ObjectName("a\ud83e"))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
    }

    @Test
    void showsTheValueSafelyAndShort() {
        assertThatThrownBy(() -> new ObjectName("x\r\nSet-Cookie: \"é" + "y".repeat(500)))
                .hasMessageContaining("\"x\\u000d\\u000aSet-Cookie: \\u0022\\u00e9yyy")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(250).doesNotContain("\r", "\n"));
    }

    @Test
    void everyPossibleNameRoundTrips() {
        for (int round = 0; round < 20_000; round++) {
            String name = randomName();
            ObjectPath.Named path = new ObjectPath.Named("demo", new ObjectName(name));
            assertThat(ObjectPath.parse(path.encoded()))
                    .as("seed %d, name %s", seed, name)
                    .isEqualTo(path);
            assertThat(path.encoded()).as("seed %d", seed).matches("/v1/objects/demo/[A-Za-z0-9._~%/-]+");
            assertThat(ObjectPath.parse("http://h" + encodeEverything(path)))
                    .as("seed %d, name %s", seed, name)
                    .isEqualTo(path);
        }
    }

    @Test
    void anyTargetIsReadOrRefused() {
        String alphabet = "/%.;+2eEfFcC0aA8\\ é?:\u0000";
        for (int round = 0; round < 50_000; round++) {
            StringBuilder target = new StringBuilder("/v1/objects/demo/");
            for (int length = random.nextInt(12); length > 0; length--) {
                target.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                if (ObjectPath.parse(target.toString()) instanceof ObjectPath.Named named) {
                    assertThat(("/" + named.name().value() + "/"))
                            .as("seed %d, target %s", seed, target)
                            .doesNotContain("/../", "/./", "\u0000");
                }
            } catch (GatewayException e) {
                assertThat(e.code()).as("seed %d, target %s", seed, target).isEqualTo(ErrorCode.INVALID_REQUEST);
            }
        }
    }

    private String randomName() {
        while (true) {
            StringBuilder name = new StringBuilder();
            for (int length = 1 + random.nextInt(20); length > 0; length--) {
                switch (random.nextInt(4)) {
                    case 0 -> name.append("/.%;+\\ ?#\"&=".charAt(random.nextInt(12)));
                    case 1 -> name.append((char) (' ' + random.nextInt(95)));
                    case 2 -> name.append((char) (0xa0 + random.nextInt(0xd800 - 0xa0)));
                    default -> name.appendCodePoint(0x10000 + random.nextInt(0x100000));
                }
            }
            if (!("/" + name + "/").matches("(?s).*/\\.\\.?/.*")) {
                return name.toString();
            }
        }
    }

    private String encodeEverything(ObjectPath.Named path) {
        StringBuilder encoded = new StringBuilder("/v1/objects/demo/");
        for (byte b : path.name().value().getBytes(StandardCharsets.UTF_8)) {
            encoded.append(String.format(random.nextBoolean() ? "%%%02x" : "%%%02X", b));
        }
        return encoded.toString();
    }

    private static void assertRefuses(String encoded) {
        assertFails("/v1/objects/demo/" + encoded, ErrorCode.INVALID_REQUEST);
    }

    private static void assertFails(String target, ErrorCode code) {
        assertThatThrownBy(() -> ObjectPath.parse(target))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
