package dev.banhmi.gateway.store;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Shown;
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
    /** The name itself, which must be one that every client and every store takes for the same key. */
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
            if (name.chars().anyMatch(Character::isISOControl)) {
                throw new GatewayException(
                        ErrorCode.INVALID_REQUEST,
                        "The name " + Shown.quoted(name) + " has a control character, which is not allowed.");
            }
            for (String segment : name.split("/", -1)) {
                if (segment.equals(".") || segment.equals("..")) {
                    // A store that resolves it reaches another object with it, also one that is reserved.
                    throw new GatewayException(
                            ErrorCode.INVALID_REQUEST,
                            "The name " + Shown.quoted(name) + " has the segment \"" + segment
                                    + "\", which is not allowed.");
                }
            }
            return name;
        }
    };

    /**
     * The S3 key of a name.
     *
     * @param name as the caller gave it
     * @return the key under which the object is stored
     * @throws GatewayException {@link ErrorCode#INVALID_REQUEST} when that is longer than S3 allows, or has a control
     *     character or a segment {@code .} or {@code ..}
     */
    public abstract String keyOf(String name);
}
