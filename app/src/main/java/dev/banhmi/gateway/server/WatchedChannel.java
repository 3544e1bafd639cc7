package dev.banhmi.gateway.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's channel of one connection, which says when it is opened and closed, and when Tomcat reads or writes in vain.
 */
final class WatchedChannel extends NioChannel implements WatchedSocket {

    private final ChannelWatch watch;

    WatchedChannel(SocketBufferHandler buffers, ClientConnections connections) {
        super(buffers);
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
        watch.forget(socketWrapper);
        super.close();
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        ClientConnection connection = watch.connection();
        if (connection == null) {
            return super.read(target);
        }
        connection.pace().requireBody();
        int count = super.read(target);
        connection.afterReading(count, count);
        return count;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        ClientConnection connection = watch.connection();
        if (connection == null) {
            return super.write(source);
        }
        connection.beforeWriting();
        int count = super.write(source);
        connection.afterWriting(count, count);
        return count;
    }

    @Override
    public boolean findsByte() throws IOException {
        ByteBuffer first = ByteBuffer.allocate(1);
        if (sc.read(first) <= 0) {
            return false;
        }
        // Tomcat reads on from there; what else has arrived still wakes it.
        socketWrapper.unRead(first.flip());
        return true;
    }

    @Override
    public void sendAtOnce(ByteBuffer bytes) throws IOException {
        sc.write(bytes);
    }
}
