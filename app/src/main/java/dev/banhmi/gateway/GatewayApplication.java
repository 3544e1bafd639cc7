package dev.banhmi.gateway;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the gateway. */
@SpringBootApplication(proxyBeanMethods = false)
public class GatewayApplication {

    /** For Spring, which instantiates its configuration classes. */
    GatewayApplication() {}

    /**
     * Starts the gateway with Spring Boot's arguments.
     *
     * @param args options such as {@code --server.port=8080}
     */
    public static void main(String[] args) {
        SpringApplication.run(GatewayApplication.class, args);
    }
}
