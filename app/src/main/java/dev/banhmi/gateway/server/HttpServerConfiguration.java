package dev.banhmi.gateway.server;

import dev.banhmi.gateway.config.CorsProperties;
import dev.banhmi.gateway.config.HttpServerProperties;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardHost;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.springframework.boot.tomcat.TomcatConnectorCustomizer;
import org.springframework.boot.tomcat.TomcatContextCustomizer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Settings of Tomcat for which Spring Boot has no property. */
@Configuration(proxyBeanMethods = false)
class HttpServerConfiguration {

    private static final int WRITE_BUFFER = 64 * 1024;

    @Bean
    TomcatConnectorCustomizer connector() {
        return HttpServerConfiguration::customize;
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> protocol() {
        return factory -> factory.setProtocol(GatewayProtocol.class.getName());
    }

    @Bean
    ConnectionLimits connectionLimits(HttpServerProperties properties, CorsProperties cors) {
        return new ConnectionLimits(properties, cors);
    }

    @Bean
    TomcatContextCustomizer errorValve() {
        return context -> {
            if (context.getParent() instanceof StandardHost host) {
                host.setErrorReportValveClass(ContainerErrorValve.class.getName());
            }
        };
    }

    @Bean
    TomcatContextCustomizer exactContentType() {
        return context -> context.getPipeline().addValve(new ExactContentType.Valve());
    }

    private static void customize(Connector connector) {
        // Bytes go to the client in pieces of this size; Tomcat's own 8 KiB cost eight times as many calls into the
        // kernel. Every open connection pays for it, which is why server.tomcat.max-connections is what it is; outside
        // the heap, because the kernel takes bytes from there without another copy.
        connector.setProperty("socket.appWriteBufSize", Integer.toString(WRITE_BUFFER));
        connector.setProperty("socket.directBuffer", "true");
        // "100 Continue" only when the body is read: a request that is refused earlier costs no body.
        connector.setProperty("continueResponseTiming", "onRead");
        // TRACE reaches our own filter, which refuses it in the right shape.
        connector.setAllowTrace(true);
        // Names are cut from the raw target, where an encoded slash is a slash and a backslash one more character.
        connector.setEncodedSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
        connector.setEncodedReverseSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
    }
}
