package dev.banhmi.local.journey;

import static dev.banhmi.local.journey.JourneyWorld.DEMO;
import static dev.banhmi.local.journey.JourneyWorld.FOLDERS;
import static dev.banhmi.local.journey.JourneyWorld.PAGES;
import static dev.banhmi.local.journey.JourneyWorld.freshName;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.local.journey.Http.Response;
import dev.banhmi.testkit.GeneratedContent;
import dev.banhmi.testkit.Patience;
import dev.banhmi.testkit.RawHttp;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.core.sync.RequestBody;
import tools.jackson.databind.JsonNode;

/** What clients do with objects. Contents come from seeds that are fixed: a run is repeated by running it. */
final class ObjectJourneys {

    private static final int RACERS = 16;

    private ObjectJourneys() {}

    static void largeObject(JourneyWorld world) {
        GeneratedContent content = new GeneratedContent(1, (48L << 20) + 7);
        URI object = world.object(DEMO, freshName());

        Response put = world.http().send("PUT", object, BodyPublishers.ofInputStream(content::open));

        assertThat(put.status()).as("%s", put).isEqualTo(201);
        assertThat(put.json().get("size").asLong()).isEqualTo(content.length());
        byte[] read = world.http().get(object).body();
        assertThat(sha256(read)).isEqualTo(content.sha256());
        Response range = world.http().get(object, "Range", "bytes=20000000-20000999");
        assertThat(range.status()).isEqualTo(206);
        assertThat(range.body()).isEqualTo(Arrays.copyOfRange(read, 20_000_000, 20_001_000));
        assertThat(world.backend().openMultipartUploads(DEMO)).isEmpty();
    }

    static void conditions(JourneyWorld world) {
        URI object = world.object(DEMO, freshName());

        Response created = world.http().put(object, bytes("first"), "If-None-Match", "*");
        assertThat(created.status()).as("%s", created).isEqualTo(201);
        assertThat(world.http()
                        .put(object, bytes("second"), "If-None-Match", "*")
                        .status())
                .isEqualTo(412);
        assertThat(world.http()
                        .put(object, bytes("third"), "If-Match", "\"other\"")
                        .status())
                .isEqualTo(412);
        assertThat(world.http().get(object).text()).isEqualTo("first");
        Response replaced = world.http().put(object, bytes("fourth"), "If-Match", created.header("etag"));
        if (replaced.status() == 501) {
            // The store does not keep writers apart, and the gateway has found it out, which it may fail to do.
            assertThat(replaced.json().get("code").asString()).isEqualTo("CONDITION_UNSUPPORTED");
            assertThat(world.http().get(object).text()).isEqualTo("first");
            return;
        }
        assertThat(replaced.status()).as("%s", replaced).isEqualTo(200);
        assertThat(world.http().get(object).text()).isEqualTo("fourth");
        assertThat(world.http()
                        .get(object, "If-None-Match", replaced.header("etag"))
                        .status())
                .isEqualTo(304);
    }

    /** What curl and browsers call their bodies by themselves; a store that takes them for parameters would lose them. */
    static void forms(JourneyWorld world) {
        for (String type : List.of("application/x-www-form-urlencoded", "multipart/form-data; boundary=b")) {
            for (byte[] body : List.of(bytes("a=1&b=%20"), new byte[0])) {
                URI object = world.object(DEMO, freshName());
                Response written = world.http().put(object, body, "Content-Type", type);
                assertThat(written.status()).as("%s", written).isEqualTo(201);
                Response read = world.http().get(object);
                assertThat(read.body()).isEqualTo(body);
                assertThat(read.header("content-type").replace(" ", "")).isEqualTo(type.replace(" ", ""));
            }
        }
    }

    static void digests(JourneyWorld world) {
        URI object = world.object(DEMO, freshName());
        byte[] content = new GeneratedContent(2, 9L << 20).bytes();
        String right =
                "sha-256=:" + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(sha256(content))) + ":";
        String wrong = "sha-256=:" + Base64.getEncoder().encodeToString(new byte[32]) + ":";

        Response refused = world.http().put(object, content, "Repr-Digest", wrong);

