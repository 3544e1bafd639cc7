package dev.banhmi.gateway.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's channel of one connection, which says when it is opened and closed and when Tomcat reads in vain. Tomcat may
 * use it again for another connection.
 */
final class WatchedChannel extends NioChannel {

    private final ClientConnections connections;
    private volatile @Nullable ClientConnection connection;

    WatchedChannel(SocketBufferHandler buffers, ClientConnections connections) {
        super(buffers);
        this.connections = connections;
    }

    @Override
    public void reset(@Nullable SocketChannel channel, @Nullable NioSocketWrapper wrapper) throws IOException {
        forget();
        super.reset(channel, wrapper);
        if (channel != null && wrapper != null) {
            connection = connections.opened(wrapper, channel);
        }
    }

    @Override
    public void close() throws IOException {
        forget();
        super.close();
    }

    private void forget() {
        NioSocketWrapper known = socketWrapper;
        if (known != null) {
            connections.closed(known);
        }
        connection = null;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        ClientConnection watched = connection;
        if (watched == null) {
            return super.read(target);
        }
        watched.beforeReading();
        int count = super.read(target);
        watched.afterReading(count);
        return count;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int count = super.write(source);
        ClientConnection watched = connection;
        if (count == 0 && watched != null) {
            watched.waitsToWrite();
        }
        return count;
    }
}
