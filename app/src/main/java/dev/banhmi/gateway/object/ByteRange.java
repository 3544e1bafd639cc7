package dev.banhmi.gateway.object;

/**
 * Consecutive bytes of an object.
 *
 * @param first position of the first byte, from 0
 * @param last position of the last byte, at least {@code first}
 */
record ByteRange(long first, long last) {

    ByteRange {
        if (first < 0 || last < first) {
            throw new IllegalArgumentException("Bytes " + first + " to " + last + " are not a range.");
        }
    }

    long length() {
        return last - first + 1;
    }

    /**
     * The value of {@code Content-Range}.
     *
     * @param size of the whole object
     */
    String contentRange(long size) {
        return "bytes " + first + '-' + last + '/' + size;
    }
}
