package dev.banhmi.cdk;

import dev.banhmi.cdk.constructs.DefaultRules;
import dev.banhmi.cdk.constructs.image.ImageTar;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The cloud assemblies of the environments as shipped, with stand-ins for the image and the jars, whose hashes no snapshot holds. */
public final class SynthesizedAssembly {
    /*
     * A synthesis takes a second and more, and a dozen classes look at the same four: each is made once per JVM, on first use, and only
     * read from then on. What tests compare or change is a copy.
     */

    private static final Map<String, Synthesis> SHARED = new ConcurrentHashMap<>();

    private SynthesizedAssembly() {}

    /**
     * The environments whose configuration is committed.
     *
     * @return their names
     */
    public static List<String> environments() {
        return List.of("dev", "prod");
    }

    /**
     * The assembly that all tests of this JVM share.
     *
     * @param environment one of {@link #environments()}
     * @return where it is; to be read only
     */
    public static Path of(String environment) {
        return shared(environment).directory();
    }

    /**
     * A copy of the shared assembly.
     *
     * @param environment one of {@link #environments()}
     * @param directory where to copy it to
     * @return where the copy is, in that directory
     * @throws IOException if a file cannot be written
     */
    public static Path of(String environment, Path directory) throws IOException {
        Path from = of(environment);
        Path copy = directory.resolve("cdk.out");
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(from.relativize(file)));
            }
        }
        return copy;
    }

    /**
     * An assembly of a shipped file in which something is chosen otherwise.
     *
     * @param environment one of {@link #environments()}
     * @param before what the file says
     * @param after what it says instead
     * @param directory for the file and the assembly
     * @return where the assembly is, in that directory
     * @throws IOException if a file cannot be written
     */
    public static Path otherwise(String environment, String before, String after, Path directory) throws IOException {
        String shipped = Files.readString(Path.of("config", environment + ".yaml"));
        if (!shipped.contains(before)) {
            throw new AssertionError(environment + ".yaml does not say " + before);
        }
        Files.writeString(directory.resolve(environment + ".yaml"), shipped.replace(before, after));
        return Synthesis.of(
                        directory,
                        environment,
                        ImageTar.write(directory, "linux", "amd64"),
                        directory.resolve("cdk.out"))
                .directory();
    }

    static Synthesis shared(String environment) {
        return SHARED.computeIfAbsent(environment, SynthesizedAssembly::synthesize);
    }

    /**
     * The assembly of the stack for an emulator, shared in the same way.
     *
     * @return where it is; to be read only
     */
    public static Path local() {
        return shared("local").directory();
    }

    private static Synthesis synthesize(String environment) {
        try {
            Path directory = Files.createTempDirectory("shipped-" + environment + "-");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
            if (environment.equals("local")) {
                return new Synthesis(
                        Path.of(DefaultRules.appliedTo(ComposedApp.local(directory))
                                .synth()
                                .getDirectory()),
                        environment);
            }
            return Synthesis.of(environment, ImageTar.write(directory, "linux", "amd64"), directory.resolve("cdk.out"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
