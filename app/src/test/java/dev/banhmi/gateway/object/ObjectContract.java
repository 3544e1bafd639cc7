package dev.banhmi.gateway.object;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.object.ObjectClient.Response;
import dev.banhmi.testkit.Emulator;
import dev.banhmi.testkit.GeneratedContent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import tools.jackson.databind.JsonNode;

/** After every single test, whatever it did, nothing half-done is left and the gateway itself had no fault. */
@OnBothStores
abstract class ObjectContract {

    static final int MEBIBYTE = 1 << 20;

    final ObjectWorld world;
    final ObjectClient client;

    ObjectContract(ObjectWorld world) {
        this(world, world.client());
    }

    ObjectContract(ObjectWorld world, ObjectClient client) {
        this.world = world;
        this.client = client;
    }

    @BeforeEach
    void beginsInTheLog(TestInfo test) {
        world.left().begin();
        world.log().begin(getClass().getSimpleName() + "." + test.getDisplayName() + " on " + world);
    }

    @AfterEach
    void leavesNothing() {
        try {
            world.assertNothingLeft();
        } finally {
            world.log().end();
        }
    }

    static byte[] content(long seed, long size) {
        return new GeneratedContent(seed, size).bytes();
    }

    static void assertStatus(Response response, int status) {
        assertThat(response.status()).as("%s", response).isEqualTo(status);
    }

    static void assertProblem(Response response, ErrorCode code) {
        assertBodilessProblem(response, code.status());
        JsonNode problem = response.json();
        assertThat(problem.propertyNames())
                .containsExactlyInAnyOrder("type", "title", "status", "detail", "instance", "code");
        assertThat(problem.get("type").asString()).isEqualTo("about:blank");
        assertThat(problem.get("title").asString()).isEqualTo(code.title());
        assertThat(problem.get("status").asInt()).isEqualTo(code.status());
        assertThat(problem.get("detail").asString())
                .isNotBlank()
                .as("nothing of the store's own words")
                .doesNotContain("amazon", "Exception", "127.0.0.1");
        assertThat(problem.get("instance").asString()).startsWith("/v1");
        assertThat(problem.get("code").asString()).as("%s", response).isEqualTo(code.name());
    }

    /** What HEAD returns; no header of the object describes the problem. */
    static void assertBodilessProblem(Response response, int status) {
        assertStatus(response, status);
        assertThat(response.header("content-type")).as("%s", response).isEqualTo("application/problem+json");
        assertThat(response.headers())
                .doesNotContainKeys(
                        "etag",
                        "cache-control",
                        "last-modified",
                        "content-disposition",
                        "content-encoding",
                        "content-language",
                        "expires",
                        "accept-ranges",
                        "x-amz-meta-color",
                        "x-amz-checksum-crc32c");
    }

    void assertMissing(String bucket, String name) {
        assertProblem(client.get(bucket, name), ErrorCode.OBJECT_NOT_FOUND);
    }

    void assertHolds(String bucket, String name, byte[] content) {
        Response response = client.get(bucket, name);
        assertThat(response.status()).as("GET %s: %s", name, response).isEqualTo(200);
        assertThat(response.body()).as("bytes of %s", name).isEqualTo(content);
    }

    /** S3Mock does not: its AbortMultipartUpload also removes the object that has the same key. */
    static boolean keepsWhatAnAbortedUploadWouldReplace(ObjectWorld world) {
        return world.store().emulator() != Emulator.S3MOCK;
    }

    /** Puts an object that has to be taken. */
    Response stored(String bucket, String name, byte[] content, String... headers) {
        Response response = client.put(bucket, name, content, headers);
        assertThat(response.status()).as("%s", response).isIn(200, 201);
        return response;
    }
}
