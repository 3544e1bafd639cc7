package dev.banhmi.gateway.object;

import static dev.banhmi.gateway.object.ObjectWorld.HASHED;
import static dev.banhmi.gateway.object.ObjectWorld.freshName;
import static dev.banhmi.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.object.ObjectClient.Response;
import dev.banhmi.testkit.GatewayProcess;
import dev.banhmi.testkit.RawHttp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Clients that go away in the middle of a download take nothing with them. */
class AbortedDownloadsIT extends ObjectContract {

    private static final int CONNECTIONS = 8;
    private static final int ABORTED = 300;
    private static final int SIZE = 20 * MEBIBYTE;

    private static final List<String> RANGES = List.of("bytes=0-", "bytes=100-", "bytes=0-9999999,10000001-");

    private final String name = freshName();

    AbortedDownloadsIT(ObjectWorld world) {
        super(world);
    }

    @Test
    void leaveNoConnectionToTheStoreBehind() throws Exception {
        byte[] content = content(1, SIZE);
        stored(HASHED, name, content);
        try (GatewayProcess gateway = ObjectWorld.serving(world.store())
                        .set("banhmi.s3.max-connections", Integer.toString(CONNECTIONS))
                        .start();
                ObjectClient few = new ObjectClient(gateway.uri());
                ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS)) {
            List<Callable<Integer>> downloads = new ArrayList<>();
            for (int i = 0; i < ABORTED; i++) {
                int number = i;
                downloads.add(() -> {
                    try (RawHttp connection = abandoned(gateway, number)) {
                        int status = connection.response().status();
                        if (number % 2 == 0) {
                            connection.reset();
                        }
                        return status;
                    }
                });
            }
            for (Future<Integer> download : threads.invokeAll(downloads)) {
                assertThat(download.get()).isIn(200, 206);
            }

            List<Callable<Response>> whole = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                whole.add(() -> few.get(HASHED, name));
            }
            for (Future<Response> response : threads.invokeAll(whole)) {
                assertStatus(response.get(), 200);
                assertThat(Arrays.equals(response.get().body(), content)).isTrue();
            }
            assertThat(gateway.output()).doesNotContain(" ERROR ");
        }
    }

    @Test
    void endTheReadOfTheStore() throws IOException {
        stored(HASHED, name, content(1, SIZE));
        try (GatewayProcess gateway = ObjectWorld.serving(world.store())
                        // Else the silence of a client that is gone would end the read, too.
                        .set("banhmi.transfer.max-idle", "10m")
                        .start();
                RawHttp connection = abandoned(gateway, 0)) {
            TcpConnections toStore = TcpConnections.to(world.store().endpoint().getPort(), gateway.pid());
            assertThat(connection.response().status()).isEqualTo(206);
            await().untilAsserted(() -> assertThat(toStore.withUnreadBytes()).isEqualTo(1));

            connection.reset();
            long left = System.nanoTime();

            // A whole HEAD came over another connection, which is kept for the next request.
            await().untilAsserted(() -> assertThat(toStore.withUnreadBytes()).isZero());
            System.out.printf(
                    Locale.ROOT,
                    "%s: the read ended %.2f s after the client was gone%n",
                    world,
                    (System.nanoTime() - left) / 1e9);
        }
    }

    /** A client that asks and then reads too slowly for the object to be on its way already. */
    private RawHttp abandoned(GatewayProcess gateway, int number) throws IOException {
        RawHttp connection = RawHttp.connect(gateway.uri(), 4096);
        String range = number % 4 == 3 ? "x-none: x" : "Range: " + RANGES.get(number % 4);
        connection.send(client.requestHead("GET", ObjectClient.target(HASHED, name), range));
        return connection;
    }
}
