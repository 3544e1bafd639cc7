package dev.banhmi.bench.load;

import java.time.Duration;

/**
 * What came of an order, in one line of words.
 *
 * @param requests that were answered in full; for {@link Order.Kind#SLOW} those that were being answered
 * @param bytes of bodies, received or sent
 * @param elapsed from the first request to the last byte
 * @param firstByteMedian time to the first byte of the response, the middle of all requests
 * @param firstByte99th the same, at the 99th percentile
 */
public record Tally(long requests, long bytes, Duration elapsed, Duration firstByteMedian, Duration firstByte99th) {

    private static final String DONE = "done";

    /** The tally as a line, which {@link #parse} reads. */
    String toLine() {
        return String.join(
                " ",
                DONE,
                Long.toString(requests),
                Long.toString(bytes),
                Long.toString(elapsed.toNanos()),
                Long.toString(firstByteMedian.toNanos()),
                Long.toString(firstByte99th.toNanos()));
    }

    /**
     * Reads what the load client wrote.
     *
     * @param line of its output
     * @return the tally
     * @throws IllegalArgumentException if the line is no tally: it says what went wrong
     */
    public static Tally parse(String line) {
        String[] words = line.split(" ", -1);
        if (words.length != 6 || !words[0].equals(DONE)) {
            throw new IllegalArgumentException(line);
        }
        return new Tally(
                Long.parseLong(words[1]),
                Long.parseLong(words[2]),
                Duration.ofNanos(Long.parseLong(words[3])),
                Duration.ofNanos(Long.parseLong(words[4])),
                Duration.ofNanos(Long.parseLong(words[5])));
    }
}
