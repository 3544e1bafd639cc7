package dev.banhmi.gateway.store.wire;

import static dev.banhmi.testkit.Patience.HANGS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** One thread ends what takes too long, whatever happens to it elsewhere. */
class BlockingDeadlinesTest {

    private final AtomicLong skipped = new AtomicLong();

    @Test
    void goesOnBehindALookThatFails() throws Exception {
        try (ServerSocketChannel server =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                SocketChannel heldUp = SocketChannel.open(server.getLocalAddress());
                SocketChannel other = SocketChannel.open(server.getLocalAddress());
                BlockingDeadlines deadlines =
                        new BlockingDeadlines(Duration.ofMillis(8), this::now, BlockingDeadlinesTest::fail)) {
            BlockingDeadlines.Limit write = deadlines.of(heldUp);
            write.setLookout(_ -> fail());
            write.beginWrite(HANGS.toNanos());
            skipped.addAndGet(Duration.ofSeconds(2).toNanos());
            assertThat(isClosedWhileRead(heldUp)).isTrue();
            assertThat(write.isPassed()).isFalse();
            BlockingDeadlines.Limit read = deadlines.of(other);
            read.begin(1);
            assertThat(isClosedWhileRead(other)).isTrue();
            assertThat(read.isPassed()).isTrue();
        }
    }

    private static void fail() {
        throw new OutOfMemoryError("planted");
    }

    private static boolean isClosedWhileRead(SocketChannel channel) throws InterruptedException {
        Thread reader = Thread.ofVirtual().start(() -> {
            try {
                channel.read(ByteBuffer.allocate(1));
            } catch (IOException e) {
                // As expected.
            }
        });
        return reader.join(HANGS) && !channel.isOpen();
    }

    private long now() {
        return System.nanoTime() + skipped.get();
    }
}
