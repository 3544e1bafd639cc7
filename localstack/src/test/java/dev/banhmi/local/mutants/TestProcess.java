package dev.banhmi.local.mutants;

import dev.banhmi.testkit.TestServer;
import dev.banhmi.testkit.TestServer.Order;
import dev.banhmi.testkit.TestServer.Reply;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A {@link TestServer} of one module. Not thread-safe. */
final class TestProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader replies;
    private final Writer orders;
    private boolean fresh = true;

    private TestProcess(Process process) {
        this.process = process;
        this.replies = process.inputReader();
        this.orders = process.outputWriter();
    }

    /**
     * Starts one.
     *
     * @param log for what the JVM itself has to say
     */
    static TestProcess start(MavenModule module, Path log) throws IOException {
        List<String> command = new ArrayList<>(java("1g"));
        command.addAll(List.of("-cp", module.libraries(), TestServer.class.getName()));
        return new TestProcess(new ProcessBuilder(command)
                .directory(module.directory().toFile())
                .redirectError(log.toFile())
                .start());
    }

    /** The beginning of a command: a JVM that is soon warm, which costs half the CPU of one that is fast in the end. */
    static List<String> java(String heap) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+ExitOnOutOfMemoryError",
                "-Xmx" + heap,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC");
    }

    /** Whether it has run nothing yet. */
    boolean isFresh() {
        return fresh;
    }

    /**
     * Runs tests.
     *
     * @param limit after this long they never end
     * @return what to expect of the next run here; nothing when these do not end
     * @throws IOException when the process is gone
     */
    Optional<Reply> run(Order order, Duration limit) throws IOException, InterruptedException {
        fresh = false;
        orders.write(order.line() + "\n");
        orders.flush();
        CompletableFuture<String> reply = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                reply.complete(replies.readLine());
            } catch (IOException e) {
                reply.completeExceptionally(e);
            }
        });
        try {
            String line = reply.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            if (line == null) {
                throw new IOException("a process that runs tests has ended with " + process.waitFor());
            }
            return Optional.of(Reply.valueOf(line));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IOException("a process that runs tests is gone", e.getCause());
        }
    }

    /** Ends it, and what its tests could not stop any more. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
