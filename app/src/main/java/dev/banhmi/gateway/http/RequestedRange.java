package dev.banhmi.gateway.http;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Shown;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code Range} header asks of an object of a known size (RFC 9110, section 14).
 *
 * <p>A header that is malformed, or in another unit than bytes, is ignored, as section 14.2 allows. Ranges that overlap
 * or touch are merged in place of the first of them: the client's order is kept, and no byte is sent twice, so that no
 * header makes a response larger than the object. Requests for more than {@value #MOST_RANGES} of them get the whole
 * object.
 */
public sealed interface RequestedRange {

    /** The most ranges of one response. */
    int MOST_RANGES = 16;

    /** The whole object, with status 200. */
    record Whole() implements RequestedRange {}

    /**
     * One range, with status 206.
     *
     * @param range inside the object
     */
    record Single(ByteRange range) implements RequestedRange {}

    /**
     * 2 to 16 ranges that neither overlap nor touch, with status 206 and {@code multipart/byteranges}.
     *
     * @param ranges inside the object, in the order of the response
     */
    record Multiple(List<ByteRange> ranges) implements RequestedRange {

        /** Copies the ranges. */
        public Multiple {
            ranges = List.copyOf(ranges);
        }
    }

    /**
     * None of the requested ranges lies inside the object: status 416.
     *
     * @param size of the object, in bytes
     */
    record Unsatisfiable(long size) implements RequestedRange {

        /**
         * The value of {@code Content-Range} of the response.
         *
         * @return with the size and without a range
         */
        public String contentRange() {
            return "bytes */" + size;
        }

        /**
         * The refusal.
         *
         * @param asked the value of {@code Range}
         * @return {@code RANGE_NOT_SATISFIABLE}
         */
        public GatewayException exception(@Nullable String asked) {
            return new GatewayException(
                    ErrorCode.RANGE_NOT_SATISFIABLE,
                    "The range " + Shown.quoted(asked) + " lies outside the object, which has " + size + " bytes.");
        }
    }

    /**
     * Reads a header.
     *
     * @param header the value of {@code Range}, {@code null} when there is none
     * @param size of the object, in bytes
     * @return what to send
     * @throws IllegalArgumentException when the size is negative
     */
    static RequestedRange of(@Nullable String header, long size) {
        if (size < 0) {
            throw new IllegalArgumentException("A size of " + size + " bytes is negative.");
        }
        int equals = header == null ? -1 : header.indexOf('=');
        if (header == null
                || equals < 0
                || !header.substring(0, equals).toLowerCase(Locale.ROOT).equals("bytes")) {
            return new Whole();
        }
        List<ByteRange> ranges = new ArrayList<>();
        int specs = 0;
        for (String element : header.substring(equals + 1).split(",", -1)) {
            String spec = trim(element);
            if (spec.isEmpty()) {
                continue;
            }
            specs++;
            int dash = spec.indexOf('-');
            String first = dash < 0 ? spec : spec.substring(0, dash);
            String last = dash < 0 ? "" : spec.substring(dash + 1);
            if (dash < 0 || !isDigits(first) || !isDigits(last) || (first.isEmpty() && last.isEmpty())) {
                return new Whole();
            }
            if (first.isEmpty()) {
                long suffix = Math.min(number(last), size);
                if (suffix > 0) {
                    ranges.add(new ByteRange(size - suffix, size - 1));
                } else if (number(last) > 0) {
                    // The suffix of an empty object is satisfiable, but no Content-Range can express it.
                    return new Whole();
                }
            } else {
                long from = number(first);
                long to = last.isEmpty() ? Long.MAX_VALUE : number(last);
                if (to < from) {
                    return new Whole();
                }
                if (from < size) {
                    ranges.add(new ByteRange(from, Math.min(to, size - 1)));
                }
            }
        }
        return specs == 0 ? new Whole() : select(coalesce(ranges), size);
    }

    /**
     * The header for a server that knows the size, when this one does not.
     *
     * @param header the value of {@code Range}, {@code null} when there is none
     * @return {@code null} when there is not exactly one range, or it is malformed and so ignored
     */
    static @Nullable String single(@Nullable String header) {
        if (header == null || header.indexOf(',') >= 0 || !(of(header, Long.MAX_VALUE) instanceof Single)) {
            return null;
        }
        return "bytes=" + trim(header.substring(header.indexOf('=') + 1));
    }

    private static RequestedRange select(List<ByteRange> ranges, long size) {
        return switch (ranges.size()) {
            case 0 -> new Unsatisfiable(size);
            case 1 -> new Single(ranges.getFirst());
            default -> ranges.size() > MOST_RANGES ? new Whole() : new Multiple(ranges);
        };
    }

    private static List<ByteRange> coalesce(List<ByteRange> asked) {
        record Placed(ByteRange range, int place) {}
        List<Placed> sorted = new ArrayList<>(asked.size());
        for (ByteRange range : asked) {
            sorted.add(new Placed(range, sorted.size()));
        }
        sorted.sort(Comparator.comparingLong(placed -> placed.range().first()));
        List<Placed> merged = new ArrayList<>();
        for (Placed next : sorted) {
            Placed before = merged.isEmpty() ? null : merged.getLast();
            if (before != null && next.range().first() <= before.range().last() + 1) {
                ByteRange both = new ByteRange(
                        before.range().first(),
                        Math.max(before.range().last(), next.range().last()));
                merged.set(merged.size() - 1, new Placed(both, Math.min(before.place(), next.place())));
            } else {
                merged.add(next);
            }
        }
        merged.sort(Comparator.comparingInt(Placed::place));
        return merged.stream().map(Placed::range).toList();
    }

    private static boolean isDigits(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** The number, or the largest {@code long} when it is larger: no object reaches that far. */
    private static long number(String digits) {
        long number = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) - '0';
            if (number > (Long.MAX_VALUE - digit) / 10) {
                return Long.MAX_VALUE;
            }
            number = number * 10 + digit;
        }
        return number;
    }

    /** Without the spaces and tabs that HTTP allows around a list's elements. */
    private static String trim(String element) {
        int start = 0;
        int end = element.length();
        while (start < end && isBlank(element.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(element.charAt(end - 1))) {
            end--;
        }
        return element.substring(start, end);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
