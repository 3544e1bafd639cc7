package dev.banhmi.gateway.object;

import dev.banhmi.testkit.Emulator;
import dev.banhmi.testkit.GatewayProcess;
import dev.banhmi.testkit.LeftBehind;
import dev.banhmi.testkit.LogByTest;
import dev.banhmi.testkit.StoreProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A gateway in front of a store, and a client of its v1 API.
 *
 * @param store with all buckets but {@link #GHOST}
 * @param gateway serves all buckets but {@link #UNSERVED}
 * @param client of the gateway
 * @param log of the gateway
 * @param left half-done uploads and files of the gateway
 * @param excluding the same store behind what it lacks
 */
record ObjectWorld(
        StoreProcess store,
        GatewayProcess gateway,
        ObjectClient client,
        LogByTest log,
        LeftBehind left,
        ExcludingGateway excluding)
        implements AutoCloseable {

    /** With hashed keys. */
    static final String HASHED = "demo";

    /** With names as keys. */
    static final String PLAIN = "plain";

    /** Takes objects of up to {@link #SMALL_LIMIT} bytes. */
    static final String SMALL = "small";

    /** Names as keys; callers may be sent to the store. */
    static final String OFFLOADED = "offloaded";

    /** With hashed keys, for one class alone, which may empty it. */
    static final String LISTED = "listed";

    /** With names as keys, for one class alone, which may empty it. */
    static final String LISTED_PLAIN = "listed-plain";

    /** With hashed keys, for one class alone, which has the store's conditional writes tried in one after the other. */
    static final List<String> RACED = List.of("raced-1", "raced-2", "raced-3", "raced-4", "raced-5", "raced-6");

    /** Whose pages may call. */
    static final List<String> ALLOWED_ORIGINS = List.of("https://app.example", "http://localhost:3000");

    /** What {@link #SMALL} takes. */
    static final int SMALL_LIMIT = 1024;

    /** Served, but not in the store. */
    static final String GHOST = "ghost";

    /** Not served, but in the store: nobody may reach it. */
    static final String UNSERVED = "unserved";

    static ObjectWorld start(Emulator emulator) {
        StoreProcess store = emulator.start();
        try {
            for (String bucket : List.of(HASHED, PLAIN, SMALL, OFFLOADED, LISTED, LISTED_PLAIN, UNSERVED)) {
                store.s3().createBucket(request -> request.bucket(bucket));
            }
            RACED.forEach(bucket -> store.s3().createBucket(request -> request.bucket(bucket)));
            GatewayProcess gateway = serving(store).start();
            return new ObjectWorld(
                    store,
                    gateway,
                    new ObjectClient(gateway.uri()),
                    new LogByTest(gateway::output),
                    new LeftBehind(() -> halfDone(store, gateway)),
                    new ExcludingGateway(store));
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    static GatewayProcess.Builder serving(StoreProcess store) {
        GatewayProcess.Builder gateway = GatewayProcess.builder();
        RACED.forEach(gateway::hashedBucket);
        return gateway.store(store.endpoint(), store.credentials())
                .hashedBucket(HASHED)
                .set("banhmi.buckets." + PLAIN + ".key-layout", "plain")
                .set("banhmi.buckets." + SMALL + ".max-object-size", "1KB")
                .set("banhmi.buckets." + OFFLOADED + ".key-layout", "plain")
                .set("banhmi.buckets." + OFFLOADED + ".offload", "true")
                .set("banhmi.cors.allowed-origins", String.join(",", ALLOWED_ORIGINS))
                // Longer than any test waits, as racers do for the last one of them.
                .set("banhmi.transfer.max-idle", "10m")
                .set("banhmi.server.body-rate-period", "1h")
                .hashedBucket(LISTED)
                .set("banhmi.buckets." + LISTED_PLAIN + ".key-layout", "plain")
                .hashedBucket(GHOST);
    }

    /** A name that no other test uses and that needs no encoding. */
    static String freshName() {
        return "test/" + UUID.randomUUID();
    }

    /** Nothing half-done in the store and no file of the gateway, now or soon. */
    void assertNothingLeft() {
        left.assertNothingNew();
    }

    private static List<String> halfDone(StoreProcess store, GatewayProcess gateway) {
        List<String> found = new ArrayList<>(gateway.leftovers());
        for (String bucket : List.of(HASHED, PLAIN, SMALL)) {
            store.openMultipartUploads(bucket).forEach(upload -> found.add("open upload in " + bucket + ": " + upload));
        }
        return found;
    }

    @Override
    public void close() {
        client.close();
        excluding.close();
        gateway.close();
        store.close();
    }

    @Override
    public String toString() {
        return store.emulator().name();
    }
}
