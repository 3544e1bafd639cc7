package dev.banhmi.local.mutants;

import dev.banhmi.testkit.TestServer.Order;
import dev.banhmi.testkit.TestServer.Reply;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Those that wait for their next run. One that is not fit for another is replaced: what a fault leaves running must
 * not turn the test of the next one red. Thread-safe.
 */
final class TestProcesses implements AutoCloseable {

    private final Path directory;
    private final Map<MavenModule, Deque<TestProcess>> idle = new EnumMap<>(MavenModule.class);
    private int started;

    /** None yet; each writes a log into the directory. */
    TestProcesses(Path directory) {
        this.directory = directory;
    }

    /**
     * Runs unit tests of a module.
     *
     * @param limit after this long they never end
     * @return whether they ended
     * @throws IOException when even a new process does not get to the end of them
     */
    boolean run(MavenModule module, Order order, Duration limit) throws IOException, InterruptedException {
        while (true) {
            TestProcess process = take(module);
            boolean fresh = process.isFresh();
            boolean fit = false;
            try {
                Optional<Reply> reply = process.run(order, limit);
                fit = reply.equals(Optional.of(Reply.READY));
                return reply.isPresent();
            } catch (IOException e) {
                // The faults before this one may be to blame.
                if (fresh) {
                    throw e;
                }
            } finally {
                giveBack(module, process, fit);
            }
        }
    }

    synchronized int started() {
        return started;
    }

    private synchronized TestProcess take(MavenModule module) throws IOException {
        TestProcess waiting = of(module).poll();
        return waiting == null
                ? TestProcess.start(module, directory.resolve("process-" + started++ + ".log"))
                : waiting;
    }

    private synchronized void giveBack(MavenModule module, TestProcess process, boolean fit) {
        if (fit) {
            of(module).push(process);
        } else {
            process.close();
        }
    }

    private Deque<TestProcess> of(MavenModule module) {
        return idle.computeIfAbsent(module, key -> new ArrayDeque<>());
    }

    @Override
    public synchronized void close() {
        idle.values().forEach(processes -> processes.forEach(TestProcess::close));
    }
}
