package dev.banhmi.gateway.object;

import static dev.banhmi.gateway.object.ObjectWorld.HASHED;
import static dev.banhmi.gateway.object.ObjectWorld.OFFLOADED;
import static dev.banhmi.gateway.object.ObjectWorld.freshName;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.object.ObjectClient.Response;
import dev.banhmi.testkit.Emulator;
import dev.banhmi.testkit.GatewayProcess;
import dev.banhmi.testkit.RawHttp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/** Clients that are sent to the store itself. */
class ObjectOffloadIT extends ObjectContract {

    private static final byte[] CONTENT = content(30, 3 * MEBIBYTE);

    private final String name = freshName();

    ObjectOffloadIT(ObjectWorld world) {
        super(world);
    }

    @ParameterizedTest
    @ValueSource(strings = {"?offload", "?offload=", "?offload=true", "?x-id=GetObject&offload", "?%6Fffload"})
    void sendsTheClientToTheSameBytes(String query) {
        stored(OFFLOADED, name, CONTENT, "Content-Type", "image/png");

        Response redirect = client.get(OFFLOADED, name + query);

        assertRedirect(redirect);
        Response read = follow("GET", redirect);
        assertStatus(read, 200);
        assertThat(Arrays.equals(read.body(), CONTENT)).isTrue();
        assertThat(read.header("content-type")).isEqualTo("image/png");
    }

    @Test
    void findsNamesThatNeedEncoding() {
        String weird = name + "/ph%E1%BB%9F%20b%C3%B2%2B%25%26%3F%23;v=1";
        stored(OFFLOADED, weird, CONTENT);

        Response read = follow("GET", client.get(OFFLOADED, weird + "?offload"));

        assertStatus(read, 200);
        assertThat(Arrays.equals(read.body(), CONTENT)).isTrue();
    }

    @Test
    void signsForTheMethodThatAsked() {
        stored(OFFLOADED, name, CONTENT);

        Response redirect = client.head(OFFLOADED, name + "?offload");

        assertRedirect(redirect);
        Response head = follow("HEAD", redirect);
        assertStatus(head, 200);
        assertThat(head.header("content-length")).isEqualTo(Integer.toString(CONTENT.length));
        if (world.store().emulator() == Emulator.S3PROXY) {
            assertStatus(follow("GET", redirect), 403);
            assertStatus(follow("DELETE", client.get(OFFLOADED, name + "?offload")), 403);
            assertHolds(OFFLOADED, name, CONTENT);
        }
    }

    @Test
    void leavesRangesToTheStore() {
        stored(OFFLOADED, name, CONTENT);

        Response redirect = client.get(OFFLOADED, name + "?offload", "Range", "bytes=10-19");

        assertRedirect(redirect);
        Response read = follow("GET", redirect, "Range", "bytes=10-19");
        assertStatus(read, 206);
        assertThat(read.body()).isEqualTo(Arrays.copyOfRange(CONTENT, 10, 20));
    }

    @Test
    void judgesConditionsBeforeItRedirects() {
        String etag = stored(OFFLOADED, name, CONTENT).etag();

        assertStatus(client.get(OFFLOADED, name + "?offload", "If-None-Match", etag), 304);
        assertStatus(client.head(OFFLOADED, name + "?offload", "If-None-Match", etag), 304);
        assertProblem(client.get(OFFLOADED, name + "?offload", "If-Match", "\"other\""), ErrorCode.PRECONDITION_FAILED);
        assertRedirect(client.get(OFFLOADED, name + "?offload", "If-Match", etag));
        assertRedirect(client.get(OFFLOADED, name + "?offload", "If-None-Match", "\"other\""));
    }

    /** S3 does not know If-Range, and would send the range of any version. */
    @Test
    void servesIfRangeItself() {
        String etag = stored(OFFLOADED, name, CONTENT).etag();
        String[] range = {"Range", "bytes=0-1", "If-Range", etag};

        assertStatus(client.get(OFFLOADED, name + "?offload", range), 206);
        range[3] = "\"other\"";
        assertStatus(client.get(OFFLOADED, name + "?offload", range), 200);
    }

    @Test
    void says404InsteadOfRedirectingToNothing() {
        assertProblem(client.get(OFFLOADED, name + "?offload"), ErrorCode.OBJECT_NOT_FOUND);
        assertBodilessProblem(client.head(OFFLOADED, name + "?offload"), 404);
        assertProblem(client.get(ObjectWorld.UNSERVED, name + "?offload"), ErrorCode.BUCKET_NOT_FOUND);
    }

