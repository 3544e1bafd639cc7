package dev.banhmi.gateway.access;

import org.jspecify.annotations.Nullable;

/** What a request needs before anything is done for it; {@link Rules} says which. */
public sealed interface Requirement {

    /** Anybody may send it. */
    record Nobody() implements Requirement {}

    /** It has to be known who calls, and that is all. */
    record Caller() implements Requirement {}

    /**
     * The caller needs a right.
     *
     * @param action what is done
     * @param bucket as the caller wrote it, decoded; whether it is served is not asked before the right is
     * @param name of the object as the caller wrote it, decoded; null for a bucket as a whole
     */
    record Right(Action action, String bucket, @Nullable String name) implements Requirement {}

    /**
     * It has to be known who calls; the right follows from what the body says first, before any of it is acted upon.
     *
     * @param action what is done
     */
    record RightLater(Action action) implements Requirement {}
}
