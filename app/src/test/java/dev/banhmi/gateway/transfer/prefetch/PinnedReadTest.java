package dev.banhmi.gateway.transfer.prefetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.MemoryObjectStore;
import dev.banhmi.gateway.store.ObjectAttributes;
import dev.banhmi.gateway.store.ObjectInfo;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.WriteCondition;
import dev.banhmi.gateway.transfer.Generated;
import dev.banhmi.gateway.transfer.memory.BufferBudget;
import dev.banhmi.gateway.transfer.memory.PartBuffer;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PinnedReadTest {

    private static final int LENGTH = 100_000;

    private final ObjectKey key = new ObjectKey("demo", "it");
    private final MemoryObjectStore store = MemoryObjectStore.keepingSums();
    private final AtomicBoolean sawTheEnd = new AtomicBoolean();
    private final AtomicInteger open = new AtomicInteger();

    @AfterEach
    void leavesNothingOpen() {
        assertThat(open).hasValue(0);
    }

    /** The store's client takes a connection back only after that. */
    @Test
    void readsAResponseToItsEnd() throws IOException {
        serve();
        try (PinnedRead read = read()) {
            assertThat(read.readNBytes(LENGTH)).isEqualTo(Generated.bytes(0, LENGTH));
            assertThat(sawTheEnd).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, LENGTH - 1})
    void endsEarlierWhenItIsTold(int newEnd) throws IOException {
        serve();
        try (PinnedRead read = read()) {
            read.start();
            read.endAt(newEnd);
            assertThat(read.readAllBytes()).isEqualTo(Generated.bytes(0, newEnd));
            assertThat(sawTheEnd).isFalse();
        }
    }

    /** Nobody knows which of the bytes are the object's. */
    @Test
    void keepsTheEndBackWhenMoreBytesFollowThanWereAnnounced() throws IOException {
        serve();
        store.hooks().serveFrom((first, length) -> {
            open.incrementAndGet();
            return served(first, length + 1);
        });
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PinnedRead read = read()) {
            assertFault(() -> read.transferTo(out));
        }
        assertThat(out.size()).isLessThan(LENGTH);
    }

    @ParameterizedTest
    @ValueSource(ints = {LENGTH - 1, LENGTH + 1})
    void readsNothingOfAVersionThatHasAnotherSizeThanBefore(int size) throws IOException {
        serve();
        ObjectInfo now = store.head(key);
        ObjectInfo before = new ObjectInfo(
                size,
                now.etag(),
                now.lastModified(),
                now.attributes(),
                null,
                null,
                null,
                now.checksums(),
                now.response());
        try (PinnedRead read = new PinnedRead(store, key, before, 0, 10, Duration.ZERO, new LongAdder())) {
            assertFault(read::start);
            assertFault(read::read);
        }
    }

    private static void assertFault(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_FAULT));
    }

    private void serve() throws IOException {
        try (BufferBudget budget = new BufferBudget(2 * LENGTH, 1);
                PartBuffer content = budget.next(budget.newClient(), LENGTH)) {
            content.fill(Generated.ofLength(LENGTH), LENGTH);
            store.put(key, content, ObjectAttributes.ofType("application/octet-stream"), new WriteCondition.Always());
        }
        store.hooks().serveFrom((first, length) -> {
            open.incrementAndGet();
            return served(first, length);
        });
    }

    private InputStream served(long first, long length) {
        return new FilterInputStream(Generated.from(first, length)) {
            private boolean closed;

            @Override
            public void close() throws IOException {
                if (!closed) {
                    closed = true;
                    open.decrementAndGet();
                }
                super.close();
            }

            @Override
            public int read() throws IOException {
                int next = super.read();
                sawTheEnd.compareAndSet(false, next < 0);
                return next;
            }

            @Override
            public int read(byte[] target, int offset, int wanted) throws IOException {
                int count = super.read(target, offset, wanted);
                sawTheEnd.compareAndSet(false, count < 0);
                return count;
            }
        };
    }

    private PinnedRead read() {
        return new PinnedRead(store, key, store.head(key), 0, LENGTH, Duration.ZERO, new LongAdder());
    }
}
