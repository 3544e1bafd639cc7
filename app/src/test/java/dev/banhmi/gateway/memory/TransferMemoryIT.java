package dev.banhmi.gateway.memory;

import static dev.banhmi.testkit.Patience.HANGS;
import static dev.banhmi.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.GatewayProcess;
import dev.banhmi.testkit.RawHttp;
import dev.banhmi.testkit.RawHttp.Response;
import dev.banhmi.testkit.SinkProcess;
import dev.banhmi.testkit.StoreProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many transfers at a time through a heap of 128 MiB, against a store that checks every byte and keeps none. Twenty of the
 * peers begin at 50 KB/s.
 */
@Timeout(value = 3, unit = TimeUnit.HOURS)
@Order(3)
class TransferMemoryIT {

    static final long MIB = 1 << 20;
    static final long SIZE = 32 * MIB;
    private static final int SLOW_PEERS = 20;
    private static final int WARM = 16;

    /** What a container of 512 MiB has by default, with the heap that it has by default. */
    private static final long BUDGET = 160 * MIB;

    /** How many transfers there are at a time: one to compare with, then more than the budget has parts for. */
    List<Integer> crowds() {
        return List.of(1, 64);
    }

    /** How many bytes a slow peer sends slowly: 10 s, several times what all others need. */
    long slowUpload() {
        return MIB / 2;
    }

    /** How many bytes a slow peer takes slowly. */
    long slowDownload() {
        return MIB / 2;
    }

    @FunctionalInterface
    private interface Action {

        void run(Peer peer, int number) throws Exception;
    }

    @Test
    void movesACrowdOfTransfersInTheMemoryOfOne() throws Exception {
        try (SinkProcess sink = SinkProcess.start(SinkStore.class);
                GatewayProcess gateway = serving(sink)
                        .set("banhmi.transfer.memory", BUDGET / MIB + "MB")
                        .start()) {
            GatewayMemory memory = new GatewayMemory(gateway);
            Action upload = (peer, number) -> peer.upload(number % 2 == 0);
            Action download = (peer, number) -> peer.download();
            List<String> filesOnTheWay = new CopyOnWriteArrayList<>();

            // Code is compiled and clients are built once: that is neither the first transfer's memory nor the last
            // one's. On a busy machine four transfers are over before the compiler is.
            all(gateway, "warm", WARM, 0, upload);
            all(gateway, "warm", WARM, 0, download);
            long idle = memory.live();

            for (boolean up : new boolean[] {true, false}) {
                Action action = up ? upload : download;
                long one = 0;
                for (int count : crowds()) {
                    if (count == 1) {
                        // What the compiler still had to do for the first ones would be taken for memory of the crowd.
                        memory.awaitIdleCompiler();
                    }
                    memory.forgetPeak();
                    long start = System.nanoTime();
                    boolean isLargest = count == crowds().getLast();
                    long slow = !isLargest ? 0 : up ? slowUpload() : slowDownload();
                    try (Lookout lookout = new Lookout(() -> filesOnTheWay.addAll(gateway.leftovers()))) {
                        all(gateway, "n" + count, count, slow, action);
                        assertThat(lookout.looks()).isPositive();
                    }
                    long peak = memory.peak();
                    System.out.printf(
                            "%s %d x 32 MiB: %d s, RSS at most %d MiB%n",
                            up ? "up" : "down",
                            count,
                            TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start),
                            peak / MIB);
                    one = count == 1 ? peak : one;
                    assertThat(peak).as("RSS with %d", count).isLessThanOrEqualTo(one + BUDGET + 64 * MIB);
                }
                await().untilAsserted(() -> assertThat(memory.live()).as("heap").isLessThanOrEqualTo(idle + 32 * MIB));
                System.out.printf("heap: idle %d KiB, after %d KiB%n", idle / 1024, memory.live() / 1024);
            }
            assertThat(filesOnTheWay).as("files").isEmpty();
            assertThat(gateway.output()).doesNotContain("OutOfMemoryError");
            assertThat(sink.report())
                    .isEqualTo("objects "
                            + (WARM
                                    + crowds().stream()
                                            .mapToInt(Integer::intValue)
                                            .sum())
                            + ", open uploads 0, wrong []");
        }
    }

    @Test
    void refusesWhatTheMemoryCannotAdmitAndTakesItOnAnotherTry() throws Exception {
        AtomicInteger refused = new AtomicInteger();
        CountDownLatch enough = new CountDownLatch(10);
        try (SinkProcess sink = SinkProcess.start(SinkStore.class);
                GatewayProcess gateway = serving(sink)
                        .set("banhmi.transfer.memory", "16MB")
                        .set("banhmi.transfer.max-wait", "1s")
                        // Those who hold what they were given are silent for as long as the others need.
                        .set("banhmi.transfer.max-idle", "10m")
                        .start()) {
            all(gateway, "stalled", 150, 0, (peer, number) -> {
                while (!isTakenAfterAStall(peer, enough)) {
                    refused.incrementAndGet();
                    enough.countDown();
                    // A client that was told Retry-After waits before its next try.
                    Thread.sleep(1000);
                }
            });
            assertThat(refused).hasValueGreaterThanOrEqualTo(10);
            System.out.println("refused and taken on another try: " + refused);
            assertThat(sink.report()).isEqualTo("objects 150, open uploads 0, wrong []");
        }
    }

    /** Holds what it was given until some others were refused; false when it is refused itself. */
    private static boolean isTakenAfterAStall(Peer peer, CountDownLatch othersRefused)
            throws IOException, InterruptedException {
        try (RawHttp http = RawHttp.connect(peer.gateway())) {
            http.send(peer.head("PUT") + "Content-Length: " + peer.size() + "\r\nExpect: 100-continue\r\n\r\n");
            Response first = http.response();
            if (first.status() == 503) {
                assertThat(first.headers()).containsKey("retry-after");
                return false;
            }
            assertThat(first.status()).isEqualTo(100);
            assertThat(othersRefused.await(HANGS.toSeconds(), TimeUnit.SECONDS)).isTrue();
            peer.pattern().write(http.output(), 0, peer.size());
            peer.requireReceipt(http.response());
            return true;
        }
    }

    private static GatewayProcess.Builder serving(SinkProcess sink) {
        return GatewayProcess.builder()
                .bothCompilers()
                .heap("128m")
                .fromItsJar()
                .jvmOption("-XX:MaxDirectMemorySize=64m")
                .store(sink.endpoint(), new StoreProcess.Credentials("any", "any"))
                .set("banhmi.buckets." + Peer.BUCKET + ".key-layout", "plain");
    }

    private static void all(GatewayProcess gateway, String name, int count, long slowBytes, Action action)
            throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> peers = new ArrayList<>();
            for (int number = 0; number < count; number++) {
                int which = number;
                Peer peer = new Peer(
                        gateway.uri(),
                        name + "-" + number,
                        name.equals("stalled") ? MIB : SIZE,
                        number < SLOW_PEERS ? slowBytes : 0);
                peers.add(threads.submit(() -> {
                    action.run(peer, which);
                    return true;
                }));
            }
            for (Future<?> peer : peers) {
                peer.get();
            }
        }
    }
}
