package dev.banhmi.cdk.constructs.network;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A range of IPv4 addresses.
 *
 * @param first its lowest address as a number of 32 bits; a multiple of {@link #size()}
 * @param mask 0 to 32: how many leading bits all its addresses share
 */
record Cidr(long first, int mask) {
    private static final Pattern NOTATION =
            Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})/(\\d{1,2})");
    private static final int ADDRESS_BITS = 32;
    private static final int OCTETS = 4;
    private static final int MAX_OCTET = 255;

    Cidr {
        if (mask < 0 || mask > ADDRESS_BITS || first < 0 || first % (1L << (ADDRESS_BITS - mask)) != 0) {
            throw new IllegalArgumentException("Not an address range: " + first + "/" + mask);
        }
    }

    /** Parses {@code a.b.c.d/mask}; empty for any other text, and for an address that is not the lowest of its range. */
    static Optional<Cidr> parse(String text) {
        Matcher notation = NOTATION.matcher(text);
        if (!notation.matches()) {
            return Optional.empty();
        }
        int mask = Integer.parseInt(notation.group(OCTETS + 1));
        long first = 0;
        for (int octet = 1; octet <= OCTETS; octet++) {
            int value = Integer.parseInt(notation.group(octet));
            if (value > MAX_OCTET || mask > ADDRESS_BITS) {
                return Optional.empty();
            }
            first = first * (MAX_OCTET + 1) + value;
        }
        return first % (1L << (ADDRESS_BITS - mask)) == 0 ? Optional.of(new Cidr(first, mask)) : Optional.empty();
    }

    static long size(int mask) {
        return 1L << (ADDRESS_BITS - mask);
    }

    long size() {
        return size(mask);
    }

    boolean contains(Cidr other) {
        return first <= other.first && other.first + other.size() <= first + size();
    }

    boolean overlaps(Cidr other) {
        return first < other.first + other.size() && other.first < first + size();
    }

    @Override
    public String toString() {
        return IntStream.range(0, OCTETS)
                        .mapToObj(octet -> Long.toString(first >> (Byte.SIZE * (OCTETS - 1 - octet)) & MAX_OCTET))
                        .reduce((left, right) -> left + "." + right)
                        .orElseThrow()
                + "/" + mask;
    }
}
