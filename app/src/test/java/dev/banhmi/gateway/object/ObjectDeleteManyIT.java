package dev.banhmi.gateway.object;

import static dev.banhmi.gateway.object.ObjectWorld.GHOST;
import static dev.banhmi.gateway.object.ObjectWorld.HASHED;
import static dev.banhmi.gateway.object.ObjectWorld.PLAIN;
import static dev.banhmi.gateway.object.ObjectWorld.freshName;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.object.ObjectClient.Response;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Many names in one call. */
class ObjectDeleteManyIT extends ObjectContract {

    private static final List<String> TYPE = List.of("Content-Type", "application/json");

    ObjectDeleteManyIT(ObjectWorld world) {
        super(world);
    }

    @ParameterizedTest
    @ValueSource(strings = {HASHED, PLAIN})
    void deletesWhatIsNamedAndNothingElse(String bucket) {
        String kept = freshName();
        stored(bucket, kept, new byte[] {1});
        List<String> names = new ArrayList<>();
        for (String end : List.of("", "/phở & <bánh> \"mì\" 🥖", "/a+b%20c", "/x'y]]>")) {
            String name = freshName() + end;
            stored(bucket, URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20"), new byte[] {1});
            names.add(name);
        }
        names.add(2, freshName());
        names.add("../x");
        names.add(names.getFirst());

        JsonNode results = deleted(bucket, names);

        assertThat(results.size()).isEqualTo(names.size());
        for (int i = 0; i < names.size(); i++) {
            JsonNode result = results.get(i);
            assertThat(result.get("name").asString()).isEqualTo(names.get(i));
            assertThat(result.get("status").asInt()).isEqualTo(names.get(i).equals("../x") ? 400 : 204);
            assertThat(result.has("error")).isEqualTo(names.get(i).equals("../x"));
        }
        for (String name : names.subList(0, 5)) {
            assertMissing(
                    bucket, URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20"));
        }
        assertHolds(bucket, kept, new byte[] {1});
    }

    @Test
    void takesAThousandNames() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            names.add("many/" + i);
        }
        stored(HASHED, "many/7", new byte[] {1});
        stored(HASHED, "many/999", new byte[] {1});

        JsonNode results = deleted(HASHED, names);

        assertThat(results)
                .hasSize(1000)
                .allMatch(result -> result.get("status").asInt() == 204);
        assertMissing(HASHED, "many/7");
        assertMissing(HASHED, "many/999");
        names.add("one too many");
        Response refused = delete(HASHED, body(names), TYPE);
        assertProblem(refused, ErrorCode.INVALID_REQUEST);
        assertThat(refused.json().get("detail").asString()).contains("more than 1000 names");
    }

    @Test
    void saysWhyNothingWasDeleted() {
        String name = freshName();
        stored(HASHED, name, new byte[] {1});
        byte[] body = body(List.of(name));

        assertProblem(delete(HASHED, body, List.of("Content-Type", "text/plain")), ErrorCode.INVALID_REQUEST);
        assertProblem(
                delete(HASHED, body, List.of("Content-Type", "application/json", "Content-Type", "text/plain")),
                ErrorCode.INVALID_REQUEST);
        assertProblem(
                delete(HASHED, body, List.of("Content-Type", "application/json", "If-Match", "\"a\"")),
                ErrorCode.INVALID_REQUEST);
        assertProblem(
                delete(
                        HASHED,
                        body,
                        List.of("Content-Type", "application/json", "Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA==")),
                ErrorCode.CONTENT_MISMATCH);
        assertProblem(delete(HASHED, "{\"names\":[".getBytes(StandardCharsets.UTF_8), TYPE), ErrorCode.INVALID_REQUEST);
        assertProblem(delete(HASHED, new byte[NamesToDelete.MOST_BYTES + 1], TYPE), ErrorCode.TOO_LARGE);
        assertProblem(delete("nowhere", body, TYPE), ErrorCode.BUCKET_NOT_FOUND);
        assertHolds(HASHED, name, new byte[] {1});
    }

    @Test
    void saysOfEachNameThatTheBucketIsMissing() {
        JsonNode results = deleted(GHOST, List.of("a", "b"));

        JsonNode single = client.delete(GHOST, "a").json();
        if (single.isMissingNode()) {
            assertThat(results).allMatch(result -> result.get("status").asInt() == 204);
        } else {
            assertThat(results)
                    .hasSize(2)
                    .allMatch(result -> result.get("error").get("code").equals(single.get("code")));
        }
    }

    private JsonNode deleted(String bucket, List<String> names) {
        Response response = delete(bucket, body(names), TYPE);
        assertStatus(response, 200);
        return response.json().get("results");
    }

    private Response delete(String bucket, byte[] body, List<String> headers) {
        return client.send(
                "POST",
                "/v1/objects/" + bucket + "?delete",
                BodyPublishers.ofByteArray(body),
                headers.toArray(String[]::new));
    }

    private static byte[] body(List<String> names) {
        return new JsonMapper().writeValueAsBytes(Map.of("names", names));
    }
}
