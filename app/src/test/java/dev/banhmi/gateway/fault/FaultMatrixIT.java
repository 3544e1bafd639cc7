package dev.banhmi.gateway.fault;

import static dev.banhmi.testkit.Patience.HANGS;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.fault.MatrixCase.Result;
import dev.banhmi.gateway.fault.S3Call.Operation;
import dev.banhmi.gateway.fault.Script.Rule;
import dev.banhmi.testkit.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Every call that the gateway makes to the store, for every kind and size of transfer, meets every fault, once and for good.
 * One fault goes unnoticed; a lasting one ends in a clear error with nothing visible and nothing left in the store.
 */
@Order(2)
class FaultMatrixIT {

    /** Cases in which the gateway waits in vain cost no more than memory; the others would slow each other down. */
    private static final int WAITING_LARGE_AT_ONCE = 14;

    private static final int WAITING_SMALL_AT_ONCE = 40;
    private static final int LARGE_AT_ONCE = 2;
    private static final int SMALL_AT_ONCE = 4;
    private static final int ROUNDS_WITHOUT_FAULT = 3;

    /** One in so many: a closed connection seldom costs a try, and is seldom the last one. */
    private static final int MOST_EXCUSED = 50;

    /** A machine that becomes slower again and again, while a few cases run alone, gets no matrix. */
    private static final int MOST_REPETITIONS = 3;

    private static final Duration POLL = Duration.ofMillis(200);

    @Test
    void everyCallSurvivesOneFaultAndReportsALastingOne() throws IOException, InterruptedException {
        long seed = Seeds.seed(FaultMatrixIT.class);
        Random random = new Random(seed);
        long start = System.nanoTime();
        try (MatrixWorld world = MatrixWorld.start(seed, wire())) {
            Measured measured = shorten(world, "first", random);
            List<Result> results = withLeftovers(world, run(world, selected(random), random));
            List<String> repeated = new ArrayList<>();
            for (int again = 1; again <= MOST_REPETITIONS; again++) {
                List<Result> inVain = inVain(results);
                if (inVain.isEmpty()) {
                    break;
                }
                inVain.forEach(result -> repeated.add(result.toString()));
                write(world, results, repeated, measured, seed, start);
                assertNothingIsLeft(world);
                measured = shorten(world, "again-" + again, random);
                results = repeated(world, results, inVain, "-again-" + again, random);
            }
            write(world, results, repeated, measured, seed, start);

            assertThat(results)
                    .as("cells of the matrix")
                    .filteredOn(result -> !result.asExpected())
                    .isEmpty();
            assertTriesAreSeldomLost(results);
            assertNothingIsLeft(world);
        }
    }

    private static void assertNothingIsLeft(MatrixWorld world) {
        assertThat(world.gateway().leftovers()).isEmpty();
        assertThat(world.gateway().output()).doesNotContain("fault in ");
    }

    /** Whether the bytes of objects go over the wire client. */
    boolean wire() {
        return false;
    }

    private void write(
            MatrixWorld world, List<Result> results, List<String> repeated, Measured measured, long seed, long start)
            throws IOException {
        String matrix = Matrix.of(results) + "\n" + results.size() + " of "
                + cases().size() + " cases in "
                + since(start).toSeconds()
                + " s, seed " + seed + " (-Dbanhmi.seed); without a fault the slowest call took "
                + measured.cold().toMillis() + " ms in a cold process, then "
                + measured.slowest().toMillis() + " ms, and "
                + measured.warm().toMillis() + " ms in the next one, so a call had "
                + world.waits().call().toMillis() + " ms; cases with a call that took half of that: "
                + results.stream().filter(Result::overdue).count() + ", excused for it: "
                + results.stream().filter(Result::excused).toList() + "; repeated on a machine that had become slower: "
                + repeated + "; connections cut "
                + world.proxy().hangUps() + ", bodies refused "
                + world.proxy().refusals() + ", troubles "
                + world.proxy().troubles();
        System.out.println(matrix);
        Path directory = Path.of(System.getProperty("banhmi.build.directory"));
        String name = wire() ? "fault-matrix-over-wire" : "fault-matrix";
        Files.writeString(directory.resolve(name + ".txt"), matrix);
        // Why the gateway responded as it did: what it told the log and nobody else.
        Files.writeString(
                directory.resolve(name + "-gateway.log"), world.gateway().output());
    }

    /**
     * What shows nothing, because the machine has become so slow since the waits were measured that calls without a fault
     * timed out; and what is excused for a lost try, where that is more than seldom and calls were late.
     */
    private static List<Result> inVain(List<Result> results) {
        boolean late = results.stream().anyMatch(Result::overdue);
        boolean lost = late && !triesAreSeldomLost(results);
        return results.stream()
                .filter(result -> result.inVain() || (lost && result.excusedForALostTry()))
                .toList();
    }

