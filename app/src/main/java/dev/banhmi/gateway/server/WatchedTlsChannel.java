package dev.banhmi.gateway.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SecureNioChannel;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.jspecify.annotations.Nullable;

/**
 * The same as {@link WatchedChannel} where the gateway itself ends TLS. The handshake is a part of the first head: it
 * has the same deadline and is as soon in the way of a new connection.
 */
final class WatchedTlsChannel extends SecureNioChannel implements WatchedSocket {
    /*
     * What moves is counted as it is on the wire, because a record is up to 16 KiB and none of it can be read before
     * its last byte: a client that keeps the least rate would seem to send nothing for a quarter of a minute, and one
     * that sends a byte of a record now and then would seem idle.
     */

    private final ChannelWatch watch;

    WatchedTlsChannel(SocketBufferHandler buffers, NioEndpoint endpoint, ClientConnections connections) {
        super(buffers, endpoint);
        this.watch = new ChannelWatch(connections);
    }

    @Override
    public void reset(@Nullable SocketChannel channel, @Nullable NioSocketWrapper wrapper) throws IOException {
        NioSocketWrapper before = socketWrapper;
        super.reset(channel, wrapper);
        watch.reset(before, wrapper, channel, this);
    }

    @Override
    public void close() throws IOException {
        ClientConnection connection = watch.connection();
        boolean resets = connection != null && connection.end().isReset();
        watch.forget(socketWrapper);
        if (resets) {
            // Otherwise TLS would tell the client that this is the end.
            sc.close();
            return;
        }
        super.close();
    }

    @Override
    public int handshake(boolean read, boolean write) throws IOException {
        ClientConnection connection = watch.connection();
        if (connection == null) {
            return super.handshake(read, write);
        }
        connection.handlesEvent();
        int waitsFor = super.handshake(read, write);
        if (waitsFor == 0) {
            connection.hasTls();
        } else {
            connection.awaitsRestOfHead();
        }
        return waitsFor;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        ClientConnection connection = watch.connection();
        if (connection == null) {
            return super.read(target);
        }
        connection.pace().requireBody();
        int before = netInBuffer.position();
        int count = super.read(target);
        connection.afterReading(count, count + netInBuffer.position() - before);
        return count;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        ClientConnection connection = watch.connection();
        if (connection == null) {
            return super.write(source);
        }
        connection.beforeWriting();
        int before = netOutBuffer.remaining();
        int count = super.write(source);
        connection.afterWriting(count, count + before - netOutBuffer.remaining());
        return count;
    }

    @Override
    public boolean findsByte() throws IOException {
        int end = netInBuffer.limit();
        if (netInBuffer.position() == end) {
            return true;
        }
        // No more than one: what else has arrived still wakes Tomcat, which reads on behind it.
        netInBuffer.limit(netInBuffer.position() + 1);
        try {
            return sc.read(netInBuffer) > 0;
        } finally {
            netInBuffer.limit(end);
        }
    }

    @Override
    public void sendAtOnce(ByteBuffer bytes) throws IOException {
        if (isHandshakeComplete()) {
            super.write(bytes);
        }
    }
}
