package dev.banhmi.drain;

import java.time.Duration;

/** A way to drain, which is notified of what happens. */
interface SimDrainer extends SimWorld.Listener {

    /** Begins to watch a world in which its function is deployed. */
    void begin(SimWorld world, SimLambda lambda);

    /** What is the same for every run of one way to drain. */
    interface Kind {

        /** Its name in the output. */
        String id();

        /** The heartbeat timeout that its hook has. */
        Duration heartbeat(SimTrace trace);

        /** The time limit of its function. */
        Duration timeout();

        /** The memory of its function. */
        double gigabytes();

        SimDrainer create(SimTally tally);
    }
}
