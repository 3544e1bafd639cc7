package dev.banhmi.cdk;

import dev.banhmi.cdk.constructs.budget.DrainBudget;
import dev.banhmi.cdk.constructs.drain.DrainStrategy;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A drainer whose jar holds only what synthesis reads of the real one: the actions that it declares. */
final class StandInDrain {
    private static final String DECLARATION = "META-INF/banhmi/iam-actions.json";

    private StandInDrain() {}

    static Function<DrainBudget, DrainStrategy> in(Path directory) throws IOException {
        Path jar = jar(directory);
        return budget -> DrainStrategy.lifecycleHook(budget, jar);
    }

    static Path jar(Path directory) throws IOException {
        Path jar = directory.resolve("drain.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                ZipOutputStream archive = new ZipOutputStream(file)) {
            ZipEntry entry = new ZipEntry(DECLARATION);
            // The same bytes at any time.
            entry.setTime(0);
            archive.putNextEntry(entry);
            archive.write(Files.readAllBytes(
                    Path.of("../lambda-drain/src/main/resources").resolve(DECLARATION)));
        }
        return jar;
    }
}
