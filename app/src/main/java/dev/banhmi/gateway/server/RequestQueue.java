package dev.banhmi.gateway.server;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Requests that have come on the connections above the bound, which wait for a moment. Thread-safe. */
final class RequestQueue {
    /*
     * A lock and no monitor: on JDK 25, virtual threads in timed Object.wait of one monitor can end with each carrier
     * blocked by one that wants the monitor back, and its owner without a carrier.
     */

    /** No more than half of the spare connections, so that the other half is there for probes. */
    private static final int MOST = ClientConnections.SPARE / 2;

    /** Longer than a body is given before it may be called slow, and than it then takes to end it. */
    private static final long LONGEST = TimeUnit.SECONDS.toNanos(2);

    private static final long LOOK_MILLIS = 50;

    private final ClientConnections connections;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition look = lock.newCondition();
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

    private boolean enterLater(ClientConnection connection) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            return waiting < MOST && awaitTurn(connection);
        } finally {
            lock.unlock();
        }
    }

    /** To be called with the lock. */
    private boolean awaitTurn(ClientConnection connection) throws InterruptedException {
        waiting++;
        connection.queues(true);
        try {
            long end = System.nanoTime() + LONGEST;
            while (connections.serving() >= connections.most()) {
                if (System.nanoTime() - end > 0) {
                    return false;
                }
                boolean _ = look.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            }
            return true;
        } finally {
            connection.queues(false);
            waiting--;
        }
    }
}
