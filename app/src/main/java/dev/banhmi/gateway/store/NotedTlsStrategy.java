package dev.banhmi.gateway.store;

import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/**
 * Says of whatever ends a TLS handshake that it did; its own exceptions are the same as those of a connection that
 * breaks later, when a request may have been sent.
 *
 * @param tls makes the handshake
 */
record NotedTlsStrategy(TlsSocketStrategy tls) implements TlsSocketStrategy {

    @Override
    public SSLSocket upgrade(
            Socket socket, String target, int port, @Nullable Object attachment, @Nullable HttpContext context)
            throws IOException {
        try {
            return tls.upgrade(socket, target, port, attachment, context);
        } catch (IOException e) {
            throw new HandshakeException(e);
        }
    }

    /** No TLS connection came about. */
    static final class HandshakeException extends IOException {

        private static final long serialVersionUID = 1L;

        HandshakeException(IOException cause) {
            super("the TLS handshake failed: " + cause.getMessage(), cause);
        }
    }
}
