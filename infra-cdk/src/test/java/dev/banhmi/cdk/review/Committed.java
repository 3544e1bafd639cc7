package dev.banhmi.cdk.review;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that is generated and committed; with {@code -Dsnapshots=update} it is written, else compared. */
record Committed(Path file) {
    private static final String COMMAND =
            "mvn -B -ntp -pl infra-cdk -Dtest='SnapshotTest,ArchitectureDiagramTest' -Dsnapshots=update test";

    static boolean updating() {
        return System.getProperty("snapshots", "").equals("update");
    }

    /** Fails with the lines that differ and the command that renews the file. */
    void agreesWith(String content) throws IOException {
        if (updating()) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, content);
            return;
        }
        assertThat(file).as(renewal()).exists();
        assertThat(Files.readString(file).lines().toList())
                .as(renewal())
                .containsExactlyElementsOf(content.lines().toList());
    }

    String renewal() {
        return "%s is not what the templates say now. If the change is meant, renew it and commit the difference:%n  %s%n"
                .formatted(file.getFileName(), COMMAND);
    }
}
