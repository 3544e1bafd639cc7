package dev.banhmi.gateway.server;

import java.nio.channels.SocketChannel;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.jspecify.annotations.Nullable;

/**
 * The connection that a channel of Tomcat's belongs to at the moment: Tomcat uses a channel again for another one.
 * Thread-safe.
 */
final class ChannelWatch {

    private final ClientConnections connections;
    private volatile @Nullable ClientConnection connection;

    ChannelWatch(ClientConnections connections) {
        this.connections = connections;
    }

    /** None while the channel is unused. */
    @Nullable
    ClientConnection connection() {
        return connection;
    }

    /**
     * The channel is used for another connection, or for none.
     *
     * @param before of the connection that it was used for, if any
     * @param wrapper of the next one, if any
     * @param socket of the next one, if any
     * @param watched the channel
     */
    void reset(
            @Nullable NioSocketWrapper before,
            @Nullable NioSocketWrapper wrapper,
            @Nullable SocketChannel socket,
            WatchedSocket watched) {
        forget(before);
        if (wrapper != null && socket != null) {
            connection = connections.opened(wrapper, socket, watched);
        }
    }

    /** The connection is closed. */
    void forget(@Nullable NioSocketWrapper wrapper) {
        if (wrapper != null) {
            connections.closed(wrapper);
        }
        connection = null;
    }
}
