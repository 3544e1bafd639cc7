package dev.banhmi.gateway.server;

import dev.banhmi.gateway.lifecycle.ClientBodies;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.catalina.connector.Connector;
import org.springframework.boot.tomcat.TomcatConnectorCustomizer;
import org.springframework.stereotype.Component;

/** Ends the bodies of the requests that Tomcat serves. Thread-safe. */
@Component
final class TomcatBodies implements ClientBodies, TomcatConnectorCustomizer {

    private final List<Connector> connectors = new CopyOnWriteArrayList<>();

    @Override
    public void customize(Connector connector) {
        connectors.add(connector);
    }

    @Override
    public void end() {
        for (Connector connector : connectors) {
            if (connector.getProtocolHandler() instanceof GatewayProtocol protocol) {
                protocol.connections().endBodies();
            }
        }
    }
}
