package dev.banhmi.bench;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * An object that the store serves.
 *
 * @param name in the bucket
 * @param size in bytes
 * @param crc32c of its bytes, as S3 reports it
 * @param file that holds them
 */
record StoredObject(String name, long size, String crc32c, Path file) {

    /** The checksum of a range. */
    String crc32cOf(long first, int count) throws IOException {
        byte[] bytes = new byte[count];
        try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "r")) {
            content.seek(first);
            content.readFully(bytes);
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return Workshop.base64(crc.getValue());
    }
}
