package dev.banhmi.gateway.object;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The TCP connections of a process over one port, as {@code /proc} shows them.
 *
 * @param pid whose
 * @param port the port
 * @param addressField which of the two ends has it
 */
record TcpConnections(long pid, int port, int addressField) {

    private static final int LOCAL_ADDRESS = 1;
    private static final int REMOTE_ADDRESS = 2;
    private static final int QUEUES = 4;
    private static final int INODE = 9;

    /** Those that a process has made to a port. */
    static TcpConnections to(int port, long pid) {
        return new TcpConnections(pid, port, REMOTE_ADDRESS);
    }

    /** Those that a process has accepted at a port of its own. */
    static TcpConnections acceptedAt(int port, long pid) {
        return new TcpConnections(pid, port, LOCAL_ADDRESS);
    }

    /** How many hold bytes that have arrived and that the process has not read. */
    long withUnreadBytes() {
        return with(queues -> !queues.endsWith(":00000000"));
    }

    /** How many hold bytes that the process has sent and that the other end has no room for. */
    long withUntakenBytes() {
        return with(queues -> !queues.startsWith("00000000:"));
    }

    private long with(Predicate<String> sentAndUnread) {
        return queues().filter(sentAndUnread).count();
    }

    /** Of each connection, as {@code sent:unread} in hexadecimal digits. */
    private Stream<String> queues() {
        Path process = Path.of("/proc", Long.toString(pid));
        try {
            Set<String> own = sockets(process);
            return List.of("tcp", "tcp6").stream()
                    .flatMap(table -> lines(process.resolve("net").resolve(table)).stream())
                    .map(line -> List.of(line.strip().split("\\s+")))
                    .filter(fields -> own.contains(fields.get(INODE)))
                    .filter(fields -> fields.get(addressField).endsWith(String.format(Locale.ROOT, ":%04X", port)))
                    .map(fields -> fields.get(QUEUES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> lines(Path table) {
        try {
            List<String> lines = Files.readAllLines(table);
            return lines.subList(1, lines.size());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> sockets(Path process) throws IOException {
        Set<String> inodes = new HashSet<>();
        try (var descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                String link = target(descriptor);
                if (link.startsWith("socket:[")) {
                    inodes.add(link.substring("socket:[".length(), link.length() - 1));
                }
            }
        }
        return inodes;
    }

    private static String target(Path descriptor) throws IOException {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (NoSuchFileException closedMeanwhile) {
            return "";
        }
    }
}
