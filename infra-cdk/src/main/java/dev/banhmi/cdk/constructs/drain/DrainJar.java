package dev.banhmi.cdk.constructs.drain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * The drainer's code and the actions that it declares.
 *
 * @param file the jar
 * @param sha256 of its bytes, in hex: the asset's hash, which therefore depends on no path
 * @param actions the IAM actions that it declares
 */
record DrainJar(Path file, String sha256, SortedSet<String> actions) {
    /** The jar inside ours. */
    static final String RESOURCE = "banhmi-drain.jar";

    /** The declaration inside the jar. */
    static final String ACTIONS = "META-INF/banhmi/iam-actions.json";

    private static final ObjectMapper JSON = new ObjectMapper();

    DrainJar {
        actions = Collections.unmodifiableSortedSet(new TreeSet<>(actions));
    }

    /** The jar inside this library, written to a file that is deleted when the JVM exits. */
    static DrainJar packaged() {
        try (InputStream resource = DrainJar.class.getResourceAsStream(RESOURCE)) {
            return extracted(resource);
        } catch (IOException e) {
            throw new UncheckedIOException("The drainer's jar cannot be extracted from the library.", e);
        }
    }

    static DrainJar extracted(@Nullable InputStream resource) throws IOException {
        if (resource == null) {
            throw new IllegalStateException("The library was built without the drainer's jar: its resource "
                    + DrainJar.class.getPackageName().replace('.', '/') + "/" + RESOURCE
                    + " is missing. Build the whole repository with Maven's package, or set jar(Path).");
        }
        Path file = Files.createTempFile("banhmi-drain-", ".jar");
        file.toFile().deleteOnExit();
        Files.write(file, resource.readAllBytes());
        return read(file);
    }

    /**
     * Reads what a jar declares.
     *
     * @throws IllegalArgumentException if it has no readable declaration
     */
    static DrainJar read(Path file) {
        try {
            return new DrainJar(file, sha256(file), declared(file));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "jar is " + file + ", allowed is the jar of the drain Lambda, with the entry " + ACTIONS
                            + ". Use the one that lambda-drain builds.",
                    e);
        }
    }

    private static SortedSet<String> declared(Path file) throws IOException {
        try (ZipFile jar = new ZipFile(file.toFile())) {
            ZipEntry entry = jar.getEntry(ACTIONS);
            if (entry == null) {
                throw new IOException("There is no entry " + ACTIONS);
            }
            SortedSet<String> actions = new TreeSet<>();
            try (InputStream content = jar.getInputStream(entry)) {
                for (JsonNode action : JSON.readTree(content).path("actions")) {
                    actions.add(action.asText());
                }
            }
            if (actions.isEmpty()) {
                throw new IOException("The entry " + ACTIONS + " declares no action");
            }
            return actions;
        }
    }

    private static String sha256(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JVM has SHA-256.", e);
        }
    }
}
