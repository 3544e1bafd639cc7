package dev.banhmi.gateway.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.Emulator;
import dev.banhmi.testkit.GatewayProcess;
import dev.banhmi.testkit.GeneratedContent;
import dev.banhmi.testkit.LeftBehind;
import dev.banhmi.testkit.LogByTest;
import dev.banhmi.testkit.StoreProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * A gateway in front of a store, and a client of its 2018 API.
 *
 * @param store with the bucket {@link #BUCKET}
 * @param gateway serves {@link #BUCKET} and {@link #GHOST}
 * @param client of the gateway
 * @param log of the gateway
 * @param left half-done uploads and files of the gateway
 */
record World(StoreProcess store, GatewayProcess gateway, LegacyClient client, LogByTest log, LeftBehind left)
        implements AutoCloseable {

    /** Served, and in the store. */
    static final String BUCKET = "demo";

    /** Served, but not in the store. */
    static final String GHOST = "ghost";

    /** Not served, but in the store: nobody may reach it. */
    static final String UNSERVED = "unserved";

    /** Where names are keys. */
    static final String PLAIN = "plain";

    /** Takes objects of up to {@link #SMALL_LIMIT} bytes. */
    static final String SMALL = "small";

    /** What {@link #SMALL} takes. */
    static final int SMALL_LIMIT = 1024;

    static World start(Emulator emulator) {
        StoreProcess store = emulator.start();
        try {
            store.s3().createBucket(request -> request.bucket(BUCKET));
            store.s3().createBucket(request -> request.bucket(UNSERVED));
            store.s3().createBucket(request -> request.bucket(SMALL));
            store.s3().createBucket(request -> request.bucket(PLAIN));
            // Racers that wait for each other hold what they have sent: a part of 8 MiB for each of sixteen.
            GatewayProcess gateway =
                    serving(store).set("banhmi.transfer.memory", "128MB").start();
            return new World(
                    store,
                    gateway,
                    new LegacyClient(gateway.uri()),
                    new LogByTest(gateway::output),
                    new LeftBehind(() -> halfDone(store, gateway)));
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    static GatewayProcess.Builder serving(StoreProcess store) {
        return GatewayProcess.builder()
                .store(store.endpoint(), store.credentials())
                .hashedBucket(BUCKET)
                .hashedBucket(SMALL)
                .set("banhmi.buckets." + PLAIN + ".key-layout", "plain")
                .set("banhmi.buckets." + SMALL + ".max-object-size", "1KB")
                // Longer than any test waits: what ends before that does not end because of it.
                .set("banhmi.transfer.max-idle", "10m")
                .set("banhmi.server.body-rate-period", "1h")
                .hashedBucket(GHOST);
    }

    /** A key that no other test uses. */
    static String freshKey() {
        return "test/" + UUID.randomUUID();
    }

    /** Puts an object where the 2018 service would have. */
    void store(String key, GeneratedContent content) {
        store.s3()
                .putObject(
                        request -> request.bucket(BUCKET).key(LegacyClient.stored(key)),
                        RequestBody.fromBytes(content.bytes()));
    }

    boolean isStored(String key) {
        return store.objects(BUCKET).contains(LegacyClient.stored(key));
    }

    void assertStored(String key, GeneratedContent content) {
        assertThat(store.sha256(BUCKET, LegacyClient.stored(key)))
                .as("stored bytes of %s", content)
                .isEqualTo(content.sha256());
    }

    /** Nothing half-done in the store and no file of the gateway, now or soon. */
    void assertNothingLeft() {
        left.assertNothingNew();
    }

    private static List<String> halfDone(StoreProcess store, GatewayProcess gateway) {
        List<String> found = new ArrayList<>(gateway.leftovers());
        store.openMultipartUploads(BUCKET).forEach(upload -> found.add("open upload: " + upload));
        return found;
    }

    @Override
    public void close() {
        client.close();
        gateway.close();
        store.close();
    }

    @Override
    public String toString() {
        return store.emulator().name();
    }
}
