package dev.banhmi.gateway.transfer.memory;

import static dev.banhmi.gateway.transfer.memory.ChunkPool.CHUNK;
import static dev.banhmi.gateway.transfer.memory.ChunkPool.CHUNKS_OF_A_SLAB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.banhmi.gateway.transfer.memory.ChunkPool.Chunk;
import dev.banhmi.testkit.Seeds;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class ChunkPoolTest {

    private static final long SLAB = (long) CHUNKS_OF_A_SLAB * CHUNK;

    @AutoClose
    private final ChunkPool pool = new ChunkPool(2 * CHUNKS_OF_A_SLAB + 3);

    @Test
    void takesNoMemoryUntilAChunkIsWanted() {
        assertThat(pool.allocated()).isZero();
        assertThat(pool.take().memory().byteSize()).isEqualTo(CHUNK);
        assertThat(pool.allocated()).isEqualTo(SLAB);
    }

    @Test
    void hasAsManyChunksAsItWasMadeForAndNoMore() {
        Set<Long> addresses = new HashSet<>();
        take(2 * CHUNKS_OF_A_SLAB + 3)
                .forEach(chunk -> addresses.add(chunk.memory().address()));
        assertThat(addresses).hasSize(2 * CHUNKS_OF_A_SLAB + 3);
        assertThat(pool.allocated()).isEqualTo(2 * SLAB + 3 * CHUNK);
        assertThatIllegalStateException().isThrownBy(pool::take);
    }

    @Test
    void usesAChunkAgain() {
        Chunk chunk = pool.take();
        pool.giveBack(List.of(chunk));
        assertThat(pool.take()).isSameAs(chunk);
    }

    @Test
    void keepsOneEmptySlabAndGivesTheOthersBack() {
        List<Chunk> first = take(CHUNKS_OF_A_SLAB);
        List<Chunk> second = take(CHUNKS_OF_A_SLAB);
        List<Chunk> last = take(3);

        pool.giveBack(second);
        assertThat(pool.allocated()).isEqualTo(2 * SLAB + 3 * CHUNK);
        pool.giveBack(last);
        assertThat(pool.allocated()).isEqualTo(2 * SLAB);
        pool.giveBack(first);
        assertThat(pool.allocated()).isEqualTo(SLAB);

        assertThat(take(2 * CHUNKS_OF_A_SLAB + 3)).doesNotHaveDuplicates();
    }

    @Test
    void emptiesTheYoungerSlabsWhenThereIsLessToDo() {
        List<Chunk> first = take(CHUNKS_OF_A_SLAB);
        Chunk second = pool.take();
        pool.giveBack(first.subList(0, 5));
        List<Chunk> again = take(5);
        assertThat(again).containsExactlyInAnyOrderElementsOf(first.subList(0, 5));
        assertThat(second.memory().byteSize()).isEqualTo(CHUNK);
    }

    @Test
    void failsALateReaderInsteadOfShowingOthersBytes() {
        List<Chunk> chunks = take(CHUNKS_OF_A_SLAB + 1);
        Chunk late = chunks.getLast();
        pool.giveBack(chunks);
        assertThatIllegalStateException().isThrownBy(() -> late.memory().get(ValueLayout.JAVA_BYTE, 0));
    }

    @Test
    void givesNoChunkToTwoThreads() throws Exception {
        long seed = Seeds.seed(ChunkPoolTest.class);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> users = new ArrayList<>();
            for (int user = 0; user < 8; user++) {
                long mark = user;
                users.add(threads.submit(() -> {
                    Random random = new Random(seed + mark);
                    for (int round = 0; round < 200; round++) {
                        List<Chunk> chunks = take(random.nextInt(CHUNKS_OF_A_SLAB / 4));
                        chunks.forEach(chunk -> chunk.memory().set(ValueLayout.JAVA_LONG, 0, mark));
                        assertThat(chunks).allMatch(chunk -> chunk.memory().get(ValueLayout.JAVA_LONG, 0) == mark);
                        pool.giveBack(chunks);
                    }
                }));
            }
            for (Future<?> user : users) {
                user.get();
            }
        }
        assertThat(pool.allocated()).isLessThanOrEqualTo(SLAB);
    }

    private List<Chunk> take(int count) {
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            chunks.add(pool.take());
        }
        return chunks;
    }
}
