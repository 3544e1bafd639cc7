package dev.banhmi.gateway.store;

import static dev.banhmi.testkit.Patience.HANGS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.StoreHooks.Gate;
import dev.banhmi.gateway.store.StoreHooks.Operation;
import dev.banhmi.gateway.transfer.upload.LogOf;
import dev.banhmi.testkit.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.MDC;
import software.amazon.awssdk.services.s3.model.S3Exception;

class ConditionalWritesTest {

    private static final int WRITES = 1 + ConditionalWrites.ROUNDS * ConditionalWrites.WRITERS;

    private final MemoryObjectStore store = MemoryObjectStore.keepingSums();
    private final ConditionalWrites writes = new ConditionalWrites(store, HANGS, HANGS);

    @Test
    void trustsAStoreThatLetsOneWin() {
        writes.requireExclusion("demo");
        writes.requireExclusion("demo");
        assertThat(store.hooks().calls(Operation.PUT)).isEqualTo(WRITES);
        assertThat(store.objectCount()).isZero();
    }

    @Test
    void doesNotTrustAStoreThatComparesFirstAndWritesLater() {
        store.hooks().compareBeforeWriting(ConditionalWrites.WRITERS);
        for (int time = 1; time <= 2; time++) {
            assertThat(code("demo")).isEqualTo(ErrorCode.CONDITION_UNSUPPORTED);
        }
        assertThat(store.hooks().calls(Operation.PUT)).isEqualTo(1 + ConditionalWrites.WRITERS);
        assertThat(store.objectCount()).isZero();
    }

    /** Whether a PUT is completed in parts is known late. */
    @Test
    void doesNotTrustAStoreThatComparesInPutsOnly() {
        store.hooks().ignoreVersion(Operation.COMPLETE);
        assertThat(code("demo")).isEqualTo(ErrorCode.CONDITION_UNSUPPORTED);
        assertThat(store.objectCount()).isZero();
        assertThat(store.openUploads()).isEmpty();
    }

