package dev.banhmi.gateway.memory;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.zip.CRC32C;

/**
 * The content of every object: a function of its name and the offset alone, which costs a copy to write and a comparison to
 * check. It repeats after a prime number of bytes, so that no two parts are alike.
 */
final class SinkContent {

    private static final int PERIOD = 1_048_573;
    private static final byte[] BYTES = new byte[PERIOD];

    static {
        new Random(20261122).nextBytes(BYTES);
    }

    private final int shift;

    SinkContent(String name) {
        this.shift = Math.floorMod(name.hashCode(), PERIOD);
    }

    void write(OutputStream target, long offset, long count) throws IOException {
        for (long done = 0; done < count; ) {
            int start = start(offset + done);
            int step = (int) Math.min(Math.min(PERIOD - start, 64 * 1024), count - done);
            target.write(BYTES, start, step);
            done += step;
        }
    }

    boolean matches(long offset, byte[] bytes, int count) {
        for (int done = 0; done < count; ) {
            int start = start(offset + done);
            int step = Math.min(PERIOD - start, count - done);
            if (Arrays.mismatch(BYTES, start, start + step, bytes, done, done + step) >= 0) {
                return false;
            }
            done += step;
        }
        return true;
    }

    /** The CRC32C of the first bytes, as S3 writes it. */
    String crc32c(long count) {
        CRC32C crc = new CRC32C();
        for (long done = 0; done < count; ) {
            int start = start(done);
            int step = (int) Math.min(PERIOD - start, count - done);
            crc.update(BYTES, start, step);
            done += step;
        }
        return base64(crc.getValue());
    }

    static String base64(long crc32c) {
        byte[] bytes = {(byte) (crc32c >> 24), (byte) (crc32c >> 16), (byte) (crc32c >> 8), (byte) crc32c};
        return Base64.getEncoder().encodeToString(bytes);
    }

    private int start(long offset) {
        return (int) ((shift + offset) % PERIOD);
    }
}
