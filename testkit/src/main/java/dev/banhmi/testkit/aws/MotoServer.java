package dev.banhmi.testkit.aws;

import dev.banhmi.testkit.ChildProcess;
import dev.banhmi.testkit.Patience;
import dev.banhmi.testkit.PythonEnvironment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** An ECS that keeps real state: moto's server, from the Python on the PATH or from an environment in the cache. */
public final class MotoServer implements AutoCloseable {

    /** The version to install if it is missing. */
    public static final String VERSION = "5.2.1";

    private static final Pattern PORT = Pattern.compile("Running on http://127\\.0\\.0\\.1:(\\d+)");

    private final ChildProcess process;
    private final URI uri;

    private MotoServer(ChildProcess process, URI uri) {
        this.process = process;
        this.uri = uri;
    }

    /**
     * Starts it on a loopback port that it chooses itself, installing it first if it is missing.
     *
     * @param requirements further Python packages that it needs, as {@code name==version}
     * @return ready for requests, to be closed by the caller
     */
    public static MotoServer start(String... requirements) {
        List<String> command = List.of(
                python(concat(List.of("moto[server]==" + VERSION), List.of(requirements))),
                "-m",
                "moto.server",
                "-H",
                "127.0.0.1",
                "-p",
                "0");
        ChildProcess process = ChildProcess.start("moto", command, environment());
        try {
            String port = process.awaitOutput(PORT, Patience.HANGS).group(1);
            MotoServer server = new MotoServer(process, URI.create("http://127.0.0.1:" + port));
            process.awaitListening(server.uri(), Patience.HANGS);
            server.keepTasksRunning();
            return server;
        } catch (RuntimeException e) {
            process.close();
            throw e;
        }
    }

    /** By default each look at a task moves it a step towards its end. */
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
                throw new IllegalStateException("moto responded with " + response.body());
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
        return uri;
    }

    /** The Python on the PATH if it has everything, else a virtual environment on top of it that has the rest. */
    private static String python(List<String> requirements) {
        String check = "import importlib.metadata as found, importlib.util as util, sys\n"
                + "sys.exit(any(found.version(r.split('==')[0].split('[')[0]) != r.split('==')[1] for r in sys.argv[1:])"
                + " or not util.find_spec('flask'))";
        try (ChildProcess found =
                ChildProcess.start("python", concat(List.of("python3", "-c", check), requirements), environment())) {
            if (found.awaitExit(Patience.HANGS) == 0) {
                return "python3";
            }
        }
        return PythonEnvironment.require(
                        "moto-" + VERSION, "python3", List.of("--system-site-packages"), requirements, Map.of())
                .resolve("bin/python")
                .toString();
    }

    private static List<String> concat(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    private static Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(PythonEnvironment.environment());
        environment.put("AWS_ACCESS_KEY_ID", "test");
        environment.put("AWS_SECRET_ACCESS_KEY", "test");
        environment.put("PYTHONUNBUFFERED", "1");
        return environment;
    }

    @Override
    public void close() {
        process.close();
    }
}
