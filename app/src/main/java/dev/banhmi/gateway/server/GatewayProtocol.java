package dev.banhmi.gateway.server;

import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 as Tomcat serves it, with two differences for which it has no setting: every registered name of RFC 3986 is
 * taken for a {@code Host}, and connections are watched ({@link ClientConnections}). Public because Tomcat instantiates
 * it by name; not for other use.
 */
public final class GatewayProtocol extends Http11NioProtocol {
    /*
     * All of it by methods that Tomcat declares protected or public for its own subclasses, and none by reflection.
     * A filter would be too late: it sees no head that never ends, no connection that sends nothing, and no request that
     * Tomcat refuses.
     */

    private static final int LOOK_MILLIS = 200;

    /** Whoever reads a body refuses the trailers that it does not support; Tomcat would drop them in silence. */
    private static final Set<String> EVERY_NAME = new AbstractSet<>() {
        @Override
        public boolean contains(Object name) {
            return true;
        }

        @Override
        public Iterator<String> iterator() {
            throw new UnsupportedOperationException("every name");
        }

        @Override
        public int size() {
            return Integer.MAX_VALUE;
        }
    };

    private final ClientConnections connections;
    private volatile AllowedOrigins allowedOrigins = AllowedOrigins.NONE;
    private @Nullable ScheduledFuture<?> watch;

    /** For Tomcat. */
    public GatewayProtocol() {
        this(new ClientConnections());
    }

    private GatewayProtocol(ClientConnections connections) {
        super(new GatewayEndpoint(connections));
        this.connections = connections;
    }

    ClientConnections connections() {
        return connections;
    }

    AllowedOrigins allowedOrigins() {
        return allowedOrigins;
    }

    void setAllowedOrigins(AllowedOrigins origins) {
        allowedOrigins = origins;
    }

    @Override
    protected Set<String> getAllowedTrailerHeadersInternal() {
        return EVERY_NAME;
    }

    @Override
    protected Processor createProcessor() {
        return new GatewayProcessor(this, getAdapter(), connections);
    }

    @Override
    public void start() throws Exception {
        super.start();
        // Of 105 KiB each. The heap has room for one for each connection, and a flood of new ones would have it
        // collected all the time.
        setProcessorCache(getMaxConnections());
        watch = getUtilityExecutor()
                .scheduleWithFixedDelay(connections::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() throws Exception {
        if (watch != null) {
            watch.cancel(false);
        }
        super.stop();
    }
}
