package dev.banhmi.gateway.object;

import static dev.banhmi.gateway.object.ObjectWorld.HASHED;
import static dev.banhmi.gateway.object.ObjectWorld.SMALL;
import static dev.banhmi.gateway.object.ObjectWorld.SMALL_LIMIT;
import static dev.banhmi.gateway.object.ObjectWorld.freshName;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.object.ObjectClient.Response;
import dev.banhmi.testkit.Emulator;
import dev.banhmi.testkit.RawHttp;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Writing whole objects, of every size at which the engine changes what it does. */
class ObjectPutIT extends ObjectContract {

    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(1);

    private final String name = freshName();

    ObjectPutIT(ObjectWorld world) {
        super(world);
    }

    @ParameterizedTest
    @CsvSource({
        "0,true", "1,true", "8388608,true", "8388609,true", "20971520,true",
        "0,false", "1,false", "8388608,false", "8388609,false", "20971520,false"
    })
    void storesAndReplacesAnySize(int size, boolean chunked) {
        byte[] content = content(size + 1L, size);
        Instant began = Instant.now();

        Response created = put(content, chunked);
        Response replaced = put(content, !chunked);

        assertStatus(created, 201);
        assertStatus(replaced, 200);
        assertReceipt(created, content, began);
        assertReceipt(replaced, content, began);
        assertHolds(HASHED, name, content);
        assertThat(client.head(HASHED, name).header("content-length")).isEqualTo(Integer.toString(size));
        assertStatus(client.delete(HASHED, name), 204);
    }

    private Response put(byte[] content, boolean chunked) {
        return chunked
                ? client.putChunked(HASHED, name, content, "Content-Type", "image/x-banhmi")
                : client.put(HASHED, name, content, "Content-Type", "image/x-banhmi");
    }

