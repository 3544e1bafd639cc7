package dev.banhmi.gateway.object;

import static dev.banhmi.gateway.object.ObjectWorld.HASHED;
import static dev.banhmi.gateway.object.ObjectWorld.freshName;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.object.ObjectClient.Response;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading whole objects and versions. */
class ObjectReadIT extends ObjectContract {

    private static final int SIZE = 300_000;
    private static final String LONG_AGO = "Fri, 01 Jan 2021 00:00:00 GMT";

    private final String name = freshName();

    ObjectReadIT(ObjectWorld world) {
        super(world);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, SIZE, 20 * MEBIBYTE})
    void describesTheSameInHeadAndGet(int size) {
        String etag = stored(HASHED, name, content(1, size), "Content-Type", "text/plain", "x-amz-meta-color", "green")
                .etag();

        Response get = client.get(HASHED, name);
        Response head = client.head(HASHED, name);

        assertStatus(get, 200);
        assertStatus(head, 200);
        assertThat(get.body()).isEqualTo(content(1, size));
        assertThat(head.body()).isEmpty();
        assertThat(describing(head)).isEqualTo(describing(get));
        assertThat(get.headers())
                .containsEntry("accept-ranges", "bytes")
                .containsEntry("etag", etag)
                .containsEntry("content-length", Integer.toString(size))
                .containsEntry("content-type", "text/plain")
                .containsEntry("x-amz-meta-color", "green")
                .containsKey("last-modified");
    }

    /** For an object that came in one part: of those that came in several, not every store keeps one. */
    @Test
    void showsTheStoresChecksum() {
        String crc32c = stored(HASHED, name, content(2, 1_000))
                .json()
                .get("checksum")
                .get("value")
                .asString();

        assertThat(client.head(HASHED, name).header("x-amz-checksum-crc32c")).isEqualTo(crc32c);
        assertThat(client.get(HASHED, name).header("x-amz-checksum-crc32c")).isEqualTo(crc32c);
    }

    private static Map<String, String> describing(Response response) {
        Map<String, String> headers = new TreeMap<>(response.headers());
        headers.remove("date");
        headers.remove("x-request-id");
        return headers;
    }

    @Test
    void headIgnoresARange() {
        stored(HASHED, name, content(7, 1_000));

        assertThat(describing(client.head(HASHED, name, "Range", "bytes=0-9")))
                .isEqualTo(describing(client.head(HASHED, name)));
        assertStatus(client.head(HASHED, name, "Range", "bytes=5000-"), 200);
    }

    @Test
    void honoursARangeOnlyOfTheVersionInIfRange() {
        byte[] content = content(9, 1_000);
        String etag = stored(HASHED, name, content).etag();
        String modified = client.head(HASHED, name).header("last-modified");

        for (String holds : List.of(etag, modified)) {
            Response response = client.get(HASHED, name, "Range", "bytes=10-19", "If-Range", holds);
            assertStatus(response, 206);
            assertThat(response.body()).isEqualTo(Arrays.copyOfRange(content, 10, 20));
        }
        for (String fails : List.of("\"other\"", "W/" + etag, LONG_AGO, "no date", "\"open")) {
            Response response = client.get(HASHED, name, "Range", "bytes=10-19", "If-Range", fails);
            assertStatus(response, 200);
            assertThat(response.body()).isEqualTo(content);
        }
        assertStatus(client.get(HASHED, name, "Range", "bytes=5000-", "If-Range", "\"other\""), 200);
    }

    @Test
    void says304ToWhoHasTheVersion() {
        String etag = stored(HASHED, name, content(10, 1_000), "Cache-Control", "max-age=60")
                .etag();
        String modified = client.head(HASHED, name).header("last-modified");

        for (String[] condition : new String[][] {
            {"If-None-Match", etag},
            {"If-None-Match", "W/" + etag},
            {"If-None-Match", "\"other\", " + etag},
            {"If-None-Match", "*"},
            {"If-Modified-Since", modified},
            {"If-None-Match", etag, "If-Modified-Since", LONG_AGO},
            {"If-None-Match", etag, "Range", "bytes=0-1"},
            {"If-None-Match", etag, "Range", "bytes=5000-"},
            {"If-Match", etag, "If-Modified-Since", modified}
        }) {
            for (Response response :
                    List.of(client.get(HASHED, name, condition), client.head(HASHED, name, condition))) {
                assertStatus(response, 304);
                assertThat(response.body()).isEmpty();
                assertThat(response.headers())
                        .containsEntry("etag", etag)
                        .containsEntry("cache-control", "max-age=60")
                        .containsEntry("last-modified", modified);
            }
        }
    }

    @Test
    void says412WhenTheObjectIsAnotherVersion() {
        String etag = stored(HASHED, name, content(11, 1_000)).etag();

        for (String[] condition : new String[][] {
            {"If-Match", "\"other\""},
            {"If-Match", "W/" + etag},
            {"If-Unmodified-Since", LONG_AGO},
            {"If-Match", "\"other\"", "If-None-Match", etag},
            {"If-Match", "\"other\"", "Range", "bytes=0-1"}
        }) {
            assertProblem(client.get(HASHED, name, condition), ErrorCode.PRECONDITION_FAILED);
            assertBodilessProblem(client.head(HASHED, name, condition), 412);
        }
    }

    @Test
    void sendsTheObjectWhenTheConditionsHold() {
        byte[] content = content(12, 1_000);
        String etag = stored(HASHED, name, content).etag();
        String modified = client.head(HASHED, name).header("last-modified");

        for (String[] condition : new String[][] {
            {"If-Match", etag},
            {"If-Match", "*"},
            {"If-Match", "\"other\", " + etag},
            {"If-None-Match", "\"other\""},
            {"If-Modified-Since", LONG_AGO},
            {"If-Modified-Since", "no date"},
            {"If-Unmodified-Since", modified},
            {"If-Match", etag, "If-Unmodified-Since", LONG_AGO},
            {"If-None-Match", "\"other\"", "If-Modified-Since", modified}
        }) {
            Response response = client.get(HASHED, name, condition);
            assertStatus(response, 200);
            assertThat(response.body()).isEqualTo(content);
            assertStatus(client.head(HASHED, name, condition), 200);
        }
    }
}
