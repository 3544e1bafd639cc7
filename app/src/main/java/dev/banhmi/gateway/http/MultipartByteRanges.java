package dev.banhmi.gateway.http;

import dev.banhmi.gateway.error.Shown;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The frame of a {@code multipart/byteranges} body (RFC 9110, section 14.6): for each range {@link #header}, then the
 * bytes, and {@link #end} after the last. Its exact length is known before the first byte, so that the response can
 * carry {@code Content-Length}.
 *
 * @param boundary 1 to 70 letters or digits that do not occur in the object: random ones
 * @param contentType of the object, {@code null} when it has none
 * @param size of the whole object, in bytes
 * @param ranges in the order of the response
 */
public record MultipartByteRanges(String boundary, @Nullable String contentType, long size, List<ByteRange> ranges) {

    private static final int LONGEST_BOUNDARY = 70;

    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException when boundary or type is not allowed in a header, or a range lies outside the
     *     object
     */
    public MultipartByteRanges {
        if (boundary.isEmpty()
                || boundary.length() > LONGEST_BOUNDARY
                || !boundary.chars().allMatch(c -> isAlphanumeric(c))) {
            throw new IllegalArgumentException("The boundary " + Shown.quoted(boundary) + " is not 1 to "
                    + LONGEST_BOUNDARY + " letters or digits.");
        }
        if (contentType != null && contentType.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "The content type " + Shown.quoted(contentType) + " would end its own line.");
        }
        ranges = List.copyOf(ranges);
        for (ByteRange range : ranges) {
            if (range.last() >= size) {
                throw new IllegalArgumentException(range + " lies outside an object of " + size + " bytes.");
            }
        }
    }

    /**
     * The response's own {@code Content-Type}.
     *
     * @return with the boundary
     */
    public String responseContentType() {
        return "multipart/byteranges; boundary=" + boundary;
    }

    /**
     * What goes before the bytes of a range.
     *
     * @param index of the range, from 0
     * @return the delimiter and the header block of its part
     */
    public byte[] header(int index) {
        StringBuilder header = new StringBuilder(128);
        if (index > 0) {
            header.append("\r\n");
        }
        header.append("--").append(boundary).append("\r\n");
        if (contentType != null) {
            header.append("Content-Type: ").append(contentType).append("\r\n");
        }
        header.append("Content-Range: ")
                .append(ranges.get(index).contentRange(size))
                .append("\r\n\r\n");
        return header.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * What goes after the bytes of the last range.
     *
     * @return the closing delimiter
     */
    public byte[] end() {
        return ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * Bytes of the whole body.
     *
     * @return frame and ranges together
     */
    public long length() {
        long length = end().length;
        for (int i = 0; i < ranges.size(); i++) {
            length = Math.addExact(length, header(i).length + ranges.get(i).length());
        }
        return length;
    }

    private static boolean isAlphanumeric(int c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }
}
