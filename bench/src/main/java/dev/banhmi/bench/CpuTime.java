package dev.banhmi.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * CPU time of processes, in the kernel's clock ticks, a hundred per second in user space (proc(5)).
 *
 * @param ticks in user space and in the kernel together
 */
record CpuTime(long ticks) {

    static final CpuTime NONE = new CpuTime(0);

    private static final double TICKS_PER_SECOND = 100;

    /**
     * Parses what follows the name, which may contain spaces and ends at the last closing parenthesis; "state" is the first field after it.
     */
    private static final int USER = 11;

    private static final int SYSTEM = 12;
    private static final int CHILDREN_USER = 13;
    private static final int CHILDREN_SYSTEM = 14;

    /** Of one process; none if it has ended. */
    static CpuTime of(long pid) throws IOException {
        return read(pid, false);
    }

    /** Of one process and of those of its children that have ended and been waited for. */
    static CpuTime withEndedChildren(long pid) throws IOException {
        return read(pid, true);
    }

    private static CpuTime read(long pid, boolean children) throws IOException {
        try {
            return parse(Files.readString(Path.of("/proc", Long.toString(pid), "stat")), children);
        } catch (NoSuchFileException ended) {
            return NONE;
        }
    }

    static CpuTime parse(String stat, boolean children) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long own = Long.parseLong(fields[USER]) + Long.parseLong(fields[SYSTEM]);
        long ended = Long.parseLong(fields[CHILDREN_USER]) + Long.parseLong(fields[CHILDREN_SYSTEM]);
        return new CpuTime(children ? own + ended : own);
    }

    CpuTime plus(CpuTime other) {
        return new CpuTime(ticks + other.ticks);
    }

    double secondsSince(CpuTime earlier) {
        return (ticks - earlier.ticks) / TICKS_PER_SECOND;
    }

    /** Since the beginning of what was measured. */
    double seconds() {
        return secondsSince(NONE);
    }
}
