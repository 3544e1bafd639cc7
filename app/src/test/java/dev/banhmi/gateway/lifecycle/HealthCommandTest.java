package dev.banhmi.gateway.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.testkit.HeldPort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
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
            Thread gateway = Thread.ofVirtual().start(() -> respondOnce(server, asked));
            assertThat(HealthCommand.ask(server.getLocalPort())).isEqualTo("HTTP/1.1 503 busy");
            gateway.join();
            assertThat(asked).startsWith("GET /livez HTTP/1.1\r\n");
        }
    }

    @Test
    void failsWhereNobodyListens() throws Exception {
        try (HeldPort nobody = new HeldPort()) {
            assertThatThrownBy(() -> HealthCommand.ask(nobody.port())).isInstanceOf(IOException.class);
        }
    }

    @Test
    void takesThePortFromTheArgumentThenFromTheEnvironmentThen8080() {
        Map<String, String> environment = Map.of("SERVER_PORT", "9000");
        assertThat(HealthCommand.port(new String[] {"9001"}, environment)).isEqualTo(9001);
        assertThat(HealthCommand.port(new String[0], environment)).isEqualTo(9000);
        assertThat(HealthCommand.port(new String[0], Map.of())).isEqualTo(8080);
    }

    private static void respondOnce(ServerSocket server, StringBuilder asked) {
        try (Socket caller = server.accept()) {
            BufferedReader head =
                    new BufferedReader(new InputStreamReader(caller.getInputStream(), StandardCharsets.US_ASCII));
            for (String line = head.readLine(); line != null && !line.isEmpty(); line = head.readLine()) {
                asked.append(line).append("\r\n");
            }
            caller.getOutputStream()
                    .write("HTTP/1.1 503 busy\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException failure) {
            asked.append(failure);
        }
    }
}
