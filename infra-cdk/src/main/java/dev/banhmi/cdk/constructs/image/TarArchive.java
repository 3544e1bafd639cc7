package dev.banhmi.cdk.constructs.image;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/** Reads single small files from a tar archive. */
final class TarArchive {
    /*
     * The supported parts of the format: POSIX ustar, the size field of GNU tar for large entries, and long names in either encoding
     * (https://www.gnu.org/software/tar/manual/html_node/Standard.html and
     * https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html, checked 2026-11-22). An image's layers are hundreds of
     * megabytes: they are skipped, not read.
     */

    /** The largest entry that {@link #entry} reads: image manifests are a few kilobytes. */
    static final long LARGEST_ENTRY = 4 << 20;

    private static final int BLOCK = 512;

    private TarArchive() {}

    /**
     * Reads one file of an archive.
     *
     * @param archive path of the archive, uncompressed
     * @param name the entry's full name
     * @return its content, empty when the archive has no such entry
     * @throws IOException when the archive cannot be read, is not a tar archive, ends too early, or the entry is larger than {@link
     *     #LARGEST_ENTRY}
     */
    static Optional<byte[]> entry(Path archive, String name) throws IOException {
        try (FileChannel channel = FileChannel.open(archive, StandardOpenOption.READ)) {
            long position = 0;
            String longName = "";
            while (position + BLOCK <= channel.size()) {
                byte[] header = bytes(channel, position, BLOCK);
                if (isEnd(header)) {
                    return Optional.empty();
                }
                requireChecksum(header, position);
                long size = number(header, 124, 12);
                long content = position + BLOCK;
                switch (header[156]) {
                    case 'L' -> longName = text(small(channel, content, size), 0, (int) size);
                    case 'x' ->
                        longName = paxPath(small(channel, content, size)).orElse(longName);
                    default -> {
                        if (name.equals(longName.isEmpty() ? name(header) : longName)) {
                            return Optional.of(small(channel, content, size));
                        }
                        longName = "";
                    }
                }
                position = Math.addExact(content, Math.addExact(size, (BLOCK - size % BLOCK) % BLOCK));
            }
            if (position == 0) {
                throw new IOException("shorter than one tar header");
            }
            return Optional.empty();
        } catch (ArithmeticException e) {
            throw new IOException("an entry's size is impossible", e);
        }
    }

    private static byte[] small(FileChannel channel, long position, long size) throws IOException {
        if (size > LARGEST_ENTRY) {
            throw new IOException("an entry of " + size + " bytes, expected at most " + LARGEST_ENTRY);
        }
        return bytes(channel, position, (int) size);
    }

    private static byte[] bytes(FileChannel channel, long position, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw new EOFException("ends in the middle of an entry");
            }
        }
        return buffer.array();
    }

    private static boolean isEnd(byte[] header) {
        for (byte value : header) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }

    /** Checks the sum of the header's bytes, with its own field counted as spaces, which distinguishes a tar archive from other files. */
    private static void requireChecksum(byte[] header, long position) throws IOException {
        int sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : Byte.toUnsignedInt(header[i]);
        }
        if (sum != number(header, 148, 8)) {
            throw new IOException("no tar header at byte " + position);
        }
    }

    private static String name(byte[] header) {
        String name = text(header, 0, 100);
        String prefix = text(header, 257, 5).equals("ustar") ? text(header, 345, 155) : "";
        // GNU tar puts times into the prefix, marked by a space after "ustar".
        return prefix.isEmpty() || header[262] == ' ' ? name : prefix + "/" + name;
    }

    /** Octal digits, or, where the first bit is set, a binary number. */
    private static long number(byte[] header, int from, int length) throws IOException {
        if (header[from] < 0) {
            long value = header[from] & 0x3f;
            for (int i = from + 1; i < from + length; i++) {
                value = Math.addExact(Math.multiplyExact(value, 256L), Byte.toUnsignedInt(header[i]));
            }
            return value;
        }
        String digits = text(header, from, length).strip();
        try {
            return digits.isEmpty() ? 0 : Long.parseUnsignedLong(digits, 8);
        } catch (NumberFormatException e) {
            throw new IOException("no tar header: \"" + digits + "\" is not an octal number", e);
        }
    }

    private static String text(byte[] bytes, int from, int length) {
        int end = from;
        while (end < from + length && bytes[end] != 0) {
            end++;
        }
        return new String(Arrays.copyOfRange(bytes, from, end), StandardCharsets.UTF_8);
    }

    /** Records of the form {@code 25 path=some/name\n}, the number being the record's whole length. */
    private static Optional<String> paxPath(byte[] records) throws IOException {
        int position = 0;
        while (position < records.length) {
            int space = position;
            while (space < records.length && records[space] != ' ') {
                space++;
            }
            int length = length(new String(records, position, space - position, StandardCharsets.US_ASCII));
            int end = position + length;
            if (end > records.length || end <= space + 1) {
                throw new IOException("a damaged extended header");
            }
            String record = new String(records, space + 1, end - space - 2, StandardCharsets.UTF_8);
            if (record.startsWith("path=")) {
                return Optional.of(record.substring("path=".length()));
            }
            position = end;
        }
        return Optional.empty();
    }

    private static int length(String digits) throws IOException {
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            throw new IOException("a damaged extended header", e);
        }
    }
}
