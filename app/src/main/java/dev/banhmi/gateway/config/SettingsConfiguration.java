package dev.banhmi.gateway.config;

import dev.banhmi.gateway.access.AccessProperties;
import dev.banhmi.gateway.store.Buckets;
import dev.banhmi.gateway.store.S3Properties;
import dev.banhmi.gateway.transfer.TransferProperties;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Hands each part of the settings to the package that uses it. */
@Configuration(proxyBeanMethods = false)
class SettingsConfiguration {

    @Bean
    S3Properties s3Properties(GatewayProperties properties) {
        return properties.s3();
    }

    @Bean
    TransferProperties transferProperties(GatewayProperties properties) {
        return properties.transfer();
    }

    @Bean
    ShutdownProperties shutdownProperties(GatewayProperties properties) {
        return properties.shutdown();
    }

    @Bean
    CorsProperties corsProperties(GatewayProperties properties) {
        return properties.cors();
    }

    @Bean
    AccessProperties accessProperties(GatewayProperties properties) {
        return properties.access();
    }

    @Bean
    HttpServerProperties httpServerProperties(GatewayProperties properties) {
        return properties.server();
    }

    @Bean
    Buckets buckets(GatewayProperties properties) {
        return new Buckets(properties.buckets(), properties.access().allowOpen());
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
