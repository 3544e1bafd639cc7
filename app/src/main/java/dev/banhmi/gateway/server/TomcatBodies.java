package dev.banhmi.gateway.server;

import dev.banhmi.gateway.lifecycle.ClientBodies;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.catalina.connector.Connector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.tomcat.TomcatConnectorCustomizer;
import org.springframework.stereotype.Component;

/** Ends the bodies of the requests that Tomcat serves. Thread-safe. */
@Component
final class TomcatBodies implements ClientBodies, TomcatConnectorCustomizer {

    private static final Logger log = LoggerFactory.getLogger(TomcatBodies.class);

    private static final Duration LOOK = Duration.ofMillis(10);

    private final List<Connector> connectors = new CopyOnWriteArrayList<>();

    @Override
    public void customize(Connector connector) {
        connectors.add(connector);
    }

    @Override
    public void end() {
        connections().forEach(ClientConnections::endBodies);
    }

    @Override
    public void awaitResponses(Duration limit) {
        long began = System.nanoTime();
        try {
            while (connections().anyMatch(ClientConnections::hasRequests)) {
                Duration waited = Duration.ofNanos(System.nanoTime() - began);
                if (waited.compareTo(limit) >= 0) {
                    log.warn("requests without a response {} ms after the end of all bodies", waited.toMillis());
                    return;
                }
                // Tomcat tells nobody when it is done with a request.
                Thread.sleep(LOOK.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Stream<ClientConnections> connections() {
        return connectors.stream()
                .map(Connector::getProtocolHandler)
                .filter(GatewayProtocol.class::isInstance)
                .map(protocol -> ((GatewayProtocol) protocol).connections());
    }
}
