package dev.banhmi.gateway.access;

/** What somebody may do with objects. */
public enum Action {
    /** Reading an object, or what is known of it. */
    READ,
    /** Creating or replacing an object. */
    WRITE,
    /** Deleting an object. */
    DELETE,
    /** Seeing which objects there are. */
    LIST
}
