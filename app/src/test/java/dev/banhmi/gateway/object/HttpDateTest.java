package dev.banhmi.gateway.object;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.Seeds;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpDateTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    private final long seed = Seeds.SEED;
    private final Random random = new Random(seed);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Sun, 06 Nov 1994 08:49:37 GMT | 1994-11-06T08:49:37Z",
                "Sunday, 06-Nov-94 08:49:37 GMT | 1994-11-06T08:49:37Z",
                "Sun Nov  6 08:49:37 1994 | 1994-11-06T08:49:37Z",
                "Wed Nov 16 08:49:37 1994 | 1994-11-16T08:49:37Z",
                "Thu, 29 Feb 2024 23:59:59 GMT | 2024-02-29T23:59:59Z",
                "Tue, 01 Sep 2026 00:00:00 GMT | 2026-09-01T00:00:00Z",
                "Saturday, 21-Nov-76 12:00:00 GMT | 2076-11-21T12:00:00Z",
                "Sunday, 21-Nov-76 12:00:01 GMT | 1976-11-21T12:00:01Z",
                "Friday, 31-Dec-76 00:00:00 GMT | 1976-12-31T00:00:00Z",
                "Saturday, 01-Jan-77 00:00:00 GMT | 1977-01-01T00:00:00Z",
                "Saturday, 21-Nov-26 12:00:00 GMT | 2026-11-21T12:00:00Z"
            })
    void readsAllThreeSpellings(String text, Instant expected) {
        assertThat(HttpDate.parse(text, NOW)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "yesterday",
                "1994-11-06T08:49:37Z",
                "Mon, 06 Nov 1994 08:49:37 GMT",
                "Sun, 6 Nov 1994 08:49:37 GMT",
                "Sun, 06 Nov 94 08:49:37 GMT",
                "Sun, 06 Nov 1994 08:49 GMT",
                "Sun, 06 Nov 1994 08:49:37 UTC",
                "Sun, 06 Nov 1994 08:49:37 +0000",
                "Sun, 06 Nov 1994 08:49:37",
                "Sun, 06 Nov 1994 24:00:00 GMT",
                "Sun, 06 nov 1994 08:49:37 GMT",
                "SUN, 06 NOV 1994 08:49:37 GMT",
                "Sun, 06 Sept 1994 08:49:37 GMT",
                "Sun,  06 Nov 1994 08:49:37 GMT",
                "Wed, 30 Feb 2022 08:49:37 GMT",
                "Tue, 29 Feb 2023 08:49:37 GMT",
                "Sun, 06-Nov-94 08:49:37 GMT",
                "Sunday, 06-Nov-1994 08:49:37 GMT",
                "Sun Nov 6 08:49:37 1994",
                "Sun Nov 06 08:49:37 1994",
                "Sun Nov  6 08:49:37 1994 GMT",
                "Mon Nov  6 08:49:37 1994",
                "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT"
            })
    void readsNothingElse(String text) {
        assertThat(HttpDate.parse(text, NOW)).isNull();
    }

    @Test
    void everySpellingRoundTrips() {
        DateTimeFormatter asctime = DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss uuuu", Locale.US)
                .withZone(ZoneOffset.UTC);
        DateTimeFormatter rfc850 = DateTimeFormatter.ofPattern("EEEE, dd-MMM-uu HH:mm:ss 'GMT'", Locale.US)
                .withZone(ZoneOffset.UTC);
        // The hundred years in which two digits of a year are unambiguous.
        OffsetDateTime now = NOW.atOffset(ZoneOffset.UTC);
        long earliest = now.minusYears(50).toEpochSecond() + 1;
        long latest = now.plusYears(50).toEpochSecond();
        for (int round = 0; round < 5_000; round++) {
            Instant instant = Instant.ofEpochSecond(random.nextLong(earliest, latest + 1));
            String what = "seed %d, %s".formatted(seed, instant);
            assertThat(HttpDate.format(instant.plusMillis(999))).as(what).isEqualTo(HttpDate.format(instant));
            assertThat(HttpDate.parse(HttpDate.format(instant), NOW)).as(what).isEqualTo(instant);
            assertThat(HttpDate.parse(asctime.format(instant), NOW)).as(what).isEqualTo(instant);
            assertThat(HttpDate.parse(rfc850.format(instant), NOW)).as(what).isEqualTo(instant);
        }
    }
}
