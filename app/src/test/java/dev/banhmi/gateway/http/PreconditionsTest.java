package dev.banhmi.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.http.Preconditions.Failed;
import dev.banhmi.gateway.http.Preconditions.IfAbsent;
import dev.banhmi.gateway.http.Preconditions.IfVersion;
import dev.banhmi.gateway.http.Preconditions.Method;
import dev.banhmi.gateway.http.Preconditions.NotModified;
import dev.banhmi.gateway.http.Preconditions.Proceed;
import dev.banhmi.gateway.http.Preconditions.Unguarded;
import dev.banhmi.gateway.http.Preconditions.Verdict;
import dev.banhmi.gateway.http.Preconditions.Version;
import dev.banhmi.testkit.Seeds;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreconditionsTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final String BEFORE = "Fri, 20 Nov 2026 10:00:00 GMT";
    private static final String MODIFIED = "Fri, 20 Nov 2026 11:00:00 GMT";
    private static final String AFTER = "Fri, 20 Nov 2026 12:00:00 GMT";
    private static final Version CURRENT =
            new Version(new EntityTag("v1", false), Instant.parse("2026-11-20T11:00:00.750Z"));

    private final long seed = Seeds.seed(PreconditionsTest.class);
    private final Random random = new Random(seed);

    @ParameterizedTest
    @EnumSource(Method.class)
    void proceedsWithoutConditions(Method method) {
        assertThat(verdict(method)).isEqualTo(new Proceed(method == Method.GET));
        assertThat(of().evaluate(method, null)).isEqualTo(new Proceed(false));
        assertThat(of().guard(CURRENT)).isEqualTo(new Unguarded());
        assertThat(of().guard(null)).isEqualTo(new Unguarded());
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void ifMatchComparesStrongly(Method method) {
        assertThat(verdict(method, "If-Match", "*")).isInstanceOf(Proceed.class);
        assertThat(verdict(method, "If-Match", "\"v1\"")).isInstanceOf(Proceed.class);
        assertThat(verdict(method, "If-Match", "\"v0\", \"v1\"")).isInstanceOf(Proceed.class);
        assertFailed(verdict(method, "If-Match", "W/\"v1\""), "If-Match");
        assertFailed(verdict(method, "If-Match", "\"v0\""), "If-Match");
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void ifNoneMatchComparesWeaklyAndIs304ForReadsOnly(Method method) {
        assertThat(verdict(method, "If-None-Match", "\"v0\"")).isInstanceOf(Proceed.class);
        for (String value : List.of("*", "\"v1\"", "W/\"v1\"", "\"v0\",\"v1\"")) {
            Verdict verdict = verdict(method, "If-None-Match", value);
            if (method.isRead()) {
                assertThat(verdict).isEqualTo(new NotModified());
            } else {
                assertFailed(verdict, "If-None-Match");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void ifModifiedSinceCountsForReadsOnly(Method method) {
        assertThat(verdict(method, "If-Modified-Since", BEFORE)).isInstanceOf(Proceed.class);
        for (String date : List.of(MODIFIED, AFTER, "Fri Nov 20 11:00:00 2026", "Friday, 20-Nov-26 11:00:00 GMT")) {
            assertThat(verdict(method, "If-Modified-Since", date))
                    .isInstanceOf(method.isRead() ? NotModified.class : Proceed.class);
        }
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void ifUnmodifiedSinceCountsForAll(Method method) {
        assertFailed(verdict(method, "If-Unmodified-Since", BEFORE), "If-Unmodified-Since");
        assertThat(verdict(method, "If-Unmodified-Since", MODIFIED)).isInstanceOf(Proceed.class);
        assertThat(verdict(method, "If-Unmodified-Since", AFTER)).isInstanceOf(Proceed.class);
    }

    @Test
    void tagsGoBeforeDates() {
        assertThat(verdict(Method.GET, "If-Match", "\"v1\"", "If-Unmodified-Since", BEFORE))
                .isEqualTo(new Proceed(true));
        assertThat(verdict(Method.GET, "If-None-Match", "\"v0\"", "If-Modified-Since", AFTER))
                .isEqualTo(new Proceed(true));
        assertFailed(verdict(Method.GET, "If-Match", "\"v0\"", "If-None-Match", "\"v1\""), "If-Match");
        assertThat(verdict(Method.GET, "If-Match", "\"v1\"", "If-None-Match", "\"v1\""))
                .isEqualTo(new NotModified());
        assertFailed(
                verdict(Method.GET, "If-Unmodified-Since", BEFORE, "If-Modified-Since", AFTER), "If-Unmodified-Since");
    }

    @ParameterizedTest
    @ValueSource(strings = {"yesterday", "0", "Thu, 20 Nov 2026 10:00:00 GMT", ""})
    void ignoresWhatIsNoDate(String date) {
        assertThat(verdict(Method.PUT, "If-Unmodified-Since", date)).isInstanceOf(Proceed.class);
        assertThat(verdict(Method.GET, "If-Modified-Since", date)).isInstanceOf(Proceed.class);
    }

    @Test
    void ignoresDatesWhenTheStoreDoesNotSayItsOwn() {
        Version undated = new Version(new EntityTag("v1", false), null);
        assertThat(of("If-Unmodified-Since", BEFORE).evaluate(Method.PUT, undated))
                .isInstanceOf(Proceed.class);
        assertThat(of("If-Modified-Since", AFTER).evaluate(Method.GET, undated)).isInstanceOf(Proceed.class);
        assertThat(of("If-Range", MODIFIED).evaluate(Method.GET, undated)).isEqualTo(new Proceed(false));
    }

    @Test
    void aMissingObjectFailsIfMatchOfWritesOnly() {
        for (String value : List.of("*", "\"v1\"")) {
            assertFailed(of("If-Match", value).evaluate(Method.PUT, null), "If-Match");
            assertFailed(of("If-Match", value).evaluate(Method.DELETE, null), "If-Match");
            assertThat(of("If-Match", value).evaluate(Method.GET, null)).isEqualTo(new Proceed(false));
            assertThat(of("If-None-Match", value).evaluate(Method.PUT, null)).isEqualTo(new Proceed(false));
        }
        assertThat(of("If-Unmodified-Since", BEFORE).evaluate(Method.PUT, null)).isEqualTo(new Proceed(false));
    }

    @Test
    void ifRangeAppliesTheRangeToTheSameVersionOnly() {
        assertThat(verdict(Method.GET, "If-Range", "\"v1\"")).isEqualTo(new Proceed(true));
        assertThat(verdict(Method.GET, "If-Range", "v1")).isEqualTo(new Proceed(true));
        assertThat(verdict(Method.GET, "If-Range", MODIFIED)).isEqualTo(new Proceed(true));
        assertThat(verdict(Method.GET, "If-Range", "Fri Nov 20 11:00:00 2026")).isEqualTo(new Proceed(true));
        for (String other :
                List.of("\"v0\"", "W/\"v1\"", BEFORE, AFTER, "v0", "*", "\"v1\",\"v1\"", "\"v1", "", "W/")) {
            assertThat(verdict(Method.GET, "If-Range", other)).as(other).isEqualTo(new Proceed(false));
        }
        assertThat(verdict(Method.HEAD, "If-Range", "\"v1\"")).isEqualTo(new Proceed(false));
        assertThat(verdict(Method.GET, "If-Range", "\"v0\"", "If-None-Match", "\"v1\""))
                .isEqualTo(new NotModified());
    }

    @Test
    void joinsTheLinesOfAList() {
        Preconditions conditions =
                Preconditions.of(field -> field.equals("If-Match") ? List.of("\"v0\"", "\"v1\"") : List.of(), NOW);
        assertThat(conditions.evaluate(Method.PUT, CURRENT)).isInstanceOf(Proceed.class);
    }

    @Test
    void aDateOrRangeConditionOnTwoLinesIsNone() {
        Preconditions conditions = Preconditions.of(
                field -> switch (field) {
                    case "If-Unmodified-Since" -> List.of(BEFORE, BEFORE);
                    case "If-Range" -> List.of("\"v1\"", "\"v1\"");
                    default -> List.of();
                },
                NOW);
        assertThat(conditions.evaluate(Method.GET, CURRENT)).isEqualTo(new Proceed(false));
    }

    @Test
    void aConditionalWriteIsGuardedByTheVersionItWasDecidedOn() {
        for (String field : List.of("If-Match", "If-None-Match")) {
            assertThat(of(field, "*").guard(CURRENT)).isEqualTo(new IfVersion(CURRENT.etag()));
            assertThat(of(field, "\"v0\"").guard(null)).isEqualTo(new IfAbsent());
        }
        assertThat(of("If-Unmodified-Since", AFTER).guard(CURRENT)).isEqualTo(new IfVersion(CURRENT.etag()));
        assertThat(of("If-Modified-Since", AFTER).guard(CURRENT)).isEqualTo(new Unguarded());
    }

    @Test
    void saysWhichConditionFailed() {
        Failed failed = new Failed("If-Match", "there is no object with this name.");
        assertThat(failed.exception()).hasMessage("If-Match does not hold: there is no object with this name.");
        assertThat(failed.exception().code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
    }

    @Test
    void refusesAMalformedTag() {
        assertThatThrownBy(() -> of("If-Match", "\"v1"))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
    }

    @Test
    void followsTheStepsOfRfc9110ForEveryCombination() {
        List<String> tags = List.of("*", "\"v1\"", "W/\"v1\"", "\"v0\"", "\"v0\", \"v1\"");
        List<String> dates = List.of(BEFORE, MODIFIED, AFTER, "nonsense");
        List<Method> methods = List.of(Method.values());
        for (int round = 0; round < 20_000; round++) {
            Map<String, String> headers = new HashMap<>();
            choose(headers, "If-Match", tags);
            choose(headers, "If-None-Match", tags);
            choose(headers, "If-Modified-Since", dates);
            choose(headers, "If-Unmodified-Since", dates);
            Method method = methods.get(random.nextInt(methods.size()));
            Verdict verdict = Preconditions.of(lookup(headers), NOW).evaluate(method, CURRENT);
            int status = switch (verdict) {
                case Proceed proceed -> 200;
                case NotModified notModified -> 304;
                case Failed failed -> 412;
            };
            assertThat(status)
                    .as("seed %d, %s %s", seed, method, headers)
                    .isEqualTo(expected(headers, method.isRead()));
        }
    }

    /** The numbered steps of RFC 9110, 13.2.2, on the spellings that this test uses. */
    private static int expected(Map<String, String> headers, boolean read) {
        String match = headers.get("If-Match");
        String noneMatch = headers.get("If-None-Match");
        if (match != null) {
            if (match.startsWith("W/") || match.equals("\"v0\"")) {
                return 412;
            }
        } else if (BEFORE.equals(headers.get("If-Unmodified-Since"))) {
            return 412;
        }
        if (noneMatch != null) {
            return noneMatch.equals("\"v0\"") ? 200 : read ? 304 : 412;
        }
        String since = headers.getOrDefault("If-Modified-Since", BEFORE);
        return read && (since.equals(MODIFIED) || since.equals(AFTER)) ? 304 : 200;
    }

    private void choose(Map<String, String> headers, String field, List<String> values) {
        if (random.nextBoolean()) {
            headers.put(field, values.get(random.nextInt(values.size())));
        }
    }

    private static Verdict verdict(Method method, String... headers) {
        return of(headers).evaluate(method, CURRENT);
    }

    private static Preconditions of(String... headers) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            map.put(headers[i], headers[i + 1]);
        }
        return Preconditions.of(lookup(map), NOW);
    }

    private static Function<String, List<String>> lookup(Map<String, String> headers) {
        return field -> {
            @Nullable String value = headers.get(field);
            return value == null ? List.of() : List.of(value);
        };
    }

    private static void assertFailed(Verdict verdict, String field) {
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.field()).isEqualTo(field));
    }
}
