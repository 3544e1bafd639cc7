package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.Patience;
import dev.banhmi.testkit.StartTraining;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The packaged launcher in a process of its own. Closing kills what is still running. */
final class LauncherProcess implements AutoCloseable {

    private static final Path JAVA = Path.of(System.getProperty("java.home"));

    private final Process process;
    private final Path output;

    private LauncherProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    static LauncherProcess start(Path directory, String... options) throws IOException {
        return start(directory, Map.of(), options);
    }

    /** With these environment variables on top. */
    static LauncherProcess start(Path directory, Map<String, String> environment, String... options)
            throws IOException {
        return start(quick(options), directory, environment);
    }

    /** As a user starts it. Each way to begin and to end needs one test that does: the others start what is in the jar. */
    static LauncherProcess startFromItsJar(Path directory, String... options) throws IOException {
        return startFromItsJar(JAVA, directory, options);
    }

    /** With the Java of {@code home}. */
    static LauncherProcess startFromItsJar(Path home, Path directory, String... options) throws IOException {
        return start(command(home, List.of(), jar(), options), directory, Map.of());
    }

    /** So that it leaves what makes the next starts quick, once it has ended. */
    static LauncherProcess startTraining(Path directory, String... options) throws IOException {
        List<String> training = List.of("-XX:AOTCacheOutput=" + StartTraining.cacheOf(extracted()));
        return start(command(JAVA, training, extracted(), options), directory, Map.of());
    }

    /**
     * As a terminal starts it, so that {@link #interrupt} reaches it: what a shell without job control starts in the
     * background ignores SIGINT, and so does all that it starts, this test too.
     */
    static LauncherProcess startInForeground(Path directory, Map<String, String> environment, String... options)
            throws IOException {
        List<String> command = quick(options);
        command.addAll(0, List.of("env", "--default-signal=INT"));
        return start(command, directory, environment);
    }

    /** For which the permissions of files hold, as they do not for root. */
    static LauncherProcess startAsNobodySpecial(Path directory, Map<String, String> environment, String... options)
            throws IOException {
        List<String> command = quick(options);
        if (System.getProperty("user.name").equals("root")) {
            String rights = "-dac_override,-dac_read_search";
            command.addAll(0, List.of("setpriv", "--bounding-set=" + rights, "--inh-caps=" + rights));
        }
        return start(command, directory, environment);
    }

    /** With no more than this many files open at a time. */
    static LauncherProcess startWithFewFiles(
            int files, Path directory, Map<String, String> environment, String... options) throws IOException {
        List<String> command = quick(options);
        // Else Java raises the limit to the most that it may have.
        command.add(1, "-XX:-MaxFDLimit");
        command.addAll(0, List.of("sh", "-c", "ulimit -n " + files + " && exec \"$0\" \"$@\""));
        return start(command, directory, environment);
    }

    /** From what the build took out of the jar and started once, if it did. A planted fault is in a jar alone. */
    private static List<String> quick(String... options) {
        Path cache = StartTraining.cacheOf(extracted());
        return Files.exists(cache)
                ? command(JAVA, List.of("-XX:AOTCache=" + cache), extracted(), options)
                : command(JAVA, List.of(), jar(), options);
    }

    private static List<String> command(Path home, List<String> cache, Path jar, String... options) {
        List<String> command = new ArrayList<>(List.of(
                home.resolve("bin").resolve("java").toString(),
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:+UseSerialGC",
                // Half the CPU of a start that is soon over.
                "-XX:TieredStopAtLevel=1"));
        command.addAll(cache);
        command.addAll(List.of("-jar", jar.toString()));
        command.addAll(List.of(options));
        return command;
    }

    /** By a class of the tests in front of the door, which makes this Java call itself an older one. */
    static LauncherProcess startAsOlderJava(Path directory) throws IOException {
        String classPath = jar()
                + File.pathSeparator
                + Path.of(URI.create(OlderJava.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toString()));
        return start(
                List.of(JAVA.resolve("bin").resolve("java").toString(), "-cp", classPath, OlderJava.class.getName()),
                directory,
                Map.of());
    }

    private static LauncherProcess start(List<String> command, Path directory, Map<String, String> environment)
            throws IOException {
        // Beside the directory in which it runs, so that a test can see that nothing is left there.
        Path output = Files.createTempFile("banhmi-launcher", ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.matches("(AWS|SPRING|BANHMI|SERVER)_.*"));
        builder.environment().putAll(environment);
        return new LauncherProcess(builder.start(), output);
    }

    static Path jar() {
        return Path.of(System.getProperty("banhmi.local.jar"));
    }

    private static Path extracted() {
        return jar().resolveSibling("extracted").resolve(jar().getFileName());
    }

    /** What it has printed, once that contains something. */
    String awaitOutput(String expected) throws IOException, InterruptedException {
        return await(printed -> printed.contains(expected), "never printed \"" + expected + "\"");
    }

    /** Where the gateway is, once it responds. */
    String awaitUrl() throws IOException, InterruptedException {
        return awaitOutput("Try it:").replaceFirst("(?s).* is ready on (\\S+).*", "$1");
    }

    int awaitExit() throws InterruptedException, IOException {
        if (!process.waitFor(Patience.HANGS.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("still running; it printed:\n" + output());
        }
        return process.exitValue();
    }

    long pid() {
        return process.pid();
    }

    boolean hasEnded() {
        return !process.isAlive();
    }

    void terminate() {
        process.toHandle().destroy();
    }

    /** As {@code kill -9} does. */
    void kill() {
        process.destroyForcibly();
    }

    /** As Ctrl-C does, to one that was {@linkplain #startInForeground started in the foreground}. */
    void interrupt() throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (code != 0) {
            throw new AssertionError("kill -INT ended with " + code);
        }
    }

    String output() throws IOException {
        return Files.readString(output);
    }

    private String await(Predicate<String> enough, String complaint) throws IOException, InterruptedException {
        long end = System.nanoTime() + Patience.HANGS.toNanos();
        while (System.nanoTime() < end) {
            String printed = output();
            if (enough.test(printed)) {
                return printed;
            }
            if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                printed = output();
                if (enough.test(printed)) {
                    return printed;
                }
                break;
            }
        }
        throw new AssertionError(complaint + "; it printed:\n" + output());
    }

    /** What a line with curl prints that is pasted into a shell, and that succeeds. */
    static String shell(String line) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("bash", "-c", line.replaceFirst("curl", "curl --silent --show-error"))
                .redirectErrorStream(true)
                .start();
        String printed = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).as(printed).isZero();
        return printed;
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        Files.delete(output);
    }
}
