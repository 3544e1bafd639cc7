package dev.banhmi.drain;

/**
 * A time that is not known but bounded.
 *
 * @param from milliseconds
 * @param to milliseconds
 */
record SimSpan(long from, long to) {

    static SimSpan millis(long from, long to) {
        return new SimSpan(from, to);
    }

    static SimSpan seconds(double from, double to) {
        return new SimSpan((long) (from * 1000), (long) (to * 1000));
    }

    SimSpan {
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("A span from " + from + " to " + to + " ms is none.");
        }
    }
}
