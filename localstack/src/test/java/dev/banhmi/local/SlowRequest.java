package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.Patience;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.SequenceInputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A request whose last byte is long in coming: the store has read all others by the time this is made. */
final class SlowRequest implements AutoCloseable {

    private final CountDownLatch waits = new CountDownLatch(1);
    private final CountDownLatch goesOn = new CountDownLatch(1);
    private final ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor();
    private final Future<?> request;

    SlowRequest(String content, Function<InputStream, ?> send) throws Exception {
        int last = content.length() - 1;
        InputStream body = new SequenceInputStream(
                StoreContract.stream(content.substring(0, last)), new Last(content.charAt(last)));
        request = thread.submit(() -> send.apply(body));
        assertThat(waits.await(Patience.HANGS.toSeconds(), TimeUnit.SECONDS))
                .as("the store reads")
                .isTrue();
    }

    /** Sends the last byte and waits for the response. */
    void end() throws Exception {
        goesOn.countDown();
        request.get(Patience.HANGS.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        goesOn.countDown();
        thread.close();
    }

    private final class Last extends InputStream {

        private final char last;
        private boolean sent;

        Last(char last) {
            this.last = last;
        }

        @Override
        public int read() throws IOException {
            if (sent) {
                return -1;
            }
            waits.countDown();
            try {
                goesOn.await();
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
            sent = true;
            return last;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int next = length == 0 ? 0 : read();
            if (length == 0 || next < 0) {
                return next;
            }
            target[offset] = (byte) next;
            return 1;
        }
    }
}
