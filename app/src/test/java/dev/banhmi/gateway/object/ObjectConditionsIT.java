package dev.banhmi.gateway.object;

import static dev.banhmi.gateway.object.ObjectWorld.HASHED;
import static dev.banhmi.gateway.object.ObjectWorld.freshName;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.object.ObjectClient.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writes that depend on what is there, and DELETE. */
class ObjectConditionsIT extends ObjectContract {

    private static final String YESTERYEAR = "Fri, 01 Jan 2021 00:00:00 GMT";
    private static final String FAR_AWAY = "Fri, 01 Jan 2100 00:00:00 GMT";

    private final String name = freshName();

    ObjectConditionsIT(ObjectWorld world) {
        super(world, world.excluding().client());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1_000, 9 * MEBIBYTE})
    void createsOnlyWhereNothingIs(int size) {
        byte[] first = content(1, size);

        assertStatus(client.put(HASHED, name, first, "If-None-Match", "*"), 201);
        assertProblem(client.put(HASHED, name, content(2, size), "If-None-Match", "*"), ErrorCode.PRECONDITION_FAILED);

        assertHolds(HASHED, name, first);
        assertStatus(client.delete(HASHED, name), 204);
        assertStatus(client.put(HASHED, name, first, "If-None-Match", "*"), 201);
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 9 * MEBIBYTE})
    void replacesOnlyTheNamedVersion(int size) {
        byte[] second = content(2, size);
        String first = stored(HASHED, name, content(1, size)).etag();

        Response replaced = client.put(HASHED, name, second, "If-Match", "\"x\", " + first);

        assertStatus(replaced, 200);
        assertProblem(client.put(HASHED, name, content(3, size), "If-Match", first), ErrorCode.PRECONDITION_FAILED);
        assertProblem(
                client.put(HASHED, name, content(3, size), "If-Match", "W/" + replaced.etag()),
                ErrorCode.PRECONDITION_FAILED);
        assertHolds(HASHED, name, second);
        assertStatus(client.put(HASHED, name, content(4, size), "If-Match", "*"), 200);
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 9 * MEBIBYTE})
    void replacesNothingWhereNothingIs(int size) {
        for (String condition : new String[] {"*", "\"0123456789abcdef0123456789abcdef\""}) {
            assertProblem(
                    client.put(HASHED, name, content(1, size), "If-Match", condition), ErrorCode.PRECONDITION_FAILED);
        }
        assertMissing(HASHED, name);
    }

    @Test
    void replacesUnlessItIsANamedVersion() {
        byte[] second = content(2, 10);
        String first = stored(HASHED, name, content(1, 10)).etag();

        assertProblem(client.put(HASHED, name, second, "If-None-Match", first), ErrorCode.PRECONDITION_FAILED);
        assertProblem(client.put(HASHED, name, second, "If-None-Match", "W/" + first), ErrorCode.PRECONDITION_FAILED);
        assertStatus(client.put(HASHED, name, second, "If-None-Match", "\"other\""), 200);

        assertHolds(HASHED, name, second);
    }

    @Test
    void replacesUnlessItWasModifiedSince() {
        stored(HASHED, name, content(1, 10));
        byte[] second = content(2, 10);

        assertProblem(
                client.put(HASHED, name, content(3, 10), "If-Unmodified-Since", YESTERYEAR),
                ErrorCode.PRECONDITION_FAILED);
        assertStatus(client.put(HASHED, name, second, "If-Unmodified-Since", FAR_AWAY), 200);

        assertHolds(HASHED, name, second);
    }

    @Test
    void deletesAsOftenAsOneLikes() {
        stored(HASHED, name, content(1, 10));
        for (int time = 1; time <= 3; time++) {
            Response deleted = client.delete(HASHED, name);

            assertStatus(deleted, 204);
            assertThat(deleted.body()).isEmpty();
            assertMissing(HASHED, name);
        }
    }

    @Test
    void deletesOnlyTheNamedVersion() {
        String first = stored(HASHED, name, content(1, 10)).etag();
        byte[] second = content(2, 10);
        String current = stored(HASHED, name, second).etag();

        assertProblem(client.delete(HASHED, name, "If-Match", first), ErrorCode.PRECONDITION_FAILED);
        assertHolds(HASHED, name, second);
        assertStatus(client.delete(HASHED, name, "If-Match", current), 204);
        assertMissing(HASHED, name);
        assertProblem(client.delete(HASHED, name, "If-Match", current), ErrorCode.PRECONDITION_FAILED);
        assertProblem(client.delete(HASHED, name, "If-Match", "*"), ErrorCode.PRECONDITION_FAILED);
    }

    @Test
    void deletesAnyVersionWithAStar() {
        stored(HASHED, name, content(1, 10));

        assertProblem(client.delete(HASHED, name, "If-None-Match", "*"), ErrorCode.PRECONDITION_FAILED);
        assertProblem(client.delete(HASHED, name, "If-Unmodified-Since", YESTERYEAR), ErrorCode.PRECONDITION_FAILED);
        assertStatus(client.delete(HASHED, name, "If-Match", "*"), 204);

        assertMissing(HASHED, name);
    }
}
