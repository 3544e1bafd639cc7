package dev.banhmi.gateway.object;

import static dev.banhmi.gateway.object.ObjectWorld.HASHED;
import static dev.banhmi.gateway.object.ObjectWorld.PLAIN;
import static dev.banhmi.gateway.object.ObjectWorld.SMALL;
import static dev.banhmi.gateway.object.ObjectWorld.SMALL_LIMIT;
import static dev.banhmi.gateway.object.ObjectWorld.freshName;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.object.ObjectClient.Response;
import dev.banhmi.gateway.store.Crc32c;
import dev.banhmi.testkit.Emulator;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Copies that the store makes itself, and metadata that is replaced without sending the bytes again. */
@InOwnWorlds(Emulator.S3PROXY)
class ObjectCopyIT extends ObjectContract {

    private static final byte[] CONTENT = content(50, 1000);
    private static final String[] DESCRIBED = {
        "Content-Type", "text/plain;charset=utf-8",
        "Content-Disposition", "attachment; filename=\"a;b.txt\"",
        "Cache-Control", "max-age=60",
        "Content-Language", "vi",
        "x-amz-meta-color", "green"
    };

    private final String from = freshName();
    private final String to = freshName();

    ObjectCopyIT(ObjectWorld world) {
        super(world, world.excluding().client());
    }

    @ParameterizedTest
    @CsvSource({
        "0,demo,demo",
        "1000,demo,demo",
        "1000,demo,plain",
        "1000,plain,demo",
        "9437184,demo,demo",
        "9437184,plain,plain"
    })
    void copiesBytesAndWhatIsKeptWithThem(int size, String source, String target) {
        byte[] content = content(51, size);
        stored(source, from, content, DESCRIBED);

        for (String[] condition : new String[][] {{"If-None-Match", "*"}, {}, {"If-Match", "*"}}) {
            Response response = copy(target, to, "/" + source + "/" + from, condition);

            assertStatus(response, condition.length > 0 && condition[0].equals("If-None-Match") ? 201 : 200);
            assertReceipt(response, target, to, content);
            assertHolds(target, to, content);
            Response head = client.head(target, to);
            for (int i = 0; i < DESCRIBED.length; i += 2) {
                assertThat(head.header(DESCRIBED[i].toLowerCase(Locale.ROOT)))
                        .as(DESCRIBED[i])
                        .isEqualTo(DESCRIBED[i + 1]);
            }
            assertThat(head.headers().keySet()).noneMatch(header -> header.contains("banhmi"));
        }
        assertHolds(source, from, content);
    }

    @Test
    void givesTheCopyItsOwnName() {
        String weird = to + "/ph%E1%BB%9F%20b%C3%B2%2B%25%26%3F%23;v=1+2";
        stored(HASHED, weird, CONTENT);

        assertStatus(copy(HASHED, from, HASHED + "/" + weird), 201);
        assertStatus(copy(PLAIN, weird, "/" + HASHED + "/" + from), 201);
        assertHolds(PLAIN, weird, CONTENT);
        assertThat(names(HASHED)).contains(from);
    }

