package dev.banhmi.drain.process;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A process with a scrubbed environment and its output in a file under {@code target/it}, which is kept. */
public final class ChildProcess implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration STOP = Duration.ofSeconds(5);

    /** What could make a test depend on the machine, or reach a real AWS account. */
    private static final Pattern SCRUBBED =
            Pattern.compile("(AWS|BANHMI|MOTO)_.*|JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS|_JAVA_OPTIONS|.*_(PROXY|proxy)");

    private final String name;
    private final Process process;
    private final Path log;

    private ChildProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a process in a directory of its own, which is its home, too.
     *
     * @param name of the directory and in messages
     * @param command the program and its arguments
     * @param variables added to the scrubbed environment
     * @return the started process; whoever calls closes it
     */
    public static ChildProcess start(String name, List<String> command, Map<String, String> variables) {
        try {
            Path directory = Files.createTempDirectory(
                    Files.createDirectories(buildDirectory().resolve("it")), name + "-");
            Path log = directory.resolve("log");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            Map<String, String> environment = builder.environment();
            environment.keySet().removeIf(variable -> SCRUBBED.matcher(variable).matches());
            environment.put("HOME", directory.toString());
            environment.put("AWS_EC2_METADATA_DISABLED", "true");
            environment.putAll(variables);
            return new ChildProcess(name, builder.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command, e);
        }
    }

    /**
     * Where this module builds.
     *
     * @return Maven's target directory
     */
    public static Path buildDirectory() {
        return Path.of(requireNonNull(
                System.getProperty("banhmi.build.directory"),
                "the system property banhmi.build.directory is missing: it names Maven's target directory"));
    }

    /**
     * A port that was free a moment ago. Nobody else takes ephemeral ports on purpose, so it still is.
     *
     * @return on the loopback interface
     */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free loopback port", e);
        }
    }

    /**
     * Its log.
     *
     * @return all that it printed until now
     */
    public String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Waits until somebody listens.
     *
     * @param server a loopback address and a port
     * @param limit how long at most
     */
    public void awaitListening(URI server, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!listens(server)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException(name + " was not ready within " + limit + "\n" + output());
            }
            try {
                // A process has no way to say that it is ready but to answer.
                Thread.sleep(POLL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    private static boolean listens(URI server) {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    /**
     * Waits for its end.
     *
     * @param limit how long at most
     * @return the exit code
     */
    public int awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(name + " still runs after " + limit + "\n" + output());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
