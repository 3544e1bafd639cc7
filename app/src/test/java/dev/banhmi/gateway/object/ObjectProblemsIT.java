package dev.banhmi.gateway.object;

import static dev.banhmi.gateway.object.ObjectWorld.HASHED;
import static dev.banhmi.gateway.object.ObjectWorld.freshName;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.object.ObjectClient.Response;
import dev.banhmi.testkit.Emulator;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever cannot be served as an object is reported as a problem. */
class ObjectProblemsIT extends ObjectContract {

    private static final String[] DESCRIBED = {
        "Cache-Control", "max-age=60",
        "Content-Disposition", "attachment",
        "Content-Language", "vi",
        "Expires", "Sun, 06 Nov 2044 08:49:37 GMT",
        "x-amz-meta-color", "green"
    };

    ObjectProblemsIT(ObjectWorld world) {
        super(world);
    }

    @Test
    void says404ForAMissingObject() {
        String name = freshName();

        Response get = client.get(HASHED, name);

        assertProblem(get, ErrorCode.OBJECT_NOT_FOUND);
        assertThat(get.json().get("instance").asString()).isEqualTo(ObjectClient.target(HASHED, name));
        assertBodilessProblem(client.head(HASHED, name), 404);
        assertThat(client.head(HASHED, name).header("content-length")).isEqualTo(get.header("content-length"));
        for (String condition : new String[] {"If-Match", "If-None-Match"}) {
            assertProblem(client.get(HASHED, name, condition, "*"), ErrorCode.OBJECT_NOT_FOUND);
        }
        assertProblem(client.get(HASHED, name, "Range", "bytes=0-1"), ErrorCode.OBJECT_NOT_FOUND);
    }

    @ParameterizedTest
    @ValueSource(strings = {ObjectWorld.UNSERVED, "nowhere", "demo;x=1", "DEMO", "b%C3%A1nh"})
    void says404ForABucketThatIsNotServed(String bucket) {
        String name = freshName();
        for (Response response : new Response[] {
            client.get(bucket, name), client.put(bucket, name, new byte[] {1}), client.delete(bucket, name)
        }) {
            assertProblem(response, ErrorCode.BUCKET_NOT_FOUND);
            assertThat(response.json().get("detail").asString())
                    .as("while access is open")
                    .contains(" these are: " + HASHED + ", " + ObjectWorld.GHOST + ", ");
        }
        assertBodilessProblem(client.head(bucket, name), 404);
        assertThat(world.store().objects(ObjectWorld.UNSERVED)).isEmpty();
    }

    @Test
    void says502ForABucketThatTheStoreDoesNotHave() {
        String name = freshName();

        assertProblem(client.get(ObjectWorld.GHOST, name), ErrorCode.STORE_BUCKET_MISSING);
        assertProblem(client.put(ObjectWorld.GHOST, name, new byte[] {1}), ErrorCode.STORE_BUCKET_MISSING);
        if (world.store().emulator() != Emulator.S3PROXY) {
            // s3proxy responds with 204 to DELETE in a bucket that it does not have.
            assertProblem(client.delete(ObjectWorld.GHOST, name), ErrorCode.STORE_BUCKET_MISSING);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "get"})
    void says405WithWhatIsAllowed(String method) throws IOException {
        String name = freshName();
        stored(HASHED, name, new byte[] {1}, DESCRIBED);

        Response response = client.raw(
                client.requestHead(method, ObjectClient.target(HASHED, name), "Content-Length: 0"), new byte[0]);

        assertProblem(response, ErrorCode.METHOD_NOT_ALLOWED);
        assertThat(response.header("allow").split(", ")).containsExactlyInAnyOrder("GET", "HEAD", "PUT", "DELETE");
        assertHolds(HASHED, name, new byte[] {1});
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1",
                "/v1/",
                "/v1/object/demo/x",
                "/v1/Objects/demo/x",
                "/v1/object",
                "/v1//objects/demo/x",
                "/v1/%6Fbjects/demo/x",
                "/v1/objects;x=1/demo/x",
                "/v1/status/healthcheck"
            })
    void says404ForAnUnknownPath(String target) {
        for (String method : new String[] {"GET", "PUT", "DELETE", "POST"}) {
            Response response = client.send(method, target, BodyPublishers.noBody());

            assertProblem(response, ErrorCode.RESOURCE_NOT_FOUND);
            assertThat(response.json().get("instance").asString()).isEqualTo(target);
        }
        assertBodilessProblem(client.send("HEAD", target, BodyPublishers.noBody()), 404);
    }

    /** Characters that a target must not have raw; Tomcat refuses them before any of our code sees the request. */
    @ParameterizedTest
    @ValueSource(strings = {"a|b", "a\"b", "a<b>", "a^b", "a`b", "a{b}", "b\u00c3\u00a1nh", "a\u0001b", "a\\b"})
    void says400ForARawCharacterThatMustBeEncoded(String name) throws IOException {
        Response response = client.raw(client.requestHead("GET", ObjectClient.target(HASHED, name)), new byte[0]);

        assertBodilessProblem(response, 400);
        assertThat(response.json().get("code").asString()).isEqualTo("INVALID_REQUEST");
        assertThat(response.json().get("detail").asString()).contains("percent-encoded");

        Response legacy = client.raw(client.requestHead("GET", "/file/" + name), new byte[0]);
        assertStatus(legacy, 400);
        assertThat(legacy.json().propertyNames()).containsExactlyInAnyOrder("status", "msg");
    }

    /** Browsers let any page send some of these without asking the gateway first. */
    @ParameterizedTest
    @ValueSource(strings = {"null", "http://evil.example", "http://127.0.0.1", "https://127.0.0.1:1"})
    void refusesAChangeByAPageOfAnotherOriginWhileAccessIsOpen(String origin) {
        String name = freshName();
        stored(HASHED, name, new byte[] {1});

        for (Response refused : new Response[] {
            client.put(HASHED, name, new byte[2], "Origin", origin), client.delete(HASHED, name, "Origin", origin)
        }) {
            assertStatus(refused, 403);
            assertThat(refused.json().get("code").asString()).isEqualTo("ORIGIN_NOT_ALLOWED");
        }
        assertStatus(client.get(HASHED, name, "Origin", origin), 200);
        assertHolds(HASHED, name, new byte[] {1});
        String own = world.gateway().uri().toString();
        assertStatus(client.put(HASHED, name, new byte[2], "Origin", own), 200);
        assertHolds(HASHED, name, new byte[2]);
    }

    @Test
    void saysNothingOfTheObjectInAProblem() {
        String name = freshName();
        String etag = stored(HASHED, name, new byte[100], DESCRIBED).etag();
        assertThat(client.get(HASHED, name).header("cache-control")).isEqualTo("max-age=60");

        assertProblem(client.get(HASHED, name, "If-Match", "\"other\""), ErrorCode.PRECONDITION_FAILED);
        assertProblem(client.get(HASHED, name, "Range", "bytes=100-"), ErrorCode.RANGE_NOT_SATISFIABLE);
        assertProblem(client.put(HASHED, name, new byte[2], "If-None-Match", etag), ErrorCode.PRECONDITION_FAILED);
        assertProblem(client.delete(HASHED, name, "If-Match", "\"other\""), ErrorCode.PRECONDITION_FAILED);
        assertBodilessProblem(client.head(HASHED, name, "If-Match", "\"other\""), 412);
    }
}
