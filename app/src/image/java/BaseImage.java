import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes the base of the gateway's image: a Java run-time and the few glibc libraries that it loads, with no
 * distribution around them. Run by the JDK whose run-time goes into the image, and on Linux only, since jlink and the
 * copied libraries work for the build's own platform.
 *
 * <p>Arguments: the image archive to write, the directory to work in, and the archive's creation time (ISO 8601).
 */
final class BaseImage {

    /*
     * What is in use, found with `jdeps` over the class path, then cut to what the gateway reaches. Left out, because
     * only optional classes of Spring and Micrometer name them: java.compiler, java.net.http, java.scripting. Since
     * JDK 22 elliptic curves are part of java.base, so jdk.crypto.ec is not needed for TLS.
     */
    private static final List<String> MODULES = List.of(
            "java.desktop", // java.beans, which Spring is made of
            "java.instrument", // the interface that Tomcat's class loader implements
            "java.management",
            "java.naming", // Tomcat's context, and TLS host name checks
            "java.security.jgss", // named by the HTTP client's default authentication schemes
            "java.sql", // types that Jackson registers
            "jdk.jfr", // recordings in production
            "jdk.management", // processor and memory metrics
            "jdk.net", // keep-alive intervals of the HTTP client's sockets
            "jdk.unsupported"); // sun.misc.Unsafe

    /** The loader's path is fixed by each platform's ABI; every program has it written inside. */
    private static final Map<String, Target> TARGETS = Map.of(
            "amd64", new Target("amd64", Path.of("/lib64/ld-linux-x86-64.so.2")),
            "aarch64", new Target("arm64", Path.of("/lib/ld-linux-aarch64.so.1")));

    /** A line of the loader's list: {@code libm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f31c2a00000)}. */
    private static final Pattern RESOLVED = Pattern.compile("\\s*\\S+ => (/.+) \\(0x[0-9a-f]+\\)");

