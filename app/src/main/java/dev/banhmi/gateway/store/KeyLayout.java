package dev.banhmi.gateway.store;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** How the name that a caller uses becomes the key that S3 sees. */
public enum KeyLayout {
    /**
     * The lower-case hex SHA-224 of the name's UTF-8 bytes, as the 2018 service stored it: buckets written then stay
     * readable.
     */
    HASHED {
        @Override
        public String keyOf(String name) {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-224").digest(name.getBytes(StandardCharsets.UTF_8));
                return HexFormat.of().formatHex(digest);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("this Java runtime has no SHA-224", e);
            }
        }
    },
    /** The name itself. */
    PLAIN {
        @Override
        public String keyOf(String name) {
            int bytes = name.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > StoreLimits.LONGEST_KEY) {
                throw new GatewayException(
                        ErrorCode.INVALID_REQUEST,
                        "The name has " + bytes + " bytes in UTF-8; at most " + StoreLimits.LONGEST_KEY
                                + " are allowed.");
            }
            return name;
        }
    };

    /**
     * The S3 key of a name.
     *
     * @param name as the caller gave it
     * @return the key under which the object is stored
     * @throws GatewayException {@link ErrorCode#INVALID_REQUEST} when that is longer than S3 allows
     */
    public abstract String keyOf(String name);
}
