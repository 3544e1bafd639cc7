package dev.banhmi.bench;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs of this machine: on the path, in {@code /usr/sbin}, or in the cache that {@code bin/cost-peers} fills. */
final class Programs {

    private Programs() {}

    static Optional<Path> find(String name) {
        Stream<Path> path = Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .filter(entry -> !entry.isEmpty())
                .map(Path::of);
        return Stream.concat(path, Stream.of(Path.of("/usr/sbin"), cache().resolve("bin")))
                .map(directory -> directory.resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Where peers live that Debian does not have. */
    static Path cache() {
        String configured = System.getenv().getOrDefault("BANHMI_CACHE", "");
        Path cache = configured.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".cache", "banhmi")
                : Path.of(configured);
        return cache.resolve("cost-peers");
    }
}
