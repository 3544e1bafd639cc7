package dev.banhmi.gateway.store;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The settings of one bucket, {@code banhmi.buckets.<name>.*}.
 *
 * @param keyLayout how names become keys; changing it hides every object that is already there
 * @param maxObjectSize the largest object that may be written; by default the store's limit
 * @param offload whether a caller that requests it is redirected to the store itself, with a signed URL
 */
public record BucketProperties(
        @DefaultValue("hashed") KeyLayout keyLayout,
        @Nullable DataSize maxObjectSize,
        @DefaultValue("false") boolean offload) {

    /** Checks the bound. */
    public BucketProperties {
        if (maxObjectSize != null && maxObjectSize.isNegative()) {
            throw new IllegalArgumentException("max-object-size = " + maxObjectSize + ": 0B or more is required");
        }
    }

    Bucket toBucket(String name) {
        long most = maxObjectSize == null ? StoreLimits.LARGEST_OBJECT : maxObjectSize.toBytes();
        return new Bucket(name, keyLayout, most, offload);
    }
}
