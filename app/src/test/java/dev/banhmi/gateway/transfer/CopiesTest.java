package dev.banhmi.gateway.transfer;

import static dev.banhmi.testkit.Patience.HANGS;
import static dev.banhmi.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.Crc32c;
import dev.banhmi.gateway.store.MemoryObjectStore;
import dev.banhmi.gateway.store.MemoryObjectStore.Piece;
import dev.banhmi.gateway.store.ObjectAttributes;
import dev.banhmi.gateway.store.ObjectInfo;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.StoreHooks.Gate;
import dev.banhmi.gateway.store.StoreHooks.Operation;
import dev.banhmi.gateway.store.WriteCondition;
import dev.banhmi.gateway.transfer.CopyOutcome.Copied;
import dev.banhmi.gateway.transfer.CopyOutcome.SourceReplaced;
import dev.banhmi.gateway.transfer.upload.AbandonedUploads;
import dev.banhmi.gateway.transfer.upload.RemovalTimes;
import dev.banhmi.gateway.transfer.upload.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Copies of every size and end over a store in memory, which counts what is left. */
class CopiesTest {

    private static final long MEBIBYTE = 1L << 20;
    private static final long PART = 512 * MEBIBYTE;
    private static final int PARTS_IN_FLIGHT = 8;
    private static final int CONNECTIONS = 64;

    private static final ObjectKey FROM = new ObjectKey("demo", "from");
    private static final ObjectKey TO = new ObjectKey("demo", "to");
    private static final ObjectAttributes KEPT =
            new ObjectAttributes("text/plain", null, "no-store", null, null, null, Map.of("color", "green"));
    private static final WriteCondition ALWAYS = new WriteCondition.Always();
    private static final WriteCondition IF_ABSENT = new WriteCondition.IfAbsent();

    /** A hundred times as quick as the clock on the wall, for the seconds in which an ended part may still appear. */
    private static final Time HUNDREDFOLD = new Time() {
        @Override
        public long nanoTime() {
            return 100 * Time.REAL.nanoTime();
        }

        @Override
        public boolean await(CountDownLatch event, Duration limit) throws InterruptedException {
            return Time.REAL.await(event, limit.dividedBy(100));
        }
    };

    private final MemoryObjectStore store = MemoryObjectStore.keepingSums();
    private final AbandonedUploads abandoned = new AbandonedUploads(store, RemovalTimes.of(List.of()), Time.REAL);
    private final Copies copies = new Copies(store, store, abandoned, CONNECTIONS, HANGS, HANGS);

    @AfterEach
    void leavesNothing() {
        abandoned.close();
        assertThat(store.openUploads()).as("open uploads").isEmpty();
        assertThat(store.orphanedParts()).as("parts after the abort").isZero();
        assertThat(store.hooks().inFlight()).as("parts in flight").isZero();
        assertThat(store.hooks().calls(Operation.GET))
                .as("bytes that passed the gateway")
                .isZero();
    }

    @Test
    void copiesUpToFiveGibibytesInOneCall() {
        place(FROM, 10 * PART);

        Copied copied = copied(ALWAYS);

        assertThat(store.hooks().calls(Operation.COPY)).isEqualTo(1);
        assertThat(store.hooks().calls(Operation.BEGIN)).isZero();
        assertIsTheSource(copied);
    }

    @Test
    void copiesMoreThanFiveGibibytesInPartsAtATime() {
        place(FROM, 10 * PART + 1);
        AtomicInteger most = new AtomicInteger();
        store.hooks()
                .before(
                        Operation.COPY_PART,
                        () -> most.accumulateAndGet(store.hooks().inFlight(), Math::max));

        Copied copied = copied(ALWAYS);

        assertThat(store.hooks().calls(Operation.COPY)).isZero();
        assertThat(store.hooks().calls(Operation.COPY_PART)).isEqualTo(11);
        assertThat(store.piecesOf(TO).orElseThrow().stream().map(Piece::length).toList())
                .endsWith(PART, 1L)
                .hasSize(11);
        assertThat(most.get()).isBetween(1, PARTS_IN_FLIGHT);
        assertIsTheSource(copied);
    }

