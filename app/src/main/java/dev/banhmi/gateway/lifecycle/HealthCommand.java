package dev.banhmi.gateway.lifecycle;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Requests {@code /livez} from the gateway in the same container and exits with 0 when it responds with 200 within
 * three seconds, else with 1: the health command of Docker, compose and Swarm, because the image has no shell and no
 * curl. Its only argument is the port; without one it is that of {@code SERVER_PORT}, or 8080.
 *
 * <p>A virtual machine is started for each check, so only sockets are used here: the HTTP client of the JDK or a class
 * of a library would cost several times as much (docs/decisions/0010).
 */
final class HealthCommand {

    private static final int TIMEOUT_MILLIS = 3_000;

    private HealthCommand() {}

    /**
     * Checks once.
     *
     * @param arguments the port, or nothing
     */
    public static void main(String[] arguments) {
        String response;
        boolean alive = false;
        try {
            response = ask(port(arguments, System.getenv()));
            alive = response.startsWith("HTTP/1.1 200");
        } catch (IOException | IllegalArgumentException failure) {
            response = failure.toString();
        }
        System.out.println(response);
        System.exit(alive ? 0 : 1);
    }

    static int port(String[] arguments, Map<String, String> environment) {
        return Integer.parseInt(arguments.length > 0 ? arguments[0] : environment.getOrDefault("SERVER_PORT", "8080"));
    }

    /** The first line of the response. */
    static String ask(int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            OutputStream out = socket.getOutputStream();
            out.write("GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            return new String(in.readNBytes(64), StandardCharsets.US_ASCII)
                    .lines()
                    .findFirst()
                    .orElse("no response");
        }
    }
}
