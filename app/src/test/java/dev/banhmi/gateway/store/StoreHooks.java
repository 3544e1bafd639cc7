package dev.banhmi.gateway.store;

import static dev.banhmi.testkit.Patience.HANGS;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.io.InputStream;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a test can do to the calls of a {@link MemoryObjectStore}, and what it can learn about them. Thread-safe. */
public final class StoreHooks {

    private final Map<Operation, AtomicInteger> calls = new EnumMap<>(Operation.class);
    private final List<Plan> plans = new CopyOnWriteArrayList<>();
    private final List<Operation> ignoringVersion = new CopyOnWriteArrayList<>();
    private final List<Operation> ignoringAbsence = new CopyOnWriteArrayList<>();
    private volatile @Nullable Source source;
    private volatile @Nullable CyclicBarrier compared;
    private volatile @Nullable String reportedSum;
    private int inFlight;
    private int mostInFlight;
    private long bytesInFlight;
    private long mostBytesInFlight;

    StoreHooks() {
        for (Operation operation : Operation.values()) {
            calls.put(operation, new AtomicInteger());
        }
    }

    /** One constant for each method of {@link ObjectStore} and {@link ObjectCopies}. */
    public enum Operation {
        /** {@link ObjectStore#head} and {@link ObjectStore#headVersion}. */
        HEAD,
        /** {@link ObjectStore#get} and {@link ObjectStore#getRange}. */
        GET,
        /** {@link ObjectStore#presignRead}. */
        PRESIGN,
        /** {@link ObjectStore#list}. */
        LIST,
        /** {@link ObjectStore#delete}. */
        DELETE,
        /** {@link ObjectStore#put}. */
        PUT,
        /** {@link ObjectStore#beginUpload}. */
        BEGIN,
        /** {@link ObjectStore#uploadPart}. */
        PART,
        /** {@link ObjectStore#completeUpload}. */
        COMPLETE,
        /** {@link ObjectStore#abortUpload}. */
        ABORT,
        /** {@link ObjectStore#hasParts}. */
        PARTS,
        /** {@link ObjectCopies#copy}. */
        COPY,
        /** {@link ObjectCopies#copyPart}. */
        COPY_PART,
        /** {@link ObjectCopies#completeCopy}. */
        COMPLETE_COPY
    }

    /**
     * Makes some calls fail before they have any effect.
     *
     * @param operation which method
     * @param from the first call that fails, counted from 1
     * @param until the last call that fails
     * @param failure what is thrown
     */
    public void fail(Operation operation, int from, int until, Supplier<? extends RuntimeException> failure) {
        plans.add(new Plan(operation, true, call -> {
            if (call >= from && call <= until) {
                throw failure.get();
            }
        }));
    }

    /**
     * Makes one call fail after it has had its effect: the response is lost.
     *
     * @param operation which method
     * @param lostCall which call, counted from 1
     */
    public void loseResponse(Operation operation, int lostCall) {
        loseResponse(operation, lostCall, ErrorCode.STORE_TIMEOUT);
    }

    /**
     * Makes one call fail after it has had its effect, with a code of the test's choice.
     *
     * @param operation which method
     * @param lostCall which call, counted from 1
     * @param code of the failure
     */
    public void loseResponse(Operation operation, int lostCall, ErrorCode code) {
        plans.add(new Plan(operation, false, call -> {
            if (call == lostCall) {
                throw new GatewayException(code, "the response to " + operation + " was lost");
            }
        }));
    }

    /**
     * Gives the bytes of every content that is opened from now on; they may break off.
     *
     * @param newSource called in the thread that opens
     */
    public void serveFrom(Source newSource) {
        source = newSource;
    }

    /**
     * Makes every write report this sum instead of the one of its bytes.
     *
     * @param crc32c Base64
     */
    public void reportSum(String crc32c) {
        reportedSum = crc32c;
    }

    /**
     * Makes puts over a version compare first and write later, as a careless store does: so many at a time compare
     * before the first of them writes.
     *
     * @param together how many
     */
    public void compareBeforeWriting(int together) {
        compared = new CyclicBarrier(together);
    }

    /**
     * Makes a method ignore every condition on a version, as stores do that know it of PutObject only.
     *
     * @param operation {@link Operation#DELETE} or {@link Operation#COMPLETE}
     */
    public void ignoreVersion(Operation operation) {
        ignoringVersion.add(operation);
    }

    /**
     * Makes a method replace what is there although it was to create only, as stores do that do not know that condition.
     *
     * @param operation {@link Operation#PUT} or {@link Operation#COMPLETE}
     */
    public void ignoreAbsence(Operation operation) {
        ignoringAbsence.add(operation);
    }

    /** The condition as such a store sees it. */
    WriteCondition seen(Operation operation, WriteCondition condition) {
        boolean ignored = switch (condition) {
            case WriteCondition.Always _ -> false;
            case WriteCondition.IfAbsent _ -> ignoringAbsence.contains(operation);
            case WriteCondition.IfMatch _ -> ignoringVersion.contains(operation);
        };
        return ignored ? new WriteCondition.Always() : condition;
    }

