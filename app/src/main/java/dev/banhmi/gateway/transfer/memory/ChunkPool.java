package dev.banhmi.gateway.transfer.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** Chunks of memory outside the Java heap, used again and again. Thread-safe. */
final class ChunkPool implements AutoCloseable {
    /*
     * Memory is requested from the operating system one slab at a time, when no slab has a free chunk, and returned one
     * slab at a time. A slab is as large as what glibc's malloc always maps and unmaps by itself, whatever was
     * requested and freed before: 32 MiB (M_MMAP_THRESHOLD in https://man7.org/linux/man-pages/man3/mallopt.3.html,
     * November 2026). Smaller ones would stay in malloc's arenas after they were freed.
     *
     * Chunks are taken from the oldest slab, so that the younger ones empty when there is less to do. One empty slab
     * stays: the JVM fills new memory with zeros, a cost that not every transfer of a quiet hour should pay.
     *
     * The arenas are shared and closed one by one: a reader that outlives its slab gets an exception and never the
     * bytes of another transfer, and -XX:MaxDirectMemorySize, which is for socket buffers, does not count them.
     */

    /** Bytes of a chunk. */
    static final int CHUNK = 64 * 1024;

    /** 32 MiB. */
    static final int CHUNKS_OF_A_SLAB = 512;

    /** Memory of {@link #CHUNK} bytes, which may have any content, and where it belongs. */
    record Chunk(MemorySegment memory, Slab slab) {}

    /** What is requested from the operating system at a time. */
    static final class Slab {

        private final Arena arena = Arena.ofShared();
        private final Deque<Chunk> free = new ArrayDeque<>();
        private final int chunks;

        Slab(int chunks) {
            this.chunks = chunks;
            MemorySegment memory = arena.allocate((long) chunks * CHUNK);
            for (int i = 0; i < chunks; i++) {
                free.add(new Chunk(memory.asSlice((long) i * CHUNK, CHUNK), this));
            }
        }

        boolean isEmpty() {
            return free.size() == chunks;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final List<Slab> slabs = new ArrayList<>();
    private int notAllocated;

    /** Takes no memory until the first chunk is taken. */
    ChunkPool(int chunks) {
        this.notAllocated = chunks;
    }

    /**
     * Takes a chunk.
     *
     * @throws IllegalStateException when all are taken
     */
    Chunk take() {
        lock.lock();
        try {
            for (Slab slab : slabs) {
                if (!slab.free.isEmpty()) {
                    return slab.free.pop();
                }
            }
            if (notAllocated == 0) {
                throw new IllegalStateException("more chunks are taken than there are");
            }
            Slab slab = new Slab(Math.min(CHUNKS_OF_A_SLAB, notAllocated));
            notAllocated -= slab.chunks;
            slabs.add(slab);
            return slab.free.pop();
        } finally {
            lock.unlock();
        }
    }

    /** Returns chunks that were taken; they must not be used any more. */
    void giveBack(List<Chunk> chunks) {
        lock.lock();
        try {
            chunks.forEach(chunk -> chunk.slab.free.push(chunk));
            closeAllEmptyButOne();
        } finally {
            lock.unlock();
        }
    }

    private void closeAllEmptyButOne() {
        boolean spare = false;
        for (Iterator<Slab> each = slabs.iterator(); each.hasNext(); ) {
            Slab slab = each.next();
            if (slab.isEmpty() && spare) {
                each.remove();
                notAllocated += slab.chunks;
                slab.arena.close();
            }
            spare |= slab.isEmpty();
        }
    }

    /** How many bytes are held from the operating system. */
    long allocated() {
        lock.lock();
        try {
            return slabs.stream().mapToLong(slab -> (long) slab.chunks * CHUNK).sum();
        } finally {
            lock.unlock();
        }
    }

    /** Returns all memory, including that of chunks that are still taken. */
    @Override
    public void close() {
        lock.lock();
        try {
            slabs.forEach(slab -> slab.arena.close());
            slabs.clear();
            notAllocated = 0;
        } finally {
            lock.unlock();
        }
    }
}
