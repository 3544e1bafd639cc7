package dev.banhmi.gateway.server;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;

/**
 * The same protocol on the management port, which Prometheus may reach by the name of a Swarm service. Named in
 * {@code META-INF/spring}, because that port has an application context of its own, and without an annotation, because a
 * scan for components would bring it into the gateway's. The limits come from there.
 */
final class ManagementServerConfiguration {

    ManagementServerConfiguration() {}

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> managementProtocol() {
        return factory -> factory.setProtocol(GatewayProtocol.class.getName());
    }
}