    private void assertReceipt(Response response, byte[] content, Instant began) {
        JsonNode receipt = response.json();
        assertThat(response.header("content-type")).isEqualTo("application/json");
        assertThat(receipt.propertyNames())
                .containsExactlyInAnyOrder("bucket", "name", "size", "etag", "checksum", "contentType", "lastModified");
        assertThat(receipt.get("bucket").asString()).isEqualTo(HASHED);
        assertThat(receipt.get("name").asString()).isEqualTo(name);
        assertThat(receipt.get("size").asLong()).isEqualTo(content.length);
        assertThat(receipt.get("etag").asString()).isEqualTo(response.etag()).matches("\"[^\"]+\"");
        assertThat(receipt.get("contentType").asString()).isEqualTo("image/x-banhmi");
        assertThat(Instant.parse(receipt.get("lastModified").asString()))
                .isBetween(began.minus(CLOCKS_DIFFER), Instant.now().plus(CLOCKS_DIFFER));
        assertThat(receipt.get("checksum").get("algorithm").asString()).isEqualTo("crc32c");
        assertThat(receipt.get("checksum").get("value").asString()).isEqualTo(crc32c(content));
        assertThat(client.head(HASHED, name).etag()).isEqualTo(response.etag());
        String kept = client.head(HASHED, name).header("x-amz-checksum-crc32c");
        assertThat(kept).isIn("", crc32c(content));
        assertThat(receipt.get("checksum").get("verifiedByStore").asBoolean())
                .as("%s; the store's own sum: %s", response, kept)
                .isEqualTo(!kept.isEmpty());
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 9 * MEBIBYTE})
    void keepsWhatDescribesAnObject(int size) {
        String[] described = {
            "Content-Type", "text/plain;charset=utf-8",
            "Content-Disposition", "attachment; filename=\"a;b.txt\"",
            "Cache-Control", "max-age=60, private",
            "Content-Encoding", "gzip",
            "Content-Language", "vi, en",
            "Expires", "Sun, 06 Nov 2044 08:49:37 GMT",
            "x-amz-meta-color", "green",
            "X-Amz-Meta-Mixed-Case", "Kept As It Is, with a comma"
        };
        assertStatus(client.put(HASHED, name, content(1, size), described), 201);

        for (Response response : List.of(client.get(HASHED, name), client.head(HASHED, name))) {
            assertStatus(response, 200);
            for (int i = 0; i < described.length; i += 2) {
                // s3proxy 4.1.0 drops Expires of an upload in parts.
                boolean dropped = described[i].equals("Expires")
                        && size > MEBIBYTE
                        && world.store().emulator() == Emulator.S3PROXY;
                assertThat(response.header(described[i].toLowerCase(Locale.ROOT)))
                        .as(described[i])
                        .isEqualTo(dropped ? "" : described[i + 1]);
            }
            assertThat(response.headers().keySet())
                    .as("what the gateway keeps for itself")
                    .noneMatch(header -> header.contains("banhmi"));
        }

        stored(HASHED, name, content(2, 5));
        assertThat(client.head(HASHED, name).headers())
                .doesNotContainKeys(
                        "content-disposition", "cache-control", "content-encoding", "expires", "x-amz-meta-color");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x-amz-meta-a: %2100",
                "x-amz-meta-banhmi-name: Zm9v",
                "x-amz-meta-: x",
                "x-amz-meta-a: b\u00e1nh",
                "Expires: 0",
                "x-amz-content-sha256: abc",
                "Content-Range: bytes 0-2/3",
                "Content-Range: bytes 0-2/10",
                "Content-Encoding: aws-chunked",
                "Content-Encoding: gzip, aws-chunked",
                "Content-MD5: abc",
                "Content-Digest: sha-256=:AAAA:",
                "x-amz-checksum-crc32c: ????????",
                "If-Match: \"half",
                "If-None-Match: \"open"
            })
    void refusesBeforeTheBody(String header) throws IOException {
        String line = header.replace("%2100", "x".repeat(2100));

        assertProblem(expectingContinue(HASHED, 3, line), ErrorCode.INVALID_REQUEST);
        assertMissing(HASHED, name);
    }

    /** What curl --data-binary, wget --method=PUT and URLSearchParams send; a store must not read them as parameters. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-www-form-urlencoded",
                "application/x-www-form-urlencoded;charset=utf-8",
                "multipart/form-data; boundary=b"
            })
    void keepsFormsAsTheyAre(String type) {
        for (byte[] content : List.of("a=1&b=%20&name".getBytes(US_ASCII), new byte[0], content(3, 9 * MEBIBYTE))) {
            String form = freshName();
            assertStatus(client.put(HASHED, form, content, "Content-Type", type), 201);
            assertStatus(client.put(HASHED, form, content, "Content-Type", type), 200);
            assertHolds(HASHED, form, content);
            assertThat(client.get(HASHED, form).header("content-type").replace(" ", ""))
                    .isEqualTo(type.replace(" ", ""));
        }
    }

    /** In one piece and in parts; the store's own server may look for the charset. */
    @ParameterizedTest
    @ValueSource(strings = {"text/plain; charset=nonesuch", "text/html;charset=\"no such\"; a=b", "a/b;charset=utf-99"})
    void keepsTypesWithACharsetThatNobodyKnows(String type) {
        for (byte[] content : List.of(new byte[1], content(3, 9 * MEBIBYTE))) {
            assertStatus(client.put(HASHED, name, content, "Content-Type", type), content.length == 1 ? 201 : 200);
            assertHolds(HASHED, name, content);
            assertThat(client.head(HASHED, name).header("content-type").replace(" ", ""))
                    .isEqualTo(type.replace(" ", ""));
        }
    }

    @Test
    void takesMetadataUpToALimitBelowS3s() {
        int taken = 0;
        for (int length = 1_600; length <= 2_048; length += 64) {
            int status = client.put(HASHED, name, new byte[] {1}, "x-amz-meta-a", "x".repeat(length))
                    .status();
            assertThat(status).isIn(200, 201, 400);
            taken = status == 400 ? taken : length;
        }
        assertThat(taken).isBetween(1_600, 2_047);
        assertThat(client.head(HASHED, name).header("x-amz-meta-a")).hasSize(taken);
    }

    @Test
    void refusesATooLargeObjectBeforeTheBody() throws IOException {
        assertProblem(expectingContinue(SMALL, SMALL_LIMIT + 1, "x-a: b"), ErrorCode.TOO_LARGE);
        assertMissing(SMALL, name);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void takesObjectsUpToTheBucketsLimit(boolean chunked) {
        byte[] largest = content(3, SMALL_LIMIT);
        byte[] larger = content(4, SMALL_LIMIT + 1);

        assertStatus(chunked ? client.putChunked(SMALL, name, largest) : client.put(SMALL, name, largest), 201);
        Response refused = chunked ? client.putChunked(SMALL, name, larger) : client.put(SMALL, name, larger);

        assertProblem(refused, ErrorCode.TOO_LARGE);
        assertHolds(SMALL, name, largest);
    }

    @Test
    void refusesAFailingConditionBeforeTheBody() throws IOException {
        byte[] old = {7};
        stored(HASHED, name, old);

        assertProblem(expectingContinue(HASHED, 100, "If-None-Match: *"), ErrorCode.PRECONDITION_FAILED);
        assertProblem(expectingContinue(HASHED, 100, "If-Match: \"other\""), ErrorCode.PRECONDITION_FAILED);
        assertHolds(HASHED, name, old);
    }

    @Test
    void refusesAnUnknownBucketBeforeTheBody() throws IOException {
        Response refused = expectingContinue(ObjectWorld.UNSERVED, 100, "x-a: b");
        assertProblem(refused, ErrorCode.BUCKET_NOT_FOUND);
        assertThat(refused.toString()).doesNotContain("do not exist");
    }

    /** Sends no body: the final response must come although not one byte of it has arrived. */
    private Response expectingContinue(String bucket, int length, String header) throws IOException {
        return client.raw(
                client.requestHead(
                        "PUT",
                        ObjectClient.target(bucket, name),
                        "Content-Length: " + length,
                        "Expect: 100-continue",
                        header),
                new byte[0]);
    }

    @Test
    void asksForTheBodyWhenNothingIsWrong() throws IOException {
        byte[] content = content(5, 100);
        try (RawHttp connection = RawHttp.connect(world.gateway().uri())) {
            connection.send(client.requestHead(
                    "PUT", ObjectClient.target(HASHED, name), "Content-Length: 100", "Expect: 100-continue"));
            assertThat(connection.response().status()).isEqualTo(100);
            connection.send(content);

            assertStatus(Response.of(connection.response()), 201);
        }
        assertHolds(HASHED, name, content);
    }

    private static String crc32c(byte[] content) {
        CRC32C sum = new CRC32C();
        sum.update(content);
        return Base64.getEncoder()
                .encodeToString(
                        ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
    }
}
