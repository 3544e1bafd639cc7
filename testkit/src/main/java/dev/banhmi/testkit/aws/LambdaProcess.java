package dev.banhmi.testkit.aws;

import static java.util.Objects.requireNonNull;

import dev.banhmi.testkit.ChildProcess;
import dev.banhmi.testkit.Patience;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The packaged jar under the runtime interface client, as Lambda runs it. */
public final class LambdaProcess implements AutoCloseable {

    /** The Lambda's own timeout, and the one that the calls of the adapters are fitted into. */
    public static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** The name of a function that was not deployed. */
    public static final String NAME = "drain";

    private static final String HANDLER = "dev.banhmi.drain.DrainHandler::handleRequest";
    private static final int MEMORY = 512;
    private static final List<String> JVM = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private static final String SWEEP = "{\"source\":\"aws.events\",\"detail-type\":\"Scheduled Event\",\"detail\":{}}";

    /** The time that the function is told it has for the sweep that only warms it up. */
    private static final Duration TRAINING = Duration.ofSeconds(5);

    /** Where the runtime's client finds its native half. */
    private static final String LIBRARY =
            "com.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI";

    /**
     * A copy of this process alone. By itself the client unpacks it to one fixed path for the whole machine: a function
     * that loads what another one is just writing there never starts.
     */
    private static final class NativeLibrary {

        static final Path FILE = unpacked();

        private NativeLibrary() {}

        private static Path unpacked() {
            String architecture = System.getProperty("os.arch").equals("aarch64") ? "aarch_64" : "x86_64";
            String name = "libaws-lambda-jni.linux-" + architecture + ".so";
            Path file = ChildProcess.newDirectory("lambda-runtime").resolve(name);
            try (InputStream library = requireNonNull(
                    LambdaProcess.class.getResourceAsStream("/jni/" + name),
                    "aws-lambda-java-runtime-interface-client has no " + name)) {
                Files.copy(library, file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return file;
        }
    }

    /**
     * What the JVM writes down about the packaged drain once (JEP 483, 514 and 515): every later start by this process takes
     * half of the CPU.
     */
    private static final class QuickStart {

        static final Path CACHE = trained();

        private QuickStart() {}

        private static Path trained() {
            Path cache = ChildProcess.newDirectory("lambda-start").resolve("drain.aot");
            // Nobody listens where it looks for AWS: the sweep fails once everything that it needs for a call is
            // loaded.
            URI nobody = URI.create("http://127.0.0.1:9");
            DeployedFunction drain =
                    new DeployedFunction(NAME, jar(), HANDLER, TIMEOUT, MEMORY, Map.of("BANHMI_CLUSTER", "none"));
            try (LambdaProcess lambda =
                    start(nobody, nobody, drain, List.of(), List.of("-XX:AOTCacheOutput=" + cache))) {
                lambda.api().invoke(SWEEP, TRAINING);
                lambda.process.terminate();
                lambda.awaitExit(Patience.HANGS);
            }
            return cache;
        }
    }

    private final RuntimeApi api;
    private final ChildProcess process;

    private LambdaProcess(RuntimeApi api, ChildProcess process) {
        this.api = api;
        this.process = process;
    }

    /**
     * Starts the drain as it is packaged, quickly: with what an earlier start has left.
     *
     * @param ecs where it reaches ECS
     * @param autoScaling where it reaches Auto Scaling
     * @param settings variables of its environment
     * @return the started function, to be closed by the caller
     */
    public static LambdaProcess start(URI ecs, URI autoScaling, Map<String, String> settings) {
        return start(
                ecs,
                autoScaling,
                new DeployedFunction(NAME, jar(), HANDLER, TIMEOUT, MEMORY, settings),
                List.of(),
                List.of("-XX:AOTCache=" + QuickStart.CACHE));
    }

    /**
     * Starts the drain as it is packaged.
     *
     * @param ecs where it reaches ECS
     * @param autoScaling where it reaches Auto Scaling
     * @param settings variables of its environment
     * @param prefix what precedes {@code java} on the command line
     * @return the started function, to be closed by the caller
     */
    public static LambdaProcess start(URI ecs, URI autoScaling, Map<String, String> settings, List<String> prefix) {
        return start(ecs, autoScaling, new DeployedFunction(NAME, jar(), HANDLER, TIMEOUT, MEMORY, settings), prefix);
    }

    /**
     * Starts a function as it was deployed.
     *
     * @param ecs where it reaches ECS
     * @param autoScaling where it reaches Auto Scaling
     * @param function what Lambda knows about it
     * @param prefix what precedes {@code java} on the command line
     * @return the started function, to be closed by the caller
     */
    public static LambdaProcess start(URI ecs, URI autoScaling, DeployedFunction function, List<String> prefix) {
        return start(ecs, autoScaling, function, prefix, List.of());
    }

    private static LambdaProcess start(
            URI ecs, URI autoScaling, DeployedFunction function, List<String> prefix, List<String> jvmOptions) {
        RuntimeApi api = new RuntimeApi(function.name(), function.timeout());
        Map<String, String> environment = new HashMap<>(Map.of(
                "AWS_LAMBDA_RUNTIME_API", api.authority(),
                "AWS_REGION", "us-east-1",
                "AWS_ACCESS_KEY_ID", "test",
                "AWS_SECRET_ACCESS_KEY", "test",
                "AWS_ENDPOINT_URL_ECS", ecs.toString(),
                "AWS_ENDPOINT_URL_AUTO_SCALING", autoScaling.toString(),
                "AWS_LAMBDA_FUNCTION_NAME", function.name(),
                "AWS_LAMBDA_FUNCTION_VERSION", "1",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(function.memoryMebibytes())));
        environment.putAll(function.environment());
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.addAll(jvmOptions);
        // org.crac looks here for who takes the snapshot; taken for what the managed runtime sets.
        command.add("-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac");
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-D" + LIBRARY + "=" + NativeLibrary.FILE);
        command.addAll(List.of("-cp", function.code() + File.pathSeparator + runtime()));
        command.addAll(List.of("com.amazonaws.services.lambda.runtime.api.client.AWSLambda", function.handler()));
        return new LambdaProcess(api, ChildProcess.start("lambda", command, environment));
    }

    /**
     * The jar under test.
     *
     * @return what {@code -Dbanhmi.drain.jar} names
     */
    public static Path jar() {
        return Path.of(requireNonNull(System.getProperty("banhmi.drain.jar"), "banhmi.drain.jar is missing"));
    }

    /** What the managed runtime brings: the client and its serialization, and nothing of ours. */
    private static String runtime() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> entry.contains("aws-lambda-java-runtime-interface-client")
                        || entry.contains("aws-lambda-java-serialization"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /**
     * Lambda's side of the function.
     *
     * @return open until this is closed
     */
    public RuntimeApi api() {
        return api;
    }

    /**
     * Invokes it and waits for the result.
     *
     * @param event JSON
     * @return what the runtime reported
     */
    public RuntimeApi.Outcome invoke(String event) {
        return api.invoke(event, TIMEOUT);
    }

    /**
     * Its log.
     *
     * @return everything that it has printed so far
     */
    public String log() {
        return process.output();
    }

    /**
     * Waits for its end.
     *
     * @param limit how long at most
     * @return the exit code
     */
    public int awaitExit(Duration limit) {
        return process.awaitExit(limit);
    }

    @Override
    public void close() {
        process.close();
        api.close();
    }
}
