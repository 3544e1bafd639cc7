package dev.banhmi.gateway.transfer;

import static dev.banhmi.gateway.transfer.UploadFixture.PART;
import static dev.banhmi.gateway.transfer.UploadFixture.key;
import static dev.banhmi.testkit.Patience.HANGS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.ConditionalWrites;
import dev.banhmi.gateway.store.MemoryObjectStore;
import dev.banhmi.gateway.store.MemoryObjectStore.Piece;
import dev.banhmi.gateway.store.ObjectAttributes;
import dev.banhmi.gateway.store.StoreHooks.Operation;
import dev.banhmi.gateway.store.StoredVersion;
import dev.banhmi.gateway.store.WriteCondition;
import dev.banhmi.gateway.transfer.memory.BufferBudget;
import dev.banhmi.gateway.transfer.upload.AbandonedUploads;
import dev.banhmi.gateway.transfer.upload.RemovalTimes;
import dev.banhmi.gateway.transfer.upload.Time;
import dev.banhmi.testkit.Seeds;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads one after another; {@link UploadFailuresTest} has what fails, {@link ConcurrentUploadsTest} what happens at once. */
class UploadsTest {

    private final MemoryObjectStore store = MemoryObjectStore.keepingBytes();
    private final UploadFixture fixture = new UploadFixture(store);

    @AfterEach
    void close() {
        fixture.close();
    }

