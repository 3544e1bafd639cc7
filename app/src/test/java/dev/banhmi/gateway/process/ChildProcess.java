package dev.banhmi.gateway.process;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A runnable jar in a process of its own: the JDK of the tests, a scrubbed environment, its own empty working, home and temp
 * directories, and its whole output in one file. A process that does what a test did not expect can be read about in
 * {@code target/it/<name>-…}, which is kept.
 */
final class ChildProcess implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration STOP = Duration.ofSeconds(20);
    private static final int TAIL_CHARACTERS = 6_000;

    /** What could make a test depend on the machine, or reach a real AWS account. */
    private static final Pattern SCRUBBED = Pattern.compile(
            "(AWS|SPRING|BANHMI|SERVER|MANAGEMENT|LOGGING)_.*|ENV|JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS|_JAVA_OPTIONS");

    private final String name;
    private final Process process;
    private final Path directory;

    private ChildProcess(String name, Process process, Path directory) {
        this.name = name;
        this.process = process;
        this.directory = directory;
    }

    static ChildProcess start(String name, Path jar, List<String> jvmOptions, List<String> arguments) {
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException(jar + " does not exist: start the tests with mvn verify");
        }
        return start(name, List.of("-jar", jar.toString()), jvmOptions, arguments);
    }

    /** Starts a class of the tests that needs nothing but the JDK and what lies beside it. */
    static ChildProcess start(String name, Class<?> main, List<String> jvmOptions, List<String> arguments) {
        String classes = Path.of(URI.create(
                        main.getProtectionDomain().getCodeSource().getLocation().toString()))
                .toString();
        return start(name, List.of("-cp", classes, main.getName()), jvmOptions, arguments);
    }

    private static ChildProcess start(
            String name, List<String> program, List<String> jvmOptions, List<String> arguments) {
        try {
            Path all = Files.createDirectories(buildDirectory().resolve("it"));
            Path directory = Files.createTempDirectory(all, name + "-");
            for (String child : List.of("work", "home", "tmp")) {
                Files.createDirectory(directory.resolve(child));
            }
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.add("-XX:+ExitOnOutOfMemoryError");
            command.add("-Djava.io.tmpdir=" + directory.resolve("tmp"));
            command.addAll(jvmOptions);
            command.addAll(program);
            command.addAll(arguments);
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.resolve("work").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("log").toFile());
            Map<String, String> environment = builder.environment();
            environment.keySet().removeIf(variable -> SCRUBBED.matcher(variable).matches());
            environment.put("HOME", directory.resolve("home").toString());
            environment.put("AWS_EC2_METADATA_DISABLED", "true");
            return new ChildProcess(name, builder.start(), directory);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + program, e);
        }
    }

    static Path buildDirectory() {
        return Path.of(requireNonNull(
                System.getProperty("banhmi.build.directory"),
                "the system property banhmi.build.directory is missing: it names Maven's target directory"));
    }

    /** Where the packaged jars and the emulators lie: another module's tests say so, those of this one need not. */
    static Path artifactsDirectory() {
        String elsewhere = System.getProperty("banhmi.artifacts.directory");
        return elsewhere == null ? buildDirectory() : Path.of(elsewhere);
    }

    /** A port that was free a moment ago. Nobody else takes ephemeral ports on purpose, so it still is. */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free loopback port", e);
        }
    }

    long pid() {
        return process.pid();
    }

    /** All that the process printed until now. */
    String output() {
        try {
            return Files.readString(directory.resolve("log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the address answers with an expected status. */
    void awaitAnswer(URI probe, IntPredicate expectedStatus, Duration limit) {
        HttpRequest request = HttpRequest.newBuilder(probe).timeout(limit).build();
        long deadline = System.nanoTime() + limit.toNanos();
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            while (!answers(client, request, expectedStatus)) {
                if (!process.isAlive()) {
                    throw new IllegalStateException(
                            name + " ended with exit code " + process.exitValue() + " before it was ready\n" + tail());
                }
                if (System.nanoTime() > deadline) {
                    process.destroyForcibly();
                    throw new IllegalStateException(name + " was not ready after " + limit + "\n" + tail());
                }
                // A process has no way to say that it is ready but to answer.
                Thread.sleep(POLL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + name + " started", e);
        }
    }

    private static boolean answers(HttpClient client, HttpRequest request, IntPredicate expectedStatus)
            throws InterruptedException {
        try {
            return expectedStatus.test(
                    client.send(request, BodyHandlers.discarding()).statusCode());
        } catch (IOException notYetListening) {
            return false;
        }
    }

    void terminate() {
        process.destroy();
    }

    int awaitExit(Duration limit) {
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

    /** Regular files in the temp and working directories, and open files that are deleted already. */
    List<String> leftovers() {
        List<String> found = new ArrayList<>();
        for (String child : List.of("tmp", "work")) {
            try (Stream<Path> files = Files.walk(directory.resolve(child))) {
                files.filter(Files::isRegularFile).map(Path::toString).forEach(found::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        if (process.isAlive()) {
            found.addAll(deletedButOpen());
        }
        return found;
    }

    private List<String> deletedButOpen() {
        List<String> found = new ArrayList<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            for (Path descriptor : descriptors.toList()) {
                if (Files.exists(descriptor, LinkOption.NOFOLLOW_LINKS)) {
                    String target = Files.readSymbolicLink(descriptor).toString();
                    if (target.startsWith("/") && target.endsWith(" (deleted)")) {
                        found.add(target);
                    }
                }
            }
        } catch (NoSuchFileException closedMeanwhile) {
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private String tail() {
        String all = output();
        return all.substring(Math.max(0, all.length() - TAIL_CHARACTERS));
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
