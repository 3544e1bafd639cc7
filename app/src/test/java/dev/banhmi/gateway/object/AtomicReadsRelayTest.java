package dev.banhmi.gateway.object;

import static dev.banhmi.testkit.Patience.HANGS;
import static dev.banhmi.testkit.Patience.await;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.object.AtomicReadsRelay.Effect;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AtomicReadsRelayTest {

    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n";
    private static final int HANGS_MILLIS = (int) HANGS.toMillis();

    @AutoClose
    private final ServerSocket store = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());

    @AutoClose
    private final AtomicReadsRelay relay =
            AtomicReadsRelay.start(URI.create("http://127.0.0.1:" + store.getLocalPort()));

    AtomicReadsRelayTest() throws IOException {
        store.setSoTimeout(HANGS_MILLIS);
    }

    /** A request that has reached the store, seen from both ends. */
    private record Call(Socket gateway, Socket store, String request) implements AutoCloseable {

        void answer(String text) throws IOException {
            store.getOutputStream().write(text.getBytes(ISO_8859_1));
        }

        void finish(String text) throws IOException {
            answer(text);
            store.close();
        }

        String received() throws IOException {
            return new String(gateway.getInputStream().readAllBytes(), ISO_8859_1);
        }

        String received(int count) throws IOException {
            return new String(gateway.getInputStream().readNBytes(count), ISO_8859_1);
        }

        @Override
        public void close() throws IOException {
            gateway.close();
            store.close();
        }
    }

    @Test
    void keepsAWriteBackUntilTheHeadOfAReadIsThere() throws IOException {
        try (Call read = reaching("GET /b/k HTTP/1.1\r\n\r\n");
                Socket writer = sent("PUT /b/k HTTP/1.1\r\nContent-Length: 3\r\n\r\nnew")) {
            read.answer(HEAD.substring(0, HEAD.length() - 1));
            assertOneIsKeptBack();

            read.answer(HEAD.substring(HEAD.length() - 1));

            try (Call write = accepted(writer)) {
                assertThat(write.request()).startsWith("PUT ").endsWith("\r\n\r\nnew");
                assertThat(read.received(HEAD.length())).isEqualTo(HEAD);
                read.finish("body");
                assertThat(read.received()).isEqualTo("body");
            }
        }
    }

    @Test
    void keepsAReadBackUntilTheResponseToAWriteHasEnded() throws IOException {
        try (Call write = reaching("POST /b/k?uploadId=1 HTTP/1.1\r\nContent-Length: 1\r\n\r\nx");
                Socket reader = sent("HEAD /b/k HTTP/1.1\r\n\r\n")) {
            write.answer("HTTP/1.1 200 OK\r\n\r\n<xml>");
            assertOneIsKeptBack();

            write.finish("</xml>");

            try (Call read = accepted(reader)) {
                assertThat(read.request()).startsWith("HEAD ");
                assertThat(write.received()).endsWith("<xml></xml>");
            }
        }
    }

    @Test
    void letsReadsAndPartsOfUploadsGoSideBySide() throws IOException {
        try (Call first = reaching("GET /b/k HTTP/1.1\r\n\r\n");
                Call second = reaching("GET /b/k HTTP/1.1\r\n\r\n");
                Call part = reaching("PUT /b/k?partNumber=1&uploadId=1 HTTP/1.1\r\nContent-Length: 0\r\n\r\n")) {
            for (Call call : new Call[] {part, second, first}) {
                call.finish(HEAD + "body");
                assertThat(call.received()).isEqualTo(HEAD + "body");
            }
        }
    }

    @Test
    void letsAWriteGoBeforeReadsThatCameLater() throws IOException {
        try (Call read = reaching("GET /b/k HTTP/1.1\r\n\r\n");
                Socket writer = sent("DELETE /b/k HTTP/1.1\r\n\r\n")) {
            await().until(() -> relay.waiting() == 1);
            try (Socket later = sent("GET /b/later HTTP/1.1\r\n\r\n")) {
                await().until(() -> relay.waiting() == 2);
                read.finish(HEAD + "body");

                try (Call write = accepted(writer)) {
                    assertThat(write.request()).startsWith("DELETE ");
                    write.finish("HTTP/1.1 204 No Content\r\n\r\n");
                }
                try (Call afterwards = accepted(later)) {
                    assertThat(afterwards.request()).startsWith("GET /b/later ");
                }
            }
        }
    }

    @Test
    void goesOnAfterAStoreThatHangsUp() throws IOException {
        try (Call write = reaching("PUT /b/k HTTP/1.1\r\nContent-Length: 0\r\n\r\n")) {
            write.finish("");
            assertThat(write.received()).isEmpty();
        }
        try (Call read = reaching("GET /b/k HTTP/1.1\r\n\r\n")) {
            read.finish("HTTP/1.1 2");
            assertThat(read.received()).isEmpty();
        }
        try (Call write = reaching("PUT /b/k HTTP/1.1\r\nContent-Length: 0\r\n\r\n")) {
            assertThat(write.request()).startsWith("PUT ");
        }
    }

    @Test
    void asksTheStoreToCloseAfterItsResponse() throws IOException {
        try (Call read = reaching("GET /b/k HTTP/1.1\r\nConnection: keep-alive\r\nRange: bytes=1-\r\n\r\n")) {
            assertThat(read.request()).isEqualTo("GET /b/k HTTP/1.1\r\nRange: bytes=1-\r\nConnection: close\r\n\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET /b/k,READS",
        "HEAD /b/k,READS",
        "GET /b?list-type=2,READS",
        "PUT /b/k,WRITES",
        "PUT /b/k?x-id=PutObject,WRITES",
        "PUT /b/k?partNumber=1&uploadId=u,NONE",
        "DELETE /b/k,WRITES",
        "DELETE /b/k?uploadId=u,NONE",
        "POST /b/k?uploads,NONE",
        "POST /b/k?uploads=,NONE",
        "POST /b/k?uploadId=u,WRITES",
        "POST /b?delete,WRITES"
    })
    void knowsWhatARequestDoes(String request, Effect effect) {
        assertThat(Effect.of(request + " HTTP/1.1")).isEqualTo(effect);
    }

    private Call reaching(String request) throws IOException {
        return accepted(sent(request));
    }

    private Socket sent(String request) throws IOException {
        Socket gateway =
                new Socket(InetAddress.getLoopbackAddress(), relay.uri().getPort());
        gateway.setSoTimeout(HANGS_MILLIS);
        gateway.getOutputStream().write(request.getBytes(ISO_8859_1));
        return gateway;
    }

    private Call accepted(Socket gateway) throws IOException {
        Socket accepted = store.accept();
        accepted.setSoTimeout(HANGS_MILLIS);
        InputStream input = accepted.getInputStream();
        StringBuilder request = new StringBuilder();
        int body = -1;
        while (body < 0) {
            request.append((char) input.read());
            if (request.indexOf("\r\n\r\n") >= 0) {
                Matcher length = Pattern.compile("Content-Length: (\\d+)").matcher(request);
                body = length.find() ? Integer.parseInt(length.group(1)) : 0;
            }
        }
        request.append(new String(input.readNBytes(body), ISO_8859_1));
        return new Call(gateway, accepted, request.toString());
    }

    /** A request waits for the lock; the short limit can only overlook a relay that lets it through later. */
    private void assertOneIsKeptBack() throws IOException {
        await().until(() -> relay.waiting() == 1);
        store.setSoTimeout(50);
        assertThatThrownBy(store::accept).isInstanceOf(SocketTimeoutException.class);
        store.setSoTimeout(HANGS_MILLIS);
    }
}
