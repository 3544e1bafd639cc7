package dev.banhmi.local.backend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.banhmi.testkit.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code localstack/compose.yaml} relies on: its hook, and a health check that is right only when the hook has ended well. */
class LocalStackInitIT {

    private static final Path LOCALSTACK = Path.of("").toAbsolutePath();
    private static final Pattern HEALTH =
            Pattern.compile("localstack:\\n.*?- CMD-SHELL\\n +- >-\\n(.*?)\\n +interval:", Pattern.DOTALL);

    private final Path root = LocalStackServer.newDirectory();
    private final Path hooks = root.resolve("etc/localstack/init/ready.d");

    @BeforeEach
    void needsPython() throws IOException {
        assumeTrue(Backend.LOCALSTACK.isPossible(), "LocalStack needs a Python that this machine does not have");
        Files.createDirectories(hooks);
    }

    @Test
    void isHealthyOnceTheHookHasMadeBucketAndQueues() throws Exception {
        addHook(Files.readString(LOCALSTACK.resolve("init/ready.d/10-buckets-and-queues.sh")));
        try (LocalStackServer server = LocalStackServer.start(root)) {
            awaitEndOfHooks(server);

            assertThat(isHealthy(server)).as(server.output()).isTrue();
            assertThat(aws(server, "s3api list-buckets --query Buckets[].Name --output text"))
                    .isEqualTo("demo\n");
            assertThat(aws(server, "sqs list-queues --output text"))
                    .contains("/banhmi-events\n")
                    .contains("/banhmi-events-failed\n");
        }
    }

    @Test
    void isNotHealthyWhenAHookFails() throws Exception {
        Path mark = root.resolve("ran");
        addHook("#!/bin/sh\necho ran > '" + mark + "'\nexit 3\n");
        try (LocalStackServer server = LocalStackServer.start(root)) {
            awaitEndOfHooks(server);

            assertThat(mark).exists();
            assertThat(state(server)).contains("ERROR");
            assertThat(isHealthy(server)).isFalse();
        }
    }

    /** However long the hooks take: the first start compiles all of LocalStack's Python, and each command of a hook the client's. */
    private static void awaitEndOfHooks(LocalStackServer server) throws Exception {
        Patience.await(
                "the hooks have ended", server::output, () -> state(server).contains("\"completed\": true"));
    }

    private void addHook(String script) throws IOException {
        Path hook = Files.writeString(hooks.resolve("10-hook.sh"), script);
        Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** The health check of the compose file, but for the port. */
    private static boolean isHealthy(LocalStackServer server) throws Exception {
        Matcher check = HEALTH.matcher(Files.readString(LOCALSTACK.resolve("compose.yaml")));
        assertThat(check.find()).isTrue();
        String command =
                check.group(1).replace("$$", "$").replaceAll("\\s*\\n\\s*", " ").strip();
        assertThat(command).contains("http://localhost:4566/");
        return run(command.replace("http://localhost:4566", server.uri().toString()))
                        .exitCode()
                == 0;
    }

    private static String state(LocalStackServer server) throws Exception {
        return run("curl -sg " + server.uri() + "/_localstack/init/ready").output();
    }

    private static String aws(LocalStackServer server, String arguments) throws Exception {
        Run run = run("'" + server.awslocal() + "' " + arguments);
        assertThat(run.exitCode()).as(run.output()).isZero();
        return run.output().replaceAll("\\t", "\n");
    }

    private record Run(int exitCode, String output) {}

    private static Run run(String command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", command);
        builder.environment().keySet().removeIf(name -> name.matches("AWS_.*|.*_(PROXY|proxy)"));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(Patience.HANGS.toSeconds(), TimeUnit.SECONDS))
                .as(command)
                .isTrue();
        return new Run(process.exitValue(), output);
    }
}
