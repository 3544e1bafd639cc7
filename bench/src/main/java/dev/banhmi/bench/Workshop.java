package dev.banhmi.bench;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** A temporary directory with the objects that are served and the certificate of the store; closing deletes it, and so does Ctrl-C. */
final class Workshop implements AutoCloseable {

    static final String BUCKET = "demo";
    static final long GIB = 1L << 30;

    private static final int BLOCK = 1 << 20;

    private final Path root;
    private final Path directory;
    private final StoreCertificate certificate;
    private final List<String> gatewayOptions;

    private Workshop(Path root, List<String> gatewayOptions, Path directory, StoreCertificate certificate) {
        this.root = root;
        this.gatewayOptions = List.copyOf(gatewayOptions);
        this.directory = directory;
        this.certificate = certificate;
    }

    /** The root is the project's directory, whose jars have been built. */
    static Workshop open(Path root, List<String> gatewayOptions) throws IOException {
        Path directory = Files.createTempDirectory("banhmi-cost-");
        Files.createDirectories(directory.resolve("store").resolve(BUCKET));
        Workshop workshop = new Workshop(root, gatewayOptions, directory, StoreCertificate.create(directory));
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(workshop::close));
        return workshop;
    }

    Path root() {
        return root;
    }

    Path directory() {
        return directory;
    }

    /** What the gateway's JVM is started with besides the shipped options. */
    List<String> gatewayOptions() {
        return gatewayOptions;
    }

    StoreCertificate certificate() {
        return certificate;
    }

    /** Writes an object of pseudo-random bytes where the store looks for it. */
    StoredObject writeObject(String name, long size) throws IOException {
        Path file = directory.resolve("store").resolve(BUCKET).resolve(name);
        byte[] block = new byte[(int) Math.min(BLOCK, size)];
        new Random(size).nextBytes(block);
        CRC32C crc = new CRC32C();
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long written = 0; written < size; written += block.length) {
                out.write(block);
                crc.update(block);
            }
        }
        return new StoredObject(name, size, base64(crc.getValue()), file);
    }

    static String base64(long crc32c) {
        return Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(4).putInt((int) crc32c).array());
    }

    /** A command that starts a class of the benchmark in a JVM of its own; the class's name and arguments follow. */
    List<String> java(String... options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.add("-cp");
        command.add(classPath());
        return command;
    }

    /** Absolute: a child runs in another directory than this process. */
    static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Runs a program and returns the first line of its output. */
    static String firstLineOf(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        try (InputStream output = process.getInputStream()) {
            return new String(output.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("unknown");
        }
    }

    @Override
    public void close() {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + directory, e);
        }
    }
}
