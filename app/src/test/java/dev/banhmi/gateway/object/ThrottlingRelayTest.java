package dev.banhmi.gateway.object;

import static dev.banhmi.testkit.Patience.await;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class ThrottlingRelayTest {

    private static final String RESPONSE = "HTTP/1.1 206 Partial Content\r\nContent-Length: 10\r\n\r\n0123456789";

    @AutoClose
    private final ServerSocket store = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());

    @AutoClose
    private final ThrottlingRelay relay =
            ThrottlingRelay.start(URI.create("http://127.0.0.1:" + store.getLocalPort()), 1L << 40);

    @AutoClose
    private final Socket gateway =
            new Socket(InetAddress.getLoopbackAddress(), relay.uri().getPort());

    ThrottlingRelayTest() throws IOException {
        gateway.setTcpNoDelay(true);
        Thread.ofVirtual().start(this::respondByteByByte);
    }

    @Test
    void knowsAReadHoweverItsHeadIsCut() throws IOException {
        byte[] request = get("Range: bytes=0-9");
        for (int i = 0; i < request.length - 1; i++) {
            gateway.getOutputStream().write(request[i]);
        }
        assertThat(relay.reads()).as("before the last byte of the head").isEmpty();
        gateway.getOutputStream().write(request[request.length - 1]);

        readResponse();

        assertThat(relay.reads()).containsExactly("Range: bytes=0-9");
        assertThat(relay.mostReading()).isEqualTo(1);
        await().until(() -> relay.reading() == 0);
    }

    @Test
    void knowsTwoReadsThatComeInOnePiece() throws IOException {
        gateway.getOutputStream()
                .write((new String(get("Range: bytes=0-9"), ISO_8859_1) + new String(get("Accept: */*"), ISO_8859_1))
                        .getBytes(ISO_8859_1));

        readResponse();
        readResponse();

        assertThat(relay.reads()).containsExactly("Range: bytes=0-9", "whole");
        assertThat(relay.connectionsWithReads()).isEqualTo(1);
    }

    @Test
    void countsAConnectionAgainAfterItHasForgotten() throws IOException {
        gateway.getOutputStream().write(get("Accept: */*"));
        readResponse();
        await().until(() -> relay.reading() == 0);

        relay.forget();
        assertThat(relay.connectionsWithReads()).isZero();
        assertThat(relay.mostReading()).isZero();

        gateway.getOutputStream().write(get("Accept: */*"));
        readResponse();
        assertThat(relay.connectionsWithReads()).isEqualTo(1);
        assertThat(relay.reads()).containsExactly("whole");
    }

    private static byte[] get(String header) {
        return ("GET /demo/key HTTP/1.1\r\nHost: store\r\n" + header + "\r\n\r\n").getBytes(ISO_8859_1);
    }

    private void readResponse() throws IOException {
        InputStream input = gateway.getInputStream();
        assertThat(new String(input.readNBytes(RESPONSE.length()), ISO_8859_1)).isEqualTo(RESPONSE);
    }

    private void respondByteByByte() {
        try (Socket caller = store.accept()) {
            caller.setTcpNoDelay(true);
            InputStream requests = caller.getInputStream();
            StringBuilder head = new StringBuilder();
            for (int byteOfHead = requests.read(); byteOfHead >= 0; byteOfHead = requests.read()) {
                head.append((char) byteOfHead);
                if (head.toString().endsWith("\r\n\r\n")) {
                    head.setLength(0);
                    for (byte next : RESPONSE.getBytes(ISO_8859_1)) {
                        caller.getOutputStream().write(next);
                    }
                }
            }
        } catch (IOException closed) {
            assertThat(store.isClosed() || gateway.isClosed()).as("%s", closed).isTrue();
        }
    }
}
