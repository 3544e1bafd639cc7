package dev.banhmi.gateway.store.wire;

import java.nio.ByteBuffer;

/** Bytes from one buffer to another. */
final class Moved {

    private Moved() {}

    /** Moves as many as there are and as there is room for, at most so many; returns how many. */
    static int some(ByteBuffer from, ByteBuffer to, long most) {
        int count = (int) Math.min(Math.min(from.remaining(), to.remaining()), most);
        to.put(to.position(), from, from.position(), count);
        to.position(to.position() + count);
        from.position(from.position() + count);
        return count;
    }

    /** Writes some or all of a buffer to wherever it goes. */
    interface Out<X extends Exception> {
        void write(ByteBuffer from) throws X;
    }

    /** Reads into a buffer, and says how much, or -1 when nothing more comes. */
    interface In<X extends Exception> {
        int read(ByteBuffer to) throws X;
    }
}
