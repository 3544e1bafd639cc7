package dev.banhmi.gateway.object;

import static dev.banhmi.gateway.object.ObjectWorld.LISTED;
import static dev.banhmi.gateway.object.ObjectWorld.LISTED_PLAIN;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.object.ObjectClient.Response;
import dev.banhmi.gateway.store.KeyLayout;
import dev.banhmi.testkit.GatewayProcess;
import dev.banhmi.testkit.Patience;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import tools.jackson.databind.JsonNode;

/**
 * Listings while 20 uploads run against real stores, with stubs of uploads that nobody will end and objects that refuse
 * to be looked at; {@code ListingModelTest} does the same with 5,000 objects and many more page sizes. A relay before
 * the store refuses, and counts the store's pages.
 */
class ListingUnderUploadsIT extends ObjectContract {

    private static final int OBJECTS = 30;
    private static final int UPLOADS = 20;
    private static final int STUBS = 5;
    private static final int MOST_STORE_PAGES = 12;

    /** Every so many of the objects refuse. */
    private static final int REFUSES = 6;

    private static final String REFUSAL = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

    private final S3Client s3 = world.store().s3();
    private final AtomicInteger storePages = new AtomicInteger();

    /** What stays while it is listed: the name by the key, empty where it cannot be known. */
    private final Map<String, String> stays = new ConcurrentHashMap<>();

    ListingUnderUploadsIT(ObjectWorld world) {
        super(world);
    }

    @Test
    void listsWhatStaysExactlyOnce() throws Exception {
        try (AtomicReadsRelay relay = AtomicReadsRelay.start(world.store().endpoint(), this::instead);
                GatewayProcess gateway = ObjectWorld.serving(world.store())
                        .store(relay.uri(), world.store().credentials())
                        .start();
                ObjectClient lister = new ObjectClient(gateway.uri())) {
            assertListsWhatStays(lister, LISTED, KeyLayout.HASHED);
            assertListsWhatStays(lister, LISTED_PLAIN, KeyLayout.PLAIN);
        }
    }

    private void assertListsWhatStays(ObjectClient lister, String bucket, KeyLayout layout) throws Exception {
        world.store()
                .objects(bucket)
                .forEach(
                        key -> s3.deleteObject(request -> request.bucket(bucket).key(key)));
        stays.clear();
        fill(bucket, layout);
        List<String> stubs = new ArrayList<>();
        for (int i = 0; i < STUBS; i++) {
            stubs.add(s3.createMultipartUpload(request -> request.bucket(bucket).key("stub"))
                    .uploadId());
        }
        try (Uploads uploads = new Uploads(bucket)) {
            for (int limit : new int[] {1, 9, 1000}) {
                List<String> seen = new ArrayList<>();
                String cursor = "";
                do {
                    uploads.goOn();
                    JsonNode page = page(lister, bucket, "?limit=" + limit + cursor);
                    assertThat(page.get("objects").size()).isLessThanOrEqualTo(limit);
                    page.get("objects").forEach(object -> seen.add(keyOf(object, layout)));
                    cursor =
                            page.has("cursor") ? "&cursor=" + page.get("cursor").asString() : "";
                } while (!cursor.isEmpty());
                seen.removeIf(key -> !stays.containsKey(key));
                assertThat(seen).as("pages of %d", limit).containsExactlyInAnyOrderElementsOf(stays.keySet());
            }
        } finally {
            stubs.forEach(id -> s3.abortMultipartUpload(
                    request -> request.bucket(bucket).key("stub").uploadId(id)));
        }
    }

    private JsonNode page(ObjectClient lister, String bucket, String query) {
        int before = storePages.get();
        Response response = lister.send("GET", "/v1/objects/" + bucket + query, BodyPublishers.noBody());
        assertStatus(response, 200);
        assertThat(storePages.get() - before)
                .as("pages of the store for one request")
                .isBetween(1, MOST_STORE_PAGES);
        return response.json();
    }

    /** What the relay responds by itself. */
    private String instead(String requestLine) {
        if (requestLine.contains("list-type=2")) {
            storePages.incrementAndGet();
        }
        String key = requestLine.replaceAll("^HEAD /[^/]+/([^ ?]*).*$", "$1");
        return requestLine.startsWith("HEAD ") && "".equals(stays.get(key)) ? REFUSAL : "";
    }

    private void fill(String bucket, KeyLayout layout) {
        for (int i = 0; i < OBJECTS; i++) {
            String name = "name-" + i;
            String key = layout.keyOf(name);
            String stored = Base64.getUrlEncoder().withoutPadding().encodeToString(name.getBytes(UTF_8));
            s3.putObject(
                    request -> request.bucket(bucket).key(key).metadata(Map.of("banhmi-name", stored)),
                    RequestBody.fromString("x"));
            stays.put(key, layout == KeyLayout.HASHED && i % REFUSES == 0 ? "" : name);
        }
    }

    private String keyOf(JsonNode object, KeyLayout layout) {
        if (!object.get("name").isNull()) {
            String name = object.get("name").asString();
            String key = layout.keyOf(name);
            assertThat(stays.getOrDefault(key, name)).isEqualTo(name);
            return key;
        }
        String key = object.get("key").asString();
        if (stays.containsKey(key)) {
            assertThat(stays.get(key))
                    .as("a name of %s, which can be asked", object)
                    .isEmpty();
            assertThat(object.get("error").get("code").asString()).isEqualTo("STORE_DENIED");
        }
        return key;
    }

    /** Uploads in parts, each of which goes a step on with every page that is listed. */
    private final class Uploads implements AutoCloseable {

        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        private final List<Future<?>> running = new ArrayList<>();
        private final Semaphore steps = new Semaphore(0);
        private final AtomicBoolean over = new AtomicBoolean();
        private final String bucket;

        Uploads(String bucket) {
            this.bucket = bucket;
            for (int i = 0; i < UPLOADS; i++) {
                String key = "upload-" + i;
                running.add(threads.submit(() -> upload(key)));
            }
        }

        void goOn() {
            steps.release(2);
        }

        private Void upload(String key) throws InterruptedException {
            while (!over.get()) {
                String id = s3.createMultipartUpload(
                                request -> request.bucket(bucket).key(key))
                        .uploadId();
                boolean goesOn = steps.tryAcquire(Patience.HANGS.toSeconds(), TimeUnit.SECONDS);
                if (goesOn && !over.get()) {
                    String etag = s3.uploadPart(
                                    request -> request.bucket(bucket)
                                            .key(key)
                                            .uploadId(id)
                                            .partNumber(1),
                                    RequestBody.fromString("part"))
                            .eTag();
                    CompletedPart part =
                            CompletedPart.builder().partNumber(1).eTag(etag).build();
                    s3.completeMultipartUpload(request ->
                            request.bucket(bucket).key(key).uploadId(id).multipartUpload(parts -> parts.parts(part)));
                    s3.deleteObject(request -> request.bucket(bucket).key(key));
                } else {
                    s3.abortMultipartUpload(
                            request -> request.bucket(bucket).key(key).uploadId(id));
                }
            }
            return null;
        }

        @Override
        public void close() {
            over.set(true);
            steps.release(UPLOADS);
            threads.close();
            assertThat(running).allSatisfy(one -> assertThat(one.state()).isEqualTo(Future.State.SUCCESS));
        }
    }
}
