package dev.banhmi.gateway.transfer;

import dev.banhmi.gateway.store.ObjectInfo;
import dev.banhmi.gateway.store.StoredVersion;
import org.jspecify.annotations.Nullable;

/** How a copy ended. */
public sealed interface CopyOutcome {

    /**
     * It is there.
     *
     * @param version what the store made visible
     * @param size in bytes, as the source's
     * @param crc32c Base64 of the CRC32C of all bytes, as the store reports it of the copy or else of the source; null
     *     when it reports neither
     * @param verifiedByStore whether it is that of the copy
     * @param written what a look at the copy showed; null when it could not be looked at, or has been replaced
     */
    record Copied(
            StoredVersion version,
            long size,
            @Nullable String crc32c,
            boolean verifiedByStore,
            @Nullable ObjectInfo written)
            implements CopyOutcome {}

    /** The source is another version than the one that was looked at; nothing was written. */
    record SourceReplaced() implements CopyOutcome {}
}