    /** The condition is then that of CompleteMultipartUpload, as with an upload. */
    @Test
    void copiesUnderAConditionInParts() {
        place(FROM, 3);

        assertIsTheSource(copied(IF_ABSENT));

        assertThat(store.hooks().calls(Operation.COPY)).isZero();
        assertThat(store.hooks().calls(Operation.COPY_PART)).isEqualTo(1);
        assertFails(IF_ABSENT, ErrorCode.PRECONDITION_FAILED);
        assertIsTheSource(copied(new WriteCondition.IfMatch(store.head(TO).etag())));
    }

    @Test
    void copiesNothingAsNothing() {
        place(FROM, 0);

        assertIsTheSource(copied(ALWAYS));
        assertFails(IF_ABSENT, ErrorCode.PRECONDITION_FAILED);
        assertThat(store.hooks().calls(Operation.BEGIN)).isZero();
    }

    @Test
    void keepsTheSourceAndTheAttributesOfTheTarget() {
        place(FROM, 3);
        ObjectInfo before = store.head(FROM);

        copied(ALWAYS);

        assertThat(store.head(FROM)).isEqualTo(before);
        ObjectAttributes kept = store.head(TO).attributes();
        assertThat(kept.contentType()).isEqualTo("text/plain");
        assertThat(kept.cacheControl()).isEqualTo("no-store");
        assertThat(kept.metadata()).containsEntry("color", "green").containsKey("banhmi-write");
    }

    @Test
    void replacesTheMetadataOfAnObjectOverItself() {
        place(FROM, 3);
        ObjectInfo seen = store.head(FROM);

        for (boolean guarded : new boolean[] {false, true}) {
            ObjectInfo current = store.head(FROM);
            WriteCondition condition = guarded ? new WriteCondition.IfMatch(current.etag()) : ALWAYS;
            CopyOutcome outcome = copies.copy(FROM, current, new NewObject(FROM, OptionalLong.of(3), KEPT, condition));
            assertThat(outcome).isInstanceOf(Copied.class);
            assertThat(store.head(FROM).attributes().metadata()).containsEntry("color", "green");
            assertThat(store.head(FROM).checksums()).isEqualTo(seen.checksums());
        }
    }

    @Test
    void copiesNoOtherVersionThanTheOneThatWasSeen() {
        for (long size : new long[] {3, 11 * PART}) {
            for (WriteCondition condition : new WriteCondition[] {ALWAYS, IF_ABSENT}) {
                place(FROM, size);
                ObjectInfo seen = store.head(FROM);
                place(FROM, size + 1);

                assertThat(copies.copy(FROM, seen, target(condition))).isEqualTo(new SourceReplaced());
                assertThat(store.objectCount()).as("objects").isEqualTo(1);
            }
        }
    }

    @Test
    void mixesNoVersionsWhenTheSourceIsReplacedBetweenParts() {
        place(FROM, 11 * PART);
        ObjectInfo seen = store.head(FROM);
        AtomicInteger parts = new AtomicInteger();
        store.hooks().before(Operation.COPY_PART, () -> {
            if (parts.incrementAndGet() == 4) {
                place(FROM, 12 * PART);
            }
        });

        assertThat(copies.copy(FROM, seen, target(ALWAYS))).isEqualTo(new SourceReplaced());
        assertThat(store.objectCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"COPY", "COMPLETE_COPY"})
    void knowsItsOwnCopyWhenTheResponseIsLost(Operation visible) {
        place(FROM, 3);
        store.hooks().loseResponse(visible, 1);

        assertIsTheSource(copied(visible == Operation.COPY ? ALWAYS : IF_ABSENT));
        assertThat(store.hooks().calls(visible)).isEqualTo(1);
    }

    @Test
    void copiesAPartAgainWhoseResponseMadeNoSense() {
        place(FROM, 11 * PART);
        store.hooks().fail(Operation.COPY_PART, 2, 3, () -> new GatewayException(ErrorCode.STORE_FAULT, "told to"));

        assertIsTheSource(copied(ALWAYS));
        assertThat(store.hooks().calls(Operation.COPY_PART)).isEqualTo(13);
    }

    @ParameterizedTest
    @EnumSource(names = {"BEGIN", "COPY_PART", "COMPLETE_COPY"})
    void leavesNothingWhenItFails(Operation failing) {
        place(FROM, 11 * PART);
        store.hooks()
                .fail(
                        failing,
                        1,
                        Integer.MAX_VALUE,
                        () -> new GatewayException(ErrorCode.STORE_UNAVAILABLE, "told to"));

        assertFails(ALWAYS, ErrorCode.STORE_UNAVAILABLE);
        assertThat(store.objectCount()).isEqualTo(1);
    }

