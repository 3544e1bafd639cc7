package dev.banhmi.gateway.digest;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.zip.Checksum;

/**
 * CRC-64/NVME, in plain Java because the SDK has it in native code only. Parameters from the NVM Express NVM Command
 * Set Specification 1.0, section 5.2.1.3.4: polynomial AD93D23594C93659, reflected, all bits set at the start and
 * inverted at the end. Not thread-safe.
 *
 * <p>Eight tables take eight bytes a step: table k holds what a byte becomes after k more bytes, so the eight look-ups
 * do not wait for each other. The tables' 16 KiB fit the first-level cache beside the data.
 */
public final class Crc64Nvme implements Checksum {

    private static final long REFLECTED_POLYNOMIAL = Long.reverse(0xAD93D23594C93659L);

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long[][] TABLES = tables();

    private long inverted = -1;

    /** Of no bytes yet. */
    public Crc64Nvme() {}

    @Override
    public void update(int b) {
        inverted = step(inverted, b);
    }

    @Override
    public void update(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        long crc = inverted;
        int at = offset;
        int end = offset + length;
        for (; at <= end - Long.BYTES; at += Long.BYTES) {
            crc = eight(crc ^ (long) LONGS.get(bytes, at));
        }
        for (; at < end; at++) {
            crc = step(crc, bytes[at]);
        }
        inverted = crc;
    }

    @Override
    public void update(ByteBuffer buffer) {
        if (buffer.hasArray()) {
            update(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
            buffer.position(buffer.limit());
            return;
        }
        ByteBuffer bytes = buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        long crc = inverted;
        while (bytes.remaining() >= Long.BYTES) {
            crc = eight(crc ^ bytes.getLong());
        }
        while (bytes.hasRemaining()) {
            crc = step(crc, bytes.get());
        }
        inverted = crc;
        buffer.position(buffer.limit());
    }

    @Override
    public long getValue() {
        return ~inverted;
    }

    @Override
    public void reset() {
        inverted = -1;
    }

    private static long eight(long mixed) {
        return TABLES[7][(int) mixed & 0xff]
                ^ TABLES[6][(int) (mixed >>> 8) & 0xff]
                ^ TABLES[5][(int) (mixed >>> 16) & 0xff]
                ^ TABLES[4][(int) (mixed >>> 24) & 0xff]
                ^ TABLES[3][(int) (mixed >>> 32) & 0xff]
                ^ TABLES[2][(int) (mixed >>> 40) & 0xff]
                ^ TABLES[1][(int) (mixed >>> 48) & 0xff]
                ^ TABLES[0][(int) (mixed >>> 56)];
    }

    private static long step(long crc, int b) {
        return crc >>> 8 ^ TABLES[0][((int) crc ^ b) & 0xff];
    }

    private static long[][] tables() {
        long[][] tables = new long[8][256];
        for (int b = 0; b < 256; b++) {
            long crc = b;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ REFLECTED_POLYNOMIAL;
            }
            tables[0][b] = crc;
        }
        for (int k = 1; k < 8; k++) {
            for (int b = 0; b < 256; b++) {
                long crc = tables[k - 1][b];
                tables[k][b] = crc >>> 8 ^ tables[0][(int) crc & 0xff];
            }
        }
        return tables;
    }
}
