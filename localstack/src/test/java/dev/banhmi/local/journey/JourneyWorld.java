package dev.banhmi.local.journey;

import dev.banhmi.local.backend.Backend;
import dev.banhmi.local.backend.RunningBackend;
import dev.banhmi.testkit.GatewayProcess;
import java.net.URI;
import java.util.List;
import java.util.UUID;

/** A backend, a gateway in front of it as the jar is packaged, and a client. For one thread. */
final class JourneyWorld implements AutoCloseable {

    /** Hashed keys, as the launcher has it; callers may be sent to the store. */
    static final String DEMO = "demo";

    /** Hashed keys; one journey has it for itself. */
    static final String PAGES = "pages";

    /** Names as keys; one journey has it for itself. */
    static final String FOLDERS = "folders";

    private final RunningBackend backend;
    private final Http http = new Http();
    private GatewayProcess gateway;

    JourneyWorld(Backend kind) {
        backend = kind.start();
        try {
            for (String bucket : List.of(DEMO, PAGES, FOLDERS)) {
                backend.s3().createBucket(request -> request.bucket(bucket));
            }
            gateway = startGateway();
        } catch (RuntimeException e) {
            backend.close();
            throw e;
        }
    }

    private GatewayProcess startGateway() {
        return GatewayProcess.builder()
                .store(backend.endpoint(), backend.credentials())
                .hashedBucket(DEMO)
                .set("banhmi.buckets." + DEMO + ".offload", "true")
                .hashedBucket(PAGES)
                .set("banhmi.buckets." + FOLDERS + ".key-layout", "plain")
                .start();
    }

    RunningBackend backend() {
        return backend;
    }

    GatewayProcess gateway() {
        return gateway;
    }

    Http http() {
        return http;
    }

    /** Another gateway in the place of one that has ended. */
    void startNextGateway() {
        gateway.close();
        gateway = startGateway();
    }

    /** Where an object is at the gateway. */
    URI object(String bucket, String encodedName) {
        return gateway.uri().resolve("/v1/objects/" + bucket + "/" + encodedName);
    }

    /** A unique name that needs no encoding. */
    static String freshName() {
        return "journey/" + UUID.randomUUID();
    }

    @Override
    public void close() {
        gateway.close();
        http.close();
        backend.close();
    }
}
