package dev.banhmi.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A virtual environment of Python with packages of fixed versions, in a cache that {@code mvn clean} keeps:
 * {@code -Dbanhmi.cache}, else {@code BANHMI_CACHE}, else {@code ~/.cache/banhmi}.
 *
 * <p>Such an environment cannot be created elsewhere and moved into place, because its scripts name their interpreter
 * by its path. So one process at a time creates it, behind a file lock, and a marker shows that it is complete: what an
 * interrupted installation left is deleted and created anew. The name carries the version and a digest of everything
 * that determines the content.
 */
public final class PythonEnvironment {

    /** A hundred packages from an index that may be far away, on a machine that may be busy. */
    private static final Duration INSTALL = Duration.ofMinutes(30);

    /** Pip's own are 5 tries of 15 s. */
    private static final List<String> PATIENT = List.of("--retries", "10", "--timeout", "60");

    private static final int DIGEST_CHARACTERS = 12;

    /** A file lock excludes other processes only, not threads. */
    private static final Object LOCK = new Object();

    private PythonEnvironment() {}

    /**
     * Finds the environment, creating it first if it is missing.
     *
     * @param name of its purpose, with its version
     * @param python the interpreter, a program on the PATH or a path
     * @param venvOptions of {@code python -m venv}
     * @param pipArguments of {@code pip install}; the files of {@code requirements} are named without their directory
     * @param requirements content of each such file, by name
     * @return its directory, with {@code bin/python} in it
     * @throws IllegalStateException if it cannot be created
     */
    public static Path require(
            String name,
            String python,
            List<String> venvOptions,
            List<String> pipArguments,
            Map<String, String> requirements) {
        String about = String.join(
                "\n", version(python), venvOptions.toString(), pipArguments.toString(), requirements.toString());
        Path home = cache().resolve(name + "-" + digest(about));
        Path mark = home.resolve("complete");
        synchronized (LOCK) {
            if (isWhole(home, mark)) {
                return home;
            }
            try {
                Files.createDirectories(home.getParent());
                Path lockFile = home.resolveSibling(home.getFileName() + ".lock");
                try (FileChannel channel =
                                FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                        FileLock lock = channel.lock()) {
                    if (!lock.isValid()) {
                        throw new IllegalStateException(lockFile + " cannot be locked");
                    }
                    if (!isWhole(home, mark)) {
                        delete(home);
                        install(home, python, venvOptions, pipArguments, requirements);
                        Files.writeString(mark, about);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return home;
    }

    private static Path cache() {
        String property = System.getProperty("banhmi.cache");
        String chosen = property == null ? System.getenv("BANHMI_CACHE") : property;
        return chosen == null || chosen.isBlank()
                ? Path.of(System.getProperty("user.home"), ".cache", "banhmi")
                : Path.of(chosen).toAbsolutePath();
    }

    /** The interpreter is a link, which breaks when its Python is removed. */
    private static boolean isWhole(Path home, Path mark) {
        return Files.exists(mark) && Files.isExecutable(home.resolve("bin/python"));
    }

    private static void install(
            Path home,
            String python,
            List<String> venvOptions,
            List<String> pipArguments,
            Map<String, String> requirements)
            throws IOException {
        List<String> venv = new ArrayList<>(List.of(python, "-m", "venv"));
        venv.addAll(venvOptions);
        venv.add(home.toString());
        run("venv", venv);
        List<String> pip = new ArrayList<>(List.of(home.resolve("bin/python").toString(), "-m", "pip", "install"));
        pip.add("--quiet");
        pip.addAll(PATIENT);
        for (String argument : pipArguments) {
            pip.add(requirements.containsKey(argument) ? home.resolve(argument).toString() : argument);
        }
        for (Map.Entry<String, String> file : requirements.entrySet()) {
            Files.writeString(home.resolve(file.getKey()), file.getValue());
        }
        run("pip", pip);
    }

    private static String run(String name, List<String> command) {
        try (ChildProcess process = ChildProcess.start(name, command, environment())) {
            int exitCode = process.awaitExit(INSTALL);
            if (exitCode != 0) {
                throw new IllegalStateException(
                        command + " ended with exit code " + exitCode + "\n" + process.output());
            }
            return process.output();
        }
    }

    /**
     * What Python's own tools need of the real environment: its launchers look for their versions below the home, and
     * pip for its cache.
     *
     * @return variables to add to a scrubbed environment
     */
    public static Map<String, String> environment() {
        return Map.of("HOME", System.getProperty("user.home"));
    }

    private static String version(String python) {
        return run("python", List.of(python, "-c", "import sys; print(sys.version, sys.base_prefix)"));
    }

    private static String digest(String about) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(about.getBytes(UTF_8)))
                    .substring(0, DIGEST_CHARACTERS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static void delete(Path home) throws IOException {
        if (Files.exists(home)) {
            try (Stream<Path> files = Files.walk(home)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
