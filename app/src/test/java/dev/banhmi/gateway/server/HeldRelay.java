package dev.banhmi.gateway.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands before a store and can hold back what it responds. Thread-safe. */
final class HeldRelay implements AutoCloseable {

    private final ServerSocket server;
    private final URI store;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private boolean held;

    private HeldRelay(ServerSocket server, URI store) {
        this.server = server;
        this.store = store;
    }

    static HeldRelay start(URI store) {
        try {
            HeldRelay relay = new HeldRelay(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), store);
            Thread.ofVirtual().name("relay").start(relay::accept);
            return relay;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** Responses stay here from now on. */
    synchronized void hold() {
        held = true;
    }

    /** And go on, with all that came meanwhile. */
    synchronized void release() {
        held = false;
        notifyAll();
    }

    private synchronized void pass() throws InterruptedException {
        while (held) {
            wait();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket gateway = server.accept();
                Socket upstream = new Socket(store.getHost(), store.getPort());
                open.add(gateway);
                open.add(upstream);
                Thread.startVirtualThread(() -> copy(gateway, upstream, false));
                Thread.startVirtualThread(() -> copy(upstream, gateway, true));
            }
        } catch (IOException e) {
            // Closed, with the test.
            return;
        }
    }

    private void copy(Socket from, Socket to, boolean responses) {
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            byte[] buffer = new byte[64 * 1024];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (responses) {
                    pass();
                }
                out.write(buffer, 0, count);
            }
        } catch (IOException e) {
            // One side is gone; so is the other now.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    @Override
    public void close() {
        release();
        try {
            server.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
