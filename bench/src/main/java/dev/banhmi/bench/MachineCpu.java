package dev.banhmi.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * CPU time that the machine has spent on anything but this benchmark: on other programs, and what the host took from it for other machines
 * ("steal"). Both disturb a measurement, in a direction that cannot be told from the figure.
 *
 * @param ticks of all CPUs together outside the benchmark's processes
 * @param nanos when that was read
 */
record MachineCpu(long ticks, long nanos) {

    private static final double TICKS_PER_SECOND = 100;
    private static final double NANOS_PER_SECOND = 1e9;

    /** Fields of the first line of {@code /proc/stat} after its name (proc(5)): idle and iowait are no work, guest is part of user. */
    private static final int IDLE = 3;

    private static final int IOWAIT = 4;
    private static final int STEAL = 7;

    /** What has been spent since the machine started. */
    static MachineCpu now() throws IOException {
        long busy = busy(Files.readString(Path.of("/proc/stat")));
        ProcessHandle self = ProcessHandle.current();
        long own = CpuTime.withEndedChildren(self.pid()).ticks();
        try (Stream<ProcessHandle> descendants = self.descendants()) {
            for (ProcessHandle process : descendants.toList()) {
                own += CpuTime.withEndedChildren(process.pid()).ticks();
            }
        }
        return new MachineCpu(busy - own, System.nanoTime());
    }

    static long busy(String stat) {
        String[] fields = stat.lines().findFirst().orElseThrow().strip().split("\\s+", -1);
        long sum = 0;
        for (int field = 0; field <= STEAL; field++) {
            sum += field == IDLE || field == IOWAIT ? 0 : Long.parseLong(fields[field + 1]);
        }
        return sum;
    }

    /** How many CPUs were busy with something else on average since then; the kernel counts in samples, so never below 0. */
    double coresSince(MachineCpu earlier) {
        return Math.max(0, (ticks - earlier.ticks) / TICKS_PER_SECOND / ((nanos - earlier.nanos) / NANOS_PER_SECOND));
    }
}
