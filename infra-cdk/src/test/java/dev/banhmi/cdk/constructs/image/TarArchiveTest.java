package dev.banhmi.cdk.constructs.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipEncodingHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarArchiveTest {
    private static final int USTAR_ONLY = TarArchiveOutputStream.LONGFILE_ERROR;

    @TempDir
    private Path directory;

    @Test
    void readsEachEntryWhateverItsLength() throws IOException {
        Map<String, String> entries = new LinkedHashMap<>();
        for (int length : List.of(0, 1, 511, 512, 513, 5000)) {
            entries.put("entry-" + length, "b".repeat(length));
        }
        Path tar = ImageTar.writeEntries(directory, USTAR_ONLY, entries);
        for (Map.Entry<String, String> entry : entries.entrySet()) {
            assertThat(read(tar, entry.getKey())).isEqualTo(entry.getValue());
        }
        assertThat(TarArchive.entry(tar, "entry-2")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {TarArchiveOutputStream.LONGFILE_GNU, TarArchiveOutputStream.LONGFILE_POSIX})
    void readsNamesThatAHeaderHasNoRoomFor(int longNames) throws IOException {
        String name = "blobs/".repeat(50) + "config.json";
        Path tar = ImageTar.writeEntries(
                directory, longNames, new LinkedHashMap<>(Map.of(name, "long", "manifest.json", "short")));
        assertThat(read(tar, name)).isEqualTo("long");
        assertThat(read(tar, "manifest.json")).isEqualTo("short");
        assertThat(TarArchive.entry(tar, name.substring(0, 100))).isEmpty();
    }

    @Test
    void readsBehindALayerLargerThanAnOctalSizeHasRoomFor() throws IOException {
        long layer = 9L << 30;
        Path tar = directory.resolve("image.tar");
        try (FileChannel channel = FileChannel.open(
                tar, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            channel.write(ByteBuffer.wrap(header("layer.tar", layer)));
            channel.position(512 + layer);
            channel.write(ByteBuffer.wrap(header("manifest.json", 2)));
            channel.write(ByteBuffer.wrap("[]".getBytes(StandardCharsets.US_ASCII)));
            channel.write(ByteBuffer.allocate(510));
        }
        assertThat(read(tar, "manifest.json")).isEqualTo("[]");
        refuses(tar, "layer.tar", "an entry of 9663676416 bytes, expected at most 4194304");
    }

    @Test
    void joinsThePrefixToTheName() throws IOException {
        byte[] header = header("config.json", 1);
        System.arraycopy("blobs/sha256".getBytes(StandardCharsets.US_ASCII), 0, header, 345, 12);
        // POSIX, where GNU has a space.
        System.arraycopy(new byte[] {'u', 's', 't', 'a', 'r', 0, '0', '0'}, 0, header, 257, 8);
        Path tar = Files.write(directory.resolve("image.tar"), signed(header));
        Files.write(tar, new byte[512], StandardOpenOption.APPEND);
        assertThat(TarArchive.entry(tar, "blobs/sha256/config.json")).isPresent();
        assertThat(TarArchive.entry(tar, "config.json")).isEmpty();
    }

    @Test
    void saysWhereAnArchiveIsDamaged() throws IOException {
        Path tar = ImageTar.writeEntries(directory, USTAR_ONLY, new LinkedHashMap<>(Map.of("a", "b".repeat(600))));
        byte[] whole = Files.readAllBytes(tar);
        whole[3] = 'x';
        refuses(Files.write(tar, whole), "a", "no tar header at byte 0");
    }

    @Test
    void saysWhenAnArchiveEndsTooEarly() throws IOException {
        Path tar = ImageTar.writeEntries(directory, USTAR_ONLY, new LinkedHashMap<>(Map.of("a", "b".repeat(600))));
        byte[] whole = Files.readAllBytes(tar);
        refuses(Files.write(tar, Arrays.copyOf(whole, 700)), "a", "ends in the middle of an entry");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 511, 512, 2000})
    void refusesWhatIsNoArchive(int length) throws IOException {
        Path file = Files.writeString(directory.resolve("image.tar"), "x".repeat(length));
        refuses(file, "manifest.json", length < 512 ? "shorter than one tar header" : "no tar header");
    }

    private static String read(Path tar, String name) throws IOException {
        return new String(TarArchive.entry(tar, name).orElseThrow(), StandardCharsets.UTF_8);
    }

    private static void refuses(Path tar, String name, String why) {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> TarArchive.entry(tar, name))
                .withMessageContaining(why);
    }

    private static byte[] header(String name, long size) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(size);
        byte[] header = new byte[512];
        // Star mode: sizes beyond eight gibibytes in binary, as GNU tar writes them.
        entry.writeEntryHeader(header, ZipEncodingHelper.getZipEncoding("UTF-8"), true);
        return header;
    }

    private static byte[] signed(byte[] header) {
        Arrays.fill(header, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte value : header) {
            sum += Byte.toUnsignedInt(value);
        }
        byte[] digits = String.format(Locale.ROOT, "%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, header, 148, 8);
        return header;
    }
}
