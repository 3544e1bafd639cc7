package dev.banhmi.gateway.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalField;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The three spellings of an {@code HTTP-date} (RFC 9110, section 5.6.7), exactly as the grammar defines them:
 * case-sensitive, every field at full width, in GMT. Names of days and months are our own tables, because a locale's
 * may change with the JDK ("Sept").
 */
public final class HttpDate {

    private static final int YEARS_AHEAD = 50;

    private static final Map<Long, String> MONTHS =
            table(1, "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");
    private static final Map<Long, String> DAYS = table(1, "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun");
    private static final Map<Long, String> LONG_DAYS =
            table(1, "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");

    private static final DateTimeFormatter FIXED = strict(new DateTimeFormatterBuilder()
            .appendText(ChronoField.DAY_OF_WEEK, DAYS)
            .appendLiteral(", ")
            .appendValue(ChronoField.DAY_OF_MONTH, 2)
            .appendLiteral(' ')
            .appendText(ChronoField.MONTH_OF_YEAR, MONTHS)
            .appendLiteral(' ')
            .appendValue(ChronoField.YEAR, 4)
            .appendPattern(" HH:mm:ss 'GMT'"));

    private static final DateTimeFormatter ASCTIME = strict(new DateTimeFormatterBuilder()
            .appendText(ChronoField.DAY_OF_WEEK, DAYS)
            .appendLiteral(' ')
            .appendText(ChronoField.MONTH_OF_YEAR, MONTHS)
            .appendLiteral(' ')
            .padNext(2)
            .appendValue(ChronoField.DAY_OF_MONTH)
            .appendPattern(" HH:mm:ss ")
            .appendValue(ChronoField.YEAR, 4));

    private HttpDate() {}

    /**
     * The preferred spelling, to the second.
     *
     * @param instant anything below the second is dropped
     * @return such as {@code Sun, 06 Nov 1994 08:49:37 GMT}
     */
    public static String format(Instant instant) {
        return FIXED.format(instant.atOffset(ZoneOffset.UTC));
    }

    /**
     * Reads a date.
     *
     * @param text in one of the three spellings
     * @param now a year of two digits is never more than 50 years after it
     * @return {@code null} when it is not a date: RFC 9110 says to ignore such a header
     */
    public static @Nullable Instant parse(String text, Instant now) {
        Instant fixed = parse(text, FIXED);
        if (fixed != null) {
            return fixed;
        }
        Instant asctime = text.length() > 8 && text.charAt(8) == '0' ? null : parse(text, ASCTIME);
        return asctime != null ? asctime : parseRfc850(text, now);
    }

    private static @Nullable Instant parseRfc850(String text, Instant now) {
        int latest = now.atOffset(ZoneOffset.UTC).plusYears(YEARS_AHEAD).getYear();
        Instant instant = parse(text, rfc850(latest - 99));
        boolean tooFarAhead = instant != null
                && instant.isAfter(
                        now.atOffset(ZoneOffset.UTC).plusYears(YEARS_AHEAD).toInstant());
        return tooFarAhead ? parse(text, rfc850(latest - 100)) : instant;
    }

    /** The day's name is read but not compared: it depends on the century, which this spelling leaves open. */
    private static DateTimeFormatter rfc850(int earliestYear) {
        DateTimeFormatter formatter = strict(new DateTimeFormatterBuilder()
                .appendText(ChronoField.DAY_OF_WEEK, LONG_DAYS)
                .appendLiteral(", ")
                .appendValue(ChronoField.DAY_OF_MONTH, 2)
                .appendLiteral('-')
                .appendText(ChronoField.MONTH_OF_YEAR, MONTHS)
                .appendLiteral('-')
                .appendValueReduced(ChronoField.YEAR, 2, 2, earliestYear)
                .appendPattern(" HH:mm:ss 'GMT'"));
        Set<TemporalField> fields = new HashSet<>(Set.of(ChronoField.values()));
        fields.remove(ChronoField.DAY_OF_WEEK);
        return formatter.withResolverFields(fields);
    }

    private static @Nullable Instant parse(String text, DateTimeFormatter formatter) {
        try {
            return LocalDateTime.parse(text, formatter).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            // Not this spelling: the caller tries the next one, and null says that none fits.
            return null;
        }
    }

    private static DateTimeFormatter strict(DateTimeFormatterBuilder builder) {
        return builder.toFormatter(Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);
    }

    private static Map<Long, String> table(long first, String... names) {
        Map<Long, String> table = new LinkedHashMap<>();
        for (String name : names) {
            table.put(first + table.size(), name);
        }
        return table;
    }
}