        assertThat(refused.status()).as("%s", refused).isEqualTo(400);
        assertThat(refused.json().get("code").asString()).isEqualTo("CONTENT_MISMATCH");
        assertThat(world.http().get(object).status()).isEqualTo(404);
        assertThat(world.backend().openMultipartUploads(DEMO)).isEmpty();
        assertThat(world.http().put(object, content, "Repr-Digest", right).status())
                .isEqualTo(201);
        assertThat(sha256(world.http().get(object).body())).isEqualTo(sha256(content));
    }

    static void brokenOff(JourneyWorld world) throws Exception {
        URI object = world.object(DEMO, freshName());
        GeneratedContent content = new GeneratedContent(3, 12L << 20);

        try (RawHttp upload = RawHttp.connect(world.gateway().uri())) {
            upload.send("PUT " + object.getPath() + " HTTP/1.1\r\nHost: gateway\r\nContent-Length: 20000000\r\n\r\n");
            content.open().transferTo(upload.output());
            upload.reset();
        }

        // The gateway aborts after the client has gone, without a response.
        Patience.await(
                "no part is left",
                world.gateway()::output,
                () -> world.backend().openMultipartUploads(DEMO).isEmpty());
        assertThat(world.http().get(object).status()).isEqualTo(404);
    }

    static void pages(JourneyWorld world) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            names.add("name-" + i);
            assertThat(world.http()
                            .put(world.object(PAGES, names.getLast()), bytes("x"))
                            .status())
                    .isEqualTo(201);
        }
        List<String> uploads = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            uploads.add(world.backend()
                    .s3()
                    .createMultipartUpload(request -> request.bucket(PAGES).key("upload"))
                    .uploadId());
        }
        List<String> seen = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        for (JsonNode page : pagesOf(world, PAGES + "?limit=3")) {
            page.get("objects").forEach(object -> seen.add(object.get("name").asString()));
            sizes.add(page.get("objects").size());
        }
        uploads.forEach(id -> world.backend()
                .s3()
                .abortMultipartUpload(
                        request -> request.bucket(PAGES).key("upload").uploadId(id)));

        assertThat(seen).containsExactlyInAnyOrderElementsOf(names);
        assertThat(sizes).containsExactly(3, 3, 1);
    }

    static void folders(JourneyWorld world) {
        List<String> names = List.of("a", "b/1", "b/c/2", "b/c/3", "b0", "d/4", "e");
        names.forEach(name -> assertThat(world.http()
                        .put(world.object(FOLDERS, name), bytes("x"))
                        .status())
                .isEqualTo(201));
        for (int limit : new int[] {1, 2, 100}) {
            List<String> seen = new ArrayList<>();
            for (JsonNode page : pagesOf(world, FOLDERS + "?delimiter=/&limit=" + limit)) {
                page.get("objects")
                        .forEach(object -> seen.add(object.get("name").asString()));
                page.get("prefixes").forEach(prefix -> seen.add(prefix.asString()));
            }
            assertThat(seen).as("pages of %d", limit).containsExactlyInAnyOrder("a", "b/", "b0", "d/", "e");
        }
        Response buckets = world.http().get(world.gateway().uri().resolve("/v1/objects"));
        assertThat(buckets.text()).contains("{\"name\":\"" + FOLDERS + "\",\"keyLayout\":\"plain\"");

        List<String> toDelete = new ArrayList<>(names.subList(0, 6));
        toDelete.add("nothing");
        Response deleted = world.http()
                .send(
                        "POST",
                        world.gateway().uri().resolve("/v1/objects/" + FOLDERS + "?delete"),
                        BodyPublishers.ofString("{\"names\":[\"" + String.join("\",\"", toDelete) + "\"]}"),
                        "Content-Type",
                        "application/json");

        assertThat(deleted.status()).as("%s", deleted).isEqualTo(200);
        for (int i = 0; i < toDelete.size(); i++) {
            JsonNode result = deleted.json().get("results").get(i);
            assertThat(result.get("name").asString()).isEqualTo(toDelete.get(i));
            assertThat(result.get("status").asInt()).isEqualTo(204);
        }
        assertThat(pagesOf(world, FOLDERS).getFirst().get("objects").size()).isEqualTo(1);
        assertThat(world.http().get(world.object(FOLDERS, "e")).status()).isEqualTo(200);
    }

    private static List<JsonNode> pagesOf(JourneyWorld world, String listing) {
        List<JsonNode> pages = new ArrayList<>();
        String cursor = "";
        do {
            Response page = world.http().get(world.gateway().uri().resolve("/v1/objects/" + listing + cursor));
            assertThat(page.status()).as("%s", page).isEqualTo(200);
            pages.add(page.json());
            cursor = page.json().has("cursor")
                    ? "&cursor=" + page.json().get("cursor").asString()
                    : "";
        } while (!cursor.isEmpty());
        return pages;
    }

    static void offload(JourneyWorld world) {
        URI object = world.object(DEMO, freshName());
        byte[] content = new GeneratedContent(4, 1_000_003).bytes();
        assertThat(world.http().put(object, content).status()).isEqualTo(201);

        Response redirect = world.http().get(URI.create(object + "?offload"));

        assertThat(redirect.status()).as("%s", redirect).isEqualTo(307);
        URI location = URI.create(redirect.header("location"));
        assertThat(location.getAuthority()).isEqualTo(world.backend().endpoint().getAuthority());
        Response read = world.http().get(location);
        assertThat(read.status()).as("%s", read).isEqualTo(200);
        assertThat(sha256(read.body())).isEqualTo(sha256(content));
    }

    static void copies(JourneyWorld world) {
        URI source = world.object(DEMO, freshName());
        URI target = world.object(DEMO, freshName());
        String sourceHeader = source.getRawPath().substring("/v1/objects".length());
        byte[] content = new GeneratedContent(7, 9L << 20).bytes();
        assertThat(world.http()
                        .put(source, content, "Content-Type", "image/png", "x-amz-meta-state", "draft")
                        .status())
                .isEqualTo(201);

        Response copied = copy(world, sourceHeader, target);
        assertThat(copied.status()).as("%s", copied).isEqualTo(201);
        assertThat(copied.json().get("size").asLong()).isEqualTo(content.length);
        assertIsCopy(world, target, content, "draft");
        assertThat(copy(world, sourceHeader, target, "If-None-Match", "*").status())
                .isEqualTo(412);
        assertThat(copy(world, sourceHeader, target, "x-amz-copy-source-if-match", "\"other\"")
                        .status())
                .isEqualTo(412);
        Response guarded = copy(world, sourceHeader, target, "If-Match", copied.header("etag"));
        if (guarded.status() == 501) {
            // As for a PUT.
            assertThat(guarded.json().get("code").asString()).isEqualTo("CONDITION_UNSUPPORTED");
        } else {
            assertThat(guarded.status()).as("%s", guarded).isEqualTo(200);
        }
        assertIsCopy(world, target, content, "draft");

        String[] replacing = {
            "x-amz-metadata-directive", "REPLACE", "Content-Type", "image/png", "x-amz-meta-state", "final"
        };
        Response replaced = copy(world, sourceHeader, source, replacing);
        assertThat(replaced.status()).as("%s", replaced).isEqualTo(200);
        assertIsCopy(world, source, content, "final");
        assertThat(world.backend().openMultipartUploads(DEMO)).isEmpty();
    }

    private static Response copy(JourneyWorld world, String source, URI target, String... more) {
        List<String> headers = new ArrayList<>(List.of("x-amz-copy-source", source));
        headers.addAll(List.of(more));
        return world.http().send("PUT", target, BodyPublishers.noBody(), headers.toArray(String[]::new));
    }

    private static void assertIsCopy(JourneyWorld world, URI object, byte[] content, String state) {
        Response read = world.http().get(object);
        assertThat(read.status()).as("%s", read).isEqualTo(200);
        assertThat(sha256(read.body())).isEqualTo(sha256(content));
        assertThat(read.header("content-type")).isEqualTo("image/png");
        assertThat(read.header("x-amz-meta-state")).isEqualTo(state);
    }

    static void bucketOf2018(JourneyWorld world) throws Exception {
        String name = "reports/2018/phở.bin";
        byte[] content = new GeneratedContent(5, 300_000).bytes();
        String key =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-224").digest(bytes(name)));
        world.backend().s3().putObject(request -> request.bucket(DEMO).key(key), RequestBody.fromBytes(content));

        String query = "?bucket=demo&key=reports/2018/ph%E1%BB%9F.bin";
        Response download = world.http().get(world.gateway().uri().resolve("/file/download" + query));
        Response read = world.http().get(world.object(DEMO, "reports/2018/ph%E1%BB%9F.bin"));

        assertThat(download.status()).as("%s", download).isEqualTo(206);
        assertThat(sha256(download.body())).isEqualTo(sha256(content));
        assertThat(read.status()).as("%s", read).isEqualTo(200);
        assertThat(sha256(read.body())).isEqualTo(sha256(content));
    }

    static void race(JourneyWorld world) throws Exception {
        for (int size : new int[] {1_000, 9 << 20}) {
            race(world, world.object(DEMO, freshName()), size);
        }
    }

    /** The last byte is what all wait with. */
    private static void race(JourneyWorld world, URI object, int size) throws Exception {
        CyclicBarrier finish = new CyclicBarrier(RACERS);
        List<Callable<Integer>> racers = new ArrayList<>();
        List<String> digests = new ArrayList<>();
        for (int racer = 0; racer < RACERS; racer++) {
            byte[] content = new GeneratedContent(100 + racer, size).bytes();
            digests.add(sha256(content));
            racers.add(() -> {
                try (RawHttp connection = RawHttp.connect(world.gateway().uri())) {
                    connection.send("PUT " + object.getPath() + " HTTP/1.1\r\nHost: gateway\r\nContent-Length: " + size
                            + "\r\nIf-None-Match: *\r\n\r\n");
                    connection.send(Arrays.copyOf(content, size - 1));
                    finish.await(Patience.HANGS.toSeconds(), TimeUnit.SECONDS);
                    connection.send(Arrays.copyOfRange(content, size - 1, size));
                    return connection.response().status();
                }
            });
        }
        List<Integer> statuses = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> result : threads.invokeAll(racers)) {
                statuses.add(result.get());
            }
        }

        assertThat(Collections.frequency(statuses, 201))
                .as("winners among %s", statuses)
                .isEqualTo(1);
        assertThat(statuses).isSubsetOf(201, 409, 412);
        assertThat(sha256(world.http().get(object).body())).isEqualTo(digests.get(statuses.indexOf(201)));
    }

    static void restart(JourneyWorld world) throws Exception {
        GeneratedContent content = new GeneratedContent(6, 24L << 20);
        String name = freshName();
        assertThat(world.http()
                        .send("PUT", world.object(DEMO, name), BodyPublishers.ofInputStream(content::open))
                        .status())
                .isEqualTo(201);
        try (RawHttp download = RawHttp.connect(world.gateway().uri(), 64 * 1024)) {
            download.send("GET " + world.object(DEMO, name).getPath() + " HTTP/1.1\r\nHost: gateway\r\n\r\n");
            RawHttp.Response response = download.response();
            assertThat(response.status()).isEqualTo(200);

            world.gateway().terminate();

            try (InputStream body = response.body()) {
                byte[] first = body.readNBytes(1 << 20);
                // The gateway ends, and most of the body is still to be read.
                Patience.await("it refuses new callers", world.gateway()::output, () -> refuses(world));
                byte[] rest = body.readAllBytes();
                assertThat(sha256(joined(first, rest))).isEqualTo(content.sha256());
            }
        }
        assertThat(world.gateway().awaitExit(Patience.HANGS)).isZero();

        world.startNextGateway();
        assertThat(sha256(world.http().get(world.object(DEMO, name)).body())).isEqualTo(content.sha256());
    }

    /** Whether nothing listens any more; until then it reports that it is not ready. */
    private static boolean refuses(JourneyWorld world) throws IOException {
        URI gateway = world.gateway().uri();
        try (Socket connection = new Socket(gateway.getHost(), gateway.getPort())) {
            return !connection.isConnected();
        } catch (ConnectException refused) {
            return true;
        }
    }

    /** The last journey of all: the backend does not come back. */
    static void storeAway(JourneyWorld world) {
        URI object = world.object(DEMO, freshName());
        assertThat(world.http().put(object, bytes("here")).status()).isEqualTo(201);

        world.backend().close();

        Response read = world.http().get(object);
        assertThat(read.status()).as("%s", read).isEqualTo(503);
        assertThat(read.header("retry-after")).isNotEmpty();
        assertThat(read.json().get("code").asString()).startsWith("STORE_UN");
        assertThat(world.http().get(world.gateway().uri().resolve("/readyz")).status())
                .isEqualTo(200);
    }

    private static byte[] joined(byte[] first, byte[] rest) {
        byte[] all = Arrays.copyOf(first, first.length + rest.length);
        System.arraycopy(rest, 0, all, first.length, rest.length);
        return all;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String sha256(byte[] content) {
        try {
            return GeneratedContent.sha256(new ByteArrayInputStream(content));
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail", e);
        }
    }
}
