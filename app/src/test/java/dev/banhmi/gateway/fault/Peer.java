package dev.banhmi.gateway.fault;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;

/** The other end of a connection: the gateway. Whoever accepted the socket closes it. */
record Peer(Socket socket, InputStream input, OutputStream output) {

    static Peer of(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        return new Peer(socket, new BufferedInputStream(socket.getInputStream(), 64 * 1024), socket.getOutputStream());
    }

    /** Waits for the next byte, which stays unread; false when there is none any more. */
    boolean awaitByte() throws IOException {
        input.mark(1);
        if (input.read() < 0) {
            return false;
        }
        input.reset();
        return true;
    }

    /** Whether what is written now is lost, without an error. */
    boolean isClosed() throws IOException {
        socket.setSoTimeout(1);
        try {
            return !awaitByte();
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        } finally {
            socket.setSoTimeout(0);
        }
    }

    /** Holds the connection for as long as the other end does. */
    void awaitHangUp() throws IOException {
        try {
            while (input.read() >= 0) {
                // Whatever else comes gets no response either.
            }
        } catch (SocketException e) {
            // A reset ends the connection as well.
            socket.close();
        }
    }

    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }
}
