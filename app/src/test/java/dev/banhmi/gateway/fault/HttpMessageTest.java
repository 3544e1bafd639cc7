package dev.banhmi.gateway.fault;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

class HttpMessageTest {

    @Test
    void readsARequestHoweverItsBytesAreCut() throws IOException {
        ByteArrayOutputStream back = new ByteArrayOutputStream();
        InputStream input = byteByByte(String.join(
                "\r\n",
                "PUT /demo/key?partNumber=2 HTTP/1.1",
                "Host: store",
                "Expect: 100-continue",
                "Content-Length: 5",
                "",
                "helloGET /next HTTP/1.1",
                "",
                ""));

        HttpMessage request = requireNonNull(HttpMessage.readRequest(input, back));

        assertThat(request.method()).isEqualTo("PUT");
        assertThat(request.path()).isEqualTo("/demo/key");
        assertThat(request.query()).isEqualTo("partNumber=2");
        assertThat(request.body()).asString().isEqualTo("hello");
        assertThat(back).hasToString("HTTP/1.1 100 Continue\r\n\r\n");
        HttpMessage next = requireNonNull(HttpMessage.readRequest(input, back));
        assertThat(next.path()).isEqualTo("/next");
        assertThat(HttpMessage.readRequest(input, back)).isNull();
    }

    @Test
    void readsChunksHoweverTheirBytesAreCut() throws IOException {
        HttpMessage response = HttpMessage.readResponse(
                byteByByte("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"),
                false);

        assertThat(response.body()).asString().isEqualTo("abcde");
    }

    /** As if every byte came in a segment of its own. */
    private static InputStream byteByByte(String message) {
        return new FilterInputStream(new ByteArrayInputStream(message.getBytes(ISO_8859_1))) {
            @Override
            public int read(byte[] target, int offset, int wanted) throws IOException {
                return super.read(target, offset, Math.min(wanted, 1));
            }
        };
    }
}
