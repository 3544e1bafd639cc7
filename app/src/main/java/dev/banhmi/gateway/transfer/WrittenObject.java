package dev.banhmi.gateway.transfer;

import dev.banhmi.gateway.store.Crc32c;
import dev.banhmi.gateway.store.StoredVersion;

/**
 * An object that was written.
 *
 * @param version what the store made visible
 * @param size in bytes
 * @param crc32c of all bytes as they arrived
 */
public record WrittenObject(StoredVersion version, long size, Crc32c crc32c) {}
