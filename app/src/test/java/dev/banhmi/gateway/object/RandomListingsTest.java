package dev.banhmi.gateway.object;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.store.KeyLayout;
import dev.banhmi.gateway.store.ObjectAttributes;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.testkit.Seeds;
import dev.banhmi.testkit.Thoroughness;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Random trees of names, listed with random prefixes, delimiters and page sizes that change from page to page, against
 * what S3 defines: the names with the prefix in the order of their UTF-8, folded behind the delimiter, each once.
 */
class RandomListingsTest {

    private static final int TREES = 200;
    private static final int LISTINGS_OF_A_TREE = 12;

    /** Few, so that names share prefixes; neighbours of the slash and of what is reserved, and of each length in UTF-8. */
    private static final List<String> SYLLABLES =
            List.of("/", "/", "a", "b", ".", "0", ".banhmi/", ".banhmi", "é", "￿", "🥖", "\udbff\udfff", " ", "%", "+");

    private static final Comparator<String> IN_ORDER =
            Comparator.comparing(name -> name.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

    private final Random random = new Random(Seeds.seed(RandomListingsTest.class));

    /** What a listing shows: objects and common prefixes, each in order. */
    private record Shown(List<String> names, List<String> prefixes) {}

    @Test
    void listsAPlainBucketAsTheModelDoes() {
        int prefixes = 0;
        int pages = 0;
        for (int tree = 0; tree < Thoroughness.times(TREES); tree++) {
            FastWorld world = new FastWorld(KeyLayout.PLAIN);
            Set<String> names = grow(world);
            for (int i = 0; i < LISTINGS_OF_A_TREE; i++) {
                String prefix = random.nextInt(3) == 0 ? "" : prefixOfOne(names);
                String delimiter = random.nextBoolean() ? "/" : "";
                List<JsonNode> listed = list(world, "prefix=" + encoded(prefix) + "&delimiter=" + delimiter);
                pages += listed.size();
                prefixes += assertShows(listed, model(names, prefix, delimiter), prefix, delimiter);
            }
        }
        // Otherwise the trees are too poor to show anything.
        assertThat(prefixes).isGreaterThan(TREES / 10);
        assertThat(pages).isGreaterThan(TREES);
    }

    @Test
    void listsAHashedBucketAsTheModelDoes() {
        for (int tree = 0; tree < Thoroughness.times(TREES / 4); tree++) {
            FastWorld world = new FastWorld(KeyLayout.HASHED);
            Set<String> names = grow(world);
            List<String> listed = new ArrayList<>();
            list(world, "").forEach(page -> listed.addAll(FastWorld.names(page)));

            Comparator<String> byKey =
                    Comparator.comparing(name -> world.bucket.key(name).key());
            assertThat(listed).isEqualTo(names.stream().sorted(byKey).toList());
        }
    }

    private int assertShows(List<JsonNode> pages, Shown expected, String prefix, String delimiter) {
        List<String> names = new ArrayList<>();
        List<String> prefixes = new ArrayList<>();
        for (JsonNode page : pages) {
            names.addAll(FastWorld.names(page));
            assertThat(page.has("prefixes")).isEqualTo(!delimiter.isEmpty());
            if (page.has("prefixes")) {
                page.get("prefixes").forEach(one -> prefixes.add(one.asString()));
            }
        }
        assertThat(new Shown(names, prefixes))
                .as("prefix '%s', delimiter '%s'", prefix, delimiter)
                .isEqualTo(expected);
        return prefixes.size();
    }

    private static Shown model(Set<String> names, String prefix, String delimiter) {
        List<String> shown =
                names.stream().filter(name -> name.startsWith(prefix)).toList();
        if (delimiter.isEmpty()) {
            return new Shown(shown, List.of());
        }
        Set<String> folded = new TreeSet<>(IN_ORDER);
        List<String> objects = new ArrayList<>();
        for (String name : shown) {
            int end = name.indexOf(delimiter, prefix.length());
            if (end < 0) {
                objects.add(name);
            } else {
                folded.add(name.substring(0, end + 1));
            }
        }
        return new Shown(objects, List.copyOf(folded));
    }

    /** From the first page to the last, of which each has a size of its own. */
    private List<JsonNode> list(FastWorld world, String query) {
        List<JsonNode> pages = new ArrayList<>();
        String cursor = null;
        do {
            int limit = random.nextInt(4) == 0 ? 1000 : 1 + random.nextInt(5);
            JsonNode page = world.list(query + "&limit=" + limit + (cursor == null ? "" : "&cursor=" + cursor));
            int entries = page.get("objects").size()
                    + (page.has("prefixes") ? page.get("prefixes").size() : 0);
            assertThat(entries).isLessThanOrEqualTo(limit);
            pages.add(page);
            cursor = FastWorld.cursor(page);
        } while (cursor != null);
        return pages;
    }

    /** Fills a bucket, also with what is in no listing. */
    private Set<String> grow(FastWorld world) {
        Set<String> names = new TreeSet<>(IN_ORDER);
        int wanted = 1 + random.nextInt(25);
        while (names.size() < wanted) {
            String name = word();
            if (isName(name)) {
                world.put(name);
                names.add(name);
            }
        }
        if (random.nextBoolean()) {
            world.put(new ObjectKey("demo", ".banhmi"), Map.of());
        }
        for (int i = random.nextInt(5); i > 0; i--) {
            world.put(new ObjectKey("demo", ".banhmi/" + word()), Map.of());
        }
        for (int i = random.nextInt(5); i > 0; i--) {
            world.store.beginUpload(new ObjectKey("demo", word()), ObjectAttributes.ofType("text/plain"));
        }
        return names;
    }

    private String prefixOfOne(Set<String> names) {
        String name =
                names.stream().skip(random.nextInt(names.size())).findFirst().orElseThrow();
        String prefix = name.substring(
                0, name.offsetByCodePoints(0, random.nextInt(name.codePointCount(0, name.length()) + 1)));
        String segments = "/" + prefix.substring(0, prefix.lastIndexOf('/') + 1);
        return segments.contains("/./") || segments.contains("/../") ? "" : prefix;
    }

    private boolean isName(String word) {
        return !word.equals(".banhmi")
                && !word.startsWith(".banhmi/")
                && Arrays.stream(word.split("/", -1)).noneMatch(part -> part.equals(".") || part.equals(".."));
    }

    private String word() {
        return IntStream.rangeClosed(0, random.nextInt(6))
                .mapToObj(_ -> SYLLABLES.get(random.nextInt(SYLLABLES.size())))
                .collect(Collectors.joining());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
