package dev.banhmi.local.mutants;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Two at a time: as many as the machine that everything else in the build counts on has cores. Unit tests have one, and
 * so have integration tests, which wait for processes most of the time.
 */
final class Workers implements AutoCloseable {

    private static final int AT_ONCE = 2;

    private final ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);

    /**
     * Runs everything, beginning with the first.
     *
     * @return the results, in the order in which they came
     * @throws AssertionError when one of them fails; those that have not begun are left out
     */
    <T> List<T> all(List<Callable<T>> runs) throws InterruptedException {
        ExecutorCompletionService<T> running = new ExecutorCompletionService<>(threads);
        runs.forEach(running::submit);
        List<T> results = new ArrayList<>();
        while (results.size() < runs.size()) {
            try {
                results.add(running.take().get());
            } catch (ExecutionException e) {
                threads.shutdownNow();
                throw new AssertionError("tests could not be run", e.getCause());
            }
        }
        return results;
    }

    @Override
    public void close() {
        threads.close();
    }
}
