package dev.banhmi.gateway.config;

import dev.banhmi.gateway.access.AccessProperties;
import dev.banhmi.gateway.store.BucketProperties;
import dev.banhmi.gateway.store.S3Properties;
import dev.banhmi.gateway.transfer.TransferProperties;
import java.util.Map;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Everything under {@code banhmi.*}. A key that is not here stops the start.
 *
 * @param s3 how to reach the store
 * @param buckets the buckets that are served, by name
 * @param transfer the engine
 * @param server what a client must do to keep its connection
 * @param shutdown what happens on SIGTERM
 * @param access who may call
 * @param cors which pages may call from a browser
 */
public record GatewayProperties(
        @DefaultValue S3Properties s3,
        @DefaultValue Map<String, BucketProperties> buckets,
        @DefaultValue TransferProperties transfer,
        @DefaultValue HttpServerProperties server,
        @DefaultValue ShutdownProperties shutdown,
        @DefaultValue AccessProperties access,
        @DefaultValue CorsProperties cors) {

    /** Copies the buckets. */
    public GatewayProperties {
        buckets = Map.copyOf(buckets);
    }
}
