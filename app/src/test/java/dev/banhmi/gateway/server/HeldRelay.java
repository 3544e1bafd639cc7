package dev.banhmi.gateway.server;

import dev.banhmi.testkit.LoopbackServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;

/** Stands before a store and can hold back what it responds. Thread-safe. */
final class HeldRelay implements AutoCloseable {

    private final LoopbackServer server;
    private final URI store;
    private boolean held;

    private HeldRelay(URI store) {
        this.store = store;
        this.server = LoopbackServer.start(this::serve);
    }

    static HeldRelay start(URI store) {
        return new HeldRelay(store);
    }

    URI uri() {
        return server.uri();
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

    private void serve(Socket gateway) throws IOException {
        Socket target = server.adopt(new Socket(store.getHost(), store.getPort()));
        Thread.startVirtualThread(() -> copy(gateway, target, false));
        copy(target, gateway, true);
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
        }
    }

    @Override
    public void close() {
        release();
        server.close();
    }
}
