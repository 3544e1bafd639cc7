package dev.banhmi.bench.load;

import java.util.Random;

/** The bytes of uploads: one pseudo-random block, repeated, so that nothing on the way can compress it. */
public final class Content {

    private Content() {}

    /**
     * A block, the same one for the same size.
     *
     * @param size in bytes
     * @return a new array
     */
    public static byte[] block(int size) {
        byte[] block = new byte[size];
        new Random(size).nextBytes(block);
        return block;
    }
}
