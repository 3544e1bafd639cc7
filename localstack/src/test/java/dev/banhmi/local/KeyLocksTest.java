package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.Patience;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeyLocksTest {

    private static final String BUCKET = "demo";

    private final KeyLocks locks = new KeyLocks();
    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void endEverything() {
        end.countDown();
    }

    @Test
    void letsOneWriteAKeyAtATime() throws Exception {
        Holder first = new Holder(work -> locks.writing(BUCKET, "key", work));
        first.awaitHolding();
        Holder second = new Holder(work -> locks.writing(BUCKET, "key", work));
        second.awaitWaiting();
        Holder reader = new Holder(work -> locks.reading(BUCKET, "key", work));
        reader.awaitWaiting();
        end.countDown();
        second.awaitHolding();
        reader.awaitHolding();
    }

    @Test
    void letsManyReadAKeyThatNobodyWrites() throws Exception {
        Holder first = new Holder(work -> locks.reading(BUCKET, "key", work));
        Holder second = new Holder(work -> locks.reading(BUCKET, "key", work));
        first.awaitHolding();
        second.awaitHolding();
        new Holder(work -> locks.writing(BUCKET, "key", work)).awaitWaiting();
        new Holder(work -> locks.writing(BUCKET, "another", work)).awaitHolding();
    }

    private interface Locking {
        Object hold(Supplier<Object> work);
    }

    /** Holds a lock until the end. */
    private final class Holder {

        private final CountDownLatch holds = new CountDownLatch(1);
        private final Thread thread;

        Holder(Locking locking) {
            thread = Thread.ofPlatform()
                    .daemon()
                    .start(() -> locking.hold(() -> {
                        holds.countDown();
                        awaitUninterrupted(end);
                        return "";
                    }));
        }

        void awaitHolding() {
            assertThat(awaitUninterrupted(holds)).isTrue();
        }

        /** For the lock, which tells nobody who waits for it; who holds it waits for the end with a limit, a state of its own. */
        void awaitWaiting() throws Exception {
            Patience.await(
                    "somebody waits for the lock",
                    () -> thread.getState() + ", holds: " + (holds.getCount() == 0),
                    () -> thread.getState() == Thread.State.WAITING || holds.getCount() == 0);
            assertThat(holds.getCount()).as("holds the lock").isEqualTo(1);
        }
    }

    private static boolean awaitUninterrupted(CountDownLatch latch) {
        try {
            return latch.await(Patience.HANGS.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError("the test was interrupted", e);
        }
    }
}
