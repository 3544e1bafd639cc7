package dev.banhmi.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/**
 * A process that is measured while it is given work.
 *
 * @param label in the table
 * @param warmUp how long it is under load before anything counts
 * @param load the client that gives it work, whose CPU is told apart
 * @param work one turn
 */
record Contestant(String label, Duration warmUp, Load load, Work work) implements Entrant {

    /** What is done in one turn. */
    @FunctionalInterface
    interface Work {

        /** Does it once; returns what was measured. */
        Map<Metric, Double> run() throws IOException;
    }

    @Override
    public Turn turn() throws IOException {
        MachineCpu outside = MachineCpu.now();
        CpuTime client = load.cpuTime();
        Map<Metric, Double> figures = work.run();
        return new Turn(
                figures, load.cpuTime().secondsSince(client), MachineCpu.now().coresSince(outside));
    }

    @Override
    public void prepare() throws IOException {
        for (long start = System.nanoTime(); System.nanoTime() - start < warmUp.toNanos(); ) {
            work.run();
        }
    }
}
