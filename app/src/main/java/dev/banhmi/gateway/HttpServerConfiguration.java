package dev.banhmi.gateway;

import org.apache.catalina.connector.Connector;
import org.springframework.boot.tomcat.TomcatConnectorCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What Tomcat can do but Spring Boot has no setting for. */
@Configuration(proxyBeanMethods = false)
class HttpServerConfiguration {

    @Bean
    TomcatConnectorCustomizer connector() {
        return HttpServerConfiguration::customize;
    }

    private static void customize(Connector connector) {
        // "100 Continue" only when the body is read: a request that is refused before costs no body.
        connector.setProperty("continueResponseTiming", "onRead");
        // TRACE reaches our own filter, which refuses it in the right shape.
        connector.setAllowTrace(true);
    }
}
