package dev.banhmi.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class MultipartByteRangesTest {

    @Test
    void framesEveryRange() {
        MultipartByteRanges frame = new MultipartByteRanges(
                "cut", "text/plain; charset=utf-8", 26, List.of(new ByteRange(0, 2), new ByteRange(24, 25)));
        String body = body(frame, "abcdefghijklmnopqrstuvwxyz");
        assertThat(body).isEqualTo("""
                        --cut\r
                        Content-Type: text/plain; charset=utf-8\r
                        Content-Range: bytes 0-2/26\r
                        \r
                        abc\r
                        --cut\r
                        Content-Type: text/plain; charset=utf-8\r
                        Content-Range: bytes 24-25/26\r
                        \r
                        yz\r
                        --cut--\r
                        """);
        assertThat(frame.length()).isEqualTo(body.length());
        assertThat(frame.responseContentType()).isEqualTo("multipart/byteranges; boundary=cut");
    }

    @Test
    void leavesOutATypeThatTheObjectDoesNotHave() {
        MultipartByteRanges frame = new MultipartByteRanges("b", null, 9, List.of(new ByteRange(3, 3)));
        assertThat(body(frame, "123456789")).isEqualTo("--b\r\nContent-Range: bytes 3-3/9\r\n\r\n4\r\n--b--\r\n");
        assertThat(frame.length()).isEqualTo(body(frame, "123456789").length());
    }

    @Test
    void countsTerabytes() {
        long size = 53_687_091_200_000L;
        MultipartByteRanges frame = new MultipartByteRanges(
                "b", null, size, List.of(new ByteRange(0, size - 3), new ByteRange(size - 1, size - 1)));
        assertThat(frame.length())
                .isEqualTo(size - 1 + frame.header(0).length + frame.header(1).length + frame.end().length);
    }

    @Test
    void refusesWhatWouldBreakTheFrame() {
        List<ByteRange> ranges = List.of(new ByteRange(0, 2));
        assertThatThrownBy(() -> new MultipartByteRanges("", null, 3, ranges))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new MultipartByteRanges("a\r\nb", null, 3, ranges))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new MultipartByteRanges("a".repeat(71), null, 3, ranges))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new MultipartByteRanges("b", "text/plain\r\nX: y", 3, ranges))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new MultipartByteRanges("b", null, 2, ranges))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static String body(MultipartByteRanges frame, String content) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int i = 0; i < frame.ranges().size(); i++) {
            ByteRange range = frame.ranges().get(i);
            body.writeBytes(frame.header(i));
            body.writeBytes(content.substring((int) range.first(), (int) range.last() + 1)
                    .getBytes(StandardCharsets.US_ASCII));
        }
        body.writeBytes(frame.end());
        return body.toString(StandardCharsets.ISO_8859_1);
    }
}
