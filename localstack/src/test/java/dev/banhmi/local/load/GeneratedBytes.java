package dev.banhmi.local.load;

/** Content that follows from a seed and a position, so that every byte of a download can be compared with no copy of the upload. */
record GeneratedBytes(long seed, long length) {

    void fill(byte[] buffer, long position, int count) {
        for (int i = 0; i < count; i++) {
            buffer[i] = at(position + i);
        }
    }

    /** The position of the first byte that is another one than was generated, or -1. */
    long mismatch(byte[] received, long position, int count) {
        for (int i = 0; i < count; i++) {
            if (position + i >= length || received[i] != at(position + i)) {
                return position + i;
            }
        }
        return -1;
    }

    private byte at(long position) {
        long word = seed * 0x9E3779B97F4A7C15L + (position >>> 3);
        word = (word ^ (word >>> 30)) * 0xBF58476D1CE4E5B9L;
        word = (word ^ (word >>> 27)) * 0x94D049BB133111EBL;
        return (byte) (word >>> (8 * (position & 7)));
    }
}
