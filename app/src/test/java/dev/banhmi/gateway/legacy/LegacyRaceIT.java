package dev.banhmi.gateway.legacy;

import static dev.banhmi.gateway.legacy.LegacyClient.stored;
import static dev.banhmi.gateway.legacy.World.BUCKET;
import static dev.banhmi.gateway.legacy.World.freshKey;
import static dev.banhmi.testkit.Patience.HANGS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.banhmi.testkit.Emulator;
import dev.banhmi.testkit.GeneratedContent;
import dev.banhmi.testkit.RawHttp;
import java.io.InputStream;
import java.util.ArrayList;
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

/** Uploads of one key at the same moment. Only s3proxy: S3Mock lets several conditional writers win. */
class LegacyRaceIT extends LegacyContract {

    private static final int RACERS = 16;
    private static final int HELD_BACK = 20;

    LegacyRaceIT(World world) {
        super(world);
    }

    @ParameterizedTest(name = "{0} rounds of {1} bytes")
    @CsvSource({"12, 1000", "4, 5300000", "2, 17000000"})
    void oneOfSixteenWins(int rounds, long size) throws Exception {
        assumeThat(world.store().emulator())
                .as("S3Mock decides conditions without atomicity and has several winners")
                .isEqualTo(Emulator.S3PROXY);
        for (int round = 1; round <= rounds; round++) {
            race(size);
        }
    }

    private void race(long size) throws Exception {
        String key = freshKey();
        CyclicBarrier finish = new CyclicBarrier(RACERS);
        List<Callable<Integer>> racers = new ArrayList<>();
        for (int racer = 0; racer < RACERS; racer++) {
            UploadBody body = UploadBody.of(BUCKET, key, new GeneratedContent(racer, size));
            racers.add(() -> {
                try (RawHttp connection = RawHttp.connect(world.gateway().uri());
                        InputStream stream = body.open()) {
                    connection.send(client.uploadHead(body));
                    for (long left = body.length() - HELD_BACK; left > 0; ) {
                        byte[] next = stream.readNBytes((int) Math.min(left, 1 << 16));
                        connection.send(next);
                        left -= next.length;
                    }
                    finish.await(HANGS.toSeconds(), TimeUnit.SECONDS);
                    connection.send(stream.readAllBytes());
                    return connection.response().status();
                }
            });
        }
        List<Integer> statuses = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> result : threads.invokeAll(racers)) {
                statuses.add(result.get());
            }
        }

        assertThat(Collections.frequency(statuses, 200))
                .as("winners among %s", statuses)
                .isEqualTo(1);
        assertThat(Collections.frequency(statuses, 409))
                .as("losers among %s", statuses)
                .isEqualTo(RACERS - 1);
        assertThat(world.store().sha256(BUCKET, stored(key)))
                .as("the winner's bytes")
                .isEqualTo(new GeneratedContent(statuses.indexOf(200), size).sha256());
    }
}