    @Test
    void endsACopyThatTakesTooLongBeforeItIsVisible() {
        place(FROM, 11 * PART);
        Copies hurried = new Copies(store, store, abandoned, CONNECTIONS, HANGS, Duration.ZERO);

        assertThatThrownBy(() -> hurried.copy(FROM, store.head(FROM), target(ALWAYS)))
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining(" after 0 s, the longest allowed")
                .extracting(failure -> ((GatewayException) failure).code())
                .isEqualTo(ErrorCode.TRANSFER_TOO_LONG);
        assertThat(store.objectCount()).isEqualTo(1);
    }

    @Test
    void endsACopyWhoseStoreNeverRespondsWhenAShutdownWaitsForIt() throws Exception {
        place(FROM, 11 * PART);
        AbandonedUploads hasty = new AbandonedUploads(store, RemovalTimes.of(List.of()), HUNDREDFOLD);
        Copies ended = new Copies(store, store, hasty, CONNECTIONS, HANGS, HANGS);
        Gate gate = store.hooks().hold(Operation.COPY_PART);
        try (ExecutorService copier = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> copy = copier.submit(() -> assertFails(ended, ALWAYS, ErrorCode.SHUTTING_DOWN));
            gate.awaitArrivals(8);

            hasty.end(HANGS.multipliedBy(100));

            copy.get(HANGS.toSeconds(), TimeUnit.SECONDS);
        }
        assertThat(store.objectCount()).isEqualTo(1);
    }

    @Test
    void removesACopyWhoseSumIsNotTheSources() {
        place(FROM, 3);
        store.hooks().reportSum("AAAAAA==");

        assertFails(ALWAYS, ErrorCode.STORE_FAULT);
        assertFails(IF_ABSENT, ErrorCode.STORE_FAULT);
        assertThat(store.objectCount()).isEqualTo(1);
    }

