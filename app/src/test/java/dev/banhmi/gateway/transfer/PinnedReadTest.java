package dev.banhmi.gateway.transfer;

import static dev.banhmi.gateway.transfer.AheadFixture.SIZE;
import static dev.banhmi.gateway.transfer.UploadFixture.key;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.FilterInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PinnedReadTest {

    private static final int LENGTH = 100_000;

    private final AheadFixture ahead = new AheadFixture();
    private final AtomicBoolean sawTheEnd = new AtomicBoolean();

    @AfterEach
    void leavesNothing() {
        ahead.close();
        ahead.assertAtRest();
    }

    /** The store's client takes a connection back only after that. */
    @Test
    void readsAnAnswerToItsEnd() throws IOException {
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

    private void serve() {
        ahead.put(SIZE);
        ahead.serve((first, length) -> new FilterInputStream(Generated.from(first, length)) {
            @Override
            public int read() throws IOException {
                int next = super.read();
                sawTheEnd.compareAndSet(false, next < 0);
                return next;
            }
        });
    }

    private PinnedRead read() {
        return new PinnedRead(
                ahead.store, key("it"), ahead.store.head(key("it")), 0, LENGTH, Duration.ZERO, new LongAdder());
    }
}
