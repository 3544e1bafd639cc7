package dev.banhmi.gateway.store.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A connection to the store over which bytes are moved; what they mean others know. Used by one thread at a time. */
final class BlockingConnection implements AutoCloseable {

    private final SocketChannel channel;
    private final BlockingDeadlines deadlines;
    private final BlockingDeadlines.Limit limit;
    private final long silenceNanos;
    private final long born;
    private final RequestWriter writer;
    private final HeadBytes head = new HeadBytes();

    private @Nullable TlsRecords tls;
    private long idleUntil;

    private volatile boolean cut;

    private BlockingConnection(
            SocketChannel channel, BlockingDeadlines deadlines, Duration silence, long born, RequestWriter writer) {
        this.channel = channel;
        this.deadlines = deadlines;
        this.limit = deadlines.of(channel);
        this.silenceNanos = silence.toNanos();
        this.born = born;
        this.writer = writer;
    }

    /**
     * Connects to the first address of a host that can be connected to.
     *
     * @param until when it is of no more use, by the nano time
     * @throws IOException when there is none
     */
    static BlockingConnection open(
            BucketAddress address,
            WireSettings settings,
            long until,
            BlockingDeadlines deadlines,
            SigningKeys keys,
            LongSupplier nanoTime)
            throws IOException {
        String host = address.host();
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        InetAddress[] all = InetAddress.getAllByName(bracketed ? host.substring(1, host.length() - 1) : host);
        IOException first = null;
        for (InetAddress one : all) {
            long left = Math.min(settings.connectTimeout().toNanos(), until - nanoTime.getAsLong());
            if (left <= 0) {
                break;
            }
            SocketChannel channel = SocketChannel.open();
            try {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
                // No time at all would be no limit.
                long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(left));
                channel.socket().connect(new InetSocketAddress(one, address.port()), Math.toIntExact(millis));
                return new BlockingConnection(
                        channel, deadlines, settings.silence(), nanoTime.getAsLong(), new RequestWriter(keys));
            } catch (IOException e) {
                channel.close();
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        throw first == null ? new IOException("there was no time to connect to " + host) : first;
    }

    /** Makes it one of TLS; throws where that does not come about in time. */
    void secure(TlsRecords records) throws IOException {
        tls = records;
        while (true) {
            switch (records.proceed()) {
                case COMPUTE -> {
                    for (Runnable task = records.task(); task != null; task = records.task()) {
                        task.run();
                    }
                }
                case SEND -> flush(records);
                case RECEIVE -> {
                    if (awaitMore(records) < 0) {
                        throw new EOFException("the connection ended within the TLS handshake");
                    }
                }
                case NOTHING -> {
                    return;
                }
            }
        }
    }

    private int awaitMore(TlsRecords records) throws IOException {
        limit.begin(silenceNanos);
        try {
            return records.incoming(channel::read);
        } finally {
            limit.end();
        }
    }

    /** Signs a head; valid until the next one. */
    ByteBuffer write(RequestHead request, Identity identity, Instant now) {
        writer.write(request, identity, now, head);
        return head.toBuffer();
    }

    /** Sets the end of all that is waited for from now on, by the nano time; {@link Long#MAX_VALUE} for none. */
    void until(long nanos) {
        limit.until(nanos);
    }

    /** Whether a wait on it was too long. */
    boolean hasTimedOut() {
        return limit.isPassed();
    }

    /** Whether it is open and nothing waits on it. Takes no time. */
    boolean isInStep() {
        try {
            ByteBuffer one = ByteBuffer.allocate(1);
            return channel.isOpen() && look(one) == 0 && (tls == null || !tls.hasIncoming());
        } catch (IOException e) {
            return false;
        }
    }

    /** Reads what has arrived, without waiting; -1 for the end. */
    int look(ByteBuffer to) throws IOException {
        TlsRecords records = tls;
        channel.configureBlocking(false);
        try {
            if (records == null) {
                return channel.read(to);
            }
            int count = records.decrypt(to);
            while (count == 0) {
                int read = records.incoming(channel::read);
                if (read <= 0) {
                    return read;
                }
                count = records.decrypt(to);
            }
            return count;
        } finally {
            channel.configureBlocking(true);
        }
    }

    /** Sets who looks while a write is held up; null for nobody. */
    void setLookout(BlockingDeadlines.@Nullable Lookout who) {
        limit.setLookout(who);
    }

    /** Whether this write, of which a lookout was told, is still held up. */
    boolean isHeldUp(long write) {
        return limit.isUnderWay(write);
    }

    /** Reads what has arrived while another thread writes, without waiting; 0 where nothing has, or has ended. */
    int lookBesidesAWrite(ByteBuffer to) throws IOException {
        TlsRecords records = tls;
        InputStream kernel = channel.socket().getInputStream();
        int count = records == null ? 0 : records.decryptOnly(to);
        while (count == 0 && kernel.available() > 0) {
            if (records == null) {
                return Math.max(0, channel.read(to));
            }
            if (records.incoming(channel::read) <= 0) {
                return 0;
            }
            count = records.decryptOnly(to);
        }
        return Math.max(0, count);
    }

    /** Ends the half over which bytes are sent, and whatever waits to send some; the other can still be read. */
    void cut() {
        cut = true;
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            // Then it is closed, and no write waits.
        }
    }

    /** Waits for bytes and reads them; -1 for the end. */
    int receive(ByteBuffer to) throws IOException {
        TlsRecords records = tls;
        if (records == null) {
            limit.begin(silenceNanos);
            try {
                return channel.read(to);
            } finally {
                limit.end();
            }
        }
        int count = records.decrypt(to);
        while (count == 0) {
            if (!cut) {
                flush(records);
            }
            if (awaitMore(records) < 0) {
                throw new EOFException("the connection ended without the end of TLS");
            }
            count = records.decrypt(to);
        }
        return count;
    }

    /** Sends all of both. */
    void send(ByteBuffer first, ByteBuffer second) throws IOException {
        TlsRecords records = tls;
        if (records != null) {
            sendSecurely(records, first);
            sendSecurely(records, second);
            flush(records);
            return;
        }
        ByteBuffer[] both = {first, second};
        while (first.hasRemaining() || second.hasRemaining()) {
            limit.beginWrite(silenceNanos);
            try {
                channel.write(both);
            } finally {
                limit.end();
            }
        }
    }

    private void sendSecurely(TlsRecords records, ByteBuffer from) throws IOException {
        for (records.encrypt(from); from.hasRemaining(); records.encrypt(from)) {
            flush(records);
        }
    }

    private void flush(TlsRecords records) throws IOException {
        while (records.hasOutgoing()) {
            records.outgoing(this::writeAll);
        }
    }

    private void writeAll(ByteBuffer from) throws IOException {
        while (from.hasRemaining()) {
            limit.beginWrite(silenceNanos);
            try {
                channel.write(from);
            } finally {
                limit.end();
            }
        }
    }

    /** Notes that nobody uses it from now on, and for how long it is of use to anybody. */
    void rest(long now, long mostIdleNanos) {
        limit.until(Long.MAX_VALUE);
        idleUntil = now + mostIdleNanos;
    }

    /** Whether it has rested for too long, or is too old. */
    boolean isStale(long now, long longestLifeNanos) {
        return now - idleUntil >= 0 || now - born >= longestLifeNanos;
    }

    /** Ends whatever another thread does on it; that thread closes it. */
    void abort() {
        try {
            channel.close();
        } catch (IOException e) {
            // It is closed all the same.
        }
    }

    @Override
    public void close() {
        deadlines.forget(limit);
        if (tls != null) {
            tls.release();
        }
        abort();
    }
}
