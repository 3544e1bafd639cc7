package dev.banhmi.gateway.observe;

import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the valves in front of everything that the gateway's port responds to. */
@Configuration(proxyBeanMethods = false)
class ObserveConfiguration {

    @Bean
    WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> requestValves() {
        return factory -> factory.addEngineValves(new RequestIdValve(), new AccessLogValve());
    }
}
