package dev.banhmi.gateway.server;

import dev.banhmi.gateway.config.CorsProperties;
import dev.banhmi.gateway.config.HttpServerProperties;
import org.springframework.boot.tomcat.TomcatProtocolHandlerCustomizer;

/** Brings our settings to the protocol, which Tomcat instantiates. */
final class ConnectionLimits implements TomcatProtocolHandlerCustomizer<GatewayProtocol> {

    private final HttpServerProperties properties;
    private final CorsProperties cors;

    ConnectionLimits(HttpServerProperties properties, CorsProperties cors) {
        this.properties = properties;
        this.cors = cors;
    }

    @Override
    public void customize(GatewayProtocol protocol) {
        protocol.connections().setLimits(properties);
        protocol.setAllowedOrigins(AllowedOrigins.of(cors));
    }
}
