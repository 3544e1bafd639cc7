package dev.banhmi.gateway.server;

import dev.banhmi.gateway.lifecycle.ClientConnections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.catalina.connector.Connector;
import org.springframework.boot.tomcat.TomcatConnectorCustomizer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/** Gives every server of the gateway our own protocol handler, and ends the bodies of the requests that it serves. */
@Component
final class TomcatConnections
        implements ClientConnections,
                TomcatConnectorCustomizer,
                WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

    private final List<Connector> connectors = new CopyOnWriteArrayList<>();

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.setProtocol(OpenConnectionsProtocol.class.getName());
    }

    @Override
    public void customize(Connector connector) {
        connectors.add(connector);
    }

    @Override
    public void endBodies() {
        for (Connector connector : connectors) {
            if (connector.getProtocolHandler() instanceof OpenConnectionsProtocol protocol) {
                protocol.endBodies();
            }
        }
    }
}
