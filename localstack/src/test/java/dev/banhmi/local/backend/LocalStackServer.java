package dev.banhmi.local.backend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.banhmi.testkit.ChildProcess;
import dev.banhmi.testkit.Patience;
import dev.banhmi.testkit.PythonEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * LocalStack without Docker, in a virtual environment. It listens on {@code [::1]}: the host of an IPv4
 * address is ignored by its server, which then listens on every address.
 */
public final class LocalStackServer implements AutoCloseable {

    static final String VERSION = "4.14.0";

    private static final String REQUIREMENTS = "localstack-requirements.txt";
    private static final int FIRST_PORT = 20_000;
    private static final int PORTS = 10_000;

    /** It imports names that came with this one, although its metadata asks for 3.10. */
    private static final String CHECK = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 13))";

    private final ChildProcess process;
    private final URI uri;
    private final Path awslocal;
    private final ServerSocket door;

    private LocalStackServer(ChildProcess process, URI uri, Path awslocal, ServerSocket door) {
        this.process = process;
        this.uri = uri;
        this.awslocal = awslocal;
        this.door = door;
    }

    static LocalStackServer start() {
        return start(newDirectory());
    }

    /**
     * Starts it with a root directory that may have hooks in it.
     *
     * @param root {@code etc/localstack/init} below it is what the container has at {@code /etc/localstack/init}
     */
    static LocalStackServer start(Path root) {
        return start(root, Map.of());
    }

    /**
     * Starts it on a free port.
     *
     * @param root what it takes for the root of its file system
     * @param more variables of its environment
     * @return ready for requests; the caller closes it
     */
    public static LocalStackServer start(Path root, Map<String, String> more) {
        Path home = installed();
        ServerSocket door = door();
        URI uri = URI.create("http://[::1]:" + door.getLocalPort());
        Map<String, String> environment = new HashMap<>();
        environment.put("GATEWAY_LISTEN", uri.getAuthority());
        environment.put("LOCALSTACK_VOLUME_DIR", root.toString());
        environment.put("FILESYSTEM_ROOT", root.toString());
        environment.put("CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES", "0");
        // It would fetch a certificate from the internet, send usage events to its makers, and serve DNS on port 53.
        environment.put("SKIP_SSL_CERT_DOWNLOAD", "1");
        environment.put("DISABLE_EVENTS", "1");
        environment.put("DNS_ADDRESS", "0");
        Path awslocal = awslocal(home, uri);
        // Else it takes the directories of its image where these tests run in a container.
        environment.put("OVERRIDE_IN_DOCKER", "0");
        environment.put("PATH", awslocal.getParent() + ":" + System.getenv("PATH"));
        environment.putAll(more);
        ChildProcess process = ChildProcess.start(
                "localstack",
                List.of(home.resolve("bin/python").toString(), "-m", "localstack.runtime.main"),
                environment);
        LocalStackServer server = new LocalStackServer(process, uri, awslocal, door);
        try {
            process.awaitListening(uri, Patience.HANGS);
        } catch (RuntimeException | Error e) {
            server.close();
            throw e;
        }
        return server;
    }

    /**
     * Before it says that it is ready and runs its hooks, it requires a listener on this port of 127.0.0.1. That also keeps the port
     * of the other address for it, which it cannot choose by itself: the port is below those that a system takes for connections (32768 on
     * Linux, 49152 elsewhere), and who looks for one there finds the door.
     */
    private static ServerSocket door() {
        SplittableRandom random = new SplittableRandom();
        for (int attempt = 0; attempt < PORTS; attempt++) {
            try {
                return new ServerSocket(FIRST_PORT + random.nextInt(PORTS), 50, InetAddress.ofLiteral("127.0.0.1"));
            } catch (BindException taken) {
                // Then another one.
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new IllegalStateException("no free port from " + FIRST_PORT + " on");
    }

    static Path newDirectory() {
        return ChildProcess.newDirectory("localstack-data");
    }

    /** The command that the container has for its hooks, for this server. */
    private static Path awslocal(Path home, URI uri) {
        Path awslocal = newDirectory().resolve("awslocal");
        String script = """
                #!/bin/sh
                export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1
                exec '%s/bin/aws' --endpoint-url '%s' "$@"
                """.formatted(home, uri);
        try {
            Files.writeString(awslocal, script);
            Files.setPosixFilePermissions(awslocal, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return awslocal;
    }

    /**
     * Where it listens.
     *
     * @return scheme, loopback address and port
     */
    public URI uri() {
        return uri;
    }

    /** What it printed until now. */
    String output() {
        return process.output();
    }

    Path awslocal() {
        return awslocal;
    }

    /**
     * Whether there is a Python that it can run on.
     *
     * @return no where the newest is older than its files want
     */
    public static boolean isPossible() {
        return python().isPresent();
    }

    private static Path installed() {
        String python = python().orElseThrow(() -> new IllegalStateException("no Python from 3.13 on"));
        // Every dependency is in the list. Byte code is made of what is used, when it is used.
        return PythonEnvironment.require(
                "localstack-" + VERSION,
                python,
                List.of(),
                List.of("--no-deps", "--no-compile", "--requirement", REQUIREMENTS),
                Map.of(REQUIREMENTS, requirements()));
    }

    private static String requirements() {
        try (InputStream list =
                requireNonNull(LocalStackServer.class.getResourceAsStream(REQUIREMENTS), REQUIREMENTS)) {
            return new String(list.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<String> python() {
        return Found.PYTHON;
    }

    /** Looked for once: it is asked for before every journey, and each look starts one Python after another. */
    private static final class Found {

        static final Optional<String> PYTHON = firstThatFits();

        private Found() {}
    }

    private static Optional<String> firstThatFits() {
        List<String> candidates = new ArrayList<>(List.of("python3"));
        Stream.of("3.14", "3.13").map(version -> "python" + version).forEach(candidates::add);
        Path versions = Path.of(System.getProperty("user.home"), ".pyenv", "versions");
        if (Files.isDirectory(versions)) {
            try (Stream<Path> found = Files.list(versions)) {
                found.sorted()
                        .map(version -> version.resolve("bin/python").toString())
                        .forEach(candidates::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return candidates.stream().filter(LocalStackServer::fits).findFirst();
    }

    private static boolean fits(String python) {
        try (ChildProcess check =
                ChildProcess.start("python", List.of(python, "-c", CHECK), PythonEnvironment.environment())) {
            return check.awaitExit(Patience.HANGS) == 0;
        } catch (UncheckedIOException noSuchProgram) {
            return false;
        }
    }

    @Override
    public void close() {
        process.close();
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
