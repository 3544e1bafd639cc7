package dev.banhmi.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The load client against a server of the JDK, over real sockets. */
class RequestsTest {

    private static final int LARGE = 3 << 20;
    private static final int SMALL = 1 << 10;

    private final AtomicInteger requests = new AtomicInteger();
    private final Queue<Long> uploads = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        server.setExecutor(threads);
        server.createContext("/large", exchange -> send(exchange, 200, LARGE));
        server.createContext("/small", exchange -> send(exchange, 200, SMALL));
        server.createContext("/empty", exchange -> send(exchange, 200, 0));
        server.createContext("/broken", exchange -> send(exchange, 503, SMALL));
        server.createContext("/put", this::receive);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.close();
    }

    @Test
    void readsObjectsOneAfterTheOther() throws IOException {
        Tally tally = run(Order.series(get("/large", LARGE), 5));

        assertThat(tally.requests()).isEqualTo(5);
        assertThat(tally.bytes()).isEqualTo(5L * LARGE);
        assertThat(requests).hasValue(5);
    }

    @Test
    void readsOnManyConnectionsUntilTheTimeIsOver() throws IOException {
        Tally tally = run(Order.loop(get("/small", SMALL), 16, Duration.ofMillis(100)));

        assertThat(tally.requests()).isGreaterThanOrEqualTo(16).isEqualTo(requests.get());
        assertThat(tally.firstByteMedian()).isPositive().isLessThanOrEqualTo(tally.firstByte99th());
    }

    @Test
    void asksAsOftenAsTheRateSays() throws IOException {
        Tally tally = run(Order.rate(get("/small", SMALL), 4, Duration.ofMillis(200), 100));

        assertThat(tally.requests()).isEqualTo(20).isEqualTo(requests.get());
    }

    @Test
    void readsSlowlyOnceAllHaveBegun() throws IOException {
        AtomicInteger begun = new AtomicInteger();
        try (Requests slow = new Requests(
                Order.slow(get("/large", LARGE), 3, Duration.ofMillis(100), 64 << 10),
                () -> begun.set(requests.get()))) {
            Tally tally = slow.run();

            assertThat(begun).hasValue(3);
            assertThat(tally.requests()).isEqualTo(3);
            assertThat(tally.bytes()).isLessThan(LARGE);
        }
    }

    @Test
    void sendsTheSameBytesWhateverTheirNumber() throws IOException {
        for (int size : new int[] {0, 1, SMALL, 64 << 10, (64 << 10) + 1, LARGE + 7}) {
            assertThat(run(Order.series(Request.put(port(), "/put", size), 2)).requests())
                    .isEqualTo(2);

            long expected = contentCrc(size);
            assertThat(uploads.remove()).isEqualTo(expected);
            assertThat(uploads.remove()).isEqualTo(expected);
        }
    }

    @Test
    void countsAResponseWithoutABody() throws IOException {
        assertThat(run(Order.series(get("/empty", 0), 3)).requests()).isEqualTo(3);
    }

    @Test
    void failsOnAnythingButTheResponseThatIsExpected() {
        assertThatThrownBy(() -> run(Order.series(get("/broken", SMALL), 1))).hasMessageContaining("503");
        assertThatThrownBy(() -> run(Order.loop(get("/small", SMALL + 1), 2, Duration.ofMillis(50))))
                .hasMessageContaining("not the response");
    }

    private Tally run(Order order) throws IOException {
        try (Requests one = new Requests(Order.parse(order.toLine()), () -> {})) {
            return one.run();
        }
    }

    private Request get(String path, long length) {
        return Request.get(port(), path, length);
    }

    private int port() {
        return server.getAddress().getPort();
    }

    private static long contentCrc(int size) {
        byte[] block = Content.block(256 << 10);
        CRC32C crc = new CRC32C();
        for (int sent = 0; sent < size; sent += block.length) {
            crc.update(block, 0, Math.min(block.length, size - sent));
        }
        return crc.getValue();
    }

    private void send(HttpExchange exchange, int status, int size) throws IOException {
        requests.incrementAndGet();
        try (exchange) {
            exchange.sendResponseHeaders(status, size == 0 ? -1 : size);
            if (size > 0) {
                exchange.getResponseBody().write(new byte[size]);
            }
        }
    }

    /** Answers in chunks, as a receipt may come. */
    private void receive(HttpExchange exchange) throws IOException {
        CRC32C crc = new CRC32C();
        try (exchange;
                InputStream in = exchange.getRequestBody()) {
            byte[] buffer = new byte[64 << 10];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                crc.update(buffer, 0, count);
            }
            uploads.add(crc.getValue());
            exchange.sendResponseHeaders(201, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(new byte[100]);
            }
        }
    }
}
