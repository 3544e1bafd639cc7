package dev.banhmi.gateway.object;

import static dev.banhmi.gateway.object.ObjectWorld.HASHED;
import static dev.banhmi.gateway.object.ObjectWorld.freshName;
import static dev.banhmi.testkit.Patience.HANGS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.banhmi.gateway.object.ObjectClient.Response;
import dev.banhmi.testkit.Emulator;
import dev.banhmi.testkit.RawHttp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Conditional creations at the same moment. Only s3proxy: S3Mock lets several win. Replacements are not raced: with
 * {@code If-Match} s3proxy lets several win, too (2 to 16 of 16 PutObject calls, without the gateway).
 */
class ObjectRaceIT extends ObjectContract {

    private static final int RACERS = 16;
    private static final int HELD_BACK = 20;

    ObjectRaceIT(ObjectWorld world) {
        super(world);
        assumeThat(world.store().emulator())
                .as("S3Mock decides conditions without atomicity and has several winners")
                .isEqualTo(Emulator.S3PROXY);
    }

    @ParameterizedTest(name = "{0} rounds of {1} bytes")
    @CsvSource({"20, 1024", "3, 9437184"})
    void oneOfSixteenCreates(int rounds, int size) throws Exception {
        for (int round = 1; round <= rounds; round++) {
            race(freshName(), size);
        }
    }

    private void race(String name, int size) throws Exception {
        CyclicBarrier finish = new CyclicBarrier(RACERS);
        List<Callable<Response>> racers = new ArrayList<>();
        for (int racer = 0; racer < RACERS; racer++) {
            byte[] content = content(racer, size);
            racers.add(() -> {
                try (RawHttp connection = RawHttp.connect(world.gateway().uri())) {
                    connection.send(client.requestHead(
                            "PUT",
                            ObjectClient.target(HASHED, name),
                            "Content-Type: application/octet-stream",
                            "Content-Length: " + size,
                            "If-None-Match: *"));
                    connection.send(Arrays.copyOf(content, size - HELD_BACK));
                    finish.await(HANGS.toSeconds(), TimeUnit.SECONDS);
                    connection.send(Arrays.copyOfRange(content, size - HELD_BACK, size));
                    return Response.of(connection.response());
                }
            });
        }
        List<Response> responses = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Response> result : threads.invokeAll(racers)) {
                responses.add(result.get());
            }
        }
        List<Integer> statuses = responses.stream().map(Response::status).toList();
        assertThat(Collections.frequency(statuses, 201))
                .as("winners among %s", responses)
                .isEqualTo(1);
        assertThat(responses.stream().filter(response -> response.status() != 201))
                .as("losers among %s", responses)
                .allMatch(response -> response.status() == 412
                        || (response.status() == 409
                                && response.json().get("code").asString().equals("WRITE_CONFLICT")));
        int winner = statuses.indexOf(201);
        assertHolds(HASHED, name, content(winner, size));
        assertThat(client.head(HASHED, name).etag())
                .isEqualTo(responses.get(winner).etag());
    }
}