    @Test
    void holdsNoMoreConnectionsThanAllCopiesMayHave() throws InterruptedException {
        place(FROM, 11 * PART);
        Copies narrow = new Copies(store, store, abandoned, 2, Duration.ZERO, HANGS);
        AtomicInteger most = new AtomicInteger();
        store.hooks()
                .before(
                        Operation.COPY_PART,
                        () -> most.accumulateAndGet(store.hooks().inFlight(), Math::max));

        assertThat(narrow.copy(FROM, store.head(FROM), target(ALWAYS))).isInstanceOf(Copied.class);
        assertThat(most.get()).isBetween(1, 2);

        place(FROM, 3);
        ObjectInfo seen = store.head(FROM);
        Gate gate = store.hooks().hold(Operation.COPY);
        List<Thread> holding = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            holding.add(Thread.startVirtualThread(() -> narrow.copy(FROM, seen, target(ALWAYS))));
        }
        gate.awaitArrivals(2);
        assertThatThrownBy(() -> narrow.copy(FROM, seen, target(ALWAYS)))
                .isInstanceOf(GatewayException.class)
                .extracting(failure -> ((GatewayException) failure).code())
                .isEqualTo(ErrorCode.BUSY);
        gate.open();
        for (Thread copy : holding) {
            copy.join();
        }
        assertThat(narrow.copy(FROM, seen, target(ALWAYS))).isInstanceOf(Copied.class);
    }

    /** One in parts waits for its first connection as every copy does, and before it begins anything. */
    @Test
    void isBusyInPartsTooWhenOthersHaveAllConnections() throws InterruptedException {
        place(FROM, 3);
        ObjectInfo seen = store.head(FROM);
        Copies narrow = new Copies(store, store, abandoned, 2, Duration.ZERO, HANGS);
        Gate gate = store.hooks().hold(Operation.COPY);
        List<Thread> holding = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            holding.add(Thread.startVirtualThread(() -> narrow.copy(FROM, seen, target(ALWAYS))));
        }
        gate.awaitArrivals(2);
        assertThatThrownBy(() -> narrow.copy(FROM, seen, target(IF_ABSENT)))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BUSY));
        assertThat(store.hooks().calls(Operation.BEGIN)).isZero();
        gate.open();
        for (Thread copy : holding) {
            copy.join();
        }
    }

    /** With one connection left it goes on, and what it borrows it lends to whoever waits. */
    @Test
    void goesOnWithOneConnectionAndStandsInNobodysWay() throws Exception {
        place(FROM, 11 * PART);
        ObjectInfo seen = store.head(FROM);
        Copies narrow = new Copies(store, store, abandoned, 2, HANGS, HANGS);
        Gate parts = store.hooks().hold(Operation.COPY_PART);
        Gate whole = store.hooks().hold(Operation.COPY);
        ObjectKey small = new ObjectKey("demo", "small");
        place(small, 3);
        ObjectInfo smallSeen = store.head(small);
        try (ExecutorService copiers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<CopyOutcome> large = copiers.submit(() -> narrow.copy(FROM, seen, target(ALWAYS)));
            parts.awaitArrivals(2);
            // It waits, and then has one of the two connections until the copy in parts has ended.
            Future<CopyOutcome> other = copiers.submit(() -> narrow.copy(small, smallSeen, target(ALWAYS)));
            await().until(() -> narrow.waiting() == 1);
            parts.open();
            whole.awaitArrivals(1);
            assertThat(large.get(HANGS.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(Copied.class);
            whole.open();
            assertThat(other.get(HANGS.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(Copied.class);
        }
        assertThat(store.hooks().calls(Operation.COPY_PART)).isEqualTo(11);
        assertThat(narrow.free()).as("connections that were given back").isEqualTo(2);
    }

    @Test
    void createsNothingOnceNobodyWaitsForIt() {
        place(FROM, 3);
        abandoned.close();
        assertFails(ALWAYS, ErrorCode.SHUTTING_DOWN);
        assertFails(IF_ABSENT, ErrorCode.SHUTTING_DOWN);
        place(FROM, 0);
        assertFails(ALWAYS, ErrorCode.SHUTTING_DOWN);
        assertThat(store.objectCount()).isOne();
    }

    private Copied copied(WriteCondition condition) {
        CopyOutcome outcome = copies.copy(FROM, store.head(FROM), target(condition));
        assertThat(outcome).isInstanceOf(Copied.class);
        return (Copied) outcome;
    }

    private void assertFails(WriteCondition condition, ErrorCode code) {
        assertFails(copies, condition, code);
    }

    private void assertFails(Copies by, WriteCondition condition, ErrorCode code) {
        assertThatThrownBy(() -> by.copy(FROM, store.head(FROM), target(condition)))
                .isInstanceOf(GatewayException.class)
                .extracting(failure -> ((GatewayException) failure).code())
                .isEqualTo(code);
    }

    private void assertIsTheSource(Copied copied) {
        ObjectInfo source = store.head(FROM);
        ObjectInfo target = store.head(TO);
        assertThat(target.size()).isEqualTo(source.size()).isEqualTo(copied.size());
        assertThat(target.checksums()).isEqualTo(source.checksums());
        assertThat(copied.crc32c()).isEqualTo(source.reportedCrc32c());
        assertThat(copied.verifiedByStore()).isTrue();
        assertThat(copied.version().etag()).isEqualTo(target.etag());
        assertThat(copied.written()).isEqualTo(target);
    }

    private static NewObject target(WriteCondition condition) {
        return new NewObject(TO, OptionalLong.empty(), KEPT, condition);
    }

    /** Parts of zeros, whose sum is appended and never computed byte by byte. */
    private void place(ObjectKey key, long size) {
        List<Piece> pieces = new ArrayList<>();
        for (long rest = size; rest > 0; rest -= PART) {
            pieces.add(new Piece(Math.min(PART, rest), zeros(Math.min(PART, rest))));
        }
        store.place(key, pieces.isEmpty() ? List.of(new Piece(0, Crc32c.EMPTY)) : pieces);
    }

    private static Crc32c zeros(long length) {
        CRC32C one = new CRC32C();
        one.update(0);
        Crc32c power = Crc32c.of(one);
        Crc32c sum = Crc32c.EMPTY;
        for (long bit = 1; bit <= length; bit <<= 1) {
            if ((length & bit) != 0) {
                sum = sum.append(power, bit);
            }
            power = power.append(power, bit);
        }
        return sum;
    }
}
