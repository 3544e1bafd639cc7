package dev.banhmi.gateway.transfer;

import static dev.banhmi.gateway.transfer.UploadFixture.PART;
import static dev.banhmi.gateway.transfer.UploadFixture.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.MemoryObjectStore;
import dev.banhmi.gateway.store.StoreHooks.Operation;
import dev.banhmi.gateway.transfer.memory.BufferBudget;
import dev.banhmi.gateway.transfer.memory.PartBuffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** However an upload fails, all memory is free afterwards, no upload is open and nothing is visible. */
class UploadFailuresTest {

    private static final long LENGTH = 4 * PART + 99;

    private final MemoryObjectStore store = MemoryObjectStore.keepingSums();
    private final UploadFixture fixture = new UploadFixture(store);

    static LongStream pointsInABody() {
        return LongStream.of(
                0, 1, BufferBudget.CHUNK, PART - 1, PART, PART + 1, 2 * PART, 2 * PART + 7, LENGTH - 1, LENGTH);
    }

    @AfterEach
    void leavesNothing() {
        fixture.assertNothingIsLeft();
        fixture.close();
    }

    @ParameterizedTest
    @MethodSource("pointsInABody")
    void saysThatTheBodyBrokeOff(long after) {
        IOException reset = new IOException("Connection reset by peer");
        assertThatThrownBy(() -> fixture.upload("it", OptionalLong.of(LENGTH), Generated.failingAfter(after, reset)))
                .isInstanceOfSatisfying(GatewayException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.CONTENT_MISMATCH);
                    assertThat(e).hasCause(reset).hasMessageNotContaining("peer");
                });
        assertThat(fixture.codeOf(
                        () -> fixture.upload("it", OptionalLong.empty(), Generated.failingAfter(after, reset))))
                .isEqualTo(ErrorCode.CONTENT_MISMATCH);
    }

    @ParameterizedTest
    @MethodSource("pointsInABody")
    void passesOnWhatTheBodyItselfRefuses(long after) {
        GatewayException refusal = new GatewayException(ErrorCode.INVALID_REQUEST, "one part too many");
        assertThatThrownBy(() -> fixture.upload("it", OptionalLong.of(LENGTH), Generated.failingAfter(after, refusal)))
                .isSameAs(refusal);
        RuntimeException fault = new IllegalStateException("a fault");
        assertThatThrownBy(() -> fixture.upload("it", OptionalLong.empty(), Generated.failingAfter(after, fault)))
                .isSameAs(fault);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1",
        "1, 0",
        "5, 4",
        "4, 5",
        "8388608, 8388607",
        "8388608, 8388609",
        "8388609, 8388608",
        "33554432, 8388608",
        "33554432, 33554431",
        "33554432, 33554433",
        "33554433, 33554432"
    })
    void refusesABodyOfAnotherLengthThanAnnounced(long announced, long sent) {
        assertThat(fixture.codeOf(() -> fixture.upload("it", OptionalLong.of(announced), Generated.ofLength(sent))))
                .isEqualTo(ErrorCode.CONTENT_MISMATCH);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 100, PART - 1, PART, 2 * PART, 3 * PART + 1})
    void stopsReadingABodyThatIsLongerThanAnnounced(long announced) {
        Generated body = Generated.ofLength(40 * PART);
        assertThat(fixture.codeOf(() -> fixture.upload("it", OptionalLong.of(announced), body)))
                .isEqualTo(ErrorCode.CONTENT_MISMATCH);
        assertThat(body.position()).isLessThanOrEqualTo(announced + 1);
    }

    /** As when there is no memory outside the heap. */
    @ParameterizedTest
    @ValueSource(longs = {7, PART + 7})
    void givesItsMemoryBackAfterAnError(long after) {
        Error error = new LinkageError("planted");
        InputStream body = new SequenceInputStream(Generated.ofLength(after), new InputStream() {
            @Override
            public int read() {
                throw error;
            }

            @Override
            public int read(byte[] target, int offset, int wanted) {
                throw error;
            }
        });
        assertThatThrownBy(() -> fixture.upload("it", OptionalLong.empty(), body))
                .isSameAs(error);
    }

    @Test
    void failsWithTheStoresOwnCodeWhenTheOnlyCallFails() {
        failAt(Operation.PUT, 1);
        assertStoreDenied(100);
    }

    @Test
    void failsWhenTheUploadCannotBegin() {
        failAt(Operation.BEGIN, 1);
        assertStoreDenied(LENGTH);
        assertThat(store.hooks().calls(Operation.PART)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void failsWhenAPartFails(int part) {
        failAt(Operation.PART, part);
        assertStoreDenied(LENGTH);
        assertThat(store.hooks().calls(Operation.COMPLETE)).isZero();
        assertThat(store.hooks().calls(Operation.ABORT)).isEqualTo(1);
    }

    @Test
    void failsWhenAPartIsNotTakenThreeTimes() {
        store.hooks()
                .fail(
                        Operation.PART,
                        1,
                        Integer.MAX_VALUE,
                        () -> new GatewayException(ErrorCode.STORE_FAULT, "BadDigest"));
        assertThat(fixture.codeOf(() -> fixture.upload("it", OptionalLong.empty(), Generated.ofLength(PART + 1))))
                .isEqualTo(ErrorCode.STORE_FAULT);
        // Two parts, of which the second may be cancelled before it is sent.
        assertThat(store.hooks().calls(Operation.PART)).isBetween(3, 6);
    }

    @Test
    void stopsReadingSoonAfterAPartFailed() {
        failAt(Operation.PART, 1);
        Generated body = Generated.ofLength(1000 * PART);
        assertThat(fixture.codeOf(() -> fixture.upload("it", OptionalLong.empty(), body)))
                .isEqualTo(ErrorCode.STORE_DENIED);
        assertThat(body.position()).isLessThan(100 * PART);
    }

    @Test
    void failsAsAFaultOfItsOwnWhenAPartThrowsSomethingElse() {
        IllegalStateException fault = new IllegalStateException("Connection pool shut down");
        store.hooks().fail(Operation.PART, 2, 2, () -> fault);
        assertThatThrownBy(() -> fixture.upload("it", OptionalLong.of(LENGTH), Generated.ofLength(LENGTH)))
                .hasCause(fault)
                .hasMessageNotContaining("pool")
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL));
    }

    @Test
    void failsWhenItCannotBeCompleted() {
        failAt(Operation.COMPLETE, 1);
        assertStoreDenied(LENGTH);
    }

    @Test
    void abortsOnceWhenTheResponseToTheAbortIsLost() {
        failAt(Operation.PART, 3);
        store.hooks().loseResponse(Operation.ABORT, 1);
        assertStoreDenied(LENGTH);
    }

    @Test
    void readsNothingOfABodyForWhichThereIsNoMemory() throws IOException {
        Generated body = Generated.ofLength(10);
        try (UploadFixture busy = new UploadFixture(store, java.time.Duration.ofMillis(5));
                PartBuffer _ = busy.occupyAll()) {
            assertThat(busy.codeOf(() -> busy.upload("it", OptionalLong.of(10), body)))
                    .isEqualTo(ErrorCode.BUSY);
            assertThat(body.position()).isZero();
        }
    }

    @Test
    void doesNotHideWhyItFailedBehindAFaultOfTheAbort() {
        failAt(Operation.PART, 2);
        store.hooks().fail(Operation.ABORT, 1, 1, () -> new IllegalStateException("Connection pool shut down"));
        assertStoreDenied(LENGTH);
        store.openUploads().forEach(store::abortUpload);
    }

    private void failAt(Operation operation, int call) {
        store.hooks().fail(operation, call, call, () -> new GatewayException(ErrorCode.STORE_DENIED, "denied"));
    }

    private void assertStoreDenied(long length) {
        assertThat(fixture.codeOf(() -> fixture.upload("it", OptionalLong.of(length), Generated.ofLength(length))))
                .isEqualTo(ErrorCode.STORE_DENIED);
        assertThat(store.piecesOf(key("it"))).isEmpty();
    }
}
