package dev.banhmi.gateway.transfer;

import dev.banhmi.gateway.store.StoredVersion;

/**
 * An object that was written.
 *
 * @param version what the store made visible
 * @param size in bytes
 * @param crc32c Base64 of the CRC32C of all bytes as they arrived here
 */
public record Uploaded(StoredVersion version, long size, String crc32c) {}
