package dev.banhmi.gateway.object;

import dev.banhmi.testkit.GatewayProcess;
import dev.banhmi.testkit.StoreProcess;
import org.jspecify.annotations.Nullable;

/**
 * A second gateway to the same store, through an {@link AtomicReadsRelay}, which lets one write at a time reach it: neither emulator
 * excludes writers under {@code If-Match} by itself, so the gateway offers that condition only here. Started when the first class needs it.
 */
final class ExcludingGateway implements AutoCloseable {

    private final StoreProcess store;
    private @Nullable AtomicReadsRelay relay;
    private @Nullable GatewayProcess gateway;
    private @Nullable ObjectClient client;

    ExcludingGateway(StoreProcess store) {
        this.store = store;
    }

    synchronized ObjectClient client() {
        ObjectClient known = client;
        if (known == null) {
            AtomicReadsRelay front = AtomicReadsRelay.start(store.endpoint());
            relay = front;
            GatewayProcess second = ObjectWorld.serving(store)
                    .store(front.uri(), store.credentials())
                    .start();
            gateway = second;
            known = new ObjectClient(second.uri());
            client = known;
        }
        return known;
    }

    @Override
    public synchronized void close() {
        if (client != null) {
            client.close();
        }
        if (gateway != null) {
            gateway.close();
        }
        if (relay != null) {
            relay.close();
        }
    }
}
