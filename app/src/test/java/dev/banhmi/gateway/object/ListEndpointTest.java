package dev.banhmi.gateway.object;

import static dev.banhmi.testkit.Patience.HANGS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.KeyLayout;
import dev.banhmi.gateway.store.ListPosition;
import dev.banhmi.gateway.store.ObjectAttributes;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.StoreHooks;
import dev.banhmi.gateway.store.StoreHooks.Operation;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.mock.web.MockHttpServletResponse;
import tools.jackson.databind.JsonNode;

class ListEndpointTest {

    private static final int OBJECTS = 50;

    private final FastWorld hashed = filled(KeyLayout.HASHED);
    private final FastWorld plain = filled(KeyLayout.PLAIN);

    private static FastWorld filled(KeyLayout layout) {
        FastWorld world = new FastWorld(layout);
        for (int i = 0; i < OBJECTS; i++) {
            world.put("%02d".formatted(i));
        }
        return world;
    }

    @Test
    void looksForABoundedNumberOfNamesAtATime() {
        AtomicInteger looking = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch full = new CountDownLatch(ParallelCalls.OF_ONE_REQUEST);
        hashed.store.hooks().before(Operation.HEAD, () -> {
            most.accumulateAndGet(looking.incrementAndGet(), Math::max);
            full.countDown();
            // Nobody goes on before as many look as may: this fails for fewer, and `most` for more.
            assertThat(awaited(full)).isTrue();
            looking.decrementAndGet();
        });

        JsonNode page = hashed.list(null);

        assertThat(page.get("objects").size()).isEqualTo(OBJECTS);
        assertThat(hashed.store.hooks().calls(Operation.HEAD)).isEqualTo(OBJECTS);
        assertThat(most).hasValue(ParallelCalls.OF_ONE_REQUEST);
    }

    @Test
    void looksForNoNameWhereTheKeyIsTheName() {
        JsonNode page = plain.list(null);

        assertThat(page.get("objects").size()).isEqualTo(OBJECTS);
        assertThat(page.get("objects").get(3).get("name").asString()).isEqualTo("03");
        assertThat(plain.store.hooks().calls(Operation.HEAD)).isZero();
    }

    /** What is missing is made up for, so that a page is only short where the bucket ends. */
    @Test
    void leavesOutWhatWasDeletedSinceItWasListed() {
        hashed.store.hooks().fail(Operation.HEAD, 5, 7, () -> new GatewayException(ErrorCode.OBJECT_NOT_FOUND, "gone"));

        assertThat(hashed.list("limit=20").get("objects").size()).isEqualTo(20);
        assertThat(hashed.list(null).get("objects").size()).isEqualTo(OBJECTS);
    }

    @Test
    void listsAnObjectThatCannotBeAskedForItsName() {
        hashed.store.refuse(hashed.bucket.key("07"), ErrorCode.STORE_DENIED);
        hashed.store.refuse(hashed.bucket.key("11"), ErrorCode.STORE_UNAVAILABLE);

        List<JsonNode> unnamed = new ArrayList<>();
        JsonNode page = hashed.list(null);
        page.get("objects").forEach(object -> {
            if (object.get("name").isNull()) {
                unnamed.add(object);
            }
        });

        assertThat(page.get("objects").size()).isEqualTo(OBJECTS);
        assertThat(unnamed).hasSize(2).allSatisfy(object -> {
            assertThat(object.propertyNames())
                    .containsExactlyInAnyOrder("name", "key", "error", "size", "etag", "lastModified");
            assertThat(object.get("error").get("detail").asString()).contains("refuses a look");
        });
        assertThat(unnamed)
                .extracting(object -> object.get("error").get("code").asString())
                .containsExactlyInAnyOrder("STORE_DENIED", "STORE_UNAVAILABLE");
        assertThat(unnamed)
                .extracting(object -> object.get("key").asString())
                .containsExactlyInAnyOrder(
                        hashed.bucket.key("07").key(), hashed.bucket.key("11").key());
    }

    /** Its name would lead to another object. */
    @Test
    void doesNotBelieveTheNameOfAnObjectThatWasCopiedToAnotherKey() {
        String name = Base64.getUrlEncoder().withoutPadding().encodeToString("07".getBytes(UTF_8));
        hashed.put(new ObjectKey("demo", "the last one, copied"), Map.of("banhmi-name", name));

        JsonNode last = hashed.list(null).get("objects").get(OBJECTS);

        assertThat(last.get("name").isNull()).isTrue();
        assertThat(last.get("key").asString()).isEqualTo("the last one, copied");
        assertThat(last.get("error").get("code").asString()).isEqualTo(StoredNames.NAME_UNKNOWN);
    }

