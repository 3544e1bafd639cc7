package dev.banhmi.gateway.server;

import java.util.concurrent.TimeUnit;

/** Requests that have come on the connections above the bound, which wait for a moment. Thread-safe. */
final class RequestQueue {

    /** No more than half of the spare connections, so that the other half is there for probes. */
    private static final int MOST = ClientConnections.SPARE / 2;

    /** Longer than a body is given before it may be called slow, and than it then takes to end it. */
    private static final long LONGEST = TimeUnit.SECONDS.toNanos(2);

    private static final long LOOK_MILLIS = 50;

    private final ClientConnections connections;
    private int waiting;

    RequestQueue(ClientConnections connections) {
        this.connections = connections;
    }

    /**
     * Waits until this request is one of no more than there may be connections: for a moment, in which slow ones are
     * ended, and only if enough of the spare ones are left for probes.
     *
     * @param connection of the request
     * @return whether it may be served
     * @throws InterruptedException when the thread is interrupted
     */
    boolean enter(ClientConnection connection) throws InterruptedException {
        int most = connections.most();
        return connections.size() <= most || connections.serving() <= most || enterLater(connection);
    }

    private synchronized boolean enterLater(ClientConnection connection) throws InterruptedException {
        if (waiting >= MOST) {
            return false;
        }
        waiting++;
        connection.queues(true);
        try {
            long end = System.nanoTime() + LONGEST;
            while (connections.serving() >= connections.most()) {
                if (System.nanoTime() - end > 0) {
                    return false;
                }
                wait(LOOK_MILLIS);
            }
            return true;
        } finally {
            connection.queues(false);
            waiting--;
        }
    }
}
