package dev.banhmi.gateway.object;

import static dev.banhmi.gateway.object.ObjectWorld.HASHED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.object.ObjectClient.Response;
import dev.banhmi.testkit.Emulator;
import dev.banhmi.testkit.Seeds;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The gateway and a map are told the same and must say the same. {@code -Dbanhmi.seed} repeats a run. */
@InOwnWorlds(Emulator.S3PROXY)
class RandomOperationsIT extends ObjectContract {

    private static final int NAMES = 8;
    private static final int LARGEST = 6_000;

    private final long seed = Seeds.seed(RandomOperationsIT.class);
    private final SplittableRandom random = new SplittableRandom(seed);
    private final List<String> names = IntStream.range(0, NAMES)
            .mapToObj(i -> UUID.randomUUID() + "/a//" + i)
            .toList();
    private final Map<String, Version> model = new HashMap<>();

    RandomOperationsIT(ObjectWorld world) {
        super(world, world.excluding().client());
    }

    /** What the map holds. */
    private static final class Version {
        final byte[] content;
        final String color;
        final String etag;

        Version(byte[] content, String color, String etag) {
            this.content = content;
            this.color = color;
            this.etag = etag;
        }
    }

    /** How many things both are told. */
    int steps() {
        return 400;
    }

    @Test
    void agreesWithAMap() {
        for (int step = 1; step <= steps(); step++) {
            String name = names.get(random.nextInt(NAMES));
            try {
                switch (random.nextInt(12)) {
                    case 0, 1 -> put(name);
                    case 2 -> put(name, true, "If-None-Match", "*");
                    case 3, 4 -> put(name, true, "If-Match", someEtag(name));
                    case 5 -> delete(name);
                    case 6 -> delete(name, "If-Match", someEtag(name));
                    case 7 -> get(name);
                    case 8 -> head(name);
                    case 9 -> conditionalGet(name);
                    default -> range(name);
                }
            } catch (AssertionError e) {
                throw new AssertionError("step " + step + " with seed " + seed + ": " + e.getMessage(), e);
            }
        }
        names.forEach(this::get);
    }

    /** The current one, that of another object, or one that nothing has. */
    private String someEtag(String name) {
        Version version = model.get(random.nextInt(3) > 0 ? name : names.get(random.nextInt(NAMES)));
        return version == null ? "\"nothing\"" : version.etag;
    }

    private void put(String name) {
        put(name, false, "x-none", "x");
    }

    private void put(String name, boolean conditional, String header, String value) {
        Version before = model.get(name);
        boolean refused = conditional
                && (header.equals("If-None-Match") ? before != null : before == null || !before.etag.equals(value));
        byte[] content = new byte[random.nextInt(10) == 0 ? 0 : random.nextInt(LARGEST)];
        random.nextBytes(content);
        String color = "color-" + random.nextInt(1_000);

        Response response = random.nextBoolean()
                ? client.put(HASHED, name, content, header, value, "x-amz-meta-color", color)
                : client.putChunked(HASHED, name, content, header, value, "x-amz-meta-color", color);

        if (refused) {
            assertProblem(response, ErrorCode.PRECONDITION_FAILED);
        } else {
            assertStatus(response, before == null ? 201 : 200);
            model.put(name, new Version(content, color, response.etag()));
        }
    }

    private void delete(String name, String... condition) {
        Version before = model.get(name);
        Response response = client.delete(HASHED, name, condition);
        if (condition.length > 0 && (before == null || !before.etag.equals(condition[1]))) {
            assertProblem(response, ErrorCode.PRECONDITION_FAILED);
        } else {
            assertStatus(response, 204);
            model.remove(name);
        }
    }

    private void get(String name) {
        Response response = client.get(HASHED, name);
        Version version = model.get(name);
        if (isThere(response, version) && version != null) {
            assertStatus(response, 200);
            assertThat(response.body()).isEqualTo(version.content);
            assertDescribes(response, version);
        }
    }

    private void head(String name) {
        Response response = client.head(HASHED, name);
        Version version = model.get(name);
        if (version == null) {
            assertBodilessProblem(response, 404);
        } else {
            assertStatus(response, 200);
            assertThat(response.header("content-length")).isEqualTo(Integer.toString(version.content.length));
            assertDescribes(response, version);
        }
    }

    private void conditionalGet(String name) {
        String etag = someEtag(name);
        boolean match = random.nextBoolean();
        Response response = client.get(HASHED, name, match ? "If-Match" : "If-None-Match", etag);
        Version version = model.get(name);
        if (!isThere(response, version) || version == null) {
            return;
        }
        if (match && !version.etag.equals(etag)) {
            assertProblem(response, ErrorCode.PRECONDITION_FAILED);
        } else if (!match && version.etag.equals(etag)) {
            assertStatus(response, 304);
            assertDescribes(response, version);
        } else {
            assertStatus(response, 200);
            assertThat(response.body()).isEqualTo(version.content);
        }
    }

    private void range(String name) {
        int first = random.nextInt(LARGEST);
        int last = first + random.nextInt(LARGEST);
        Response response = client.get(HASHED, name, "Range", "bytes=" + first + "-" + last);
        Version version = model.get(name);
        if (!isThere(response, version) || version == null) {
            return;
        }
        if (first >= version.content.length) {
            assertProblem(response, ErrorCode.RANGE_NOT_SATISFIABLE);
        } else {
            assertStatus(response, 206);
            assertThat(response.body())
                    .isEqualTo(Arrays.copyOfRange(version.content, first, Math.min(last + 1, version.content.length)));
            assertDescribes(response, version);
        }
    }

    private static boolean isThere(Response response, @Nullable Version version) {
        if (version == null) {
            assertProblem(response, ErrorCode.OBJECT_NOT_FOUND);
        }
        return version != null;
    }

    private static void assertDescribes(Response response, Version version) {
        assertThat(response.etag()).isEqualTo(version.etag);
        assertThat(response.header("x-amz-meta-color")).isEqualTo(version.color);
    }
}
