package dev.banhmi.gateway.store;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of one bucket, {@code banhmi.buckets.<name>.*}.
 *
 * @param keyLayout how names become keys; changing it hides every object that is already there
 */
public record BucketProperties(@DefaultValue("hashed") KeyLayout keyLayout) {}
