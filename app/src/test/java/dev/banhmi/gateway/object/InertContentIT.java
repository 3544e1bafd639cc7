package dev.banhmi.gateway.object;

import static dev.banhmi.gateway.object.ObjectWorld.HASHED;
import static dev.banhmi.gateway.object.ObjectWorld.OFFLOADED;
import static dev.banhmi.gateway.object.ObjectWorld.freshName;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.object.ObjectClient.Response;
import dev.banhmi.gateway.store.KeyLayout;
import dev.banhmi.testkit.Emulator;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A page that someone stored gets neither script nor the gateway's origin, whatever the response to it is. */
class InertContentIT extends ObjectContract {

    private static final byte[] PAGE = "<script>fetch('/v1/objects/demo')</script>".getBytes(UTF_8);
    private static final String[] HTML = {"Content-Type", "text/html"};

    private final String name = freshName();

    InertContentIT(ObjectWorld world) {
        super(world);
    }

    @Test
    void marksEveryResponseOfV1() throws IOException {
        assertInert(client.put(HASHED, name, PAGE, HTML), 201);
        Response replaced = client.put(HASHED, name, PAGE, HTML);
        assertInert(replaced, 200);
        assertInert(client.get(HASHED, name), 200);
        assertInert(client.head(HASHED, name), 200);
        assertInert(client.get(HASHED, name, "Range", "bytes=0-3"), 206);
        assertInert(client.get(HASHED, name, "Range", "bytes=0-3,9-9"), 206);
        assertInert(client.get(HASHED, name, "Range", "bytes=1000-"), 416);
        assertInert(client.get(HASHED, name, "If-None-Match", replaced.etag()), 304);
        assertInert(client.head(HASHED, name, "If-None-Match", replaced.etag()), 304);
        assertInert(client.get(HASHED, name, "If-Match", "\"other\""), 412);
        assertInert(client.put(HASHED, name, PAGE, "If-None-Match", "*"), 412);
        assertInert(client.get(HASHED, name + "?offload"), 403);
        assertInert(client.get(HASHED, freshName()), 404);
        assertInert(client.head(HASHED, freshName()), 404);
        assertInert(client.get("nowhere", name), 404);
        assertInert(client.send("GET", "/v1/objects/" + HASHED + "?limit=1", BodyPublishers.noBody()), 200);
        assertInert(client.send("POST", ObjectClient.target(HASHED, name), BodyPublishers.noBody()), 405);
        assertInert(client.get(ObjectWorld.GHOST, name), 502);
        // Refused by Tomcat, in front of all filters.
        assertInert(client.raw(client.requestHead("GET", ObjectClient.target(HASHED, "a|b")), new byte[0]), 400);
        assertInert(client.delete(HASHED, name), 204);
    }

    @Test
    void marksTheRedirectToTheStore() {
        stored(OFFLOADED, name, PAGE, HTML);

        assertInert(client.get(OFFLOADED, name + "?offload"), 307);
        assertInert(client.head(OFFLOADED, name + "?offload"), 307);
    }

    @Test
    void marksEveryResponseOfThe2018Api() throws IOException {
        stored(HASHED, name, PAGE, HTML);
        String there = "?bucket=" + HASHED + "&key=" + name;
        String missing = "?bucket=" + HASHED + "&key=" + freshName();

        assertInert(send("GET", "/file/download" + there), 206);
        assertInert(send("GET", "/file/download" + missing), 404);
        assertInert(send("GET", "/file/download"), 404);
        assertInert(send("GET", "/file/status" + there), 200);
        assertInert(send("HEAD", "/file/download" + there), 501);
        assertInert(send("POST", "/file/upload"), 400);
        assertInert(client.raw(client.requestHead("GET", "/file/a|b"), new byte[0]), 400);
        assertInert(send("GET", "/nowhere"), 404);
        assertInert(send("DELETE", "/file/delete" + there), 204);
    }

    /** A browser's guess and a client's rule both hang on this text. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/html;charset=utf-8",
                "Text/HTML; Charset=\"UTF-8\"",
                "text/plain;  charset=iso-8859-1 ; format=flowed",
                "application/octet-stream; a=\"b;c\"",
                "image/svg+xml",
                "nonsense"
            })
    void returnsContentTypeByteForByte(String type) {
        stored(HASHED, name, PAGE, "Content-Type", type);

        // S3Mock writes some of them in its own spelling.
        String kept = world.store()
                .s3()
                .headObject(head -> head.bucket(HASHED).key(KeyLayout.HASHED.keyOf(name)))
                .contentType();
        if (world.store().emulator() == Emulator.S3PROXY) {
            assertThat(kept).isEqualTo(type);
        }
        assertThat(client.get(HASHED, name).header("content-type")).isEqualTo(kept);
        assertThat(client.head(HASHED, name).header("content-type")).isEqualTo(kept);
        assertThat(client.get(HASHED, name, "Range", "bytes=0-3").header("content-type"))
                .isEqualTo(kept);
        assertThat(new String(client.get(HASHED, name, "Range", "bytes=0-3,9-9").body(), UTF_8))
                .contains("Content-Type: " + kept + "\r\n");
    }

    private Response send(String method, String target) {
        return client.send(method, target, BodyPublishers.noBody());
    }

    private static void assertInert(Response response, int status) {
        assertStatus(response, status);
        assertThat(response.header("x-content-type-options")).as("%s", response).isEqualTo("nosniff");
        assertThat(response.header("content-security-policy"))
                .as("%s", response)
                .isEqualTo("sandbox");
    }
}