    @Test
    void trustsNoDeletionsWhereTheStoreIgnoresTheirCondition() {
        store.hooks().ignoreVersion(Operation.DELETE);
        writes.requireExclusion("demo");
        assertThatThrownBy(() -> writes.requireExclusionOfDeletions("demo"))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONDITION_UNSUPPORTED));
        assertThat(store.hooks().calls(Operation.PUT)).as("writes of one race").isEqualTo(WRITES);
    }

    /** A store may know the condition of some of the calls only, and say so. */
    @ParameterizedTest
    @EnumSource(names = {"PUT", "COMPLETE", "DELETE"})
    void trustsNoCallWhoseConditionTheStoreHasNot(Operation operation) {
        int conditional = operation == Operation.PUT ? 2 : 1;
        store.hooks().fail(operation, conditional, operation == Operation.DELETE ? 1 : 99, () -> notImplemented());

        if (operation == Operation.DELETE) {
            writes.requireExclusion("demo");
        } else {
            assertThat(code("demo")).isEqualTo(ErrorCode.CONDITION_UNSUPPORTED);
        }
        assertThatThrownBy(() -> writes.requireExclusionOfDeletions("demo"))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONDITION_UNSUPPORTED));
        assertThat(store.objectCount()).isZero();
        assertThat(store.openUploads()).isEmpty();
    }

    private static GatewayException notImplemented() {
        return new GatewayException(
                ErrorCode.STORE_FAULT,
                "not implemented",
                S3Exception.builder().statusCode(501).build());
    }

    @Test
    void trustsDeletionsThatAreRefusedForAnotherVersion() {
        writes.requireExclusionOfDeletions("demo");
        assertThat(store.hooks().calls(Operation.COMPLETE)).isEqualTo(ConditionalWrites.COMPLETIONS);
        assertThat(store.openUploads()).isEmpty();
        assertThat(store.objectCount()).isZero();
    }

    /** Not only what a store is expected to throw: everybody else would wait for ever. */
    @Test
    void endsWhateverAWriterThrowsBeforeItBegins() throws Exception {
        store.hooks().fail(Operation.HEAD, 3, 3, () -> new IllegalStateException("a fault"));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<ErrorCode> told = threads.submit(() -> code("demo"));
            assertThat(told.get(HANGS.toSeconds(), TimeUnit.SECONDS)).isEqualTo(ErrorCode.INTERNAL);
        }
        writes.requireExclusion("demo");
    }

    /** Only one of the others is told that a writer is late; whoever is looked at first. */
    @Test
    void tellsThatTheStoreWasLateWhicheverWriterItWas() {
        ConditionalWrites impatient = new ConditionalWrites(store, Duration.ofMillis(1), HANGS);
        List<Thread> writers = new CopyOnWriteArrayList<>();
        CyclicBarrier together = new CyclicBarrier(ConditionalWrites.WRITERS);
        store.hooks().before(Operation.HEAD, () -> {
            Thread own = Thread.currentThread();
            writers.add(own);
            try {
                together.await(HANGS.toSeconds(), TimeUnit.SECONDS);
                Thread first = Collections.min(writers, Comparator.comparingLong(Thread::threadId));
                for (Thread other : writers) {
                    if (own.equals(first) && !other.equals(own)) {
                        assertThat(other.join(HANGS)).isTrue();
                    }
                }
            } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(codeOf(() -> impatient.requireExclusion("demo"))).isEqualTo(ErrorCode.STORE_TIMEOUT);
        assertNothingIsLeft();
    }

    @Test
    void runsInTheNameOfTheRequest() {
        Queue<String> ids = new ConcurrentLinkedQueue<>();
        store.hooks().before(Operation.HEAD, () -> ids.add(String.valueOf(MDC.get("requestId"))));
        MDC.put("requestId", "the-request");
        try {
            writes.requireExclusion("demo");
        } finally {
            MDC.remove("requestId");
        }
        assertThat(ids).hasSizeGreaterThanOrEqualTo(ConditionalWrites.WRITERS).containsOnly("the-request");
    }

    @Test
    void triesNothingAfterItsEnd() {
        writes.end();
        assertThat(code("demo")).isEqualTo(ErrorCode.SHUTTING_DOWN);
        assertThat(store.hooks().calls(Operation.PUT)).isZero();
    }

    @Test
    void namesWhatARaceMayLeaveThatStillRuns() throws Exception {
        Gate gate = store.hooks().hold(Operation.HEAD);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                LogOf log = LogOf.linesWith("a-race-that-still-runs")) {
            Future<ErrorCode> told = threads.submit(() -> code("a-race-that-still-runs"));
            gate.awaitArrivals(ConditionalWrites.WRITERS);
            writes.end();
            assertThat(log.errors()).singleElement().asString().contains(ConditionalWrites.PLACE, "may be left");
            gate.open();
            assertThat(told.get(HANGS.toSeconds(), TimeUnit.SECONDS)).isEqualTo(ErrorCode.SHUTTING_DOWN);
        }
        assertThat(store.objectCount()).isZero();
    }

    /** In an interrupted thread every call to the store fails at once. */
    @Test
    void leavesNothingOfInterruptedWriters() {
        store.hooks().before(Operation.COMPLETE, () -> Thread.currentThread().interrupt());
        store.hooks().fail(Operation.COMPLETE, 1, 99, () -> notImplemented());
        assertThat(code("demo")).isEqualTo(ErrorCode.CONDITION_UNSUPPORTED);
        assertThat(store.openUploads()).isEmpty();
        assertThat(store.objectCount()).isZero();
    }

    @Test
    void leavesNothingOfAnInterruptedRequest() throws Exception {
        Gate gate = store.hooks().hold(Operation.COMPLETE);
        AtomicReference<ErrorCode> told = new AtomicReference<>();
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread request = Thread.ofVirtual().start(() -> {
            told.set(code("demo"));
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        gate.awaitArrivals(ConditionalWrites.COMPLETIONS);
        request.interrupt();
        assertThat(request.join(HANGS)).isTrue();
        assertThat(told).hasValue(ErrorCode.SHUTTING_DOWN);
        assertThat(interrupted).as("interrupted afterwards, too").isTrue();
        assertThat(store.openUploads()).isEmpty();
        assertThat(store.objectCount()).isZero();
    }

    /** Whatever the first removal throws, the others are made, and the verdict is that of the race. */
    @Test
    void removesTheRestWhenOneRemovalHasAFault() {
        store.hooks().fail(Operation.COMPLETE, 1, 99, () -> notImplemented());
        store.hooks().fail(Operation.ABORT, 1, 1, () -> new IllegalStateException("a fault"));
        assertThat(code("demo")).isEqualTo(ErrorCode.CONDITION_UNSUPPORTED);
        assertThat(store.openUploads()).hasSize(1);
        assertThat(store.objectCount()).isZero();

        store.hooks().fail(Operation.DELETE, 2, 2, () -> new IllegalStateException("a fault"));
        assertThat(code("other")).isEqualTo(ErrorCode.CONDITION_UNSUPPORTED);
    }

    @Test
    void triesEachBucketByItself() {
        writes.requireExclusion("demo");
        store.hooks().compareBeforeWriting(ConditionalWrites.WRITERS);
        assertThat(code("other")).isEqualTo(ErrorCode.CONDITION_UNSUPPORTED);
        writes.requireExclusion("demo");
    }

    @Test
    void triesABucketOnceHoweverManyWait() throws Exception {
        Gate gate = store.hooks().hold(Operation.PUT);
        List<Future<?>> callers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int caller = 0; caller < 20; caller++) {
                callers.add(threads.submit(() -> writes.requireExclusion("demo")));
            }
            gate.awaitArrivals(1);
            gate.open();
            for (Future<?> caller : callers) {
                caller.get();
            }
        }
        assertThat(store.hooks().calls(Operation.PUT)).isEqualTo(WRITES);
    }

    /** Or the last of many would wait as many times as long as the first. */
    @Test
    void failsAllWhoWaitForARaceThatFails() throws Exception {
        Gate gate = store.hooks().hold(Operation.PUT);
        store.hooks().fail(Operation.PUT, 1, 1, () -> new GatewayException(ErrorCode.STORE_UNAVAILABLE, "away"));
        List<Future<ErrorCode>> callers = new ArrayList<>();
        List<Thread> waiting = new CopyOnWriteArrayList<>();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            for (int caller = 0; caller < 8; caller++) {
                callers.add(threads.submit(() -> {
                    waiting.add(Thread.currentThread());
                    return code("demo");
                }));
            }
            gate.awaitArrivals(1);
            Patience.await(
                    "one waits at the gate and seven for it",
                    waiting::toString,
                    () -> waiting.stream()
                                    .filter(thread -> thread.getState() == Thread.State.TIMED_WAITING)
                                    .count()
                            == 8);
            gate.open();
            for (Future<ErrorCode> caller : callers) {
                assertThat(caller.get(HANGS.toSeconds(), TimeUnit.SECONDS)).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
            }
        }
        assertThat(store.hooks().calls(Operation.PUT)).as("races").isOne();
        writes.requireExclusion("demo");
    }

    @Test
    void waitsForTheRaceOfAnotherNoLongerThanItMay() throws Exception {
        ConditionalWrites impatient = new ConditionalWrites(store, HANGS, Duration.ofMillis(1));
        Gate gate = store.hooks().hold(Operation.PUT);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> first = threads.submit(() -> impatient.requireExclusion("demo"));
            gate.awaitArrivals(1);
            assertThatThrownBy(() -> impatient.requireExclusion("demo"))
                    .isInstanceOfSatisfying(
                            GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BUSY));
            gate.open();
            first.get(HANGS.toSeconds(), TimeUnit.SECONDS);
        }
        impatient.requireExclusion("demo");
        assertThat(store.hooks().calls(Operation.PUT)).as("writes of one race").isEqualTo(WRITES);
    }

    @Test
    void takesAFailureOfTheStoreForNoVerdict() {
        for (Operation operation : List.of(Operation.PUT, Operation.HEAD)) {
            int next = store.hooks().calls(operation) + 3;
            store.hooks().fail(operation, next, next, () -> new GatewayException(ErrorCode.STORE_DENIED, "denied"));
            assertThat(code(operation.name())).isEqualTo(ErrorCode.STORE_DENIED);
            assertThat(store.objectCount()).isZero();
            writes.requireExclusion(operation.name());
        }
    }

    /** Of the caller's own write nothing has been sent. */
    @ParameterizedTest
    @EnumSource(names = {"PUT", "COMPLETE", "DELETE"})
    void tellsNoLostResponseOfARaceAsAnUnknownOutcome(Operation operation) {
        int lost = operation == Operation.PUT ? 3 : 1;
        store.hooks().fail(operation, lost, lost, () -> new GatewayException(ErrorCode.OUTCOME_UNKNOWN, "lost"));
        assertThatThrownBy(() -> writes.requireExclusionOfDeletions("demo"))
                .hasMessage("The store's conditional writes could not be tried under .banhmi/races/ in bucket demo;"
                        + " nothing was changed.")
                .isInstanceOfSatisfying(GatewayException.class, told -> {
                    assertThat(told.code()).isEqualTo(ErrorCode.STORE_TIMEOUT);
                    assertThat(told)
                            .cause()
                            .isInstanceOfSatisfying(
                                    GatewayException.class,
                                    cause -> assertThat(cause.code()).isEqualTo(ErrorCode.OUTCOME_UNKNOWN));
                });
        writes.requireExclusionOfDeletions("demo");
    }

    /** S3 may tell all of them to send again. */
    @Test
    void needsNoWinner() {
        store.hooks().fail(Operation.PUT, 2, 9, () -> new GatewayException(ErrorCode.WRITE_CONFLICT, "again"));
        writes.requireExclusion("demo");
        assertThat(store.hooks().calls(Operation.PUT)).isEqualTo(WRITES);
    }

    @Test
    void doesNotFailOverWhatItLeaves() {
        store.hooks().fail(Operation.DELETE, 2, 2, () -> new GatewayException(ErrorCode.STORE_TIMEOUT, "late"));
        writes.requireExclusion("demo");
        assertThat(store.objectCount()).isOne();
        assertThat(store.list(new ListRequest("demo", "", null, new ListPosition.Start(), 10))
                        .objects())
                .singleElement()
                .satisfies(left -> assertThat(left.key()).startsWith(ConditionalWrites.PLACE));
    }

    /** Without a race, so that no verdict depends on chance. */
    @Test
    void trustsAStoreThatRefusesCreatorsWhereAnObjectIs() {
        writes.requireCreation("demo");
        writes.requireCreation("demo");
        assertThat(store.hooks().calls(Operation.PUT)).isEqualTo(2);
        assertThat(store.hooks().calls(Operation.COMPLETE)).isOne();
        assertNothingIsLeft();
    }

    /** Whether a PUT is completed in parts is known late. */
    @ParameterizedTest
    @EnumSource(names = {"PUT", "COMPLETE"})
    void trustsNoStoreThatIgnoresTheConditionOfCreators(Operation operation) {
        store.hooks().ignoreAbsence(operation);
        try (LogOf log = LogOf.linesWith("creators-of-" + operation)) {
            for (int time = 1; time <= 2; time++) {
                assertThatThrownBy(() -> writes.requireCreation("creators-of-" + operation))
                        .hasMessageContaining(
                                "so If-None-Match, and If-Unmodified-Since where there is no object, cannot")
                        .isInstanceOfSatisfying(
                                GatewayException.class,
                                e -> assertThat(e.code()).isEqualTo(ErrorCode.CONDITION_UNSUPPORTED));
            }
            assertThat(log.warnings()).singleElement().asString().contains("If-None-Match");
        }
        assertThat(store.hooks().calls(Operation.PUT)).as("writes of one trial").isEqualTo(2);
        assertNothingIsLeft();
    }

    /** The first write is the one over which the others go. */
    @ParameterizedTest
    @EnumSource(names = {"PUT", "COMPLETE"})
    void trustsNoStoreThatHasNoConditionForCreators(Operation operation) {
        int conditional = operation == Operation.PUT ? 2 : 1;
        store.hooks().fail(operation, conditional, conditional, () -> notImplemented());
        assertThat(codeOfCreation("demo")).isEqualTo(ErrorCode.CONDITION_UNSUPPORTED);
        assertNothingIsLeft();
    }

    /** S3 may tell a creator to send again, which replaces nothing either. */
    @Test
    void takesAConflictOfACreatorForARefusal() {
        store.hooks().fail(Operation.PUT, 2, 2, () -> new GatewayException(ErrorCode.WRITE_CONFLICT, "again"));
        writes.requireCreation("demo");
        assertNothingIsLeft();
    }

    /** Each of the two is tried at the first write that relies on it. */
    @Test
    void knowsOfCreatorsAndOfWritersOverAVersionSeparately() {
        store.hooks().ignoreAbsence(Operation.PUT);
        writes.requireExclusion("demo");
        assertThat(codeOfCreation("demo")).isEqualTo(ErrorCode.CONDITION_UNSUPPORTED);
        writes.requireExclusion("demo");

        store.hooks().ignoreVersion(Operation.COMPLETE);
        assertThat(code("other")).isEqualTo(ErrorCode.CONDITION_UNSUPPORTED);
    }

    @Test
    void takesAFailureOfTheStoreForNoVerdictOnCreators() {
        for (Operation operation : List.of(Operation.PUT, Operation.BEGIN, Operation.PART, Operation.COMPLETE)) {
            int next = store.hooks().calls(operation) + 1;
            store.hooks().fail(operation, next, next, () -> new GatewayException(ErrorCode.OUTCOME_UNKNOWN, "lost"));
            assertThat(codeOfCreation(operation.name())).isEqualTo(ErrorCode.STORE_TIMEOUT);
            assertNothingIsLeft();
            writes.requireCreation(operation.name());
        }
    }

    @Test
    void triesCreatorsOnceHoweverManyWait() throws Exception {
        Gate gate = store.hooks().hold(Operation.PUT);
        List<Future<?>> callers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int caller = 0; caller < 20; caller++) {
                callers.add(threads.submit(() -> writes.requireCreation("demo")));
            }
            gate.awaitArrivals(1);
            gate.open();
            for (Future<?> caller : callers) {
                caller.get();
            }
        }
        assertThat(store.hooks().calls(Operation.PUT)).isEqualTo(2);
    }

    @Test
    void triesNoCreatorAfterItsEnd() {
        writes.end();
        assertThat(codeOfCreation("demo")).isEqualTo(ErrorCode.SHUTTING_DOWN);
        assertThat(store.hooks().calls(Operation.PUT)).isZero();
    }

    /** Where creators go on, because their API knows no such refusal. */
    @Test
    void warnsOfCreationOnceAndOnlyWhereItIsKnownNotToBeKept() {
        writes.requireCreation("creation-is-kept");
        store.hooks().ignoreAbsence(Operation.PUT);
        int puts = store.hooks().calls(Operation.PUT);
        try (LogOf log = LogOf.linesWith("creation-is-")) {
            writes.warnOfCreation("creation-is-kept");
            writes.warnOfCreation("creation-is-not-kept");
            assertThat(store.hooks().calls(Operation.PUT)).as("tries nothing").isEqualTo(puts);
            assertThat(log.warnings()).isEmpty();

            assertThat(codeOfCreation("creation-is-not-kept")).isEqualTo(ErrorCode.CONDITION_UNSUPPORTED);
            writes.warnOfCreation("creation-is-not-kept");
            writes.warnOfCreation("creation-is-not-kept");
            assertThat(log.warnings())
                    .filteredOn(line -> line.contains("2018 API"))
                    .singleElement()
                    .asString()
                    .contains("creation-is-not-kept");
        }
    }

    private void assertNothingIsLeft() {
        assertThat(store.objectCount()).isZero();
        assertThat(store.openUploads()).isEmpty();
    }

    private ErrorCode code(String bucket) {
        return codeOf(() -> writes.requireExclusion(bucket));
    }

    private ErrorCode codeOfCreation(String bucket) {
        return codeOf(() -> writes.requireCreation(bucket));
    }

    private static ErrorCode codeOf(Runnable requirement) {
        try {
            requirement.run();
        } catch (GatewayException e) {
            return e.code();
        }
        throw new AssertionError("it is kept");
    }
}
