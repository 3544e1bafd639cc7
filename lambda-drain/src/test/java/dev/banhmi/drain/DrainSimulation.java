package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Not part of {@code make verify}: {@code make drain-sim} starts it. */
final class DrainSimulation {

    /** With half as many, a call that comes once in a drain may never be the last of its invocation. */
    private static final int RUNS = 2_000;

    @Test
    void keepsItsPromisesOverManyTraces() throws IOException {
        SimFiles.writeDocs(new SimReport(
                DrainSimTest.SEED, DrainSimTest.RUNS, DrainSim.run(DrainSimTest.SEED, DrainSimTest.RUNS)));
        long seed = Long.getLong("drain-sim.seed", DrainSimTest.SEED);
        int runs = Integer.getInteger("drain-sim.runs", RUNS);
        SimReport report = new SimReport(seed, runs, DrainSim.run(seed, runs));
        SimFiles.writeJson(report);
        System.out.println(report.tables());
        assertThat(report.violations()).isEmpty();
        assertThat(sidesLeftOut(report.tally("ours").killedAt()))
                .as("sides of calls at which no invocation was killed")
                .isEmpty();
    }

    /** The sides of calls at which no invocation was killed. */
    private static Set<String> sidesLeftOut(Set<String> killedAt) {
        Set<String> missing = new TreeSet<>();
        for (String call : Set.of(
                "members",
                "groups",
                "describe",
                "listAllTasks RUNNING",
                "listAllTasks STOPPED",
                "terminationHooks",
                "complete",
                "heartbeat",
                "findByInstanceId",
                "find",
                "containerInstances",
                "listTasks RUNNING",
                "listTasks STOPPED",
                "describeTasks",
                "setDraining",
                "putMark",
                "putQuiet")) {
            for (String side : Set.of("before ", "after ")) {
                missing.add(side + call);
            }
        }
        missing.removeAll(killedAt);
        return missing;
    }
}
