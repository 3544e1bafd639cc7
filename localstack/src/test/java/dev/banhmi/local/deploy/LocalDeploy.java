package dev.banhmi.local.deploy;

import dev.banhmi.testkit.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code bin/local-deploy}, as started from a shell that means to work with a real account. */
final class LocalDeploy {

    private static final Path SCRIPT = Path.of("..", "bin", "local-deploy").toAbsolutePath();

    /** Whatever of it reached the command line of CDK would make it fail, or go elsewhere. */
    private static final Map<String, String> ACCOUNT = Map.of(
            "AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "AWS_SESSION_TOKEN", "token",
            "AWS_PROFILE", "production",
            "AWS_REGION", "eu-central-1",
            "AWS_ENDPOINT_URL", "http://127.0.0.1:9",
            "AWS_ENDPOINT_URL_CLOUDFORMATION", "http://127.0.0.1:9",
            "AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9",
            "CDK_DEFAULT_ACCOUNT", "111122223333");

    /** Not one event: it starts Java, npx and CDK several times, and each of some hundred calls may be the first of its kind for the emulator. */
    private static final Duration LONGEST = Duration.ofMinutes(30);

    private LocalDeploy() {}

    /** What it printed, and how it ended. */
    record Outcome(int exitCode, String output) {}

    static Outcome run(String... arguments) {
        List<String> command = new ArrayList<>(List.of(SCRIPT.toString()));
        command.addAll(List.of(arguments));
        Map<String, String> environment = new HashMap<>(ACCOUNT);
        // npx keeps what it fetched below the home.
        environment.put("HOME", System.getProperty("user.home"));
        environment.put("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20");
        try (ChildProcess process = ChildProcess.start("local-deploy", command, environment)) {
            int exitCode = process.awaitExit(LONGEST);
            return new Outcome(exitCode, process.output());
        }
    }
}
