package dev.banhmi.gateway.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HealthCommandTest {

    @Test
    void asksForLivezAndTellsTheFirstLine() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            StringBuilder asked = new StringBuilder();
            Thread gateway = Thread.ofVirtual().start(() -> answerOnce(server, asked));
            assertThat(HealthCommand.ask(server.getLocalPort())).isEqualTo("HTTP/1.1 503 busy");
            gateway.join();
            assertThat(asked).startsWith("GET /livez HTTP/1.1\r\n");
        }
    }

    @Test
    void failsWhereNobodyListens() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        assertThatThrownBy(() -> HealthCommand.ask(port)).isInstanceOf(IOException.class);
    }

    @Test
    void takesThePortFromTheArgumentThenFromTheEnvironmentThen8080() {
        Map<String, String> environment = Map.of("SERVER_PORT", "9000");
        assertThat(HealthCommand.port(new String[] {"9001"}, environment)).isEqualTo(9001);
        assertThat(HealthCommand.port(new String[0], environment)).isEqualTo(9000);
        assertThat(HealthCommand.port(new String[0], Map.of())).isEqualTo(8080);
    }

    private static void answerOnce(ServerSocket server, StringBuilder asked) {
        try (Socket caller = server.accept()) {
            byte[] request = new byte[4096];
            asked.append(new String(request, 0, caller.getInputStream().read(request), StandardCharsets.US_ASCII));
            caller.getOutputStream()
                    .write("HTTP/1.1 503 busy\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException failure) {
            asked.append(failure);
        }
    }
}
