package dev.banhmi.gateway.transfer.memory;

import dev.banhmi.gateway.transfer.memory.ChunkPool.Chunk;
import java.util.List;

/** What one part may take of the budget, a chunk at a time. Thread-safe. */
interface Allotment {

    /** Whether the part holds more than that many chunks. */
    boolean holdsMoreThan(int chunks);

    /** One more chunk for a part that is not full; waits as long as it takes. */
    void grow();

    /** Memory for a chunk that was granted. */
    Chunk takeChunk();

    /** Releases what the part has claimed beyond what it holds. */
    void fill();

    /** Releases everything; these chunks must not be used any more. */
    void giveBack(List<Chunk> used);
}
