package dev.banhmi.gateway.digest;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.zip.Checksum;

/** One digest of content as it arrives; the JDK gives hashes and checksums no type in common. Not thread-safe. */
interface RunningSum {

    void update(byte[] bytes, int offset, int length);

    /** All that remains in the buffer, whose position stays where it is. */
    void update(ByteBuffer buffer);

    /** Ends the content; a CRC has its highest byte first. */
    byte[] value();

    /** A hash, by the name that Java gives it. */
    static RunningSum hash(String name) {
        MessageDigest hash;
        try {
            hash = MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JVM has no " + name + ".", e);
        }
        return new RunningSum() {
            @Override
            public void update(byte[] bytes, int offset, int length) {
                hash.update(bytes, offset, length);
            }

            @Override
            public void update(ByteBuffer buffer) {
                hash.update(buffer.duplicate());
            }

            @Override
            public byte[] value() {
                return hash.digest();
            }
        };
    }

    /** A checksum whose value has {@code size} bytes. */
    static RunningSum crc(Checksum checksum, int size) {
        return new RunningSum() {
            @Override
            public void update(byte[] bytes, int offset, int length) {
                checksum.update(bytes, offset, length);
            }

            @Override
            public void update(ByteBuffer buffer) {
                checksum.update(buffer.duplicate());
            }

            @Override
            public byte[] value() {
                byte[] value = ByteBuffer.allocate(Long.BYTES)
                        .putLong(checksum.getValue())
                        .array();
                return Arrays.copyOfRange(value, Long.BYTES - size, Long.BYTES);
            }
        };
    }
}
