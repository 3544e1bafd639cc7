package dev.banhmi.gateway.store;

/**
 * A bucket that this gateway serves.
 *
 * @param name the same for callers and for S3
 * @param keyLayout how the names of its objects become keys
 * @param maxObjectSize bytes of the largest object that may be written
 * @param offload whether callers may be sent to the store itself
 */
public record Bucket(String name, KeyLayout keyLayout, long maxObjectSize, boolean offload) {

    /**
     * The location of an object.
     *
     * @param objectName as the caller gave it
     * @return its bucket and key
     */
    public ObjectKey key(String objectName) {
        return new ObjectKey(name, keyLayout.keyOf(objectName));
    }
}
