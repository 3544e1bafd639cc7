package dev.banhmi.gateway.store;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.TrialObject.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.MDC;

/**
 * Writers that begin together over one version of one object. A round results in the version that is there after it, or
 * in nothing when more than one of them has won. For one race; used in one thread, whose request each writer belongs to.
 *
 * <p>{@link #close} waits for all writers, also when one has failed and there will be no result: a call that was given
 * up may still be done, after what it writes was removed. Each ends by itself, within the time that a call may take. Only
 * in an interrupted thread they are interrupted as well.
 */
final class WriteRace implements AutoCloseable {

    private final TrialObject object;
    private final Duration patience;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * Asks the store nothing yet.
     *
     * @param object that is written
     * @param patience how long writers wait for each other
     */
    WriteRace(TrialObject object, Duration patience) {
        this.object = object;
        this.patience = patience;
    }

    /** A round of PutObject, each after a look that opens a connection. */
    Optional<String> afterPuts(int writers, String etag, int round) {
        WriteCondition condition = new WriteCondition.IfMatch(etag);
        return after(writers, (start, writer) -> {
            Entry entry = new Entry(round, writer);
            return attempt(start, object::etag, _ -> object.put(entry, condition));
        });
    }

    /** A round of CompleteMultipartUpload. */
    Optional<String> afterCompletions(int writers, String etag, int round) {
        WriteCondition condition = new WriteCondition.IfMatch(etag);
        return after(writers, (start, writer) -> {
            Entry entry = new Entry(round, writer);
            return attempt(start, () -> object.send(entry), sent -> object.complete(sent, condition));
        });
    }

    @Override
    public void close() {
        threads.close();
    }

    private Optional<String> after(int count, Writer writer) {
        CyclicBarrier start = new CyclicBarrier(count);
        List<Future<Optional<String>>> outcomes = new ArrayList<>();
        Map<String, String> context = MDC.getCopyOfContextMap();
        for (int number = 1; number <= count; number++) {
            int own = number;
            outcomes.add(threads.submit(() -> {
                // Threads of their own, so nothing has to be put back.
                MDC.setContextMap(context == null ? Map.of() : context);
                return writer.write(start, own);
            }));
        }
        List<String> winners = new ArrayList<>();
        try {
            for (Future<Optional<String>> outcome : outcomes) {
                outcome.get().ifPresent(winners::add);
            }
        } catch (ExecutionException e) {
            throw failureOf(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GatewayException(ErrorCode.SHUTTING_DOWN, "The gateway is shutting down.", e);
        }
        if (winners.size() > 1) {
            return Optional.empty();
        }
        // None wins where the store tells all of them to send again.
        return Optional.of(winners.isEmpty() ? object.etag() : winners.getFirst());
    }

    private static GatewayException failureOf(ExecutionException failed) {
        if (failed.getCause() instanceof GatewayException failure) {
            return failure;
        }
        // Of those who wait for one that is late, one is told so, and the others that it was.
        if (failed.getCause() instanceof TimeoutException || failed.getCause() instanceof BrokenBarrierException) {
            return new GatewayException(
                    ErrorCode.STORE_TIMEOUT,
                    "The store did not respond to a trial of conditional writes in time.",
                    failed);
        }
        return new GatewayException(
                ErrorCode.INTERNAL,
                "Trying the store's conditional writes failed inside the gateway.",
                failed.getCause());
    }

    /** The version that was written; empty when another writer was first. */
    private <P> Optional<String> attempt(
            CyclicBarrier start, Callable<P> preparation, Function<P, Optional<String>> write) throws Exception {
        P prepared;
        try {
            prepared = preparation.call();
        } finally {
            // Whoever fails, in whatever way, still lets the others begin.
            start.await(patience.toNanos(), TimeUnit.NANOSECONDS);
        }
        return write.apply(prepared);
    }

    /** What one writer does in a round. */
    private interface Writer {
        Optional<String> write(CyclicBarrier start, int number) throws Exception;
    }
}
