package dev.banhmi.gateway.store;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Shown;

/**
 * A bucket that this gateway serves.
 *
 * @param name the same for callers and for S3
 * @param keyLayout how the names of its objects become keys
 * @param maxObjectSize bytes of the largest object that may be written
 * @param offload whether callers may be sent to the store itself
 */
public record Bucket(String name, KeyLayout keyLayout, long maxObjectSize, boolean offload) {

    /** What the keys of the gateway's own records start with, in every bucket; callers neither see nor reach them. */
    public static final String RESERVED = ".banhmi/";

    /**
     * The location of an object.
     *
     * @param objectName as the caller gave it
     * @return its bucket and key
     * @throws GatewayException {@link ErrorCode#INVALID_REQUEST} when the key would be longer than S3 allows, or is
     *     {@linkplain #RESERVED reserved}
     */
    public ObjectKey key(String objectName) {
        String key = keyLayout.keyOf(objectName);
        if (key.startsWith(RESERVED)) {
            throw new GatewayException(
                    ErrorCode.INVALID_REQUEST,
                    "The name is " + Shown.quoted(objectName) + "; names that start with " + RESERVED
                            + " are reserved.");
        }
        return new ObjectKey(name, key);
    }
}
