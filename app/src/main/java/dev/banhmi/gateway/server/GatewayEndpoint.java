package dev.banhmi.gateway.server;

import java.nio.channels.SocketChannel;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketProcessorBase;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tomcat's endpoint, which makes room for a new connection instead of leaving it in the kernel, and takes no more of
 * them than the heap has room for.
 */
final class GatewayEndpoint extends NioEndpoint {
    /*
     * Tomcat accepts nothing while its own bound is reached, so that bound is higher than ours by the connections that
     * are there for a moment: probes while everything else is served, and those that a victim has yet to leave to.
     */

    private static final Logger log = LoggerFactory.getLogger(GatewayEndpoint.class);

    private final ClientConnections watched;
    private int configured = -1;

    GatewayEndpoint(ClientConnections watched) {
        this.watched = watched;
        // A processor of an event is small, and only for a new one Tomcat asks us.
        getSocketProperties().setProcessorCache(0);
    }

    @Override
    public void setMaxConnections(int most) {
        configured = most;
        super.setMaxConnections(most);
    }

    /** When everything is set, TLS included. */
    @Override
    public void bind() throws Exception {
        int room = ConnectionRoom.inHeap(Runtime.getRuntime().maxMemory(), isSSLEnabled());
        int most = configured < 0 ? room : Math.min(configured, room);
        if (most < configured) {
            log.info(
                    "at most {} connections at a time, which is what the heap has room for"
                            + " (server.tomcat.max-connections = {})",
                    most,
                    configured);
        }
        watched.setMost(most);
        super.setMaxConnections(most + ClientConnections.SPARE);
        super.bind();
    }

    @Override
    protected boolean setSocketOptions(SocketChannel socket) {
        if (!watched.admit(socket)) {
            destroySocket(socket);
            return false;
        }
        try {
            watched.makeRoom();
        } catch (InterruptedException e) {
            // Tomcat's acceptor ends by a flag of its own.
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // Tomcat's acceptor would forget the connection, and its place would be lost for good.
            log.error("fault while room was made for a new connection", e);
        }
        return super.setSocketOptions(socket);
    }

    @Override
    protected SocketProcessorBase<NioChannel> createSocketProcessor(
            SocketWrapperBase<NioChannel> wrapper, SocketEvent event) {
        ClientConnection connection = watched.of(wrapper);
        if (connection != null) {
            connection.event();
        }
        return super.createSocketProcessor(wrapper, event);
    }

    @Override
    protected NioChannel createChannel(SocketBufferHandler buffer) {
        return isSSLEnabled() ? new WatchedTlsChannel(buffer, this, watched) : new WatchedChannel(buffer, watched);
    }
}
