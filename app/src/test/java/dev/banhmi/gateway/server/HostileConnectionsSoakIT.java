package dev.banhmi.gateway.server;

import dev.banhmi.testkit.GatewayProcess;
import org.junit.jupiter.api.Tag;

/** A thousand of them against the gateway's own number of connections, while 64 clients are served. */
@Tag("soak")
class HostileConnectionsSoakIT extends HostileConnectionsIT {

    @Override
    GatewayProcess.Builder settings(GatewayProcess.Builder builder) {
        // As in a container of 512 MiB.
        return builder.heap("128m").set("banhmi.transfer.memory", "160MB");
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