    private static boolean triesAreSeldomLost(List<Result> results) {
        try {
            assertTriesAreSeldomLost(results);
            return true;
        } catch (AssertionError often) {
            return false;
        }
    }

    /** Each under a name of its own, so that whatever is left of the first one would still be found. */
    private static List<Result> repeated(
            MatrixWorld world, List<Result> results, List<Result> inVain, String suffix, Random random)
            throws InterruptedException {
        List<MatrixCase> again =
                inVain.stream().map(result -> result.matrixCase().named(suffix)).toList();
        List<Result> second = withLeftovers(world, run(world, again, random));
        List<Result> merged = new ArrayList<>(results);
        for (int i = 0; i < inVain.size(); i++) {
            merged.set(results.indexOf(inVain.get(i)), second.get(i));
        }
        return merged;
    }

    /** The slowest calls without a fault. */
    private record Measured(Duration cold, Duration slowest, Duration warm) {}

    /** Until the machine is as quick with the shortened waits as it was when they were measured. */
    private static Measured shorten(MatrixWorld world, String name, Random random) throws InterruptedException {
        for (int measured = 1; ; measured++) {
            String attempt = name + "-" + measured;
            if (!world.waits().equals(Waits.UNSHORTENED)) {
                world.shorten(Waits.UNSHORTENED);
            }
            // The first calls of a cold process are its slowest. The next one, with the shortened waits, is warmed up
            // before it meets a fault.
            Duration cold = slowest(assertAsExpected(withoutFault(world, attempt + "-cold", random)));
            Duration slowest = slowest(assertAsExpected(withoutFault(world, attempt + "-measured", random)));
            world.shorten(Waits.forSlowest(cold, slowest));
            List<Result> warm = withoutFault(world, attempt + "-warm", random);
            if (measured < MOST_REPETITIONS && warm.stream().anyMatch(Result::inVain)) {
                System.out.println("the machine was slower than just before, so the waits are measured again: "
                        + warm.stream().filter(Result::inVain).toList());
                continue;
            }
            return new Measured(cold, slowest, slowest(assertAsExpected(warm)));
        }
    }

    /** A gateway that tried less often than it says would have an excuse everywhere. */
    private static void assertTriesAreSeldomLost(List<Result> results) {
        List<Result> excused =
                results.stream().filter(Result::excusedForALostTry).toList();
        assertThat(excused)
                .as("cells excused for a lost try, of %d", results.size())
                .hasSizeLessThanOrEqualTo(results.size() / MOST_EXCUSED);
        Map<String, List<Result>> lines = results.stream().collect(Collectors.groupingBy(Result::line));
        assertThat(lines)
                .as("rows excused as a whole")
                .allSatisfy((line, cells) -> assertThat(cells)
                        .satisfiesAnyOf(
                                few -> assertThat(few).hasSizeLessThan(3),
                                many -> assertThat(many).anyMatch(cell -> !cell.excusedForALostTry())));
    }

    /** Every kind of transfer a few times, as many at once as later. */
    private static List<Result> withoutFault(MatrixWorld world, String name, Random random)
            throws InterruptedException {
        List<MatrixCase> cases = Stream.of(Workload.values())
                .flatMap(workload -> IntStream.range(0, ROUNDS_WITHOUT_FAULT)
                        .mapToObj(round -> MatrixCase.withoutFault(name + "-" + workload + "-" + round, workload)))
                .toList();
        return run(world, cases, random);
    }

    private static List<Result> assertAsExpected(List<Result> results) {
        assertThat(results)
                .as("transfers without a fault")
                .filteredOn(result -> !result.asExpected())
                .isEmpty();
        return results;
    }

