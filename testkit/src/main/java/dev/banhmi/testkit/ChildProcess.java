package dev.banhmi.testkit;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A program in a process of its own: a scrubbed environment, its own empty working, home and temp directories, and its
 * whole output in one file. What a misbehaving process printed stays in {@code target/it/<name>-…}. Thread-safe.
 *
 * <p>Such a process is never told which port to take: a port that was free a moment ago can be taken by now. It listens
 * on port 0 and prints the port that it got, which {@link #awaitOutput} reads.
 */
public final class ChildProcess implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration STOP = Duration.ofSeconds(20);
    private static final int TAIL_CHARACTERS = 6_000;

    /** What could make a test depend on the machine, or reach a real AWS account. */
    private static final Pattern SCRUBBED = Pattern.compile("(AWS|SPRING|BANHMI|SERVER|MANAGEMENT|LOGGING|MOTO)_.*|ENV"
            + "|JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS|_JAVA_OPTIONS|.*_(PROXY|proxy)");

    private final String name;
    private final Process process;
    private final Path directory;

    private ChildProcess(String name, Process process, Path directory) {
        this.name = name;
        this.process = process;
        this.directory = directory;
    }

    /**
     * Starts a runnable jar with the JDK of the tests.
     *
     * @param name of its directory and in messages
     * @param jar a file
     * @param jvmOptions before {@code -jar}
     * @param arguments after it
     * @return the started process, to be closed by the caller
     * @throws IllegalStateException if the file does not exist
     */
    public static ChildProcess start(String name, Path jar, List<String> jvmOptions, List<String> arguments) {
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException(jar + " does not exist: start the tests with mvn verify");
        }
        return java(name, List.of("-jar", jar.toString()), jvmOptions, arguments);
    }

    /**
     * Starts a class of the tests that needs nothing but the JDK and what lies beside it.
     *
     * @param name of its directory and in messages
     * @param main has the {@code main} method
     * @param jvmOptions before its name
     * @param arguments after it
     * @return the started process, to be closed by the caller
     */
    public static ChildProcess start(String name, Class<?> main, List<String> jvmOptions, List<String> arguments) {
        String classes = Path.of(URI.create(
                        main.getProtectionDomain().getCodeSource().getLocation().toString()))
                .toString();
        return java(name, List.of("-cp", classes, main.getName()), jvmOptions, arguments);
    }

    /**
     * Starts any program.
     *
     * @param name of its directory and in messages
     * @param command the program and its arguments
     * @param variables added to the scrubbed environment
     * @return the started process, to be closed by the caller
     * @throws UncheckedIOException if there is no such program
     */
    public static ChildProcess start(String name, List<String> command, Map<String, String> variables) {
        return launch(name, newDirectory(name), command, variables);
    }

    private static ChildProcess java(
            String name, List<String> program, List<String> jvmOptions, List<String> arguments) {
        Path directory = newDirectory(name);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+ExitOnOutOfMemoryError");
        command.add("-Djava.io.tmpdir=" + directory.resolve("tmp"));
        command.addAll(jvmOptions);
        command.addAll(program);
        command.addAll(arguments);
        return launch(name, directory, command, Map.of());
    }

    private static ChildProcess launch(
            String name, Path directory, List<String> command, Map<String, String> variables) {
        try {
            for (String child : List.of("work", "home", "tmp")) {
                Files.createDirectory(directory.resolve(child));
            }
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.resolve("work").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("log").toFile());
            Map<String, String> environment = builder.environment();
            environment.keySet().removeIf(variable -> SCRUBBED.matcher(variable).matches());
            environment.put("HOME", directory.resolve("home").toString());
            environment.put("AWS_EC2_METADATA_DISABLED", "true");
            // For whoever wants tests over the store's client that is not the default.
            String wire = System.getProperty("banhmi.test.wire");
            if (wire != null) {
                environment.put("BANHMI_S3_WIRE", wire);
            }
            environment.putAll(variables);
            return new ChildProcess(name, builder.start(), directory);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command, e);
        }
    }

    /**
     * A directory under {@code target/it} for exclusive use.
     *
     * @param name the beginning of its name
     * @return an empty one, which is kept
     */
    public static Path newDirectory(String name) {
        try {
            return Files.createTempDirectory(
                    Files.createDirectories(buildDirectory().resolve("it")), name + "-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Where the module under test builds.
     *
     * @return Maven's target directory
     */
    public static Path buildDirectory() {
        return Path.of(requireNonNull(
                System.getProperty("banhmi.build.directory"),
                "the system property banhmi.build.directory is missing: it names Maven's target directory"));
    }

    /**
     * Where the packaged gateway and the emulators lie: tests of other modules set {@code banhmi.artifacts.directory},
     * those of the gateway need not.
     *
     * @return Maven's target directory of the gateway's module
     */
    public static Path artifactsDirectory() {
        String elsewhere = System.getProperty("banhmi.artifacts.directory");
        return elsewhere == null ? buildDirectory() : Path.of(elsewhere);
    }

    /**
     * Its process.
     *
     * @return the process id
     */
    public long pid() {
        return process.pid();
    }

    /**
     * Its log.
     *
     * @return everything that the process has printed so far
     */
    public String output() {
        try {
            return Files.readString(directory.resolve("log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Waits until the process has printed something.
     *
     * @param expected found anywhere in the output
     * @param limit the process is killed after that
     * @return the first match
     * @throws IllegalStateException if the process ends first, or the limit passes
     */
    public MatchResult awaitOutput(Pattern expected, Duration limit) {
        await(() -> expected.matcher(output()).find(), limit);
        return expected.matcher(output()).results().findFirst().orElseThrow();
    }

    /**
     * Waits until an address responds with an expected status.
     *
     * @param probe an HTTP URL
     * @param expectedStatus which status code means that the process is ready
     * @param limit the process is killed after that
     * @throws IllegalStateException if the process ends first, or the limit passes
     */
    public void awaitResponse(URI probe, IntPredicate expectedStatus, Duration limit) {
        awaitResponse(probe, expectedStatus, limit, null);
    }

    /**
     * Waits until a server that may have TLS responds.
     *
     * @param probe a URL of it
     * @param expectedStatus whether a status is the one awaited
     * @param limit the process is killed after that
     * @param tls what trusts its certificate; null where it has none
     * @throws IllegalStateException if the process ends first, or the limit passes
     */
    void awaitResponse(URI probe, IntPredicate expectedStatus, Duration limit, @Nullable SSLContext tls) {
        HttpRequest request = HttpRequest.newBuilder(probe).timeout(limit).build();
        HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
        if (tls != null) {
            builder.sslContext(tls);
        }
        try (HttpClient client = builder.build()) {
            await(() -> responds(client, request, expectedStatus), limit);
        }
    }

    /**
     * Waits until a server listens.
     *
     * @param server an address and a port
     * @param limit the process is killed after that
     * @throws IllegalStateException if the process ends first, or the limit passes
     */
    public void awaitListening(URI server, Duration limit) {
        await(() -> listens(server), limit);
    }

    private void await(BooleanSupplier isReady, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            while (!isReady.getAsBoolean()) {
                if (!process.isAlive()) {
                    if (isReady.getAsBoolean()) {
                        // By what it did between the look and its end.
                        return;
                    }
                    throw new IllegalStateException(
                            name + " ended with exit code " + process.exitValue() + " before it was ready\n" + tail());
                }
                if (System.nanoTime() > deadline) {
                    process.destroyForcibly();
                    throw new IllegalStateException(name + " was not ready after " + limit + "\n" + tail());
                }
                // A process can only show that it is ready by printing or responding.
                Thread.sleep(POLL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + name + " started", e);
        }
    }

    private boolean responds(HttpClient client, HttpRequest request, IntPredicate expectedStatus) {
        try {
            return expectedStatus.test(
                    client.send(request, BodyHandlers.discarding()).statusCode());
        } catch (IOException notYetListening) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + name + " started", e);
        }
    }

    private static boolean listens(URI server) {
        // A URI keeps the brackets of an IPv6 address.
        String host = server.getHost().replaceAll("[\\[\\]]", "");
        try (Socket socket = new Socket(host, server.getPort())) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Sends SIGTERM and returns at once. */
    public void terminate() {
        process.destroy();
    }

    /**
     * Waits for the process to end.
     *
     * @param limit how long at most
     * @return the exit code
     * @throws AssertionError if the limit passes
     */
    public int awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(name + " still runs after " + limit + "\n" + tail());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + name + " stopped", e);
        }
    }

    /**
     * What the process left in its temp and working directories: regular files, and files that it holds open but has
     * deleted.
     *
     * @return their paths
     */
    public List<String> leftovers() {
        List<String> found = new ArrayList<>();
        for (String child : List.of("tmp", "work")) {
            found.addAll(FilesOfProcess.in(directory.resolve(child)));
        }
        if (process.isAlive()) {
            found.addAll(FilesOfProcess.deletedButOpen(process.pid()));
        }
        return found;
    }

    private String tail() {
        String all = output();
        return all.substring(Math.max(0, all.length() - TAIL_CHARACTERS));
    }

    /** Ends the process, by force if it does not end by itself; its log stays. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                System.out.println(
                        name + " still ran " + STOP + " after SIGTERM and was killed; its log is in " + directory);
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
