package dev.banhmi.cdk;

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
    /** {@return whether files are written rather than compared} */
    public static boolean updating() {
        return System.getProperty("snapshots", "").equals("update");
    }

    /**
     * Fails with the lines that differ and the command that renews the file.
     *
     * @param content what it has to hold
     * @throws IOException if it cannot be read or written
     */
    public void agreesWith(String content) throws IOException {
        if (updating()) {
            Files.createDirectories(path.toAbsolutePath().getParent());
            Files.writeString(path, content);
            return;
        }
        assertThat(path).as(renewal()).exists();
        assertThat(Files.readString(path).lines().toList())
                .as(renewal())
                .containsExactlyElementsOf(content.lines().toList());
    }

    /** {@return what is wrong with a file that differs, and the command that renews it} */
    public String renewal() {
        return "%s has to say something else now. If the change is meant, renew it and commit the difference:%n  make snapshots%n"
                .formatted(path.getFileName());
    }
}
