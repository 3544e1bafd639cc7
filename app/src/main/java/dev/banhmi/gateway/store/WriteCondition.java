package dev.banhmi.gateway.store;

/**
 * The condition for a write to become visible; the store itself checks it, so that two racing writers never both win.
 */
public sealed interface WriteCondition {

    /** Write unconditionally. */
    record Always() implements WriteCondition {}

    /** Write only where there is no object ({@code If-None-Match: *}). */
    record IfAbsent() implements WriteCondition {}

    /**
     * Write only over this version ({@code If-Match}).
     *
     * @param etag with its quotes
     */
    record IfMatch(String etag) implements WriteCondition {}
}
