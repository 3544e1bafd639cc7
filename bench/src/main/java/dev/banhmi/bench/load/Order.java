package dev.banhmi.bench.load;

import java.time.Duration;

/**
 * What the load client shall do, in one line of words, so that it fits through a pipe.
 *
 * @param kind how the requests follow each other
 * @param request what is sent over and over
 * @param connections open at the same time
 * @param time after which no request begins; zero where {@code amount} ends the order
 * @param amount requests in all for {@link Kind#SERIES}, requests a second for {@link Kind#RATE}, bytes a second and connection for
 *     {@link Kind#SLOW}; 0 for {@link Kind#LOOP}
 */
public record Order(Kind kind, Request request, int connections, Duration time, long amount) {

    private static final String NONE = "-";

    /** How requests follow each other. */
    public enum Kind {
        /** A number of requests one after the other over one connection. */
        SERIES,
        /** On every connection, the next request as soon as the response has ended. */
        LOOP,
        /** Requests begin at fixed times, whether earlier ones have ended or not; latency counts from the time they were due. */
        RATE,
        /** One request on every connection, whose response is read slowly. */
        SLOW
    }

    /** Checks the bounds. */
    public Order {
        if (connections < 1 || amount < 0 || time.isNegative()) {
            throw new IllegalArgumentException("connections " + connections + ", amount " + amount + ", time " + time);
        }
    }

    /**
     * {@code count} requests, one after the other.
     *
     * @param request what is sent
     * @param count how often
     * @return the order
     */
    public static Order series(Request request, long count) {
        return new Order(Kind.SERIES, request, 1, Duration.ZERO, count);
    }

    /**
     * As many requests as {@code connections} get answered in the time.
     *
     * @param request what is sent
     * @param connections at the same time
     * @param time after which no request begins
     * @return the order
     */
    public static Order loop(Request request, int connections, Duration time) {
        return new Order(Kind.LOOP, request, connections, time, 0);
    }

    /**
     * {@code perSecond} requests a second.
     *
     * @param request what is sent
     * @param connections over which the requests are spread; one that is busy is not waited for while another one is free
     * @param time after which no request begins
     * @param perSecond requests that fall due in a second
     * @return the order
     */
    public static Order rate(Request request, int connections, Duration time, long perSecond) {
        return new Order(Kind.RATE, request, connections, time, perSecond);
    }

    /**
     * One response per connection, read slowly, given up when the time is over.
     *
     * @param request what is sent
     * @param connections at the same time
     * @param time after which all are closed, from the moment when all have begun
     * @param bytesPerSecond read from each connection
     * @return the order
     */
    public static Order slow(Request request, int connections, Duration time, long bytesPerSecond) {
        return new Order(Kind.SLOW, request, connections, time, bytesPerSecond);
    }

    /** {@return the order as a line, which {@link #parse} reads} */
    public String toLine() {
        return String.join(
                " ",
                kind.name(),
                Integer.toString(request.port()),
                Boolean.toString(request.tls()),
                request.method(),
                request.target(),
                request.range().isEmpty() ? NONE : request.range(),
                Long.toString(request.length()),
                Integer.toString(connections),
                Long.toString(time.toMillis()),
                Long.toString(amount));
    }

    /** Reads what {@link #toLine} wrote. */
    static Order parse(String line) {
        String[] words = line.split(" ", -1);
        if (words.length != 10) {
            throw new IllegalArgumentException("an order has 10 words, not " + words.length + ": " + line);
        }
        return new Order(
                Kind.valueOf(words[0]),
                new Request(
                        Integer.parseInt(words[1]),
                        Boolean.parseBoolean(words[2]),
                        words[3],
                        words[4],
                        words[5].equals(NONE) ? "" : words[5],
                        Long.parseLong(words[6])),
                Integer.parseInt(words[7]),
                Duration.ofMillis(Long.parseLong(words[8])),
                Long.parseLong(words[9]));
    }
}
