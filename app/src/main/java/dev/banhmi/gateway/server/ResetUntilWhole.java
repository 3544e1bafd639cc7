package dev.banhmi.gateway.server;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.Set;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a response that was cut from looking whole where nothing but the end of the connection tells the client where it
 * ends. Until such a response is complete the connection ends with a reset, whoever ends it: the kernel, too, when the
 * process is killed. Thread-safe.
 */
final class ResetUntilWhole {

    private static final Logger log = LoggerFactory.getLogger(ResetUntilWhole.class);

    /** The statuses of responses that end with their head. */
    private static final Set<Integer> BODILESS = Set.of(204, 205, 304);

    private final SocketChannel socket;
    private volatile boolean reset;

    ResetUntilWhole(SocketChannel socket) {
        this.socket = socket;
    }

    /** Before each write of a response. */
    void responds(Request request) {
        if (!reset && endsByTheClose(request, request.getResponse())) {
            reset = true;
            linger(0);
        }
    }

    /** Everything of the response has been handed to the kernel, which delivers it. */
    void isWhole() {
        if (reset) {
            reset = false;
            linger(-1);
        }
    }

    /** Whether the connection is to end with a reset, with no word of TLS that it was meant to end. */
    boolean isReset() {
        return reset;
    }

    /** Cuts the response: the write that waits now fails, and the kernel does not go on with what it holds. */
    void now() {
        linger(0);
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            log.debug("the connection has ended by itself", e);
        }
    }

    private static boolean endsByTheClose(Request request, @Nullable Response response) {
        return response != null
                && response.isCommitted()
                && !BODILESS.contains(response.getStatus())
                && !"HEAD".equals(request.getMethod())
                && response.getMimeHeaders().getHeader("Content-Length") == null
                && response.getMimeHeaders().getHeader("Transfer-Encoding") == null;
    }

    private void linger(int seconds) {
        try {
            socket.setOption(StandardSocketOptions.SO_LINGER, seconds);
        } catch (IOException e) {
            log.debug("the connection has ended by itself", e);
        }
    }
}