    private static Duration slowest(List<Result> results) {
        return results.stream()
                .map(Result::slowest)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    /**
     * Each kind of transfer, call and fault, by the smallest upload that makes the call (three parts only for one between the first
     * and the last), once or for good as chance has it. A large download makes no other calls than a small one, and is a kind of its own.
     */
    List<MatrixCase> selected(Random random) {
        List<MatrixCase> shuffled = new ArrayList<>(smallest());
        Collections.shuffle(shuffled, random);
        Map<Cell, MatrixCase> chosen = new HashMap<>();
        shuffled.forEach(one -> chosen.putIfAbsent(Cell.of(one).onceOrForGood(), one));
        return smallest().stream()
                .filter(one -> one.equals(chosen.get(Cell.of(one).onceOrForGood())))
                .toList();
    }

    /** Each of them once, and for good. */
    static List<MatrixCase> smallest() {
        Set<Cell> seen = new HashSet<>();
        return cases().stream().filter(one -> seen.add(Cell.of(one))).toList();
    }

    /** What two cases have in common that differ only in the size of an upload. */
    private record Cell(Workload.Kind kind, boolean conditional, boolean largeDownload, List<String> faults) {

        private static final String ONCE = " once";
        private static final String FOR_GOOD = " always";

        static Cell of(MatrixCase one) {
            Workload workload = one.workload();
            boolean isDownload = switch (workload.kind()) {
                case GET, RANGE, LEGACY_DOWNLOAD -> true;
                case PUT, MISMATCH, DELETE, LEGACY_UPLOAD -> false;
            };
            return new Cell(
                    workload.kind(),
                    workload.conditional(),
                    isDownload && workload.large(),
                    one.rules().stream()
                            .map(rule -> workload.placeOf(rule.call()) + " " + rule.fault()
                                    + (rule.persistent() ? FOR_GOOD : ONCE))
                            .toList());
        }

        /** What it has in common with the case in which the fault stays, or goes. */
        Cell onceOrForGood() {
            return new Cell(
                    kind,
                    conditional,
                    largeDownload,
                    faults.stream()
                            .map(fault -> fault.replace(FOR_GOOD, "").replace(ONCE, ""))
                            .toList());
        }
    }

    /** Every size of every kind, too. */
    static List<MatrixCase> cases() {
        List<MatrixCase> cases = new ArrayList<>();
        for (Workload workload : Workload.values()) {
            for (S3Call call : workload.calls()) {
                for (boolean persistent : new boolean[] {false, true}) {
                    for (Fault fault : Fault.values()) {
                        if (fault.appliesTo(call, workload.size())) {
                            cases.add(MatrixCase.of("case-" + cases.size(), workload, call, fault, persistent));
                        }
                    }
                }
            }
        }
        for (Workload workload :
                List.of(Workload.PUT_1K, Workload.CREATE_1K, Workload.PUT_2_PARTS, Workload.CREATE_2_PARTS)) {
            cases.add(doubted("case-" + cases.size(), workload, false));
            cases.add(doubted("case-" + cases.size(), workload, true));
        }
        return cases;
    }

    /** The response to the write is lost, and the look at what was written fails. */
    private static MatrixCase doubted(String name, Workload workload, boolean persistent) {
        S3Call write = S3Call.of(workload.large() ? Operation.COMPLETE_MULTIPART_UPLOAD : Operation.PUT_OBJECT);
        S3Call look = S3Call.of(Operation.HEAD_DOUBTED);
        Expectation expectation = new Expectation(
                EnumSet.of(persistent ? Outcome.UNKNOWN : Outcome.SUCCESS),
                EnumSet.noneOf(Outcome.class),
                EnumSet.noneOf(Outcome.class),
                false,
                persistent ? "even the look at what was written fails" : null);
        return new MatrixCase(
                name,
                workload,
                look + (persistent ? " always" : " once"),
                List.of(new Rule(look, Fault.INTERNAL_ERROR, persistent), new Rule(write, Fault.LOST_RESPONSE, true)),
                expectation);
    }

    /** In a random order, so that those that wait and those that move bytes are under way together. */
    private static List<Result> run(MatrixWorld world, List<MatrixCase> cases, Random random)
            throws InterruptedException {
        List<MatrixCase> shuffled = new ArrayList<>(cases);
        Collections.shuffle(shuffled, random);
        Map<MatrixCase, Future<Result>> running = new HashMap<>();
        try (ExecutorService large = Executors.newFixedThreadPool(LARGE_AT_ONCE);
                ExecutorService small = Executors.newFixedThreadPool(SMALL_AT_ONCE);
                ExecutorService waitingLarge = Executors.newFixedThreadPool(WAITING_LARGE_AT_ONCE);
                ExecutorService waitingSmall = Executors.newFixedThreadPool(WAITING_SMALL_AT_ONCE)) {
            for (MatrixCase one : shuffled) {
                boolean isLarge = one.workload().large();
                ExecutorService executor =
                        one.makesWait() ? (isLarge ? waitingLarge : waitingSmall) : (isLarge ? large : small);
                running.put(one, executor.submit(() -> one.run(world)));
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
        long start = System.nanoTime();
        List<Result> last = lookedAfter(world, results);
        while (!last.stream().allMatch(result -> result.asExpected() || result.inVain())
                && since(start).compareTo(HANGS) < 0) {
            // Between two looks into the store, which has no way to call.
            Thread.sleep(POLL);
            last = lookedAfter(world, results);
        }
        return last;
    }

    /** Every case has a key of its own, so what is open or visible at the end says whose it is. */
    private static List<Result> lookedAfter(MatrixWorld world, List<Result> results) {
        Map<String, Set<String>> open = world.openUploads();
        Set<String> visible = world.objects();
        return results.stream()
                .map(result -> result.after(open.getOrDefault(result.key(), Set.of()), visible.contains(result.key())))
                .toList();
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
