package dev.banhmi.gateway.object;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.KeyLayout;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.StoreHooks.Operation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DeleteManyEndpointTest {

    private final FastWorld world = new FastWorld(KeyLayout.PLAIN);

    @ParameterizedTest
    @EnumSource(KeyLayout.class)
    void deletesWhatIsNamedAndNothingElse(KeyLayout layout) throws IOException {
        FastWorld both = new FastWorld(layout);
        for (String name : List.of("a", "b/c", "d", "bánh mì 🥖")) {
            both.put(name);
        }

        JsonNode results = delete(both, "b/c", "nothing", "bánh mì 🥖", "a");

        assertThat(results.toString())
                .isEqualTo("[{\"name\":\"b/c\",\"status\":204},{\"name\":\"nothing\",\"status\":204},"
                        + "{\"name\":\"bánh mì 🥖\",\"status\":204},{\"name\":\"a\",\"status\":204}]");
        assertThat(FastWorld.names(both.list(null))).containsExactly("d");
    }

    @Test
    void saysOfEachNameWhatCameOfIt() throws IOException {
        world.put("a");
        world.put("b");
        world.put(new ObjectKey("demo", ".banhmi/state"), Map.of());
        world.store
                .hooks()
                .fail(Operation.DELETE, 1, 1, () -> new GatewayException(ErrorCode.STORE_DENIED, "It may not."));

        JsonNode results = delete(world, "a", "../b", "", ".banhmi/state", ".banhmi", "x".repeat(1025), "a");

        assertThat(results.size()).isEqualTo(7);
        for (int i : new int[] {0, 6}) {
            assertThat(results.get(i).toString())
                    .isEqualTo("{\"name\":\"a\",\"status\":502,"
                            + "\"error\":{\"code\":\"STORE_DENIED\",\"detail\":\"It may not.\"}}");
        }
        for (int i : new int[] {1, 2, 3, 4, 5}) {
            assertThat(results.get(i).get("status").asInt()).isEqualTo(400);
            assertThat(results.get(i).get("error").get("code").asString()).isEqualTo("INVALID_REQUEST");
        }
        assertThat(results.get(3).get("error").get("detail").asString()).contains("reserved");
        assertThat(world.store.objectCount()).isEqualTo(3);
        assertThat(world.store.hooks().calls(Operation.DELETE)).isEqualTo(1);
    }

    @Test
    void deletesAThousandAFewAtATime() throws IOException {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < NamesToDelete.MOST; i++) {
            names.add("name-" + i);
            world.put(names.getLast());
        }
        AtomicInteger deleting = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        world.store.hooks().before(Operation.DELETE, () -> {
            most.accumulateAndGet(deleting.incrementAndGet(), Math::max);
            deleting.decrementAndGet();
        });

        JsonNode results = delete(world, names.toArray(String[]::new));

        assertThat(results).hasSize(1000).allMatch(one -> one.get("status").asInt() == 204);
        assertThat(world.store.objectCount()).isZero();
        assertThat(most).hasValueBetween(1, ParallelCalls.OF_ONE_REQUEST);
    }

    @Test
    void saysWhatWasNotBegunBecauseTheStoreIsSlow() throws IOException {
        String[] names = new String[100];
        Arrays.setAll(names, i -> "name-" + i);
        world.store.hooks().before(Operation.DELETE, () -> world.clock.advance(ParallelCalls.PATIENCE));

        JsonNode results = delete(world, names);

        int begun = world.store.hooks().calls(Operation.DELETE);
        assertThat(begun).isBetween(1, ParallelCalls.OF_ONE_REQUEST + 1);
        assertThat(results.get(begun - 1).get("status").asInt()).isEqualTo(204);
        assertThat(results)
                .hasSize(100)
                .filteredOn(one -> one.get("status").asInt() == 503)
                .hasSize(100 - begun);
        assertThat(results.get(99).get("error").get("code").asString()).isEqualTo("BUSY");
        assertThat(results.get(99).get("error").get("detail").asString()).contains("no call for this was begun");
    }

    @ParameterizedTest
    @ValueSource(strings = {"If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"})
    void refusesConditions(String condition) {
        assertRefused(() -> world.delete("delete", names("a"), condition, "\"v1\""), condition + " is", "send DELETE");
    }

    @ParameterizedTest
    @CsvSource({"delete=true, delete is", "delete&delete, '\"delete\" is there twice'"})
    void refusesOtherValues(String query, String message) {
        assertRefused(() -> world.delete(query, names("a")), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/jsonx",
                "application/json; charset=latin1"
            })
    void refusesWhatIsNotSentAsJson(String type) {
        assertRefused(
                () -> world.delete("delete", names("a"), "Content-Type", type), type, "application/json is required");
    }

    @Test
    void takesACharset() throws IOException {
        assertThat(world.delete("delete", names("a"), "Content-Type", "Application/JSON;charset=UTF-8")
                        .get("results")
                        .size())
                .isEqualTo(1);
    }

    @Test
    void deletesNothingWhenTheBodyIsNotWhatItsDigestSays() {
        world.put("a");

        assertThatThrownBy(() -> world.delete("delete", names("a"), "Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA=="))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONTENT_MISMATCH));
        assertThat(world.store.objectCount()).isEqualTo(1);
    }

    @Test
    void deletesNothingWhenTheBodyIsWrongAtItsEnd() {
        world.put("a");

        assertRefused(() -> world.delete("delete", "{\"names\":[\"a\",7]}".getBytes(UTF_8)), "names[1]");
        assertThat(world.store.objectCount()).isEqualTo(1);
    }

    private void assertRefused(ThrowingCallable request, String... inMessage) {
        assertThatThrownBy(request)
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST))
                .hasMessageContainingAll(inMessage);
        assertThat(world.store.hooks().calls(Operation.DELETE)).isZero();
    }

    private static JsonNode delete(FastWorld world, String... names) throws IOException {
        return world.delete("delete", names(names)).get("results");
    }

    private static byte[] names(String... names) {
        return new JsonMapper().writeValueAsBytes(Map.of("names", List.of(names)));
    }
}
