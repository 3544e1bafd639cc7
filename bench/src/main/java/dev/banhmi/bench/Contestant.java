package dev.banhmi.bench;

import java.io.IOException;
import java.time.Duration;

/**
 * One of the servers that are compared.
 *
 * @param label in the table
 * @param compiledWhileRunning whether it is a JVM, which is slow at first
 * @param server whose CPU time counts
 * @param turn one unit of work
 */
record Contestant(String label, boolean compiledWhileRunning, Server server, Turn turn) {

    /** Work that a server is given. */
    @FunctionalInterface
    interface Turn {

        /** Does it once; returns how much was done, in the scenario's unit. */
        double run() throws IOException;
    }

    /** CPU seconds per unit of work in one turn. */
    double measure() throws IOException {
        CpuTime before = server.cpuTime();
        double work = turn.run();
        return server.cpuTime().secondsSince(before) / work;
    }

    void warmUp(Duration time) throws IOException {
        for (long start = System.nanoTime(); System.nanoTime() - start < time.toNanos(); ) {
            turn.run();
        }
    }
}
