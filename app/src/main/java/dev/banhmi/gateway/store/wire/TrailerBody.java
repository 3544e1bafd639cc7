package dev.banhmi.gateway.store.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A body of known length whose CRC32C comes behind it: {@code aws-chunked} with a trailer, as the SDK sends it. Used by
 * one thread at a time.
 *
 * <p>https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html, 2026-11-30.
 */
final class TrailerBody {

    /** The SDK's; S3 takes 8 KiB and more. */
    static final int CHUNK = 1 << 17;

    private static final String TRAILER = "x-amz-checksum-crc32c";
    private static final String LINE_END = "\r\n";

    /** Of a sum in Base64. */
    private static final int SUM_LENGTH = 8;

    private final CRC32C sum = new CRC32C();
    private ByteBuffer frame = ByteBuffer.allocate(0);

    /** Of all that is not in a chunk yet. */
    private long left;

    private int leftOfChunk;
    private boolean ended;

    /** {@code length}: of the bytes themselves, at least 0. */
    TrailerBody(long length) {
        this.left = length;
    }

    /** The fields that announce such a body; the head's payload hash is {@link RequestHead#UNSIGNED_WITH_TRAILER}. */
    static List<Field> fields(long length) {
        return List.of(
                new Field("content-encoding", "aws-chunked"),
                new Field("content-length", Long.toString(encodedLength(length))),
                new Field("x-amz-decoded-content-length", Long.toString(length)),
                new Field("x-amz-trailer", TRAILER));
    }

    /** How many bytes are sent for so many. */
    static long encodedLength(long length) {
        long whole = length / CHUNK;
        long rest = length % CHUNK;
        long end = "0\r\n".length() + TRAILER.length() + ":".length() + SUM_LENGTH + 2L * LINE_END.length();
        return whole * encodedChunk(CHUNK) + (rest == 0 ? 0 : encodedChunk(rest)) + end;
    }

    private static long encodedChunk(long length) {
        return Long.toHexString(length).length() + length + 2L * LINE_END.length();
    }

    /**
     * Encodes as much as there is, and as there is room for.
     *
     * @param plain the next of the bytes
     * @param to where what is sent goes
     */
    void encode(ByteBuffer plain, ByteBuffer to) {
        while (to.hasRemaining()) {
            if (frame.hasRemaining()) {
                Moved.some(frame, to, Long.MAX_VALUE);
            } else if (leftOfChunk > 0) {
                if (!plain.hasRemaining()) {
                    return;
                }
                takeOfChunk(plain, to);
            } else if (left > 0) {
                leftOfChunk = (int) Math.min(left, CHUNK);
                left -= leftOfChunk;
                frame(Integer.toHexString(leftOfChunk) + LINE_END);
            } else if (!ended) {
                ended = true;
                frame("0" + LINE_END + TRAILER + ":" + base64() + LINE_END + LINE_END);
            } else {
                return;
            }
        }
    }

    private void takeOfChunk(ByteBuffer plain, ByteBuffer to) {
        int count = Math.min(Math.min(plain.remaining(), to.remaining()), leftOfChunk);
        sum.update(plain.slice(plain.position(), count));
        Moved.some(plain, to, count);
        leftOfChunk -= count;
        if (leftOfChunk == 0) {
            frame(LINE_END);
        }
    }

    private void frame(String text) {
        frame = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** As S3 writes it: the highest byte first. */
    private String base64() {
        byte[] bytes =
                ByteBuffer.allocate(Integer.BYTES).putInt((int) sum.getValue()).array();
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Whether all of it has been encoded. */
    boolean isWhole() {
        return ended && !frame.hasRemaining();
    }
}