    private static final FilePermissions READ = FilePermissions.fromOctalString("644");
    private static final FilePermissions EXECUTE = FilePermissions.fromOctalString("755");

    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));
    private static final String IMAGE_JAVA_HOME = "/opt/java";

    private final Path archive;
    private final Path work;
    private final Instant created;
    private final Target target;

    private BaseImage(Path archive, Path work, Instant created, Target target) {
        this.archive = archive;
        this.work = work;
        this.created = created;
        this.target = target;
    }

    public static void main(String[] args) throws Exception {
        if (args.length != 3) {
            throw new IllegalArgumentException("usage: BaseImage.java <archive> <work directory> <creation time>");
        }
        var os = System.getProperty("os.name");
        var arch = System.getProperty("os.arch");
        var target = TARGETS.get(arch);
        if (!os.equals("Linux") || target == null || !Files.exists(target.loader())) {
            System.err.printf(
                    "An own base needs Linux with glibc on %s; this is %s on %s. Build with -Dimage.base=<registry"
                            + " reference>, an image with Java 25, or with -Dimage.skip for no image.%n",
                    String.join(" or ", new TreeSet<>(TARGETS.keySet())), os, arch);
            System.exit(1);
        }
        var image = new BaseImage(
                Path.of(args[0]).toAbsolutePath(), Path.of(args[1]).toAbsolutePath(), Instant.parse(args[2]), target);
        if (image.isCurrent()) {
            System.out.println("Base image is up to date: " + image.archive);
        } else {
            image.write();
            System.out.printf("Base image for linux/%s written: %s%n", target.architecture(), image.archive);
        }
    }

    private void write() throws Exception {
        Files.deleteIfExists(note());
        Files.deleteIfExists(archive);
        delete(work);
        Files.createDirectories(work);
        var runtime = link();
        var libraries = libraries(runtime);

        Jib.fromScratch()
                .setPlatforms(Set.of(new Platform(target.architecture(), "linux")))
                .setCreationTime(created)
                .addEnvironmentVariable("PATH", IMAGE_JAVA_HOME + "/bin")
                .addEnvironmentVariable("JAVA_HOME", IMAGE_JAVA_HOME)
                .addFileEntriesLayer(systemLayer(libraries))
                .addFileEntriesLayer(runtimeLayer(runtime))
                .containerize(Containerizer.to(TarImage.at(archive).named("banhmi-base"))
                        .setOfflineMode(true)
                        .setToolName("banhmi")
                        .setBaseImageLayersCache(work.resolve("cache-base"))
                        .setApplicationLayersCache(work.resolve("cache-layers")));
        delete(work);
        Files.writeString(note(), inputs(libraries.keySet()));
    }

    private Path link() {
        var runtime = work.resolve("java");
        var jlink = ToolProvider.findFirst("jlink")
                .orElseThrow(() -> new IllegalStateException("no jlink in " + JAVA_HOME + ": it is not a whole JDK"));
        // Compressed, because the limit is on unpacked bytes. Line numbers stay, for the stack traces.
        var code = jlink.run(
                System.out,
                System.err,
                "--add-modules=" + String.join(",", MODULES),
                "--compress=zip-6",
                "--no-header-files",
                "--no-man-pages",
                "--exclude-files=/java.desktop/lib/**",
                "--output=" + runtime);
        if (code != 0) {
            throw new IllegalStateException("jlink ended with " + code);
        }
        var certificates = runtime.resolve("lib/security/cacerts");
        if (!Files.isRegularFile(certificates)) {
            throw new IllegalStateException("no CA certificates in the run-time: " + certificates);
        }
        return runtime;
    }

    /**
     * Everything outside the run-time that the dynamic loader maps for it, by asking the loader itself. A library keeps
     * the path where the build machine's loader found it, which is where the same loader looks in the image.
     */
    private SortedMap<Path, Path> libraries(Path runtime) throws IOException, InterruptedException {
        var found = new TreeMap<Path, Path>();
        found.put(target.loader(), target.loader().toRealPath());
        List<Path> files;
        try (var walk = Files.walk(runtime)) {
            files = walk.filter(file -> file.toString().endsWith(".so") || file.endsWith("bin/java"))
                    .sorted()
                    .toList();
        }
        for (var file : files) {
            addNeeded(file, runtime, found);
        }
        var libc = found.keySet().stream()
                .filter(path -> path.endsWith("libc.so.6"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the run-time does not use glibc: " + found.keySet()));
        // Host names and users: inside libc since glibc 2.34, opened by name before, so that no loader reports them.
        for (var name : List.of("libnss_dns.so.2", "libnss_files.so.2")) {
            var module = libc.resolveSibling(name);
            if (Files.exists(module)) {
                found.put(module, module.toRealPath());
                addNeeded(module, runtime, found);
            }
        }
        return found;
    }

    private void addNeeded(Path file, Path runtime, SortedMap<Path, Path> found)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(
                target.loader().toString(),
                "--library-path",
                runtime.resolve("lib") + ":" + runtime.resolve("lib/server"),
                "--list",
                file.toString());
        builder.environment().remove("LD_PRELOAD");
        var process = builder.redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("what %s needs is not all installed: %s".formatted(file, output.strip()));
        }
        for (var line : output.lines().toList()) {
            var resolved = RESOLVED.matcher(line);
            if (resolved.matches() && !Path.of(resolved.group(1)).startsWith(runtime)) {
                var path = Path.of(resolved.group(1));
                found.putIfAbsent(path, path.toRealPath());
            }
        }
    }

    private FileEntriesLayer systemLayer(SortedMap<Path, Path> libraries) throws IOException {
        var etc = Files.createDirectories(work.resolve("etc"));
        Files.writeString(etc.resolve("passwd"), "root:x:0:0:root:/:\nbanhmi:x:10001:10001:gateway:/:\n");
        Files.writeString(etc.resolve("group"), "root:x:0:\nbanhmi:x:10001:\n");
        Files.writeString(etc.resolve("nsswitch.conf"), "passwd: files\ngroup: files\nhosts: files dns\n");
        var layer = FileEntriesLayer.builder().setName("system");
        for (var name : List.of("passwd", "group", "nsswitch.conf")) {
            layer.addEntry(etc.resolve(name), AbsoluteUnixPath.get("/etc/" + name), READ);
        }
        libraries.forEach((path, real) -> layer.addEntry(real, AbsoluteUnixPath.fromPath(path), EXECUTE));
        return layer.build();
    }

    private static FileEntriesLayer runtimeLayer(Path runtime) throws IOException {
        return FileEntriesLayer.builder()
                .setName("java")
                .addEntryRecursive(
                        runtime,
                        AbsoluteUnixPath.get(IMAGE_JAVA_HOME),
                        (file, path) -> Files.isExecutable(file) ? EXECUTE : READ)
                .build();
    }

    /** Beside the archive: its inputs when it was written, so that an unchanged base is not built again. */
    private Path note() {
        return archive.resolveSibling(archive.getFileName() + ".inputs");
    }

    private boolean isCurrent() throws IOException {
        if (!Files.exists(archive) || !Files.exists(note())) {
            return false;
        }
        var noted = Files.readString(note());
        SortedSet<Path> libraries = noted.lines()
                .skip(1)
                .map(line -> Path.of(line.substring(line.indexOf(' ') + 1)))
                .filter(path -> !path.startsWith(JAVA_HOME) && !path.equals(source()))
                .filter(path -> Files.isRegularFile(path))
                .collect(Collectors.toCollection(TreeSet::new));
        return noted.equals(inputs(libraries));
    }

    /** The creation time, then one line for each file that the archive depends on: digest, path. */
    private String inputs(Set<Path> libraries) {
        return Stream.concat(
                        Stream.of(source(), JAVA_HOME.resolve("release"), JAVA_HOME.resolve("lib/security/cacerts")),
                        libraries.stream())
                .map(path -> digest(path) + " " + path)
                .collect(Collectors.joining("\n", created + " created\n", "\n"));
    }

    /** This file: the launcher of source files names it. */
    private static Path source() {
        return Path.of(System.getProperty("jdk.launcher.sourcefile"));
    }

    private static String digest(Path file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        List<Path> files;
        try (var walk = Files.walk(directory)) {
            files = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (var file : files) {
            Files.delete(file);
        }
    }

    private record Target(String architecture, Path loader) {}
}
