package dev.banhmi.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ResponseHeadTest {

    @Test
    void readsStatusLengthAndWhereTheBodyBegins() throws IOException {
        String head = "HTTP/1.1 206 Partial Content\r\nX: Content-Length: 7\r\ncontent-length:  10\r\n\r\n";

        assertThat(parse(head + "body")).isEqualTo(new ResponseHead(206, 10, head.length(), false));
    }

    @Test
    void seesWhetherTheConnectionStaysOpen() throws IOException {
        String length = "Content-Length: 0\r\n";

        assertThat(parse("HTTP/1.1 200 OK\r\n" + length + "Connection: close\r\n\r\n")
                        .closes())
                .isTrue();
        assertThat(parse("HTTP/1.0 200 OK\r\n" + length + "\r\n").closes()).isTrue();
        assertThat(parse("HTTP/1.0 200 OK\r\n" + length + "Connection: Keep-Alive\r\n\r\n")
                        .closes())
                .isFalse();
    }

    @Test
    void knowsBodiesInChunksAndBodiesThatAreNone() throws IOException {
        assertThat(parse("HTTP/1.1 201 \r\nTransfer-Encoding: chunked\r\n\r\n").length())
                .isEqualTo(ResponseHead.CHUNKED);
        assertThat(parse("HTTP/1.1 204 No Content\r\n\r\n").length()).isZero();
    }

    @Test
    void refusesABodyWhoseEndItCannotFind() {
        assertThatThrownBy(() -> parse("HTTP/1.1 200 OK\r\n\r\n")).hasMessageContaining("how long");
        assertThatThrownBy(() -> parse("220 ftp\r\n\r\n")).hasMessageContaining("not a response");
    }

    @Test
    void waitsForTheBlankLine() {
        byte[] head = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

        assertThat(ResponseHead.isWhole(head, head.length - 1)).isFalse();
        assertThat(ResponseHead.isWhole(head, head.length)).isTrue();
    }

    private static ResponseHead parse(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return ResponseHead.parse(bytes, bytes.length);
    }
}
