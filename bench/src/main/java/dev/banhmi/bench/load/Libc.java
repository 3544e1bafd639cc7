package dev.banhmi.bench.load;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The few calls of the C library that Java's sockets lack: {@code recv} with {@code MSG_TRUNC}, by which Linux drops received bytes instead of
 * copying them (tcp(7), read 2026-11-30), and {@code ppoll} with a time-out below a millisecond. Constants are those of Linux, the same on
 * x86-64 and arm64. Used by one thread.
 */
final class Libc {

    static final int AGAIN = 11;

    private static final int INTERRUPTED = 4;
    private static final int AF_INET = 2;
    private static final int SOCK_STREAM = 1;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_SNDTIMEO = 21;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_NODELAY = 1;
    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int LOOPBACK = 0x7f000001;
    private static final int ADDRESS_BYTES = 16;
    private static final int TIME_BYTES = 16;

    private static final String ERRNO = "errno";
    private static final VarHandle ERRNO_VALUE =
            Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement(ERRNO));

    private final MethodHandle socket = find("socket", ints(3));
    private final MethodHandle connect = find(
            "connect",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    private final MethodHandle setsockopt = find(
            "setsockopt",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_INT));
    private final MethodHandle send = find("send", transfer());
    private final MethodHandle recv = find("recv", transfer());
    private final MethodHandle close = find("close", ints(1));
    private final MethodHandle ppoll = find(
            "ppoll",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS));

    private final MemorySegment errno = Arena.ofAuto().allocate(Linker.Option.captureStateLayout());
    private final MemorySegment time = Arena.ofAuto().allocate(TIME_BYTES, Long.BYTES);

    private static FunctionDescriptor ints(int count) {
        MemoryLayout[] arguments = new MemoryLayout[count];
        Arrays.fill(arguments, ValueLayout.JAVA_INT);
        return FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments);
    }

    private static FunctionDescriptor transfer() {
        return FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT);
    }

    /** The process is started with native access for exactly this. */
    @SuppressWarnings("restricted")
    private static MethodHandle find(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), descriptor, Linker.Option.captureCallState(ERRNO));
    }

    /** A connected socket that sends small writes at once, and whose calls that wait end after the time-out. */
    int connect(int port, int timeoutSeconds) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int fd = (int) socket.invokeExact(errno, AF_INET, SOCK_STREAM, 0);
            if (fd < 0) {
                throw failure("socket");
            }
            MemorySegment address = arena.allocate(ADDRESS_BYTES, Long.BYTES);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
            address.set(ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), 2, (short) port);
            address.set(ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN), 4, LOOPBACK);
            if ((int) connect.invokeExact(errno, fd, address, ADDRESS_BYTES) != 0) {
                throw failure("connect to port " + port);
            }
            MemorySegment one = arena.allocate(ValueLayout.JAVA_INT, 1);
            option(fd, IPPROTO_TCP, TCP_NODELAY, one);
            MemorySegment timeout = arena.allocate(TIME_BYTES, Long.BYTES);
            timeout.set(ValueLayout.JAVA_LONG, 0, timeoutSeconds);
            option(fd, SOL_SOCKET, SO_RCVTIMEO, timeout);
            option(fd, SOL_SOCKET, SO_SNDTIMEO, timeout);
            return fd;
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    private void option(int fd, int level, int name, MemorySegment value) throws IOException {
        try {
            if ((int) setsockopt.invokeExact(errno, fd, level, name, value, (int) value.byteSize()) != 0) {
                throw failure("setsockopt " + name);
            }
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Sends what the socket takes now, or waits until it takes something; -{@link #AGAIN} if it takes nothing now. */
    long send(int fd, MemorySegment bytes, boolean wait) throws IOException {
        return transfer("send", send, fd, bytes, MSG_NOSIGNAL | (wait ? 0 : MSG_DONTWAIT));
    }

    /** Receives into memory; 0 at the end of the stream, -{@link #AGAIN} if nothing is there. */
    long receive(int fd, MemorySegment into, boolean wait) throws IOException {
        return transfer("recv", recv, fd, into, wait ? 0 : MSG_DONTWAIT);
    }

    /** Drops up to as many received bytes as the segment is long, without touching it; results as {@link #receive}. */
    long discard(int fd, MemorySegment room, boolean wait) throws IOException {
        return transfer("recv", recv, fd, room, MSG_TRUNC | (wait ? 0 : MSG_DONTWAIT));
    }

    private long transfer(String name, MethodHandle call, int fd, MemorySegment bytes, int flags) throws IOException {
        try {
            while (true) {
                long count = (long) call.invokeExact(errno, fd, bytes, bytes.byteSize(), flags);
                if (count >= 0) {
                    return count;
                }
                int error = (int) ERRNO_VALUE.get(errno, 0L);
                if (error == AGAIN && (flags & MSG_DONTWAIT) != 0) {
                    return -AGAIN;
                }
                if (error != INTERRUPTED) {
                    throw failure(name);
                }
            }
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Waits until one of the descriptors is ready; their number, 0 when the time is over. */
    int poll(MemorySegment descriptors, int count, long nanos) throws IOException {
        time.set(ValueLayout.JAVA_LONG, 0, nanos / 1_000_000_000);
        time.set(ValueLayout.JAVA_LONG, Long.BYTES, nanos % 1_000_000_000);
        try {
            int ready = (int) ppoll.invokeExact(errno, descriptors, (long) count, time, MemorySegment.NULL);
            if (ready < 0 && (int) ERRNO_VALUE.get(errno, 0L) != INTERRUPTED) {
                throw failure("ppoll");
            }
            return Math.max(ready, 0);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    void close(int fd) throws IOException {
        try {
            int ignored = (int) close.invokeExact(errno, fd);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    private IOException failure(String call) {
        int error = (int) ERRNO_VALUE.get(errno, 0L);
        return new IOException(call + " fails with error " + error + (error == AGAIN ? ": nothing came in time" : ""));
    }

    /** A method handle declares {@code Throwable}. */
    private static IOException rethrown(Throwable thrown) throws IOException {
        return switch (thrown) {
            case IOException failure -> throw failure;
            case RuntimeException failure -> throw failure;
            case Error failure -> throw failure;
            default -> new IOException(thrown);
        };
    }
}
