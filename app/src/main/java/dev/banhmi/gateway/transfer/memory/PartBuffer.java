package dev.banhmi.gateway.transfer.memory;

import dev.banhmi.gateway.store.Crc32c;
import dev.banhmi.gateway.store.Payload;
import dev.banhmi.gateway.transfer.memory.ChunkPool.Chunk;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * The bytes of one part, in chunks of the budget. Filled once by one thread, which may wait for chunks, then read by
 * any; closing releases the memory.
 */
public final class PartBuffer implements Payload, AutoCloseable {
    /*
     * Bytes pass through an array on their way into a chunk: neither a servlet's body nor the store's client reads into
     * memory outside the heap. It is small enough to stay in the processor's cache, where the sum is computed too.
     */

    private static final int WINDOW = 16 * 1024;

    private final Allotment memory;
    private final long capacity;
    private final List<Chunk> chunks = new ArrayList<>();
    private final CRC32C crc = new CRC32C();
    private long length;
    private boolean closed;

    PartBuffer(Allotment memory, long capacity) {
        this.memory = memory;
        this.capacity = capacity;
    }

    /**
     * Reads up to {@code limit} bytes; fewer only when the body has ended. The part is full with its last byte or with
     * the end of the body, after which it claims no more memory.
     *
     * @param body not closed
     * @param limit bytes that the part has afterwards, at most its capacity
     * @return how many it has
     * @throws IOException what reading the body throws
     */
    public long fill(InputStream body, long limit) throws IOException {
        byte[] window = new byte[Math.clamp(limit - length, 0, WINDOW)];
        boolean ended = false;
        while (length < limit && !ended) {
            ended = hasRoom() ? !readIntoChunk(body, window, limit) : !readIntoNewChunk(body);
        }
        if (ended || length == capacity) {
            memory.fill();
        }
        return length;
    }

    private boolean hasRoom() {
        return length < (long) chunks.size() * ChunkPool.CHUNK || memory.holdsMoreThan(chunks.size());
    }

    private boolean readIntoChunk(InputStream body, byte[] window, long limit) throws IOException {
        int offset = (int) (length % ChunkPool.CHUNK);
        if (offset == 0) {
            chunks.add(memory.takeChunk());
        }
        int room = Math.min(window.length, ChunkPool.CHUNK - offset);
        int wanted = (int) Math.min(room, limit - length);
        int read = body.readNBytes(window, 0, wanted);
        MemorySegment.copy(window, 0, chunks.getLast().memory(), ValueLayout.JAVA_BYTE, offset, read);
        crc.update(window, 0, read);
        length += read;
        return read == wanted;
    }

    /** A chunk is requested when there is a byte for it, not when a client merely may continue. */
    private boolean readIntoNewChunk(InputStream body) throws IOException {
        int first = body.read();
        if (first < 0) {
            return false;
        }
        memory.grow();
        Chunk chunk = memory.takeChunk();
        chunk.memory().set(ValueLayout.JAVA_BYTE, 0, (byte) first);
        chunks.add(chunk);
        crc.update(first);
        length++;
        return true;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public Crc32c crc32c() {
        return Crc32c.of(crc);
    }

    @Override
    public InputStream newStream() {
        return new ChunkStream();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            memory.giveBack(chunks);
            chunks.clear();
        }
    }

    private final class ChunkStream extends InputStream {

        private long position;
        private long mark;

        @Override
        public int read() {
            if (position == length) {
                return -1;
            }
            byte value = chunk().get(ValueLayout.JAVA_BYTE, position % ChunkPool.CHUNK);
            position++;
            return value & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int wanted) {
            Objects.checkFromIndexSize(offset, wanted, target.length);
            if (wanted == 0) {
                return 0;
            }
            if (position == length) {
                return -1;
            }
            int inChunk = (int) (position % ChunkPool.CHUNK);
            int count = (int) Math.min(Math.min(wanted, ChunkPool.CHUNK - inChunk), length - position);
            MemorySegment.copy(chunk(), ValueLayout.JAVA_BYTE, inChunk, target, offset, count);
            position += count;
            return count;
        }

        private MemorySegment chunk() {
            return chunks.get((int) (position / ChunkPool.CHUNK)).memory();
        }

        @Override
        public int available() {
            return (int) Math.min(Integer.MAX_VALUE, length - position);
        }

        @Override
        public boolean markSupported() {
            return true;
        }

        @Override
        public synchronized void mark(int readLimit) {
            mark = position;
        }

        @Override
        public synchronized void reset() {
            position = mark;
        }
    }
}