    /** Whether a put's condition is decided before its write; returns when it is time to write. */
    boolean decides(WriteCondition condition, Runnable comparison) {
        CyclicBarrier barrier = compared;
        if (barrier == null || !(condition instanceof WriteCondition.IfMatch)) {
            return false;
        }
        comparison.run();
        try {
            barrier.await(HANGS.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new AssertionError("the other writers never came", e);
        }
        return true;
    }

    Optional<Source> source() {
        return Optional.ofNullable(source);
    }

    @Nullable
    String reportedSum(@Nullable String computed) {
        String reported = reportedSum;
        return reported == null ? computed : reported;
    }

    /**
     * Makes every call of a method wait, before it has any effect, until the gate is opened.
     *
     * @param operation which method
     * @return the gate, closed
     */
    public Gate hold(Operation operation) {
        Gate gate = new Gate();
        plans.add(new Plan(operation, true, _ -> gate.pass()));
        return gate;
    }

    /**
     * Runs something before each call of a method, in the thread of the call.
     *
     * @param operation which method
     * @param action what to run
     */
    public void before(Operation operation, Runnable action) {
        plans.add(new Plan(operation, true, _ -> action.run()));
    }

    /**
     * How often a method was called.
     *
     * @param operation which method
     * @return with the calls that failed
     */
    public int calls(Operation operation) {
        return count(operation).get();
    }

    /**
     * How many payloads were in flight at once at the most.
     *
     * @return payloads
     */
    public synchronized int mostInFlight() {
        return mostInFlight;
    }

    /**
     * How many bytes the payloads in flight had together at the most.
     *
     * @return bytes
     */
    public synchronized long mostBytesInFlight() {
        return mostBytesInFlight;
    }

    /**
     * How many payloads are in flight now.
     *
     * @return payloads
     */
    public synchronized int inFlight() {
        return inFlight;
    }

    <T> T around(Operation operation, Supplier<T> effect) {
        int call = count(operation).incrementAndGet();
        if (Thread.currentThread().isInterrupted()) {
            throw new GatewayException(ErrorCode.STORE_UNAVAILABLE, operation + " in an interrupted thread");
        }
        run(operation, true, call);
        T result = effect.get();
        run(operation, false, call);
        return result;
    }

    <T> T inFlight(long bytes, Supplier<T> transfer) {
        count(1, bytes);
        try {
            return transfer.get();
        } finally {
            count(-1, -bytes);
        }
    }

    private synchronized void count(int payloads, long bytes) {
        inFlight += payloads;
        bytesInFlight += bytes;
        mostInFlight = Math.max(mostInFlight, inFlight);
        mostBytesInFlight = Math.max(mostBytesInFlight, bytesInFlight);
    }

    private AtomicInteger count(Operation operation) {
        AtomicInteger count = calls.get(operation);
        if (count == null) {
            throw new IllegalStateException("no count of " + operation);
        }
        return count;
    }

    private void run(Operation operation, boolean before, int call) {
        for (Plan plan : plans) {
            if (plan.operation() == operation && plan.before() == before) {
                plan.hook().call(call);
            }
        }
    }

    /** Where the bytes of an object come from. */
    @FunctionalInterface
    public interface Source {
        /**
         * Opens some of the bytes.
         *
         * @param first position of the first byte
         * @param length how many were asked for
         * @return the bytes, closed with the content
         */
        InputStream open(long first, long length);
    }

    private interface Hook {
        void call(int number);
    }

    private record Plan(Operation operation, boolean before, Hook hook) {}

    /** Where calls wait. */
    public static final class Gate {

        private final Semaphore arrived = new Semaphore(0);
        private final Semaphore interrupted = new Semaphore(0);
        private final CountDownLatch opened = new CountDownLatch(1);

        private Gate() {}

        /**
         * Waits until as many calls as given have arrived since the last time.
         *
         * @param calls how many
         */
        public void awaitArrivals(int calls) {
            await(arrived, calls, "calls");
        }

        /**
         * Waits until as many calls as given have been interrupted at the gate since the last time.
         *
         * @param calls how many
         */
        public void awaitInterrupts(int calls) {
            await(interrupted, calls, "interrupts");
        }

        private static void await(Semaphore events, int count, String what) {
            try {
                if (!events.tryAcquire(count, HANGS.toSeconds(), TimeUnit.SECONDS)) {
                    throw new AssertionError("no " + count + " " + what + " in " + HANGS);
                }
            } catch (InterruptedException e) {
                throw new AssertionError("the test was interrupted", e);
            }
        }

        /** Lets all calls through, now and later. */
        public void open() {
            opened.countDown();
        }

        private void pass() {
            arrived.release();
            try {
                if (!opened.await(HANGS.toSeconds(), TimeUnit.SECONDS)) {
                    throw new AssertionError("the gate was never opened");
                }
            } catch (InterruptedException e) {
                interrupted.release();
                Thread.currentThread().interrupt();
                throw new GatewayException(ErrorCode.STORE_UNAVAILABLE, "interrupted while waiting", e);
            }
        }
    }
}
