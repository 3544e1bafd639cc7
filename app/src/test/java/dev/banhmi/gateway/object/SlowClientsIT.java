package dev.banhmi.gateway.object;

import static dev.banhmi.gateway.object.ObjectWorld.PLAIN;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.object.ObjectClient.Response;
import dev.banhmi.testkit.Emulator;
import dev.banhmi.testkit.Patience;
import dev.banhmi.testkit.RawHttp;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Beside clients that send requests and read no response, or begin bodies and never end them, more of them than any
 * budget has places: others list and delete as if they were alone. The moved clock of {@code SlowClientsTest} shows
 * what becomes of the slow ones.
 */
@InOwnWorlds(Emulator.S3PROXY)
class SlowClientsIT extends ObjectContract {

    private static final int OBJECTS = 250;

    /** One more than pages of 1,000 ever had places. */
    private static final int SLOW = 9;

    /** Responses of one connection, so that they are more than the sockets' buffers take. */
    private static final int PIPELINED = 24;

    /** Looks at the metrics that show nothing new before the gateway counts as quiet. */
    private static final int QUIET_LOOKS = 150;

    private static final Duration DRIP = Duration.ofMillis(100);

    private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
    private final String prefix = "slow-" + UUID.randomUUID() + "/";
    private final S3Client s3 = world.store().s3();
    private final List<String> names = new ArrayList<>();
    private final List<SocketChannel> slow = new ArrayList<>();
    private final List<Future<?>> sending = new ArrayList<>();

    SlowClientsIT(ObjectWorld world) {
        super(world);
    }

    @BeforeEach
    void fill() throws Exception {
        String padding = ("/" + "x".repeat(199)).repeat(4);
        try (ExecutorService writers = Executors.newFixedThreadPool(8)) {
            List<Future<?>> puts = new ArrayList<>();
            for (int i = 0; i < OBJECTS; i++) {
                String name = prefix + "%03d".formatted(i) + padding;
                names.add(name);
                puts.add(writers.submit(
                        () -> s3.putObject(request -> request.bucket(PLAIN).key(name), RequestBody.fromString("x"))));
            }
            for (Future<?> put : puts) {
                put.get();
            }
        }
    }

    @AfterEach
    void close() throws IOException {
        for (SocketChannel channel : slow) {
            channel.close();
        }
        senders.close();
    }

    @Test
    void listsBesideClientsThatDoNotRead() throws Exception {
        String request =
                "GET /v1/objects/" + PLAIN + "?limit=1000&prefix=" + prefix + " HTTP/1.1\r\nHost: gateway\r\n\r\n";
        for (int i = 0; i < SLOW; i++) {
            send(request.repeat(PIPELINED));
        }
        awaitStalled();

        Response page =
                client.send("GET", "/v1/objects/" + PLAIN + "?limit=1000&prefix=" + prefix, BodyPublishers.noBody());

        assertStatus(page, 200);
        List<String> listed = new ArrayList<>();
        page.json()
                .get("objects")
                .forEach(object -> listed.add(object.get("name").asString()));
        assertThat(listed).isEqualTo(names);
    }

    /** They come quickly enough for the least rate of bodies. */
    @Test
    void deletesBesideBodiesThatDoNotEnd() throws IOException {
        for (int i = 0; i < SLOW; i++) {
            SocketChannel channel = connect();
            write(
                    channel,
                    "POST /v1/objects/" + PLAIN + "?delete HTTP/1.1\r\nHost: gateway\r\n"
                            + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
            write(channel, "c\r\n{\"names\":[\"x\r\n");
            sending.add(senders.submit(() -> {
                while (true) {
                    write(channel, "100\r\n" + "x".repeat(0x100) + "\r\n");
                    // The pace of the drip.
                    Thread.sleep(DRIP);
                }
            }));
        }
        for (SocketChannel channel : slow) {
            int port = channel.socket().getLocalPort();
            Patience.await()
                    .until(() -> TcpConnections.to(port, world.gateway().pid()).withUnreadBytes() == 0);
        }

        assertDeletesAll();
    }

    /** Of names that no object can have, so that the store has nothing to do with them. */
    @Test
    void deletesBesideClientsThatDoNotReadTheirResults() throws Exception {
        List<String> refused = IntStream.range(0, 1000)
                .mapToObj(i -> "../" + i + "x".repeat(900))
                .toList();
        String body = new JsonMapper().writeValueAsString(Map.of("names", refused));
        String request = "POST /v1/objects/" + PLAIN + "?delete HTTP/1.1\r\nHost: gateway\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        for (int i = 0; i < SLOW; i++) {
            send(request.repeat(PIPELINED));
        }
        awaitStalled();

        assertDeletesAll();
    }

    private void assertDeletesAll() {
        Response response = client.send(
                "POST",
                "/v1/objects/" + PLAIN + "?delete",
                BodyPublishers.ofByteArray(new JsonMapper().writeValueAsBytes(Map.of("names", names))),
                "Content-Type",
                "application/json");
        assertStatus(response, 200);
        JsonNode results = response.json().get("results");
        assertThat(results).hasSize(OBJECTS).allMatch(one -> one.get("status").asInt() == 204);
        assertThat(s3.listObjectsV2(request -> request.bucket(PLAIN).prefix(prefix))
                        .keyCount())
                .isZero();
    }

    private void send(String requests) throws IOException {
        SocketChannel channel = connect();
        sending.add(senders.submit(() -> {
            write(channel, requests);
            return channel;
        }));
    }

    private SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open();
        slow.add(channel);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 2048);
        channel.connect(new InetSocketAddress(
                world.gateway().uri().getHost(), world.gateway().uri().getPort()));
        return channel;
    }

    private static void write(SocketChannel channel, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(ISO_8859_1));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Each connection is full of what its client does not read, and no request ends any longer. */
    private void awaitStalled() throws Exception {
        // On a slow machine the quiet alone may be that before the first response.
        Set<SocketChannel> full = new HashSet<>();
        Patience.await("the slow clients' connections are full", full::toString, () -> {
            for (SocketChannel channel : slow) {
                int port = channel.socket().getLocalPort();
                if (!full.contains(channel)
                        && TcpConnections.to(port, world.gateway().pid()).withUntakenBytes() > 0) {
                    full.add(channel);
                }
            }
            return full.size() == SLOW;
        });
        List<String> seen = new ArrayList<>();
        Patience.await("the slow clients stall", seen::toString, () -> {
            String ended = endedRequests();
            if (!seen.isEmpty() && !seen.getFirst().equals(ended)) {
                seen.clear();
            }
            seen.add(ended);
            return seen.size() == QUIET_LOOKS;
        });
    }

    private String endedRequests() throws IOException {
        try (RawHttp connection = RawHttp.connect(world.gateway().management())) {
            connection.send("GET /actuator/prometheus HTTP/1.1\r\nHost: gateway\r\n\r\n");
            return new String(connection.response().body().readAllBytes(), ISO_8859_1)
                    .lines()
                    .filter(line -> line.startsWith("http_server_requests_seconds_count{") && line.contains("/v1/"))
                    .collect(Collectors.joining());
        }
    }
}
