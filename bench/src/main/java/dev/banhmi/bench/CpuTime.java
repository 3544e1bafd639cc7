package dev.banhmi.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * CPU time of processes, in the kernel's clock ticks, a hundred per second in user space (proc(5)).
 *
 * @param ticks in user space and in the kernel together
 */
record CpuTime(long ticks) {

    private static final double TICKS_PER_SECOND = 100;

    /**
     * Parses what follows the name, which may contain spaces and ends at the last closing parenthesis; "state" is the first field after it.
     */
    private static final int USER = 11;

    private static final int SYSTEM = 12;

    static CpuTime of(long pid) throws IOException {
        return parse(Files.readString(Path.of("/proc", Long.toString(pid), "stat")));
    }

    static CpuTime parse(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return new CpuTime(Long.parseLong(fields[USER]) + Long.parseLong(fields[SYSTEM]));
    }

    CpuTime plus(CpuTime other) {
        return new CpuTime(ticks + other.ticks);
    }

    double secondsSince(CpuTime earlier) {
        return (ticks - earlier.ticks) / TICKS_PER_SECOND;
    }
}
