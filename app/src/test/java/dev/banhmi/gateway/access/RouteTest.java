package dev.banhmi.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.testkit.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.server.PathContainer;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

class RouteTest {

    private static final List<String> PLAIN_PATHS = List.of(
            "/livez",
            "/readyz",
            "/status/healthcheck",
            "/file/upload",
            "/file/download",
            "/file/status",
            "/file/delete");

    private static final List<String> MISCHIEF =
            List.of("/", "//", "/./", "/../", "%2e%2e/", ";", ";x=y", "%2F", "%3B", "%20", "X");

    private final long seed = Seeds.seed(RouteTest.class);
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
        assertThat(parsed("/v1/objects/demo/" + encoded)).isEqualTo(new Route.Named("demo", new ObjectName(name)));
    }

    @Test
    void cutsAtTheFirstRawSlashOnly() {
        assertThat(parsed("/v1/objects/demo/a%2Fb;c//d?x=y"))
                .isEqualTo(new Route.Named("demo", new ObjectName("a/b;c//d")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://gateway.example:8080/v1/objects/demo/a%2Fb?c=http://x/y",
                "HTTPS://[::1]/v1/objects/demo/a/b",
                "/v1/objects/d%65mo/a/b"
            })
    void readsAbsoluteFormAndEncodedBuckets(String target) {
        assertThat(parsed(target)).isEqualTo(new Route.Named("demo", new ObjectName("a/b")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/objects", "/v1/objects?x", "http://h/v1/objects"})
    void tellsTheListOfBuckets(String target) {
        assertThat(parsed(target)).isEqualTo(new Route.BucketList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/objects/demo", "/v1/objects/demo?prefix=a/b", "http://h/v1/objects/demo?limit=1"})
    void tellsAListingFromAnObject(String target) {
        assertThat(parsed(target)).isEqualTo(new Route.Listing("demo"));
    }

    @ParameterizedTest
    @CsvSource({
        "'', false",
        "/, false",
        "*, false",
        "/v1, true",
        "/v1/, true",
        "/v10, false",
        "/v1/object, true",
        "/v1/objectsx?x, true",
        "/v1//objects/demo/a, true",
        "/v1/./objects/demo/a, true",
        "/v1/%6fbjects/demo/a, true",
        "/v1/x/../objects/demo/a, true",
        "/V1/objects/demo/a, false",
        "//v1/objects/demo/a, false",
        "/%761/objects/demo/a, false",
        "http://host, false",
        "http://host?/v1/objects/demo/a, false",
        "ftp://host/v1/objects/demo/a, false",
        "/x?/v1/objects/demo/a, false",
        "/livez/, false",
        "/livez/x, false",
        "//livez, false",
        "/x/../livez, false",
        "/%2e/livez, false",
        "/file%2Fdownload, false",
        "/file/upload/more, false",
        "/File/download, false",
        "/file//download, false"
    })
    void isNobodysElsewhere(String target, boolean isV1) {
        assertThat(parsed(target)).isEqualTo(new Route.Unowned(isV1));
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
        assertThat(parsed("/v1/objects/demo/" + "a".repeat(1024))).isInstanceOf(Route.Named.class);
        assertThat(parsed("/v1/objects/demo/" + "%C3%A9".repeat(512))).isInstanceOf(Route.Named.class);
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
            Route.Named path = new Route.Named("demo", new ObjectName(name));
            assertThat(parsed(path.encoded()))
                    .as("seed %d, name %s", seed, name)
                    .isEqualTo(path);
            assertThat(path.encoded()).as("seed %d", seed).matches("/v1/objects/demo/[A-Za-z0-9._~%/-]+");
            assertThat(parsed("http://h" + encodeEverything(path)))
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
            Route route = parsed(target.toString());
            if (route instanceof Route.Named named) {
                assertThat(("/" + named.name().value() + "/"))
                        .as("seed %d, target %s", seed, target)
                        .doesNotContain("/../", "/./", "\u0000");
            } else {
                assertThat(route).as("seed %d, target %s", seed, target).isInstanceOf(Route.Malformed.class);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/livez, /livez",
        "/readyz, /readyz",
        "/%6civez, /livez",
        "/livez;a=b?x, /livez",
        "/status/healthcheck, /status/healthcheck",
        "/status;a/healthcheck;, /status/healthcheck"
    })
    void tellsWhatAsksForHealth(String target, String template) {
        Route route = parsed(target);

        assertThat(route.template()).isEqualTo(template);
        assertThat(route.asksForHealth()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "/file/download, DOWNLOAD",
        "/file/status, STATUS",
        "/file/delete, DELETE",
        "/%66ile/download;x=y, DOWNLOAD",
        "http://host/file;a/status, STATUS"
    })
    void takesTheObjectOf2018FromTheQuery(String path, LegacyVerb verb) {
        assertThat(parsed(path, "bucket=demo&x=1&x=2&key=a%2Fb+c%26"))
                .isEqualTo(new Route.LegacyNamed(verb, "demo", "a/b c&"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bucket=demo",
                "key=k",
                "bucket=&key=k",
                "bucket=demo&key",
                "BUCKET=demo&key=k",
                "bucket=demo&key=%zz",
                "bucket=demo&key=%ff%fe",
                "bucket=demo&key=k&%"
            })
    void knowsNoObjectOf2018WithoutBothParameters(String query) {
        assertThat(parsed("/file/download", query)).isEqualTo(new Route.LegacyIncomplete(LegacyVerb.DOWNLOAD, null));
    }

    /** Which of two is meant could be another one for whoever reads the query next. */
    @ParameterizedTest
    @ValueSource(strings = {"bucket=demo&key=a&key=b", "bucket=demo&bucket=other&key=a", "bucket=demo&key=a&%6bey=a"})
    void refusesAnObjectOf2018ThatIsNamedTwice(String query) {
        assertThat(parsed("/file/delete", query))
                .isInstanceOfSatisfying(
                        Route.LegacyIncomplete.class,
                        route -> assertThat(route.reason())
                                .isInstanceOfSatisfying(
                                        GatewayException.class,
                                        reason -> assertThat(reason.code()).isEqualTo(ErrorCode.INVALID_REQUEST)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/file/upload", "/file/upload;a=b", "/%66ile/upload?bucket=a&bucket=b"})
    void tellsAnUploadOf2018(String target) {
        assertThat(parsed(target)).isEqualTo(new Route.LegacyUpload());
    }

    @ParameterizedTest
    @ValueSource(strings = {"delete", "delete=", "x=1&delete", "%64elete=y"})
    void tellsADeletionOfManyFromAListing(String query) {
        assertThat(parsed("/v1/objects/demo", query)).isEqualTo(new Route.Deletion("demo"));
        assertThat(parsed("/v1/objects/demo/delete", query))
                .isEqualTo(new Route.Named("demo", new ObjectName("delete")));
        assertThat(parsed("/v1/objects/demo", "prefix=delete")).isEqualTo(new Route.Listing("demo"));
    }

    /** Spring chooses the controller by its own reading of the path. */
    @Test
    void readsEveryOtherPathAsSpringDoes() {
        List<PathPattern> patterns = PLAIN_PATHS.stream()
                .map(PathPatternParser.defaultInstance::parse)
                .toList();
        int known = 0;
        for (int round = 0; round < 50_000; round++) {
            String path = spelling(PLAIN_PATHS.get(random.nextInt(PLAIN_PATHS.size())));
            String springs = patterns.stream()
                    .filter(pattern -> pattern.matches(PathContainer.parsePath(path)))
                    .map(PathPattern::getPatternString)
                    .findFirst()
                    .orElse("/**");
            known += springs.equals("/**") ? 0 : 1;
            assertThat(parsed(path).template())
                    .as("seed %d, path %s", seed, path)
                    .isEqualTo(path.startsWith("/v1/") ? "/v1/**" : springs);
        }
        assertThat(known).as("seed %d, spellings of a path that is there", seed).isBetween(10_000, 40_000);
    }

    @Test
    void isReadOnceForARequest() {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/v1/objects/demo/a");
        assertThat(Route.isKnown(request)).isFalse();
        Route first = Route.of(request);

        request.setRequestURI("/v1/objects/demo/b");

        assertThat(Route.isKnown(request)).isTrue();
        assertThat(Route.of(request)).isSameAs(first);
    }

    private String spelling(String path) {
        StringBuilder spelling = new StringBuilder();
        boolean harmless = random.nextInt(3) > 0;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            switch (random.nextInt(12)) {
                case 0 -> spelling.append(String.format(random.nextBoolean() ? "%%%02x" : "%%%02X", (int) c));
                case 1 ->
                    spelling.append(c == '/' && spelling.length() > 0 && random.nextInt(4) == 0 ? ";a=%2F/" : "" + c);
                case 2 -> spelling.append(harmless ? "" + c : MISCHIEF.get(random.nextInt(MISCHIEF.size())) + c);
                default -> spelling.append(c);
            }
        }
        String result = harmless ? spelling.toString().replace("%2F", "/").replace("%2f", "/") : spelling.toString();
        return result.startsWith("/") ? result : "/" + result;
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

    private String encodeEverything(Route.Named path) {
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
        assertThat(parsed(target))
                .isInstanceOfSatisfying(
                        Route.Malformed.class,
                        route -> assertThat(route.reason().code()).isEqualTo(code));
    }

    private static Route parsed(String target) {
        return Targets.parse(target, null);
    }

    private static Route parsed(String target, String query) {
        return Targets.parse(target, query);
    }
}
