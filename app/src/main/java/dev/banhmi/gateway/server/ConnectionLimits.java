package dev.banhmi.gateway.server;

import dev.banhmi.gateway.config.HttpServerProperties;
import org.springframework.boot.tomcat.TomcatProtocolHandlerCustomizer;

/** Brings our settings to the protocol, which Tomcat instantiates. */
final class ConnectionLimits implements TomcatProtocolHandlerCustomizer<GatewayProtocol> {

    private final HttpServerProperties properties;

    ConnectionLimits(HttpServerProperties properties) {
        this.properties = properties;
    }

    @Override
    public void customize(GatewayProtocol protocol) {
        protocol.connections().setLimits(properties);
    }
}
