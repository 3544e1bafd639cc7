package dev.banhmi.local.deploy;

import static java.util.Objects.requireNonNull;

import dev.banhmi.local.backend.LocalStackServer;
import dev.banhmi.local.backend.RunningBackend;
import dev.banhmi.testkit.ChildProcess;
import dev.banhmi.testkit.aws.MotoServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * An emulator of AWS, fresh.
 *
 * <p>LocalStack gets what a machine with Docker, network and a container of its own gives it. Without network its CloudFormation
 * refuses every type when it has no list of what newer versions have; an empty list is enough. Without Docker it refuses to create
 * functions; a plugin of its runtime executors takes Docker's place. And it calls itself by the name {@code localhost}, which has to
 * mean the address that it listens on.
 */
final class LocalAws implements AutoCloseable {

    private static final String CATALOG = """
            {"schema_version":"v1","localstack":{"version":"4.14.0"},"services":{},"cloudformation_resources":{"community":{}}}
            """;

    private final Kind kind;
    private final URI endpoint;
    private final Path invokeEndpoint;
    private final Runnable stop;

    /** Which ones there are, and what they keep and can (tried 2026-11-22; the test fails when that changes). */
    enum Kind {
        MOTO,
        LOCALSTACK;

        LocalAws start() {
            Path directory = newDirectory();
            Path invokeEndpoint = directory.resolve("invoke-endpoint");
            if (this == MOTO) {
                MotoServer server = MotoServer.start();
                return new LocalAws(this, server.uri(), invokeEndpoint, server::close);
            }
            LocalStackServer server =
                    LocalStackServer.start(directory.resolve("root"), withoutDocker(directory, invokeEndpoint));
            return new LocalAws(this, server.uri(), invokeEndpoint, server::close);
        }

        boolean keepsPoliciesOfBuckets() {
            return this == LOCALSTACK;
        }

        boolean keepsArchitectures() {
            return this == LOCALSTACK;
        }

        boolean runsFunctions() {
            return this == LOCALSTACK;
        }

        private static Map<String, String> withoutDocker(Path directory, Path invokeEndpoint) {
            try {
                Path cache = Files.createDirectories(directory.resolve("root/var/lib/localstack/cache"));
                Files.writeString(cache.resolve("aws_catalog.json"), CATALOG);
                Path plugin = Files.createDirectories(directory.resolve("plugin"));
                copy("banhmi_executor.py", plugin);
                copy("sitecustomize.py", plugin);
                Path about = Files.createDirectories(plugin.resolve("banhmi_executor-1.dist-info"));
                Files.writeString(
                        about.resolve("METADATA"), "Metadata-Version: 2.1\nName: banhmi-executor\nVersion: 1\n");
                Files.writeString(
                        about.resolve("entry_points.txt"),
                        "[localstack.lambda.runtime_executor]\nbanhmi = banhmi_executor:Plugin\n");
                return Map.of(
                        "PYTHONPATH", plugin.toString(),
                        "LAMBDA_RUNTIME_EXECUTOR", "banhmi",
                        "BANHMI_INVOKE_ENDPOINT_FILE", invokeEndpoint.toString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void copy(String name, Path directory) throws IOException {
            try (InputStream source = requireNonNull(LocalAws.class.getResourceAsStream(name), name)) {
                Files.write(directory.resolve(name), source.readAllBytes());
            }
        }
    }

    private LocalAws(Kind kind, URI endpoint, Path invokeEndpoint, Runnable stop) {
        RunningBackend.requireLoopback(endpoint);
        this.kind = kind;
        this.endpoint = endpoint;
        this.invokeEndpoint = invokeEndpoint;
        this.stop = stop;
    }

    /** An empty one that is kept for those who look into a failure. */
    static Path newDirectory() {
        try {
            return Files.createTempDirectory(
                    Files.createDirectories(ChildProcess.buildDirectory().resolve("it")), "local-aws-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Kind kind() {
        return kind;
    }

    URI endpoint() {
        return endpoint;
    }

    /** What a developer writes; moto tells buckets from paths by the name, and LocalStack has no IPv4 here. */
    String endpointOnTheCommandLine() {
        return kind == Kind.MOTO ? "http://localhost:" + endpoint.getPort() : endpoint.toString();
    }

    /** Says where functions run, where the emulator asks. */
    void runFunctionsAt(URI invoke) {
        RunningBackend.requireLoopback(invoke);
        try {
            Files.writeString(invokeEndpoint, invoke.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        stop.run();
    }
}
