package dev.banhmi.cdk.constructs.image;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Image archives of a few bytes: what synthesis reads of the real one, which takes minutes to build. Written by a library that knows more
 * of the format than ours reads.
 */
public final class ImageTar {
    private ImageTar() {}

    /**
     * Writes what {@code docker save} and Jib write, for one image, with a layer of one byte before it.
     *
     * @param directory where {@code image.tar} goes
     * @param system such as {@code linux}
     * @param architecture such as {@code arm64}
     * @return the file
     * @throws IOException if it cannot be written
     */
    public static Path write(Path directory, String system, String architecture) throws IOException {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("layer.tar.gz", "x");
        entries.put("blobs/sha256/abc", "{\"os\":\"" + system + "\",\"architecture\":\"" + architecture + "\"}");
        entries.put("manifest.json", "[{\"Config\":\"blobs/sha256/abc\",\"Layers\":[\"layer.tar.gz\"]}]");
        return writeEntries(directory, TarArchiveOutputStream.LONGFILE_ERROR, entries);
    }

    /** @param longNames one of {@link TarArchiveOutputStream}'s ways to write a name of more than 100 bytes */
    static Path writeEntries(Path directory, int longNames, Map<String, String> entries) throws IOException {
        Path tar = directory.resolve("image.tar");
        try (OutputStream file = Files.newOutputStream(tar);
                TarArchiveOutputStream archive = new TarArchiveOutputStream(file)) {
            archive.setLongFileMode(longNames);
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
