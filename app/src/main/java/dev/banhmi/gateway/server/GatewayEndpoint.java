package dev.banhmi.gateway.server;

import java.nio.channels.SocketChannel;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketProcessorBase;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * Tomcat's endpoint, which makes room for a new connection instead of leaving it in the kernel. Connections under TLS
 * that Tomcat itself ends are not watched; they are counted by Tomcat's own bound.
 */
final class GatewayEndpoint extends NioEndpoint {
    /*
     * Tomcat accepts nothing while its own bound is reached, so that bound is higher than ours by the connections that
     * are there for a moment: probes while everything else is served, and those that a victim has yet to leave to.
     */

    private final ClientConnections watched;

    GatewayEndpoint(ClientConnections watched) {
        this.watched = watched;
        // A processor of an event is small, and only for a new one Tomcat asks us.
        getSocketProperties().setProcessorCache(0);
    }

    @Override
    public void setMaxConnections(int most) {
        watched.setMost(most);
        super.setMaxConnections(
                most < 0 ? most : (int) Math.min(Integer.MAX_VALUE, (long) most + ClientConnections.SPARE));
    }

    @Override
    protected boolean setSocketOptions(SocketChannel socket) {
        if (!watched.admit(socket)) {
            destroySocket(socket);
            return false;
        }
        watched.makeRoom();
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
        return isSSLEnabled() ? super.createChannel(buffer) : new WatchedChannel(buffer, watched);
    }
}
