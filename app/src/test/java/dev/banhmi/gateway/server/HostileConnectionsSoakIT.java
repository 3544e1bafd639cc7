package dev.banhmi.gateway.server;

import dev.banhmi.testkit.GatewayProcess;
import org.junit.jupiter.api.Tag;

/** A thousand of them against the gateway's own number of connections, while 64 clients are served. */
@Tag("soak")
class HostileConnectionsSoakIT extends HostileConnectionsIT {

    @Override
    GatewayProcess.Builder settings(GatewayProcess.Builder builder) {
        // As in a container of 1 GiB: with the 128 MiB of one of 512 MiB, bodies alone exhaust the heap
        // (docs/proof.md).
        return builder.heap("256m").set("banhmi.transfer.memory", "320MB");
    }

    @Override
    int hostile() {
        return 1_000;
    }

    @Override
    int clients() {
        return 64;
    }

    @Override
    long size() {
        return 4 << 20;
    }
}
