package dev.banhmi.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelayedRequestTest {

    @Test
    void goesOverAConnectionOfItsOwn() throws IOException {
        InputStream gateway =
                stream("PUT /b/k?x HTTP/1.1\r\nconnection: Keep-Alive\r\nContent-Length: 4\r\n\r\nbodynext");
        RelayedRequest request = RelayedRequest.read(gateway);

        assertThat(request.line()).isEqualTo("PUT /b/k?x HTTP/1.1");
        assertThat(sent(request))
                .isEqualTo("PUT /b/k?x HTTP/1.1\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody");
        assertThat(new String(gateway.readAllBytes(), ISO_8859_1)).isEqualTo("next");
    }

    @Test
    void hasNoBodyWithoutALength() throws IOException {
        RelayedRequest request = RelayedRequest.read(stream("GET / HTTP/1.1\r\n\r\n"));
        assertThat(sent(request)).isEqualTo("GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET / HTTP/1.1\r\n", "PUT / HTTP/1.1\r\nContent-Length: 4\r\n\r\nbod"})
    void isNotReadByHalf(String half) {
        assertThatThrownBy(() -> RelayedRequest.read(stream(half))).isInstanceOf(EOFException.class);
    }

    private static String sent(RelayedRequest request) throws IOException {
        try (ServerSocket store = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket target = new Socket()) {
            request.send(URI.create("http://127.0.0.1:" + store.getLocalPort()), target);
            target.shutdownOutput();
            try (Socket received = store.accept()) {
                return new String(received.getInputStream().readAllBytes(), ISO_8859_1);
            }
        }
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(ISO_8859_1));
    }
}