    /** Whatever the wait for uploads ends in, no trial begins any more, and no call goes on. */
    @Test
    void endsEverythingElseWhenOneEndHasAFault() {
        IllegalStateException fault = new IllegalStateException("planted");
        Time faulty = new Time() {
            @Override
            public long nanoTime() {
                return 0;
            }

            @Override
            public boolean await(CountDownLatch event, Duration limit) {
                throw fault;
            }
        };
        ConditionalWrites trials = new ConditionalWrites(store, HANGS, HANGS);
        AbandonedUploads abandoned = new AbandonedUploads(store, RemovalTimes.of(List.of()), faulty);
        Uploads uploads = new Uploads(store, fixture.budget, HANGS, abandoned, trials);

        assertThatThrownBy(() -> uploads.end(HANGS)).isSameAs(fault);

        assertThatThrownBy(() -> trials.requireExclusion("demo"))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SHUTTING_DOWN));
    }

    /** A store that reads forms would take the body of a put for parameters; that of a part has another type. */
    @ParameterizedTest
    @CsvSource({
        "application/x-www-form-urlencoded, 1, 1",
        "Application/X-WWW-Form-URLEncoded ; charset=utf-8, 8388608, 1",
        "multipart/form-data; boundary=b, 8388609, 2",
        "application/x-www-form-urlencoded, 0, 0",
        "multipart/mixed; boundary=b, 7, 0",
        "text/plain, 7, 0"
    })
    void sendsAFormInParts(String contentType, long length, int parts) {
        ObjectAttributes attributes = ObjectAttributes.ofType(contentType);
        for (OptionalLong announced : List.of(OptionalLong.of(length), OptionalLong.empty())) {
            int before = store.hooks().calls(Operation.PART);
            NewObject form = new NewObject(key("form"), announced, attributes, new WriteCondition.Always());
            assertThat(fixture.uploads.upload(form, Generated.ofLength(length)).size())
                    .isEqualTo(length);
            assertThat(store.hooks().calls(Operation.PART) - before).isEqualTo(parts);
            assertThat(store.head(key("form")).attributes().contentType()).isEqualTo(contentType);
            assertThat(store.get(key("form")).stream()).hasSameContentAs(Generated.ofLength(length));
        }
        NewObject longer =
                new NewObject(key("form"), OptionalLong.of(length + 1), attributes, new WriteCondition.Always());
        assertThat(fixture.codeOf(() -> fixture.uploads.upload(longer, Generated.ofLength(length))))
                .isEqualTo(ErrorCode.CONTENT_MISMATCH);
        fixture.assertAtRest();
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                1,
                BufferBudget.CHUNK,
                PART - 1,
                PART,
                PART + 1,
                2 * PART - 1,
                2 * PART,
                2 * PART + 1,
                5 * PART + 12_345
            })
    void storesTheBodyWhetherItsLengthIsKnownOrNot(long length) {
        long seed = length + 1;
        fixture.upload("known", OptionalLong.of(length), Generated.inShortReads(length, new Random(seed)));
        fixture.upload("unknown", OptionalLong.empty(), Generated.inShortReads(length, new Random(seed)));

        byte[] expected = Generated.bytes(0, (int) length);
        assertThat(Arrays.equals(store.bytesOf(key("known")).orElseThrow(), expected))
                .isTrue();
        assertThat(Arrays.equals(store.bytesOf(key("unknown")).orElseThrow(), expected))
                .isTrue();
        fixture.assertAtRest();
    }

    @Test
    void sendsWhatFitsOnePartInOneCall() {
        fixture.upload("one", OptionalLong.of(PART), Generated.ofLength(PART));
        fixture.upload("unknown", OptionalLong.empty(), Generated.ofLength(PART));
        assertThat(store.hooks().calls(Operation.PUT)).isEqualTo(2);
        assertThat(store.hooks().calls(Operation.BEGIN)).isZero();
    }

    @Test
    void sendsWhatIsOneByteLongerInTwoParts() {
        fixture.upload("two", OptionalLong.empty(), Generated.ofLength(PART + 1));
        assertThat(store.hooks().calls(Operation.PUT)).isZero();
        assertThat(store.hooks().calls(Operation.PART)).isEqualTo(2);
        assertThat(store.piecesOf(key("two")).orElseThrow())
                .containsExactly(new Piece(PART, Generated.crc32c(0, PART)), new Piece(1, Generated.crc32c(PART, 1)));
    }

    @Test
    void keepsTheAttributesAndReportsTheVersion() {
        StoredVersion small = fixture.upload("small", OptionalLong.empty(), Generated.ofLength(5));
        StoredVersion large = fixture.upload("large", OptionalLong.empty(), Generated.ofLength(PART + 5));
        assertThat(store.head(key("small")).etag()).isEqualTo(small.etag());
        assertThat(store.head(key("large")).etag()).isEqualTo(large.etag());
        assertThat(store.head(key("large")).attributes().contentType()).isEqualTo("application/octet-stream");
    }

    @Test
    void reportsLengthAndSumOfWhatArrived() {
        for (long length : new long[] {0, 5, PART + 5}) {
            WrittenObject uploaded = fixture.uploads.upload(
                    UploadFixture.request("it", OptionalLong.empty(), new WriteCondition.Always()),
                    Generated.ofLength(length));
            assertThat(uploaded.size()).isEqualTo(length);
            assertThat(uploaded.crc32c()).isEqualTo(Generated.crc32c(0, length));
            assertThat(uploaded.version().reportedCrc32c())
                    .isEqualTo(uploaded.crc32c().base64());
        }
    }

    @Test
    void sendsAPartAgainThatTheStoreDidNotTake() {
        store.hooks().fail(Operation.PART, 1, 2, () -> new GatewayException(ErrorCode.STORE_FAULT, "BadDigest"));
        long length = PART + 1;
        fixture.upload("it", OptionalLong.of(length), Generated.ofLength(length));
        assertThat(Arrays.equals(store.bytesOf(key("it")).orElseThrow(), Generated.bytes(0, (int) length)))
                .isTrue();
        assertThat(store.hooks().calls(Operation.PART)).isEqualTo(4);
        fixture.assertAtRest();
    }

    @Test
    void storesMoreBytesThanAnIntCounts() {
        long length = (1L << 31) + PART + 5;
        MemoryObjectStore sums = MemoryObjectStore.keepingSums();
        try (UploadFixture large = new UploadFixture(sums)) {
            large.upload("large", OptionalLong.empty(), Generated.ofLength(length));

            long position = 0;
            for (Piece piece : sums.piecesOf(key("large")).orElseThrow()) {
                assertThat(piece.crc32c()).isEqualTo(Generated.crc32c(position, piece.length()));
                position += piece.length();
            }
            assertThat(position).isEqualTo(length);
            large.assertAtRest();
        }
    }

    @Test
    void refusesAnAnnouncedLengthThatTheMemoryCannotCutIntoParts() {
        Generated body = Generated.ofLength(1);
        assertThat(fixture.codeOf(() -> fixture.upload("huge", OptionalLong.of(PART * 10_000 + 1), body)))
                .isEqualTo(ErrorCode.TOO_LARGE);
        assertThat(body.position()).isZero();
        fixture.assertNothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(longs = {5, PART + 5})
    void neverOverwritesUnderIfAbsent(long length) {
        fixture.upload("it", OptionalLong.empty(), new ByteArrayInputStream(new byte[] {42}));

        assertThat(fixture.codeOf(() -> fixture.upload(
                        "it", OptionalLong.of(length), Generated.ofLength(length), new WriteCondition.IfAbsent())))
                .isEqualTo(ErrorCode.PRECONDITION_FAILED);

        assertThat(store.bytesOf(key("it")).orElseThrow()).containsExactly(42);
        fixture.assertAtRest();
    }

    @ParameterizedTest
    @ValueSource(longs = {5, PART + 5})
    void replacesOnlyTheVersionThatWasNamed(long length) {
        StoredVersion old = fixture.upload("it", OptionalLong.empty(), new ByteArrayInputStream(new byte[] {42}));
        WriteCondition condition = new WriteCondition.IfMatch(old.etag());
        fixture.upload("it", OptionalLong.empty(), Generated.ofLength(length), condition);

        assertThat(fixture.codeOf(
                        () -> fixture.upload("it", OptionalLong.empty(), Generated.ofLength(length + 1), condition)))
                .isEqualTo(ErrorCode.PRECONDITION_FAILED);
        assertThat(store.head(key("it")).size()).isEqualTo(length);
        fixture.assertAtRest();
    }

    @Test
    void doesNotCloseTheBody() {
        AtomicBoolean closed = new AtomicBoolean();
        InputStream body = new ByteArrayInputStream(new byte[10]) {
            @Override
            public void close() {
                closed.set(true);
            }
        };
        fixture.upload("it", OptionalLong.empty(), body);
        assertThat(closed).isFalse();
    }

    @Test
    void doesWhatAMapDoesWhateverTheOrder() {
        long seed = Seeds.seed(UploadsTest.class);
        Random random = new Random(seed);
        Map<String, Piece> model = new HashMap<>();
        MemoryObjectStore sums = MemoryObjectStore.keepingSums();
        try (UploadFixture sut = new UploadFixture(sums)) {
            for (int step = 0; step < 150; step++) {
                String name = "k" + random.nextInt(4);
                long length = randomLength(random);
                long announced = random.nextInt(4) == 0 ? randomLength(random) : length;
                boolean ifAbsent = random.nextBoolean();
                boolean known = random.nextInt(3) > 0;
                boolean allowed = (!known || announced == length) && !(ifAbsent && model.containsKey(name));

                ErrorCode failure = sut.codeOf(() -> sut.upload(
                        name,
                        known ? OptionalLong.of(announced) : OptionalLong.empty(),
                        Generated.ofLength(length),
                        ifAbsent ? new WriteCondition.IfAbsent() : new WriteCondition.Always()));

                assertThat(failure == null).as("seed %d step %d", seed, step).isEqualTo(allowed);
                if (allowed) {
                    model.put(name, new Piece(length, Generated.crc32c(0, length)));
                }
                sut.assertAtRest();
            }
            assertThat(sums.objectCount()).as("seed %d", seed).isEqualTo(model.size());
            model.forEach((name, whole) -> {
                List<Piece> expected = new ArrayList<>();
                for (long from = 0; from == 0 || from < whole.length(); from += PART) {
                    long size = Math.min(PART, whole.length() - from);
                    expected.add(new Piece(size, Generated.crc32c(from, size)));
                }
                assertThat(sums.piecesOf(key(name)).orElseThrow())
                        .as("seed %d", seed)
                        .isEqualTo(expected);
            });
        }
    }

    private static long randomLength(Random random) {
        long near = random.nextInt(4) * PART;
        return Math.max(0, near + random.nextInt(5) - 2 + (random.nextBoolean() ? random.nextInt(100_000) : 0));
    }
}
