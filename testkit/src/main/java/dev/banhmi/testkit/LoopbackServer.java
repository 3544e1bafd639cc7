package dev.banhmi.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Listens on a free loopback port and serves each connection in a virtual thread of its own, for what stands between a gateway and a
 * store in a test. Closing it ends every connection and interrupts every thread. Thread-safe.
 */
public final class LoopbackServer implements AutoCloseable {

    private static final int BACKLOG = 1000;

    private final ServerSocket listener;
    private final Service service;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch deaf = new CountDownLatch(1);
    private volatile @Nullable IOException failure;

    /** What is done with a connection. */
    @FunctionalInterface
    public interface Service {

        /**
         * Serves a connection, which is closed afterwards.
         *
         * @param connection accepted just now
         * @throws IOException when one side has gone away; closing the connection tells the other
         * @throws InterruptedException when the server is closed
         */
        void serve(Socket connection) throws IOException, InterruptedException;
    }

    private LoopbackServer(ServerSocket listener, Service service) {
        this.listener = listener;
        this.service = service;
    }

    /**
     * Listens.
     *
     * @param service of each connection
     * @return the server, to be closed by the caller
     */
    public static LoopbackServer start(Service service) {
        try {
            LoopbackServer server =
                    new LoopbackServer(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()), service);
            server.threads.execute(server::accept);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("no free loopback port", e);
        }
    }

    /**
     * Where it listens.
     *
     * @return scheme, loopback address and port
     */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    /**
     * Makes another connection end when this server does.
     *
     * @param connection to be closed by the caller all the same
     * @return the connection
     * @throws IOException when it cannot be closed, as the server has been
     */
    public Socket adopt(Socket connection) throws IOException {
        open.removeIf(Socket::isClosed);
        open.add(connection);
        if (listener.isClosed()) {
            connection.close();
        }
        return connection;
    }

    private void accept() {
        try {
            while (true) {
                Socket connection = adopt(listener.accept());
                threads.execute(() -> serve(connection));
            }
        } catch (IOException e) {
            if (!listener.isClosed()) {
                failure = e;
            }
        } catch (RejectedExecutionException closed) {
            // So has the connection been.
        } finally {
            deaf.countDown();
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            service.serve(connection);
        } catch (IOException e) {
            // Closing the connection tells the other side: what was cut stays cut.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Ends everything: afterwards no connection is taken. What is served may still be about to notice.
     *
     * @throws UncheckedIOException also when the server could not accept a connection
     */
    @Override
    public void close() {
        try {
            listener.close();
            awaitDeaf();
            for (Socket connection : open) {
                connection.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            threads.shutdownNow();
        }
        if (failure != null) {
            throw new UncheckedIOException("connections were not accepted", failure);
        }
    }

    /** The kernel goes on to take connections until the thread that waits for them has noticed. */
    private void awaitDeaf() {
        try {
            if (!deaf.await(Patience.HANGS.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("still takes connections after " + Patience.HANGS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
