package dev.banhmi.gateway.object;

import dev.banhmi.gateway.store.S3Properties;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the endpoints share. */
@Configuration(proxyBeanMethods = false)
class ObjectConfiguration {

    /** Listings and deletions of many leave three quarters of the connections to transfers. */
    private static final int SHARE_OF_CONNECTIONS = 4;

    @Bean
    ParallelCalls parallelCalls(S3Properties s3, Clock clock) {
        return new ParallelCalls(Math.max(1, s3.maxConnections() / SHARE_OF_CONNECTIONS), clock);
    }
}
