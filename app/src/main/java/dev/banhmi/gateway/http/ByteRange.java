package dev.banhmi.gateway.http;

/**
 * Consecutive bytes of an object.
 *
 * @param first position of the first byte, from 0
 * @param last position of the last byte, at least {@code first}
 */
public record ByteRange(long first, long last) {

    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException when {@code first} is negative or {@code last} is before it
     */
    public ByteRange {
        if (first < 0 || last < first) {
            throw new IllegalArgumentException("Bytes " + first + " to " + last + " are not a range.");
        }
    }

    /**
     * How many bytes there are.
     *
     * @return at least 1
     */
    public long length() {
        return last - first + 1;
    }

    /**
     * The value of {@code Content-Range}.
     *
     * @param size of the whole object
     * @return such as {@code bytes 0-9/100}
     */
    public String contentRange(long size) {
        return "bytes " + first + '-' + last + '/' + size;
    }
}
