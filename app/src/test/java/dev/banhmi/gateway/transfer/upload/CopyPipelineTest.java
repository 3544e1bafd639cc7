package dev.banhmi.gateway.transfer.upload;

import static dev.banhmi.testkit.Patience.HANGS;
import static dev.banhmi.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.store.CopySource;
import dev.banhmi.gateway.store.Crc32c;
import dev.banhmi.gateway.store.MemoryObjectStore;
import dev.banhmi.gateway.store.MemoryObjectStore.Piece;
import dev.banhmi.gateway.store.ObjectAttributes;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.StoreHooks.Operation;
import dev.banhmi.gateway.store.WriteCondition;
import dev.banhmi.gateway.transfer.NewObject;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CopyPipelineTest {

    private static final ObjectKey FROM = new ObjectKey("demo", "from");
    private static final int PARTS = 3;

    private final MemoryObjectStore store = MemoryObjectStore.keepingSums();

    /** One connection is free and somebody waits for two: whoever passes them by gets it. */
    @Test
    void borrowsNoConnectionWhileAnybodyWaitsForOne() throws Exception {
        Asked connections = new Asked(1);
        Thread waiting = Thread.ofVirtual().start(() -> {
            connections.acquireUninterruptibly(2);
            connections.release(2);
        });
        await().until(connections::hasQueuedThreads);

        assertThat(mostBorrowed(connections)).isZero();

        connections.release();
        assertThat(waiting.join(HANGS)).isTrue();
        assertThat(connections.availablePermits()).isEqualTo(2);
    }

    @Test
    void borrowsWhatNobodyWaitsFor() throws Exception {
        Asked connections = new Asked(1);

        assertThat(mostBorrowed(connections)).isEqualTo(1);

        assertThat(connections.availablePermits()).isEqualTo(1);
    }

    /** Copies in parts, the first of which is on its way until the copy has asked for a connection for another. */
    private int mostBorrowed(Asked connections) throws SourceReplacedException {
        int free = connections.availablePermits();
        store.place(FROM, Collections.nCopies(PARTS, new Piece(CopyPipeline.PART, Crc32c.EMPTY)));
        AtomicInteger most = new AtomicInteger();
        store.hooks().before(Operation.COPY_PART, () -> {
            connections.awaitRequest();
            most.accumulateAndGet(free - connections.availablePermits(), Math::max);
        });
        NewObject target = VisibleWrite.mark(new NewObject(
                new ObjectKey("demo", "to"),
                OptionalLong.empty(),
                ObjectAttributes.ofType("text/plain"),
                new WriteCondition.Always()));
        try (AbandonedUploads abandoned = new AbandonedUploads(store, RemovalTimes.of(List.of()), Time.REAL)) {
            new CopyPipeline(store, store, abandoned, connections, HANGS)
                    .copy(CopySource.of(FROM, store.head(FROM)), target, VisibleWrite.of(store, target));
        }
        assertThat(store.hooks().calls(Operation.COPY_PART)).isEqualTo(PARTS);
        return most.get();
    }

    /** In order of arrival, as for all copies; tells when a copy has asked for one, whether or not it got it. */
    private static final class Asked extends Semaphore {

        private static final long serialVersionUID = 1;

        private final transient CountDownLatch asked = new CountDownLatch(1);

        Asked(int connections) {
            super(connections, true);
        }

        @Override
        public boolean tryAcquire() {
            boolean acquired = super.tryAcquire();
            asked.countDown();
            return acquired;
        }

        @Override
        public boolean tryAcquire(long timeout, TimeUnit unit) throws InterruptedException {
            boolean acquired = super.tryAcquire(timeout, unit);
            asked.countDown();
            return acquired;
        }

        void awaitRequest() {
            try {
                assertThat(asked.await(HANGS.toSeconds(), TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError("nobody interrupts", e);
            }
        }
    }
}
