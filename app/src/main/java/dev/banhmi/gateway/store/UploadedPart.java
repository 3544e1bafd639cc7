package dev.banhmi.gateway.store;

/**
 * A part that the store has acknowledged.
 *
 * @param number from 1
 * @param etag of the part
 * @param length in bytes
 * @param crc32c of the part's bytes
 */
public record UploadedPart(int number, String etag, long length, Crc32c crc32c) {}
