package dev.banhmi.local.listing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.banhmi.local.backend.Backend;
import dev.banhmi.local.backend.RunningBackend;
import dev.banhmi.testkit.GatewayProcess;
import dev.banhmi.testkit.Seeds;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Listings while 20 uploads run, with stubs of uploads that nobody will end and objects that refuse to be looked at, on
 * every store: what stayed is listed exactly once at every page size, and a request reads at most 12 pages of the
 * store, counted. The gateway's own {@code ListingModelTest} does the same in memory with many more page sizes, and
 * {@code ListingsSoakIT} with 5,000 objects and LocalStack, too, which takes long to start.
 */
class ListingsIT {

    private static final int UPLOADS = 20;
    private static final int STUBS = 25;
    private static final int MOST_STORE_PAGES = 12;

    /** Where pages have one object each. */
    private static final int ONE_BY_ONE = 100;

    /** Every so many of the objects refuse. */
    private static final int REFUSES = 7;

    static final String HASHED = "hashed";
    private static final String PLAIN = "plain";

    private final Random random = new Random(Seeds.seed(getClass()));
    private final HttpClient http = HttpClient.newHttpClient();

    /** What stays while it is listed: the name by the key, empty where it cannot be known. */
    private final Map<String, String> stays = new HashMap<>();

    int objects(String bucket) {
        return 30;
    }

    List<Integer> pageSizes(Random random) {
        return List.of(1, 2 + random.nextInt(20), 1000);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "LOCALSTACK")
    void listsWhatStaysExactlyOnce(Backend kind) throws Exception {
        assertListsWhatStays(kind);
    }

    final void assertListsWhatStays(Backend kind) throws Exception {
        assumeTrue(kind.isPossible(), () -> kind.title() + " needs what this machine does not have");
        try (RunningBackend store = kind.start();
                ListingRelay relay = new ListingRelay(store.endpoint());
                GatewayProcess gateway = GatewayProcess.builder()
                        .store(relay.uri(), store.credentials())
                        .hashedBucket(HASHED)
                        .set("banhmi.buckets." + PLAIN + ".key-layout", "plain")
                        .start()) {
            for (String bucket : List.of(HASHED, PLAIN)) {
                store.s3().createBucket(request -> request.bucket(bucket));
                fill(bucket, store.s3(), relay);
                for (int i = 0; i < STUBS; i++) {
                    String key = i % 2 == 0 ? "!stub" : "name-5-stub-" + i;
                    store.s3()
                            .createMultipartUpload(
                                    request -> request.bucket(bucket).key(key));
                }
                for (int size : pageSizes(random)) {
                    assertListsWhatStays(gateway.uri(), bucket, size, store.s3(), relay);
                }
            }
        }
    }

    private void assertListsWhatStays(URI gateway, String bucket, int size, S3Client s3, ListingRelay relay)
            throws IOException, InterruptedException {
        List<String> seen = new ArrayList<>();
        int requests = 0;
        int storePages = 0;
        try (UploadsMeanwhile uploads = new UploadsMeanwhile(s3, bucket, UPLOADS)) {
            String cursor = "";
            do {
                uploads.goOn();
                int before = relay.pages();
                // A cursor is good for pages of any size: only the last objects are listed one by one.
                int ahead = Math.min(1000, objects(bucket) - ONE_BY_ONE - seen.size());
                int limit = size == 1 && ahead > 0 ? ahead : size;
                JsonNode page = get(gateway.resolve("/v1/objects/" + bucket + "?limit=" + limit + cursor));
                int read = relay.pages() - before;
                assertThat(read).as("pages of the store for one request").isBetween(1, MOST_STORE_PAGES);
                assertThat(page.get("objects").size()).isLessThanOrEqualTo(limit);
                page.get("objects").forEach(object -> seen.add(keyOf(object, bucket)));
                cursor = page.has("cursor") ? "&cursor=" + page.get("cursor").asString() : "";
                requests++;
                storePages += read;
            } while (!cursor.isEmpty());
        }
        seen.removeIf(key -> !stays.containsKey(key));
        assertThat(seen).as("%s in pages of %d", bucket, size).containsExactlyInAnyOrderElementsOf(stays.keySet());
        System.out.printf(
                "%s: %d objects of %s in pages of %d: %d requests, %d pages of the store%n",
                getClass().getSimpleName(), seen.size(), bucket, size, requests, storePages);
    }

    private JsonNode get(URI page) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString());
        assertThat(response.statusCode()).as("%s", response.body()).isEqualTo(200);
        return new JsonMapper().readTree(response.body());
    }

    private void fill(String bucket, S3Client s3, ListingRelay relay) throws Exception {
        stays.clear();
        try (ExecutorService writers = Executors.newFixedThreadPool(8)) {
            List<Future<?>> puts = new ArrayList<>();
            for (int i = 0; i < objects(bucket); i++) {
                String name = "name-" + i % 11 + (i % 3 == 0 ? "/" : "-") + i;
                String key = bucket.equals(HASHED) ? sha224(name) : name;
                boolean refuses = bucket.equals(HASHED) && i % REFUSES == 0;
                if (refuses) {
                    relay.refuse(key);
                }
                stays.put(key, refuses ? "" : name);
                String stored = Base64.getUrlEncoder().withoutPadding().encodeToString(name.getBytes(UTF_8));
                puts.add(writers.submit(() -> s3.putObject(
                        request -> request.bucket(bucket).key(key).metadata(Map.of("banhmi-name", stored)),
                        RequestBody.fromString("x"))));
            }
            for (Future<?> put : puts) {
                put.get();
            }
        }
    }

    /** Checks that each is listed as what it is. */
    private String keyOf(JsonNode object, String bucket) {
        if (!object.get("name").isNull()) {
            String name = object.get("name").asString();
            String key = bucket.equals(HASHED) ? sha224(name) : name;
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

    private static String sha224(String name) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-224").digest(name.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-224", e);
        }
    }
}
