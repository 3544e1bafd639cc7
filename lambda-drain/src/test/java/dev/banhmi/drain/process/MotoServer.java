package dev.banhmi.drain.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** An ECS that keeps real state: moto's server, from the Python on the PATH or from one made under {@code target}. */
public final class MotoServer implements AutoCloseable {

    /** The version that is installed where it is missing. */
    public static final String VERSION = "5.2.1";

    private static final Duration INSTALL = Duration.ofMinutes(5);
    private static final Duration START = Duration.ofSeconds(60);

    private final ChildProcess process;
    private final int port;

    private MotoServer(ChildProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts it on a free loopback port, installing it first where it is missing.
     *
     * @param requirements Python packages that it needs besides, as {@code name==version}
     * @return ready for requests; whoever calls closes it
     */
    public static MotoServer start(String... requirements) {
        int port = ChildProcess.freePort();
        List<String> command = List.of(
                python(concat(List.of("moto[server]==" + VERSION), List.of(requirements))),
                "-m",
                "moto.server",
                "-H",
                "127.0.0.1",
                "-p",
                Integer.toString(port));
        ChildProcess process = ChildProcess.start("moto", command, environment());
        MotoServer server = new MotoServer(process, port);
        process.awaitListening(server.uri(), START);
        server.keepTasksRunning();
        return server;
    }

    /** By itself each look at a task takes it a step further towards its end. */
    private void keepTasksRunning() {
        HttpRequest request = HttpRequest.newBuilder(uri().resolve("/moto-api/state-manager/set-transition"))
                .POST(
                        HttpRequest.BodyPublishers.ofString(
                                "{\"model_name\":\"ecs::task\",\"transition\":{\"progression\":\"manual\",\"times\":1000000000}}"))
                .build();
        try (HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() >= 300) {
                throw new IllegalStateException("moto answered " + response.body());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /**
     * Where it listens.
     *
     * @return scheme, loopback address and port
     */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** The Python on the PATH if it has everything, else one that has the rest beside what that one has. */
    private static String python(List<String> requirements) {
        String check = "import importlib.metadata as found, importlib.util as util, sys\n"
                + "sys.exit(any(found.version(r.split('==')[0].split('[')[0]) != r.split('==')[1] for r in sys.argv[1:])"
                + " or not util.find_spec('flask'))";
        if (run("python", concat(List.of("python3", "-c", check), requirements)) == 0) {
            return "python3";
        }
        Path home = ChildProcess.buildDirectory().resolve("moto-" + VERSION);
        Path done = home.resolve("complete");
        if (!Files.isDirectory(done)) {
            require(
                    "python3 -m venv",
                    run("venv", List.of("python3", "-m", "venv", "--system-site-packages", home.toString())));
            String pip = home.resolve("bin/pip").toString();
            require("pip install", run("pip", concat(List.of(pip, "install", "--quiet"), requirements)));
            require("mkdir", run("mkdir", List.of("mkdir", done.toString())));
        }
        return home.resolve("bin/python").toString();
    }

    private static List<String> concat(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    private static void require(String what, int exitCode) {
        if (exitCode != 0) {
            throw new IllegalStateException(what + " ended with exit code " + exitCode + "; its log is in target/it");
        }
    }

    private static int run(String name, List<String> command) {
        try (ChildProcess process = ChildProcess.start(name, command, environment())) {
            return process.awaitExit(INSTALL);
        }
    }

    /** Python's launchers look for their versions below the real home, and pip for its cache. */
    private static Map<String, String> environment() {
        return Map.of(
                "HOME", System.getProperty("user.home"), "AWS_ACCESS_KEY_ID", "test", "AWS_SECRET_ACCESS_KEY", "test");
    }

    @Override
    public void close() {
        process.close();
    }
}
