package dev.banhmi.cdk;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Image archives without layers: what synthesis reads of the real one, which takes minutes to build. */
final class StandInImage {
    private StandInImage() {}

    /** Writes what {@code docker save} and Jib write, for one image. */
    static Path write(Path directory, String system, String architecture) throws IOException {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("abc.json", "{\"os\":\"" + system + "\",\"architecture\":\"" + architecture + "\"}");
        entries.put(
                "manifest.json", "[{\"Config\":\"abc.json\",\"RepoTags\":[\"banhmi-gateway:latest\"],\"Layers\":[]}]");
        return writeEntries(directory, entries);
    }

    static Path writeEntries(Path directory, Map<String, String> entries) throws IOException {
        Path tar = directory.resolve("image.tar");
        try (OutputStream file = Files.newOutputStream(tar);
                TarArchiveOutputStream archive = new TarArchiveOutputStream(file)) {
            for (Map.Entry<String, String> content : entries.entrySet()) {
                byte[] bytes = content.getValue().getBytes(StandardCharsets.UTF_8);
                TarArchiveEntry entry = new TarArchiveEntry(content.getKey());
                entry.setSize(bytes.length);
                entry.setModTime(0L);
                archive.putArchiveEntry(entry);
                archive.write(bytes);
                archive.closeArchiveEntry();
            }
        }
        return tar;
    }
}
