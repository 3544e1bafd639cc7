package dev.banhmi.gateway.store.wire;

import dev.banhmi.gateway.store.wire.WireException.Reason;
import dev.banhmi.gateway.store.wire.WireException.Sent;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/** The connections to the store: those in use and those that are kept, together never more than the most. Thread-safe. */
final class BlockingConnections implements AutoCloseable {

    /** So many buffers for records stay: a connection has three at most, and few are in one read or write. */
    private static final int BUFFERS_KEPT = 16;

    private final WireSettings settings;
    private final LongSupplier nanoTime;
    private final BlockingDeadlines deadlines;
    private final SigningKeys keys = new SigningKeys();
    private final RecordBuffers buffers;
    private final Semaphore places;
    private final ReentrantLock lock = new ReentrantLock();

    /** The one that was used last is first. Guarded by the lock. */
    private final Deque<Kept> kept = new ArrayDeque<>();

    private final Set<BlockingConnection> inUse = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private record Kept(BucketAddress origin, BlockingConnection connection) {}

    BlockingConnections(WireSettings settings, LongSupplier nanoTime) {
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.places = new Semaphore(settings.mostConnections(), true);
        this.buffers = RecordBuffers.of(settings.tls().createSSLEngine(), BUFFERS_KEPT);
        boolean silenceFirst = settings.silence().compareTo(settings.connectTimeout()) < 0;
        this.deadlines = new BlockingDeadlines(
                silenceFirst ? settings.silence() : settings.connectTimeout(), nanoTime, this::closeStale);
    }

    /**
     * A connection on which nothing waits, kept or new.
     *
     * @param until when it is of no more use, by the nano time
     * @throws WireException when there is none; nothing was sent then
     */
    BlockingConnection lease(BucketAddress address, long until) throws WireException {
        takePlace(until);
        BlockingConnection leased = null;
        try {
            leased = connection(address, until);
        } finally {
            if (leased == null) {
                places.release();
            }
        }
        inUse.add(leased);
        if (closed) {
            drop(leased);
            throw ended(null);
        }
        return leased;
    }

    private void takePlace(long until) throws WireException {
        try {
            long patience = Math.min(settings.silence().toNanos(), until - nanoTime.getAsLong());
            if (!places.tryAcquire(patience, TimeUnit.NANOSECONDS)) {
                throw new WireException(Reason.BUSY, Sent.NOTHING, "every connection to the store is in use", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ended(e);
        }
    }

    private BlockingConnection connection(BucketAddress address, long until) throws WireException {
        if (closed) {
            throw ended(null);
        }
        BucketAddress origin = origin(address);
        for (BlockingConnection old = takeKept(origin); old != null; old = takeKept(origin)) {
            if (!old.isStale(nanoTime.getAsLong(), settings.longestLife().toNanos()) && old.isInStep()) {
                return old;
            }
            old.close();
        }
        makeRoom();
        return open(address, until);
    }

    private BlockingConnection open(BucketAddress address, long until) throws WireException {
        BlockingConnection opened = null;
        boolean ready = false;
        try {
            opened = BlockingConnection.open(address, settings, until, deadlines, keys, nanoTime);
            // From here on the end of all calls ends it, too.
            inUse.add(opened);
            if (closed) {
                throw new IOException("the client is closed");
            }
            if (address.secure()) {
                long own = nanoTime.getAsLong() + settings.connectTimeout().toNanos();
                opened.until(until - own < 0 ? until : own);
                SSLEngine engine = settings.tls().createSSLEngine(address.host(), address.port());
                opened.secure(TlsRecords.ofClient(engine, buffers));
                opened.until(Long.MAX_VALUE);
            }
            ready = true;
            return opened;
        } catch (IOException e) {
            if (closed || Thread.currentThread().isInterrupted()) {
                throw ended(e);
            }
            throw new WireException(
                    Reason.UNREACHABLE, Sent.NOTHING, "there is no connection to the store: " + e.getMessage(), e);
        } finally {
            if (opened != null && !ready) {
                inUse.remove(opened);
                opened.close();
            }
        }
    }

    private @Nullable BlockingConnection takeKept(BucketAddress origin) {
        lock.lock();
        try {
            for (Iterator<Kept> all = kept.iterator(); all.hasNext(); ) {
                Kept one = all.next();
                if (one.origin().equals(origin)) {
                    all.remove();
                    return one.connection();
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** For one more: those that are kept take no place, so that one of another host can be made instead. */
    private void makeRoom() {
        List<BlockingConnection> superfluous = new ArrayList<>();
        lock.lock();
        try {
            while (kept.size() > places.availablePermits()) {
                superfluous.add(kept.removeLast().connection());
            }
        } finally {
            lock.unlock();
        }
        superfluous.forEach(BlockingConnection::close);
    }

    /** Takes back one that is in step. */
    void keep(BucketAddress address, BlockingConnection connection, long mostIdleNanos) {
        connection.rest(
                nanoTime.getAsLong(),
                Math.min(mostIdleNanos, settings.longestIdle().toNanos()));
        inUse.remove(connection);
        lock.lock();
        try {
            kept.addFirst(new Kept(origin(address), connection));
        } finally {
            lock.unlock();
        }
        places.release();
        if (closed) {
            closeKept();
        }
    }

    /** Closes one that was in use. */
    void drop(BlockingConnection connection) {
        inUse.remove(connection);
        connection.close();
        places.release();
    }

    private void closeStale() {
        long now = nanoTime.getAsLong();
        long life = settings.longestLife().toNanos();
        List<BlockingConnection> stale = new ArrayList<>();
        lock.lock();
        try {
            kept.removeIf(one -> one.connection().isStale(now, life) && stale.add(one.connection()));
        } finally {
            lock.unlock();
        }
        stale.forEach(BlockingConnection::close);
    }

    private void closeKept() {
        List<Kept> all;
        lock.lock();
        try {
            all = new ArrayList<>(kept);
            kept.clear();
        } finally {
            lock.unlock();
        }
        all.forEach(one -> one.connection().close());
    }

    boolean isClosed() {
        return closed;
    }

    private static WireException ended(@Nullable Exception cause) {
        return new WireException(Reason.ENDED, Sent.NOTHING, "the call was ended before it was sent", cause);
    }

    private static BucketAddress origin(BucketAddress address) {
        return new BucketAddress(address.secure(), address.host(), address.port(), "");
    }

    /** Ends what is under way, too. */
    @Override
    public void close() {
        closed = true;
        deadlines.close();
        closeKept();
        inUse.forEach(BlockingConnection::abort);
    }
}
