package dev.banhmi.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A process under test, or one that serves it; its CPU time includes that of its workers. */
final class Server implements AutoCloseable {

    private static final int FIRST_PORT = 20_000;
    private static final int PORTS = 10_000;
    private static final AtomicInteger NEXT_PORT = new AtomicInteger(new SecureRandom().nextInt(PORTS));

    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration STOP = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(5);

    /** Variables that could distort the measurement, or reach a real AWS account. */
    private static final Pattern SCRUBBED = Pattern.compile(
            "(AWS|SPRING|BANHMI|SERVER|MANAGEMENT|LOGGING)_.*|ENV|JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS|_JAVA_OPTIONS");

    private final String name;
    private final Process process;
    private final int port;

    private final Path log;
    private final @Nullable BufferedReader answers;

    private Server(String name, Process process, int port, Path log) {
        this.name = name;
        this.process = process;
        this.port = port;
        this.log = log;
        this.answers = port < 0 ? process.inputReader(StandardCharsets.UTF_8) : null;
    }

    /** Starts a process that listens on a port of the loopback address; ready once that takes connections. */
    static Server start(String name, Path directory, int port, List<String> command) throws IOException {
        Path log = directory.resolve(name + ".log");
        Server server = new Server(name, launch(directory, log, command, false), port, log);
        long deadline = System.nanoTime() + START.toNanos();
        while (!server.listens()) {
            if (!server.process.isAlive() || System.nanoTime() > deadline) {
                server.close();
                throw new IOException(name + " does not listen on port " + port + "; its output:\n" + server.output());
            }
            pause(POLL);
        }
        return server;
    }

    /** Starts a process that takes orders on standard input, a line each, and answers each with a line. */
    static Server startWorker(String name, Path directory, List<String> command) throws IOException {
        Path log = directory.resolve(name + ".log");
        return new Server(name, launch(directory, log, command, true), -1, log);
    }

    private static Process launch(Path directory, Path log, List<String> command, boolean answers) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        if (answers) {
            builder.redirectError(log.toFile());
        } else {
            builder.redirectErrorStream(true).redirectOutput(log.toFile());
        }
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(variable -> SCRUBBED.matcher(variable).matches());
        environment.put("AWS_EC2_METADATA_DISABLED", "true");
        Process process = builder.start();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(process::destroy));
        return process;
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /**
     * A port that nothing listens on. nginx and HAProxy require a number and do not accept 0. It is below the ephemeral ports of the system
     * (32768 on Linux, 49152 elsewhere), so no connection takes it by chance, and no other server of this process does.
     */
    static int freePort() throws IOException {
        for (int attempt = 0; attempt < PORTS; attempt++) {
            int port = FIRST_PORT + NEXT_PORT.getAndIncrement() % PORTS;
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                // Then the next one.
            }
        }
        throw new IOException("no free port from " + FIRST_PORT + " to " + (FIRST_PORT + PORTS - 1));
    }

    String name() {
        return name;
    }

    int port() {
        return port;
    }

    /** Gives a worker an order. */
    void tell(String order) throws IOException {
        OutputStream orders = process.getOutputStream();
        orders.write((order + "\n").getBytes(StandardCharsets.UTF_8));
        orders.flush();
    }

    /** Waits for a worker's answer. */
    String answer() throws IOException {
        String line = Objects.requireNonNull(answers, "no worker").readLine();
        if (line == null) {
            throw new IOException(name + " has ended; its output:\n" + output());
        }
        return line;
    }

    private String output() throws IOException {
        return Files.readString(log);
    }

    void requireAlive() throws IOException {
        if (!process.isAlive()) {
            throw new IOException(name + " has ended with code " + process.exitValue());
        }
    }

    /** User and system time of the process and of its descendants that still run. */
    CpuTime cpuTime() throws IOException {
        requireAlive();
        CpuTime sum = CpuTime.of(process.pid());
        try (Stream<ProcessHandle> workers = process.descendants()) {
            for (ProcessHandle worker : workers.toList()) {
                sum = sum.plus(CpuTime.of(worker.pid()));
            }
        }
        return sum;
    }

    /** Resident memory of the process and of its descendants, in MiB. What they share counts for each of them. */
    double residentMebibytes() throws IOException {
        requireAlive();
        long kibibytes = residentKibibytes(process.pid());
        try (Stream<ProcessHandle> workers = process.descendants()) {
            for (ProcessHandle worker : workers.toList()) {
                kibibytes += residentKibibytes(worker.pid());
            }
        }
        return kibibytes / 1024.0;
    }

    private static long residentKibibytes(long pid) throws IOException {
        return Files.readString(Path.of("/proc", Long.toString(pid), "status"))
                .lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    static void pause(Duration time) {
        try {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
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
