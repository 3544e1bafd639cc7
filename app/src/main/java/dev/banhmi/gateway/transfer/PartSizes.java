package dev.banhmi.gateway.transfer;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.util.OptionalLong;

/** How large the parts of an upload are. */
record PartSizes(long largest) {

    private static final long MEBIBYTE = 1024 * 1024;
    private static final long SMALLEST = 8 * MEBIBYTE;
    static final int MAX_PARTS = 10_000;

    /** The smallest part that fits the length into 10,000 parts. */
    static PartSizes of(OptionalLong length, long allowed) {
        long needed = length.isPresent() ? Math.ceilDiv(length.getAsLong(), (long) MAX_PARTS) : allowed;
        long size = Math.max(SMALLEST, Math.ceilDiv(needed, MEBIBYTE) * MEBIBYTE);
        if (size > Math.max(SMALLEST, allowed)) {
            throw new GatewayException(
                    ErrorCode.TOO_LARGE,
                    length.orElse(0) + " bytes need parts of " + size + " bytes; the memory for transfers allows "
                            + allowed + ".");
        }
        return new PartSizes(size);
    }

    long of(int number) {
        return largest;
    }
}