    @Test
    void refusesABucketThatDoesNotAllowIt() {
        stored(HASHED, name, CONTENT);

        assertProblem(client.get(HASHED, name + "?offload"), ErrorCode.OFFLOAD_NOT_ALLOWED);
        assertBodilessProblem(client.head(HASHED, name + "?offload"), 403);
        assertProblem(client.get(HASHED, freshName() + "?offload"), ErrorCode.OFFLOAD_NOT_ALLOWED);
    }

    @Test
    void refusesWhatCannotBeOffloaded() {
        stored(OFFLOADED, name, CONTENT);
        String target = ObjectClient.target(OFFLOADED, name) + "?offload";

        assertProblem(client.put(OFFLOADED, name + "?offload", new byte[] {1}), ErrorCode.INVALID_REQUEST);
        assertProblem(client.delete(OFFLOADED, name + "?offload"), ErrorCode.INVALID_REQUEST);
        assertProblem(client.get(OFFLOADED, name + "?offload=false"), ErrorCode.INVALID_REQUEST);
        Response post = client.send("POST", target, BodyPublishers.noBody());
        assertProblem(post, ErrorCode.METHOD_NOT_ALLOWED);
        assertThat(post.header("allow")).isEqualTo("GET, HEAD, PUT, DELETE");
        assertHolds(OFFLOADED, name, CONTENT);
    }

    @Test
    void pinsTheVersionInAVersionedBucket() {
        assumeThat(world.store().emulator()).as("s3proxy has no versions").isNotEqualTo(Emulator.S3PROXY);
        String bucket = "versioned";
        var s3 = world.store().s3();
        s3.createBucket(request -> request.bucket(bucket));
        s3.putBucketVersioning(request -> request.bucket(bucket)
                .versioningConfiguration(versioning -> versioning.status(BucketVersioningStatus.ENABLED)));
        try (GatewayProcess gateway = ObjectWorld.serving(world.store())
                        .set("banhmi.buckets." + bucket + ".key-layout", "plain")
                        .set("banhmi.buckets." + bucket + ".offload", "true")
                        .start();
                ObjectClient versioned = new ObjectClient(gateway.uri())) {
            s3.putObject(request -> request.bucket(bucket).key(name), RequestBody.fromString("old"));
            Response redirect = versioned.get(bucket, name + "?offload");
            s3.putObject(request -> request.bucket(bucket).key(name), RequestBody.fromString("new"));

            assertThat(redirect.header("location")).contains("versionId=");
            assertThat(new String(follow("GET", redirect).body(), UTF_8)).isEqualTo("old");
            assertThat(new String(
                            follow("GET", versioned.get(bucket, name + "?offload"))
                                    .body(),
                            UTF_8))
                    .isEqualTo("new");
        }
    }

    @Test
    void namesTheEndpointAndTheExpiryOfItsConfiguration() {
        stored(OFFLOADED, name, CONTENT);
        try (GatewayProcess gateway = ObjectWorld.serving(world.store())
                        .set("banhmi.s3.offload-endpoint", "https://objects.example:9443")
                        .set("banhmi.s3.offload-expiry", "7s")
                        .start();
                ObjectClient published = new ObjectClient(gateway.uri())) {
            URI location =
                    URI.create(published.get(OFFLOADED, name + "?offload").header("location"));

            assertThat(location.getScheme()).isEqualTo("https");
            assertThat(location.getAuthority()).isEqualTo("objects.example:9443");
            assertThat(location.getPath()).isEqualTo("/" + OFFLOADED + "/" + name);
            assertThat(location.getQuery()).contains("X-Amz-Expires=7&");
        }
    }

    private void assertRedirect(Response response) {
        assertStatus(response, 307);
        assertThat(response.body()).isEmpty();
        assertThat(response.header("cache-control")).isEqualTo("no-store");
        assertThat(response.headers()).doesNotContainKeys("etag", "accept-ranges");
        URI location = URI.create(response.header("location"));
        assertThat(location.getAuthority()).isEqualTo(world.store().endpoint().getAuthority());
        assertThat(location.getQuery())
                .contains("X-Amz-Expires=300&")
                .contains("X-Amz-SignedHeaders=host&")
                .contains("X-Amz-Signature=")
                .doesNotContain(world.store().credentials().secretAccessKey());
    }

    /** As a client does that follows redirects: on a new connection, with nothing of the gateway's. */
    private static Response follow(String method, Response redirect, String... header) {
        URI location = URI.create(redirect.header("location"));
        String more = header.length == 0 ? "" : header[0] + ": " + header[1] + "\r\n";
        try (RawHttp store = RawHttp.connect(location)) {
            store.send(method + " " + location.getRawPath() + "?" + location.getRawQuery() + " HTTP/1.1\r\nHost: "
                    + location.getAuthority() + "\r\n" + more + "\r\n");
            RawHttp.Response response = store.response();
            return method.equals("HEAD")
                    ? new Response(response.status(), response.headers(), new byte[0])
                    : Response.of(response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
