package dev.banhmi.gateway.object;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.object.FastWorld.NoBytes;
import dev.banhmi.gateway.store.Crc32c;
import dev.banhmi.gateway.store.KeyLayout;
import dev.banhmi.gateway.store.MultipartUpload;
import dev.banhmi.gateway.store.ObjectAttributes;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.StoreHooks.Operation;
import dev.banhmi.gateway.store.UploadedPart;
import dev.banhmi.gateway.store.WriteCondition;
import dev.banhmi.testkit.Seeds;
import dev.banhmi.testkit.Thoroughness;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/**
 * Listings of 5,000 objects (of 500 by ones and twos) while 20 uploads run, objects come and go, and the stubs of killed processes and objects
 * that refuse to be looked at are among them: what stayed is listed exactly once, at every page size. The store hides
 * open uploads and counts them, as s3proxy does.
 */
class ListingModelTest {

    private static final int OBJECTS = 5_000;
    /** As many as there can be where each page has one of them. */
    private static final int ONE_BY_ONE = 500;

    private static final int UPLOADS = 20;
    private static final int STUBS = 40;
    private static final int REFUSING = 25;
    private static final int NAMELESS = 25;
    private static final int MOST_STORE_PAGES = 12;

    private final Random random = new Random(Seeds.seed(ListingModelTest.class));

    /** What is known of the bucket, by key. */
    private final Map<String, String> stay = new HashMap<>();

    private final Set<String> refusing = new HashSet<>();
    private final Set<String> nameless = new HashSet<>();
    private final List<Uploading> uploads = new ArrayList<>();
    /** Keys that may be in a listing or not. */
    private final Set<String> passing = new HashSet<>();

    private final Deque<ObjectKey> written = new ArrayDeque<>();

    private record Uploading(MultipartUpload upload, List<UploadedPart> parts) {}

    @ParameterizedTest
    @EnumSource(KeyLayout.class)
    void listsWhatStaysExactlyOnceAtEveryPageSize(KeyLayout layout) {
        FastWorld world = filled(layout, OBJECTS);
        Set<Integer> sizes = new TreeSet<>(Set.of(10, 999, 1000));
        while (sizes.size() < Thoroughness.times(24)) {
            sizes.add(4 + random.nextInt(997));
        }
        for (int size : sizes) {
            assertListsAll(world, "limit=" + size);
        }
    }

    @ParameterizedTest
    @CsvSource({"HASHED, 1", "HASHED, 2", "HASHED, 3", "PLAIN, 1", "PLAIN, 2", "PLAIN, 3"})
    void listsWhatStaysExactlyOnceByOnesTwosAndThrees(KeyLayout layout, int size) {
        assertListsAll(filled(layout, ONE_BY_ONE), "limit=" + size);
    }

    @ParameterizedTest
    @CsvSource({"'', 7", "dir-3/, 1", "dir-3/, 100", "dir-3/sub-1, 2", "'', 1000"})
    void listsCommonPrefixesExactlyOnce(String prefix, int limit) {
        FastWorld world = filled(KeyLayout.PLAIN, OBJECTS);
        Set<String> expected = new TreeSet<>();
        for (String name : stay.values()) {
            if (name.startsWith(prefix)) {
                int end = name.indexOf('/', prefix.length());
                expected.add(end < 0 ? name : name.substring(0, end + 1));
            }
        }
        List<String> seen = new ArrayList<>();
        String cursor = null;
        do {
            JsonNode page = page(world, "delimiter=/&limit=" + limit + "&prefix=" + prefix, cursor);
            seen.addAll(FastWorld.names(page));
            page.get("prefixes").forEach(one -> seen.add(one.asString()));
            assertThat(page.get("objects").size() + page.get("prefixes").size()).isLessThanOrEqualTo(limit);
            cursor = FastWorld.cursor(page);
        } while (cursor != null);
        assertThat(seen).containsExactlyInAnyOrderElementsOf(expected);
    }

    private void assertListsAll(FastWorld world, String query) {
        List<String> seen = new ArrayList<>();
        String cursor = null;
        do {
            JsonNode page = page(world, query, cursor);
            for (JsonNode object : page.get("objects")) {
                seen.add(keyOf(world, object));
            }
            cursor = FastWorld.cursor(page);
            disturb(world);
        } while (cursor != null);
        seen.removeIf(passing::contains);
        assertThat(seen).as(query).containsExactlyInAnyOrderElementsOf(stay.keySet());
    }

