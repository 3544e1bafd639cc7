package dev.banhmi.cdk.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that is generated and committed: compared, or with {@code -Dsnapshots=update} written.
 *
 * @param path where it is
 */
public record GeneratedFile(Path path) {
    /**
     * Fails with the lines that differ and the command that renews the file.
     *
     * @param content what it has to hold
     * @param test the test that generates it
     * @throws IOException if it cannot be read or written
     */
    public void agreesWith(String content, Class<?> test) throws IOException {
        if (System.getProperty("snapshots", "").equals("update")) {
            Files.createDirectories(path.toAbsolutePath().getParent());
            Files.writeString(path, content);
            return;
        }
        String renewal =
                "%s has to say something else now. If the change is meant: mvn -pl infra-cdk -Dtest=%s -Dsnapshots=update test"
                        .formatted(path.getFileName(), test.getSimpleName());
        assertThat(path).as(renewal).exists();
        assertThat(Files.readString(path).lines().toList())
                .as(renewal)
                .containsExactlyElementsOf(content.lines().toList());
    }
}