    @ParameterizedTest
    @EnumSource(KeyLayout.class)
    void goesOnBehindPagesOfTheStoreThatAreEmpty(KeyLayout layout) {
        FastWorld world = layout == KeyLayout.PLAIN ? plain : hashed;
        begin(world, 9);

        assertThat(world.list("limit=1").get("objects").size()).isEqualTo(1);
        assertThat(world.list("limit=3").get("objects").size()).isEqualTo(3);
    }

    @Test
    void respondsWithACursorAfterTenPagesOfTheStore() {
        begin(plain, 25);
        int before = plain.store.hooks().calls(Operation.LIST);

        JsonNode first = plain.list("limit=1");

        assertThat(plain.store.hooks().calls(Operation.LIST) - before).isEqualTo(10);
        assertThat(first.get("objects").size()).isZero();
        JsonNode second = plain.list("limit=1&cursor=" + FastWorld.cursor(first));
        assertThat(second.get("objects").size()).isZero();
        JsonNode third = plain.list("limit=1&cursor=" + FastWorld.cursor(second));
        assertThat(FastWorld.names(third)).containsExactly("00");
    }

    @Test
    void neverListsWhatIsReserved() {
        for (int i = 0; i < 300; i++) {
            plain.put(new ObjectKey("demo", ".banhmi/uploads/" + i), Map.of());
        }
        plain.put(new ObjectKey("demo", ".banhmi"), Map.of());
        plain.put(".banhmi!");
        plain.put(".banhmi0");

        assertThat(FastWorld.names(plain.list("limit=4"))).containsExactly(".banhmi!", ".banhmi0", "00", "01");
        assertThat(FastWorld.names(plain.list("limit=4&prefix=.banhmi"))).containsExactly(".banhmi!", ".banhmi0");
        assertThat(plain.list("limit=4&prefix=.banhmi/").propertyNames()).containsExactly("objects");
        assertThat(FastWorld.names(plain.list("prefix=.banhmi/"))).isEmpty();
        JsonNode top = plain.list("delimiter=/&limit=2");
        assertThat(FastWorld.names(top)).containsExactly(".banhmi!", ".banhmi0");
        assertThat(top.get("prefixes").size()).isZero();
        assertThatThrownBy(() -> plain.bucket.key(".banhmi/uploads/1"))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST))
                .hasMessageContaining("reserved");
    }

    /** A store that does not respond must not hold a client for as long as it has objects. */
    @Test
    void endsThePageWithACursorWhenTheStoreIsSlow() {
        hashed.store.hooks().before(Operation.HEAD, () -> hashed.clock.advance(ParallelCalls.PATIENCE.dividedBy(4)));
        Set<String> seen = new TreeSet<>();
        String cursor = null;
        int pages = 0;
        do {
            JsonNode page = hashed.list(cursor == null ? null : "cursor=" + cursor);
            assertThat(page.get("objects").size()).isBetween(1, 4 + ParallelCalls.OF_ONE_REQUEST);
            assertThat(seen).doesNotContainAnyElementsOf(FastWorld.names(page));
            seen.addAll(FastWorld.names(page));
            cursor = FastWorld.cursor(page);
            pages++;
        } while (cursor != null);
        assertThat(seen).hasSize(OBJECTS);
        assertThat(pages).isGreaterThan(1);
    }

    @Test
    void refusesACursorThatTheStoreDoesNotKnow() {
        String forged = new ListCursor("demo", "", "").at(new ListPosition.Continued("of another store"));

        assertThatThrownBy(() -> plain.list("cursor=" + forged))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST))
                .hasMessageContaining("the store does not know");
    }

    @Test
    void failsWhereTheStoreFails() {
        plain.store.hooks().fail(Operation.LIST, 1, 1, () -> new GatewayException(ErrorCode.STORE_UNAVAILABLE, "away"));

        assertThatThrownBy(() -> plain.list(null))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE));
    }

    /** However many clients list at the same time, the heap has to hold three thousand entries here. */
    @Test
    void readsOnlyWhatFitsIntoMemory() throws InterruptedException, ExecutionException {
        StoreHooks.Gate gate = plain.store.hooks().hold(Operation.LIST);
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<JsonNode>> pages = IntStream.range(0, 8)
                    .mapToObj(_ -> clients.submit(() -> plain.list("limit=1000")))
                    .toList();
            gate.awaitArrivals(3);
            await().until(() -> plain.listed.waiting() == 5);
            assertThat(plain.store.hooks().calls(Operation.LIST)).isEqualTo(3);
            gate.open();
            for (Future<JsonNode> page : pages) {
                assertThat(page.get().get("objects").size()).isEqualTo(OBJECTS);
            }
        }
        // What failed gives its place back as well.
        plain.store.hooks().fail(Operation.LIST, 9, 20, () -> new GatewayException(ErrorCode.STORE_DENIED, "no"));
        for (int i = 0; i < 12; i++) {
            assertThatThrownBy(() -> plain.list("limit=1000")).hasMessage("no");
        }
        assertThat(plain.list("limit=1000").get("objects").size()).isEqualTo(OBJECTS);
    }

    @Test
    void saysThatItIsBusyAfterTheLongestWait() {
        EntryBudget none = new EntryBudget(10, Duration.ZERO);
        try (EntryBudget.Share _ = none.take(9)) {
            assertThatThrownBy(() -> none.take(2))
                    .isInstanceOfSatisfying(
                            GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BUSY))
                    .hasMessageContaining("2 entries");
        }
        none.take(10).close();
    }

    /** Whoever sends HEAD pays nothing, so it must not cost what a page costs. */
    @Test
    void asksTheStoreForOneEntryWhereNobodyWillSeeThem() throws IOException {
        MockHttpServletResponse head = hashed.listing("HEAD", "limit=1000");

        assertThat(hashed.store.hooks().calls(Operation.LIST)).isEqualTo(1);
        assertThat(hashed.store.hooks().calls(Operation.HEAD)).isZero();
        assertThat(head.getContentAsByteArray()).isEmpty();
        assertThat(head.containsHeader("Content-Length")).isFalse();
        assertThat(head.getContentType()).isEqualTo(hashed.listing("GET", null).getContentType());
    }

    @Test
    void refusesHeadAsGet() {
        String forged = new ListCursor("demo", "", "").at(new ListPosition.Continued("of another store"));

        assertThatThrownBy(() -> plain.listing("HEAD", "cursor=" + forged)).hasMessageContaining("does not know");
        plain.store.hooks().fail(Operation.LIST, 2, 9, () -> new GatewayException(ErrorCode.STORE_DENIED, "no"));
        assertThatThrownBy(() -> plain.listing("HEAD", null)).hasMessage("no");
    }

    @Test
    void givesHeadOfTheBucketsTheHeadersOfGet() throws IOException {
        MockHttpServletResponse head = plain.buckets("HEAD");
        MockHttpServletResponse get = plain.buckets("GET");

        assertThat(head.getContentAsByteArray()).isEmpty();
        assertThat(head.getContentLengthLong()).isEqualTo(get.getContentAsByteArray().length);
        assertThat(head.getContentType()).isEqualTo(get.getContentType());
    }

    /** The permits of the calls are with requests whose store does not respond. */
    @Test
    void isBusyWhenNoNameCanBeAskedForInTime() {
        hashed.store.hooks().before(Operation.LIST, () -> hashed.clock.advance(ParallelCalls.PATIENCE));
        StoreHooks.Gate gate = hashed.store.hooks().hold(Operation.HEAD);
        try (ExecutorService others = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> held = others.submit(() -> hashed.calls.each(
                    IntStream.range(0, 4).boxed().toList(),
                    _ -> hashed.calls.each(
                            IntStream.range(0, 16).boxed().toList(),
                            _ -> hashed.store.head(hashed.bucket.key("00")),
                            hashed.calls.deadline()),
                    hashed.calls.deadline()));
            gate.awaitArrivals(FastWorld.CALLS_OF_ALL - 4);

            assertThatThrownBy(() -> hashed.list(null))
                    .isInstanceOfSatisfying(
                            GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BUSY))
                    .hasMessageContaining("30 s");

            gate.open();
            assertThat(held).succeedsWithin(HANGS);
        }
    }

    @Test
    void listsTheBucketsWithoutTheStore() throws IOException {
        JsonNode buckets = FastWorld.json(plain.buckets("GET")).get("buckets");

        assertThat(buckets.size()).isEqualTo(2);
        assertThat(buckets.get(0).get("name").asString()).isEqualTo("demo");
        assertThat(buckets.get(0).get("keyLayout").asString()).isEqualTo("plain");
        assertThat(buckets.get(1).get("name").asString()).isEqualTo("other");
        assertThat(buckets.get(1).get("keyLayout").asString()).isEqualTo("hashed");
        assertThat(buckets.get(1).get("offload").asBoolean()).isTrue();
        assertThat(buckets.get(1).get("maxObjectSize").asLong()).isEqualTo(10_000L * (5L << 30));
        assertThat(plain.store.hooks().calls(Operation.LIST)).isZero();
    }

    private static void begin(FastWorld world, int uploads) {
        for (int i = 0; i < uploads; i++) {
            world.store.beginUpload(new ObjectKey("demo", "!" + i), ObjectAttributes.ofType("text/plain"));
        }
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            return latch.await(HANGS.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
