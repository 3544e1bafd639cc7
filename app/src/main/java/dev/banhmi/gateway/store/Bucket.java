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

    /** Reserved as well: where keys are files, an object of this name would stand in the way of all those records. */
    private static final String RESERVED_DIRECTORY = ".banhmi";

    /**
     * The location of an object.
     *
     * @param objectName as the caller gave it
     * @return its bucket and key
     * @throws GatewayException {@link ErrorCode#INVALID_REQUEST} when the layout has no key for the name, or it is
     *     {@linkplain #isReserved reserved}
     */
    public ObjectKey key(String objectName) {
        String key = keyLayout.keyOf(objectName);
        if (isReserved(key)) {
            throw new GatewayException(
                    ErrorCode.INVALID_REQUEST,
                    "The name is " + Shown.quoted(objectName) + "; " + RESERVED_DIRECTORY
                            + " and names that start with " + RESERVED + " are reserved.");
        }
        return new ObjectKey(name, key);
    }

    /**
     * The location of an object that is to be written.
     *
     * @param objectName as the caller gave it
     * @return its bucket and key
     * @throws GatewayException {@link ErrorCode#INVALID_REQUEST} as for {@link #key}, and when no XML can have the key:
     *     an upload in parts could begin, and the response to it could not be read
     */
    public ObjectKey newKey(String objectName) {
        ObjectKey key = key(objectName);
        if (key.key().chars().anyMatch(c -> c == '\uFFFE' || c == '\uFFFF')) {
            throw new GatewayException(
                    ErrorCode.INVALID_REQUEST,
                    "The name " + Shown.quoted(objectName)
                            + " has U+FFFE or U+FFFF, which is not allowed in the name of an object that is written.");
        }
        return key;
    }

    /**
     * Whether callers neither see nor reach a key.
     *
     * @param key of the store, or the prefix of some
     * @return true when they do not
     */
    public static boolean isReserved(String key) {
        return key.equals(RESERVED_DIRECTORY) || key.startsWith(RESERVED);
    }
}