    private List<String> names(String bucket) {
        List<String> names = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = client.send(
                            "GET", "/v1/objects/" + bucket + "?limit=1000" + cursor, BodyPublishers.noBody())
                    .json();
            page.get("objects").forEach(object -> names.add(object.get("name").asString("")));
            cursor = page.has("cursor") ? "&cursor=" + page.get("cursor").asString() : "";
        } while (!cursor.isEmpty());
        return names;
    }

    @Test
    void replacesWhatIsKeptWithTheBytes() {
        stored(HASHED, from, CONTENT, DESCRIBED);
        String[] replacing = {
            "x-amz-metadata-directive", "REPLACE",
            "Content-Type", "image/png",
            "Cache-Control", "no-store",
            "x-amz-meta-size", "large"
        };

        assertStatus(copy(HASHED, to, "/" + HASHED + "/" + from, replacing), 201);
        assertStatus(copy(HASHED, from, "/" + HASHED + "/" + from, replacing), 200);

        for (String name : new String[] {to, from}) {
            assertHolds(HASHED, name, CONTENT);
            Response head = client.head(HASHED, name);
            assertThat(head.header("x-amz-meta-size")).isEqualTo("large");
            assertThat(head.headers()).doesNotContainKey("x-amz-meta-color");
            if (world.store().emulator() != Emulator.S3MOCK) {
                // CopyObject of S3Mock 5.2.0 replaces nothing but user metadata.
                assertThat(head.header("content-type")).isEqualTo("image/png");
                assertThat(head.header("cache-control")).isEqualTo("no-store");
                assertThat(head.headers()).doesNotContainKey("content-disposition");
            }
        }
        assertProblem(copy(HASHED, from, "/" + HASHED + "/" + from), ErrorCode.INVALID_REQUEST);
    }

    @Test
    void replacesMetadataOfTheVersionThatWasSeenOnly() {
        Response stored = stored(HASHED, from, CONTENT, DESCRIBED);
        String itself = "/" + HASHED + "/" + from;
        String[] seen = {"x-amz-metadata-directive", "REPLACE", "If-Match", stored.etag(), "x-amz-meta-n", "1"};
        String[] outdated = {"x-amz-metadata-directive", "REPLACE", "If-Match", "\"other\"", "x-amz-meta-n", "2"};

        assertStatus(copy(HASHED, from, itself, seen), 200);
        assertProblem(copy(HASHED, from, itself, outdated), ErrorCode.PRECONDITION_FAILED);

        assertHolds(HASHED, from, CONTENT);
        assertThat(client.head(HASHED, from).header("x-amz-meta-n")).isEqualTo("1");
    }

    @Test
    void honoursConditionsOnTheTarget() {
        stored(HASHED, from, CONTENT);
        String source = "/" + HASHED + "/" + from;
        byte[] old = {7};

        assertProblem(copy(HASHED, to, source, "If-Match", "*"), ErrorCode.PRECONDITION_FAILED);
        assertMissing(HASHED, to);
        String etag = stored(HASHED, to, old).etag();
        assertProblem(copy(HASHED, to, source, "If-None-Match", "*"), ErrorCode.PRECONDITION_FAILED);
        assertProblem(copy(HASHED, to, source, "If-Match", "\"other\""), ErrorCode.PRECONDITION_FAILED);
        assertHolds(HASHED, to, old);
        assertStatus(copy(HASHED, to, source, "If-Match", etag), 200);
        assertHolds(HASHED, to, CONTENT);
    }

    @Test
    void honoursConditionsOnTheSource() {
        String etag = stored(HASHED, from, CONTENT).etag();
        String source = "/" + HASHED + "/" + from;
        String past = "Sun, 06 Nov 1994 08:49:37 GMT";
        String future = "Sun, 06 Nov 2044 08:49:37 GMT";
        String[][] failing = {
            {"x-amz-copy-source-if-match", "\"other\""},
            {"x-amz-copy-source-if-none-match", etag},
            {"x-amz-copy-source-if-none-match", "*"},
            {"x-amz-copy-source-if-modified-since", future},
            {"x-amz-copy-source-if-unmodified-since", past}
        };
        String[][] holding = {
            {"x-amz-copy-source-if-match", etag},
            {"x-amz-copy-source-if-match", etag, "x-amz-copy-source-if-unmodified-since", past},
            {"x-amz-copy-source-if-none-match", "\"other\""},
            {"x-amz-copy-source-if-modified-since", past},
            {"x-amz-copy-source-if-unmodified-since", future}
        };

        for (String[] condition : failing) {
            Response refused = copy(HASHED, to, source, condition);
            assertProblem(refused, ErrorCode.PRECONDITION_FAILED);
            assertThat(refused.json().get("detail").asString()).startsWith(condition[0]);
            assertMissing(HASHED, to);
        }
        for (String[] condition : holding) {
            assertThat(copy(HASHED, to, source, condition).status())
                    .as("%s", (Object) condition)
                    .isIn(200, 201);
        }
        assertHolds(HASHED, to, CONTENT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INVALID_REQUEST x-amz-copy-source: /demo",
                "INVALID_REQUEST x-amz-copy-source: /demo/",
                "INVALID_REQUEST x-amz-copy-source: /demo/%zz",
                "INVALID_REQUEST x-amz-copy-source: /demo/a/../b",
                "UNSUPPORTED x-amz-copy-source: /demo/FROM?versionId=1",
                "OBJECT_NOT_FOUND x-amz-copy-source: /demo/no-such-object",
                "BUCKET_NOT_FOUND x-amz-copy-source: /unserved/FROM",
                "INVALID_REQUEST x-amz-metadata-directive: replace",
                "INVALID_REQUEST x-amz-meta-color: red",
                "INVALID_REQUEST Content-Type: text/html",
                "INVALID_REQUEST Content-Range: bytes 0-2/3",
                "INVALID_REQUEST x-amz-copy-source-if-match: \"open",
                "UNSUPPORTED x-amz-copy-source-range: bytes=0-1",
                "UNSUPPORTED x-amz-tagging-directive: COPY",
                "UNSUPPORTED x-amz-checksum-crc32c: AAAAAA=="
            })
    void refusesWhatIsNoCopy(String refusal) throws IOException {
        stored(HASHED, from, CONTENT);
        String[] codeAndLine = refusal.replace("FROM", from).split(" ", 2);
        List<String> lines = new ArrayList<>(List.of("Content-Length: 0", codeAndLine[1]));
        if (!codeAndLine[1].startsWith("x-amz-copy-source:")) {
            lines.add("x-amz-copy-source: /" + HASHED + "/" + from);
        }

        Response response = client.raw(
                client.requestHead("PUT", ObjectClient.target(HASHED, to), lines.toArray(String[]::new)), new byte[0]);

        assertProblem(response, ErrorCode.valueOf(codeAndLine[0]));
        assertMissing(HASHED, to);
    }

    @Test
    void refusesABodyOfItsOwn() {
        stored(HASHED, from, CONTENT);
        String[] source = {"x-amz-copy-source", "/" + HASHED + "/" + from};

        assertProblem(client.put(HASHED, to, CONTENT, source), ErrorCode.INVALID_REQUEST);
        assertProblem(client.putChunked(HASHED, to, CONTENT, source), ErrorCode.INVALID_REQUEST);
        assertMissing(HASHED, to);
        assertStatus(client.putChunked(HASHED, to, new byte[0], source), 201);
    }

    @Test
    void keepsTheLimitOfTheTargetsBucket() {
        stored(HASHED, from, content(52, SMALL_LIMIT + 1));

        assertProblem(copy(SMALL, to, "/" + HASHED + "/" + from), ErrorCode.TOO_LARGE);
        assertMissing(SMALL, to);
        stored(HASHED, from, content(52, SMALL_LIMIT));
        assertStatus(copy(SMALL, to, "/" + HASHED + "/" + from), 201);
    }

    @Test
    void refusesADirectiveWithoutASource() {
        assertProblem(client.put(HASHED, to, CONTENT, "x-amz-metadata-directive", "REPLACE"), ErrorCode.UNSUPPORTED);
        assertMissing(HASHED, to);
    }

    /** On S3Mock conditional writes are not atomic. */
    @Test
    void letsOneCopyWinOfThoseThatWantToBeTheFirst() throws InterruptedException, ExecutionException {
        if (world.store().emulator() != Emulator.S3PROXY) {
            return;
        }
        stored(HASHED, from, CONTENT);
        int racers = 8;
        CountDownLatch start = new CountDownLatch(racers);
        List<Integer> statuses = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(racers)) {
            List<Future<Integer>> race = Stream.generate(() -> pool.submit(() -> {
                        start.countDown();
                        start.await();
                        return copy(HASHED, to, "/" + HASHED + "/" + from, "If-None-Match", "*")
                                .status();
                    }))
                    .limit(racers)
                    .toList();
            for (Future<Integer> racer : race) {
                statuses.add(racer.get());
            }
        }
        assertThat(statuses).containsOnlyOnce(201).allMatch(status -> status == 201 || status == 412 || status == 409);
        assertHolds(HASHED, to, CONTENT);
    }

    private Response copy(String bucket, String name, String source, String... more) {
        String[] headers = Stream.concat(Stream.of("x-amz-copy-source", source), Stream.of(more))
                .toArray(String[]::new);
        return client.send("PUT", ObjectClient.target(bucket, name), BodyPublishers.noBody(), headers);
    }

    private void assertReceipt(Response response, String bucket, String name, byte[] content) {
        JsonNode receipt = response.json();
        assertThat(receipt.propertyNames())
                .containsExactlyInAnyOrder("bucket", "name", "size", "etag", "checksum", "contentType", "lastModified");
        assertThat(receipt.get("bucket").asString()).isEqualTo(bucket);
        assertThat(receipt.get("name").asString()).isEqualTo(name);
        assertThat(receipt.get("size").asLong()).isEqualTo(content.length);
        assertThat(receipt.get("contentType").asString()).isEqualTo(DESCRIBED[1]);
        assertThat(receipt.get("etag").asString()).isEqualTo(response.etag());
        assertThat(client.head(bucket, name).etag()).isEqualTo(response.etag());
        if (!receipt.get("checksum").isNull()) {
            assertThat(receipt.get("checksum").get("value").asString()).isEqualTo(crc32c(content));
        }
    }

    private static String crc32c(byte[] content) {
        CRC32C sum = new CRC32C();
        sum.update(content);
        return Crc32c.of(sum).base64();
    }
}
