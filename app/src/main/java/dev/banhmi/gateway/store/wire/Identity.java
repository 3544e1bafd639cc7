package dev.banhmi.gateway.store.wire;

import org.jspecify.annotations.Nullable;

/**
 * Whose signature a request gets, and for which region.
 *
 * @param accessKeyId shown in every request
 * @param secretAccessKey never shown
 * @param sessionToken of temporary credentials; never shown
 * @param region of the bucket
 */
public record Identity(
        String accessKeyId,
        String secretAccessKey,
        @Nullable String sessionToken,
        String region) {

    /** Checks that it can be signed with. */
    public Identity {
        if (accessKeyId.isEmpty() || !Field.isSendable(accessKeyId)) {
            throw new IllegalArgumentException("The access key id cannot be sent.");
        }
        if (sessionToken != null && !Field.isSendable(sessionToken)) {
            throw new IllegalArgumentException("The session token cannot be sent.");
        }
        if (region.isEmpty() || !Field.isSendable(region)) {
            throw new IllegalArgumentException("The region is \"" + region + "\".");
        }
    }

    /** Nothing secret. */
    @Override
    public String toString() {
        return "Identity[accessKeyId=" + accessKeyId + ", region=" + region + "]";
    }
}
