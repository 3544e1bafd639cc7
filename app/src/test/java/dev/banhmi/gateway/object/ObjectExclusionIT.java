package dev.banhmi.gateway.object;

import static dev.banhmi.gateway.object.ObjectWorld.HASHED;
import static dev.banhmi.gateway.object.ObjectWorld.RACED;
import static dev.banhmi.gateway.object.ObjectWorld.freshName;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.object.ObjectClient.Response;
import dev.banhmi.testkit.Emulator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Several writers over the same version: one wins, or the gateway says at once that its store cannot do that. */
class ObjectExclusionIT extends ObjectContract {

    private static final int WRITERS = 8;
    private static final int WRITES = 40;

    private final String name = freshName();

    ObjectExclusionIT(ObjectWorld world) {
        super(world);
    }

    /**
     * A race may miss a careless store: s3proxy once in some hundred buckets, so it has several; S3Mock about every second
     * time.
     */
    @Test
    void refusesWhatTheStoreDoesNotKeep() throws Exception {
        assumeThat(world.store().emulator()).isEqualTo(Emulator.S3PROXY);
        byte[] first = content(1, 1_000);
        String bucket = RACED.stream()
                .filter(raced -> replacedByEight(
                                raced, stored(raced, name, first).etag())
                        .stream()
                        .allMatch(response -> response.status() == 501))
                .findFirst()
                .orElseThrow(() -> new AssertionError("s3proxy was careful in all of " + RACED));
        String etag = client.get(bucket, name).etag();
        for (Response response : replacedByEight(bucket, etag)) {
            assertProblem(response, ErrorCode.CONDITION_UNSUPPORTED);
        }
        assertProblem(client.delete(bucket, name, "If-Match", etag), ErrorCode.CONDITION_UNSUPPORTED);
        assertProblem(client.put(bucket, name, first, "If-None-Match", "\"other\""), ErrorCode.CONDITION_UNSUPPORTED);
        assertHolds(bucket, name, first);

        // What needs no exclusion is as ever.
        assertProblem(client.put(bucket, name, first, "If-Match", "\"other\""), ErrorCode.PRECONDITION_FAILED);
        assertProblem(client.put(bucket, name, first, "If-None-Match", "*"), ErrorCode.PRECONDITION_FAILED);
        assertStatus(client.put(bucket, freshName(), first, "If-None-Match", "*"), 201);

        assertThat(world.store().objects(bucket)).noneMatch(key -> key.startsWith(".banhmi/"));
        assertThat(world.gateway().output())
                .containsOnlyOnce("bucket " + bucket + ": the store keeps no writers over the same version apart");
    }

    private List<Response> replacedByEight(String bucket, String etag) {
        List<Future<Response>> responses = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int writer = 0; writer < WRITERS; writer++) {
                byte[] other = content(writer + 2, 1_000);
                responses.add(threads.submit(() -> client.put(bucket, name, other, "If-Match", etag)));
            }
        }
        return responses.stream().map(Future::resultNow).toList();
    }

    @Test
    void losesNoWriteWhereTheStoreKeepsThemApart() throws Exception {
        ObjectClient excluding = world.excluding().client();
        assertStatus(excluding.put(HASHED, name, "0".getBytes(US_ASCII)), 201);
        AtomicInteger written = new AtomicInteger();
        List<Future<?>> writers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int writer = 0; writer < WRITERS; writer++) {
                writers.add(threads.submit(() -> increment(excluding, written)));
            }
        }
        for (Future<?> writer : writers) {
            writer.get();
        }
        assertThat(counter(excluding.get(HASHED, name)))
                .isEqualTo(written.get())
                .isGreaterThanOrEqualTo(WRITES);
    }

    private void increment(ObjectClient excluding, AtomicInteger written) {
        while (written.get() < WRITES) {
            Response before = excluding.get(HASHED, name);
            byte[] more = Integer.toString(counter(before) + 1).getBytes(US_ASCII);
            Response after = excluding.put(HASHED, name, more, "If-Match", before.etag());
            assertThat(after.status()).as("%s", after).isIn(200, 409, 412);
            if (after.status() == 200) {
                written.incrementAndGet();
            }
        }
    }

    private static int counter(Response response) {
        assertStatus(response, 200);
        return Integer.parseInt(new String(response.body(), US_ASCII));
    }
}
