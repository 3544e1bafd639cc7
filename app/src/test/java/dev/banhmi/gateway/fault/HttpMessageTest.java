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

    /** Who gets it over a connection that goes on would wait for its end, and take it for one without a text. */
    @Test
    void readsAResponseThatOnlyItsEndDelimits() throws IOException {
        HttpMessage response = HttpMessage.readResponse(
                byteByByte("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n<Error/>"), false);

        assertThat(response.body()).asString().isEqualTo("<Error/>");
        assertThat(new String(response.head(), ISO_8859_1))
                .isEqualTo("HTTP/1.1 400 Bad Request\r\nContent-Length: 8\r\n\r\n");
    }

    @Test
    void givesNoLengthToAResponseWithoutABody() throws IOException {
        String head = "HTTP/1.1 204 No Content\r\nx-amz-request-id: 1\r\n\r\n";
        for (boolean toHead : new boolean[] {false, true}) {
            String said = toHead ? head.replace("204 No Content", "200 OK") : head;
            HttpMessage response = HttpMessage.readResponse(byteByByte(said), toHead);

            assertThat(new String(response.head(), ISO_8859_1)).isEqualTo(said);
        }
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
