package dev.banhmi.cdk.constructs.drain;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A jar that declares actions and holds nothing else: the constructs look at no more. */
public final class StandInDrainJar {
    /** The drainer's own declaration. */
    static final Path DECLARATION = Path.of("../lambda-drain/src/main/resources/META-INF/banhmi/iam-actions.json");

    private StandInDrainJar() {}

    /** {@return one that declares what the drainer declares} */
    public static Path usual() {
        try {
            return holding(DrainJar.ACTIONS, Files.readString(DECLARATION));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static Path declaring(List<String> actions) {
        return holding(DrainJar.ACTIONS, "{\"actions\":[\"" + String.join("\",\"", actions) + "\"]}");
    }

    static Path holding(String entry, String content) {
        try {
            Path file = Files.createTempFile("stand-in-drain-", ".jar");
            file.toFile().deleteOnExit();
            try (OutputStream bytes = Files.newOutputStream(file);
                    ZipOutputStream jar = new ZipOutputStream(bytes)) {
                ZipEntry named = new ZipEntry(entry);
                // The same bytes at any time.
                named.setTime(0);
                jar.putNextEntry(named);
                jar.write(content.getBytes(StandardCharsets.UTF_8));
            }
            return file;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
