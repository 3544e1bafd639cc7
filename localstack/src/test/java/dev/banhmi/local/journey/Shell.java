package dev.banhmi.local.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A bash in a directory of its own that ends at the first command that fails. Nothing of AWS is in its environment. */
final class Shell {

    private final Path directory;
    private final Map<String, String> variables = new HashMap<>();

    Shell() throws IOException {
        directory = Files.createTempDirectory(
                Files.createDirectories(ChildProcess.buildDirectory().resolve("it")), "shell-");
    }

    void export(String name, String value) {
        variables.put(name, value);
    }

    static String run(String line) throws IOException {
        return new Shell().paste(line);
    }

    /** What the lines print on standard output; each of them has to succeed. */
    String paste(String lines) throws IOException {
        Path errors = directory.resolve("errors");
        // Silent, as without the progress meter.
        String script = "set -euo pipefail; curl() { command curl --silent --show-error \"$@\"; }\n" + lines;
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", script)
                .directory(directory.toFile())
                .redirectError(errors.toFile());
        builder.environment().keySet().removeIf(name -> name.matches("AWS_.*|.*_(PROXY|proxy)"));
        builder.environment().putAll(variables);
        Process bash = builder.start();
        String printed = new String(bash.getInputStream().readAllBytes(), UTF_8);
        try {
            assertThat(bash.waitFor())
                    .as("%s%nprinted %s%nand %s", lines, printed, Files.readString(errors))
                    .isZero();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return printed;
    }
}
