package dev.banhmi.cdk;

import dev.banhmi.cdk.constructs.image.ImageTar;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The cloud assembly of an environment as shipped, for the tests of other packages. */
public final class SynthesizedAssembly {
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
     * Synthesizes with stand-ins for the image and the jars, whose hashes no snapshot holds.
     *
     * @param environment one of {@link #environments()}
     * @param directory an empty one
     * @return where the assembly is
     * @throws IOException if a file cannot be written
     */
    public static Path of(String environment, Path directory) throws IOException {
        Path image = ImageTar.write(directory, "linux", "amd64");
        return Synthesis.of(environment, image, directory.resolve("cdk.out")).directory();
    }
}
