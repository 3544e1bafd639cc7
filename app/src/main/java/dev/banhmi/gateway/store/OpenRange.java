package dev.banhmi.gateway.store;

/**
 * A part of an object that is open for reading.
 *
 * @param content of the version that the store had at that moment; its stream has {@code length} bytes
 * @param first position of the first byte
 * @param length in bytes; that of the whole object when the store has ignored the range
 */
public record OpenRange(ObjectContent content, long first, long length) {}