    /** Checks that each is listed as what it is. */
    private String keyOf(FastWorld world, JsonNode object) {
        if (!object.get("name").isNull()) {
            assertThat(object.has("error")).isFalse();
            return world.bucket.key(object.get("name").asString()).key();
        }
        String key = object.get("key").asString();
        if (passing.contains(key)) {
            return key;
        }
        String code = object.get("error").get("code").asString();
        if (refusing.contains(key)) {
            assertThat(code).isEqualTo(ErrorCode.STORE_DENIED.name());
        } else {
            assertThat(nameless).contains(key);
            assertThat(code).isEqualTo(StoredNames.NAME_UNKNOWN);
        }
        assertThat(object.get("error").get("detail").asString()).isNotBlank();
        return key;
    }

    private static JsonNode page(FastWorld world, String query, @Nullable String cursor) {
        int before = world.store.hooks().calls(Operation.LIST);
        JsonNode page = world.list(cursor == null ? query : query + "&cursor=" + cursor);
        assertThat(world.store.hooks().calls(Operation.LIST) - before)
                .as("pages of the store for one request")
                .isBetween(1, MOST_STORE_PAGES);
        return page;
    }

    private FastWorld filled(KeyLayout layout, int objects) {
        FastWorld world = new FastWorld(layout);
        for (int i = 0; i < objects; i++) {
            String name = "dir-" + i % 7 + "/sub-" + i % 11 + (i % 3 == 0 ? "/" : "-") + i;
            stay.put(world.put(i % 13 == 0 ? "top-" + i : name).key(), i % 13 == 0 ? "top-" + i : name);
        }
        List<String> keys = new ArrayList<>(stay.keySet());
        for (int i = 0; i < REFUSING && layout == KeyLayout.HASHED; i++) {
            String key = keys.get(random.nextInt(keys.size()));
            refusing.add(key);
            world.store.refuse(new ObjectKey("demo", key), ErrorCode.STORE_DENIED);
        }
        for (int i = 0; i < NAMELESS && layout == KeyLayout.HASHED; i++) {
            String key = layout.keyOf("of 2018: " + i);
            nameless.add(key);
            stay.put(key, key);
            world.put(new ObjectKey("demo", key), Map.of());
        }
        for (int i = 0; i < STUBS; i++) {
            // Half of them right behind each other, where every page of the store is empty for a while.
            begin(world, i % 2 == 0 ? ".stub-" + i : "dir-" + random.nextInt(7) + "/" + random.nextInt());
        }
        for (int i = 0; i < 30; i++) {
            // The gateway's own records are in every bucket and in no listing.
            world.put(new ObjectKey("demo", ".banhmi/state-" + i), Map.of());
        }
        for (int i = 0; i < UPLOADS; i++) {
            uploads.add(uploading(world));
        }
        return world;
    }

    /** One of the uploads goes on, ends or is aborted, and something is written or deleted. */
    private void disturb(FastWorld world) {
        int which = random.nextInt(UPLOADS);
        Uploading upload = uploads.get(which);
        if (random.nextBoolean() && upload.parts().isEmpty()) {
            upload.parts().add(world.store.uploadPart(upload.upload(), 1, new NoBytes()));
        } else {
            if (upload.parts().isEmpty()) {
                world.store.abortUpload(upload.upload());
            } else {
                world.store.completeUpload(upload.upload(), upload.parts(), Crc32c.EMPTY, new WriteCondition.Always());
            }
            uploads.set(which, uploading(world));
        }
        written.add(world.put(passingName(world)));
        if (written.size() > 50) {
            world.store.delete(written.remove(), new WriteCondition.Always());
        }
    }

    private Uploading uploading(FastWorld world) {
        return new Uploading(begin(world, passingName(world)), new ArrayList<>());
    }

    private static MultipartUpload begin(FastWorld world, String name) {
        return world.store.beginUpload(world.bucket.key(name), ObjectAttributes.ofType("text/plain"));
    }

    private String passingName(FastWorld world) {
        String name = "dir-" + random.nextInt(7) + "/passing-" + random.nextInt(500);
        passing.add(world.bucket.key(name).key());
        return name;
    }
}
