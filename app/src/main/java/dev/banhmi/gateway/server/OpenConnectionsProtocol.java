package dev.banhmi.gateway.server;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tomcat's HTTP/1.1 with a way to its open connections, which it shows to subclasses only. Public because Tomcat
 * creates it by its name.
 */
public final class OpenConnectionsProtocol extends Http11NioProtocol {

    private static final Logger log = LoggerFactory.getLogger(OpenConnectionsProtocol.class);

    /** For Tomcat. */
    public OpenConnectionsProtocol() {}

    /**
     * Shuts the receiving half of every connection. Tomcat's poller sees the end of the stream and wakes the thread
     * that waits for a body; an interrupt would not, and closing the socket neither, until the read timeout.
     */
    void endBodies() {
        for (SocketWrapperBase<NioChannel> connection : getEndpoint().getConnections()) {
            SocketChannel channel = connection.getSocket().getIOChannel();
            try {
                if (channel != null) {
                    channel.shutdownInput();
                }
            } catch (ClosedChannelException e) {
                log.trace("{} has ended by itself", connection, e);
            } catch (IOException e) {
                log.debug("{} does not end", connection, e);
            }
        }
    }
}
