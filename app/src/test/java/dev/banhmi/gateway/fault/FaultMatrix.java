package dev.banhmi.gateway.fault;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.fault.MatrixCase.Result;
import dev.banhmi.gateway.fault.S3Call.Operation;
import dev.banhmi.gateway.fault.Script.Rule;
import dev.banhmi.gateway.fault.Workload.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * Every call that the gateway makes to the store, for every kind and size of transfer, meets every fault, once and for good.
 * One fault goes unnoticed; a lasting one ends in a clear error with nothing visible and nothing left in the store.
 */
class FaultMatrix {

    /** Cases wait most of the time, and the large ones move bytes. */
    private static final int LARGE_AT_ONCE = 5;

    private static final int WARM_UP = 5;

    private static final int SMALL_AT_ONCE = 10;
    private static final Duration CLEAN = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(100);

    @Test
    void everyCallSurvivesOneFaultAndReportsALastingOne() throws IOException, InterruptedException {
        long seed = Long.getLong("banhmi.seed", System.nanoTime());
        long start = System.nanoTime();
        try (MatrixWorld world = MatrixWorld.start(seed)) {
            warmUp(world);
            List<Result> results = withLeftovers(world, run(world, cases(), new Random(seed)));
            long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
            String matrix = Matrix.of(results) + "\n" + results.size() + " cases in " + seconds + " s, seed " + seed
                    + " (-Dbanhmi.seed), connections cut " + world.proxy().hangUps() + ", bodies refused "
                    + world.proxy().refusals() + ", troubles "
                    + world.proxy().troubles();
            System.out.println(matrix);
            Files.writeString(Path.of(System.getProperty("banhmi.build.directory"), "fault-matrix.txt"), matrix);

            assertThat(results).as("cells of the matrix").allMatch(Result::asExpected);
            assertThat(world.gateway().leftovers()).isEmpty();
            assertThat(world.gateway().output()).doesNotContain("fault in ");
        }
    }

    /** The first requests of a cold process take longer than the waits here allow. */
    private static void warmUp(MatrixWorld world) throws IOException {
        for (int round = 0; round < WARM_UP; round++) {
            GatewayClient.Answer answer =
                    world.client().send("PUT", "/v1/objects/plain/warm", "", world.content(20 << 20));
            assertThat(answer.status())
                    .as("a round without faults: %s", answer.text())
                    .isIn(200, 201, 504);
        }
    }

    private static List<MatrixCase> cases() {
        List<MatrixCase> cases = new ArrayList<>();
        for (Workload workload : Workload.values()) {
            for (Step step : workload.steps()) {
                for (boolean persistent : new boolean[] {false, true}) {
                    for (Fault fault : Fault.values()) {
                        if (fault.appliesTo(step.call(), workload.size())) {
                            cases.add(MatrixCase.of("case-" + cases.size(), workload, step, fault, persistent));
                        }
                    }
                }
            }
        }
        for (Workload workload : List.of(Workload.PUT_1K, Workload.CREATE_1K, Workload.PUT_20M, Workload.CREATE_20M)) {
            Operation write = workload.large() ? Operation.COMPLETE_MULTIPART_UPLOAD : Operation.PUT_OBJECT;
            cases.add(new MatrixCase(
                    "case-" + cases.size(),
                    workload,
                    write + " always, and HEAD_OBJECT #2",
                    List.of(
                            new Rule(S3Call.of(write), 1, Fault.LOST_ANSWER, true),
                            new Rule(S3Call.of(Operation.HEAD_OBJECT), 2, Fault.INTERNAL_ERROR, true)),
                    new Expectation(EnumSet.of(Outcome.UNKNOWN), false, "even the look at what was written fails")));
        }
        return cases;
    }

    /** In a random order, so that those that wait and those that move bytes are under way together. */
    private static List<Result> run(MatrixWorld world, List<MatrixCase> cases, Random random)
            throws InterruptedException {
        List<MatrixCase> shuffled = new ArrayList<>(cases);
        Collections.shuffle(shuffled, random);
        Map<MatrixCase, Future<Result>> running = new HashMap<>();
        try (ExecutorService large = Executors.newFixedThreadPool(LARGE_AT_ONCE);
                ExecutorService small = Executors.newFixedThreadPool(SMALL_AT_ONCE)) {
            for (MatrixCase one : shuffled) {
                running.put(one, (one.workload().large() ? large : small).submit(() -> one.run(world)));
            }
            List<Result> results = new ArrayList<>();
            for (MatrixCase one : cases) {
                results.add(requireNonNull(running.get(one)).get());
            }
            return results;
        } catch (ExecutionException e) {
            throw new AssertionError("a case could not be run", e.getCause());
        }
    }

    /** Aborts go on in the background for a moment; what is open after that stays open. */
    private static List<Result> withLeftovers(MatrixWorld world, List<Result> results) throws InterruptedException {
        Set<String> mayBeOpen = new HashSet<>();
        results.stream()
                .filter(result -> result.matrixCase().expectation().mayLeaveUpload())
                .forEach(result -> mayBeOpen.add(result.key()));
        long deadline = System.nanoTime() + CLEAN.toNanos();
        Set<String> open = world.openUploads();
        while (!mayBeOpen.containsAll(open) && System.nanoTime() < deadline) {
            Thread.sleep(POLL);
            open = world.openUploads();
        }
        Set<String> stillOpen = open;
        Set<String> visible = world.objects();
        return results.stream()
                .map(result -> result.after(stillOpen.contains(result.key()), visible.contains(result.key())))
                .toList();
    }
}
