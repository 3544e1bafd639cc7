package dev.banhmi.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URI;

/**
 * A loopback port on which nothing listens and that no other process can get, for as long as this is open: a socket is
 * bound to it and never connected. Connections to it are refused.
 */
public final class HeldPort implements AutoCloseable {

    private final Socket bound;

    /**
     * Takes a free port.
     *
     * @throws IOException when there is none
     */
    public HeldPort() throws IOException {
        bound = new Socket();
        bound.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /**
     * The number.
     *
     * @return of the port
     */
    public int port() {
        return bound.getLocalPort();
    }

    /**
     * An address where nothing listens.
     *
     * @return scheme, loopback address and port
     */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + port());
    }

    /**
     * Listens, without the port being free for a moment. The system completes connections; a listener that accepts none
     * never responds.
     *
     * @return the listener; once it is closed, connections are refused again
     * @throws IOException when the port cannot be listened on
     */
    public ServerSocket listen() throws IOException {
        ServerSocket listener = new ServerSocket();
        listener.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()), 100);
        return listener;
    }

    @Override
    public void close() throws IOException {
        bound.close();
    }
}
