package dev.banhmi.gateway.transfer;

import static dev.banhmi.gateway.transfer.UploadFixture.PART;
import static dev.banhmi.gateway.transfer.UploadFixture.key;
import static dev.banhmi.gateway.transfer.UploadFixture.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.MemoryObjectStore;
import dev.banhmi.gateway.store.StoreHooks.Operation;
import dev.banhmi.gateway.store.WriteCondition;
import dev.banhmi.gateway.transfer.upload.VisibleWrite;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A write whose outcome is in doubt, in one call and in parts. */
class VisibleWriteTest {

    private final MemoryObjectStore store = MemoryObjectStore.keepingSums();
    private final UploadFixture fixture = new UploadFixture(store);

    @AfterEach
    void endsAtRest() {
        fixture.assertAtRest();
        fixture.close();
    }

    /** A call that is sent twice on its way meets the object that it wrote: that is PRECONDITION_FAILED here. */
    @ParameterizedTest
    @CsvSource({
        "WHOLE, STORE_TIMEOUT",
        "WHOLE, STORE_UNAVAILABLE",
        "WHOLE, STORE_FAULT",
        "WHOLE, OUTCOME_UNKNOWN",
        "WHOLE, PRECONDITION_FAILED",
        "WHOLE, WRITE_CONFLICT",
        "IN_PARTS, STORE_TIMEOUT",
        "IN_PARTS, STORE_UNAVAILABLE",
        "IN_PARTS, STORE_FAULT",
        "IN_PARTS, OUTCOME_UNKNOWN",
        "IN_PARTS, PRECONDITION_FAILED",
        "IN_PARTS, WRITE_CONFLICT"
    })
    void succeedsWhenOnlyTheResponseWasLost(Way way, ErrorCode said) {
        store.hooks().loseResponse(way.operation, 1, said);

        WrittenObject uploaded = upload(way, new WriteCondition.IfAbsent());

        assertThat(uploaded.size()).isEqualTo(way.length);
        assertThat(uploaded.version().etag()).isEqualTo(store.head(key("it")).etag());
        assertThat(uploaded.version().reportedCrc32c())
                .isEqualTo(uploaded.crc32c().base64());
        assertThat(calls(way)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void saysThatTheOutcomeIsUnknownWhenTheStoreCannotBeAsked(Way way) {
        store.hooks().loseResponse(way.operation, 1);
        store.hooks().fail(Operation.HEAD, 1, 1, () -> new GatewayException(ErrorCode.STORE_UNAVAILABLE, "down"));
        assertThat(codeOf(way)).isEqualTo(ErrorCode.OUTCOME_UNKNOWN);
        assertThat(store.objectCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void saysThatTheOutcomeIsUnknownAfterTwoTimeoutsWithoutATrace(Way way) {
        fail(way, 2, ErrorCode.STORE_TIMEOUT);
        assertThat(codeOf(way)).isEqualTo(ErrorCode.OUTCOME_UNKNOWN);
        assertThat(calls(way)).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void triesOnceMoreAfterATimeoutWithoutATrace(Way way) {
        fail(way, 1, ErrorCode.STORE_TIMEOUT);
        assertThat(upload(way, new WriteCondition.IfAbsent()).version().etag())
                .isEqualTo(store.head(key("it")).etag());
        assertThat(calls(way)).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void failsWithTheStoresCodeWhenItIsUnavailableWithoutATrace(Way way) {
        fail(way, 1, ErrorCode.STORE_UNAVAILABLE);
        assertThat(codeOf(way)).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        assertThat(calls(way)).isEqualTo(1);
        fixture.assertNothingIsLeft();
    }

    @ParameterizedTest
    @EnumSource
    void leavesSomebodyElsesObjectAlone(Way way) {
        String etag =
                fixture.upload("it", OptionalLong.of(3), Generated.ofLength(3)).etag();
        int before = calls(way);
        assertThat(fixture.codeOf(() -> upload(way, new WriteCondition.IfAbsent())))
                .isEqualTo(ErrorCode.PRECONDITION_FAILED);
        assertThat(calls(way)).isEqualTo(before + 1);
        assertThat(store.head(key("it")).etag()).isEqualTo(etag);
    }

    /** The same bytes make the same ETag, so only the mark tells the two writers apart. */
    @ParameterizedTest
    @EnumSource
    void doesNotTakeTheSameBytesOfSomebodyElseForItsOwn(Way way) {
        upload(way, new WriteCondition.IfAbsent());
        assertThat(fixture.codeOf(() -> upload(way, new WriteCondition.IfAbsent())))
                .isEqualTo(ErrorCode.PRECONDITION_FAILED);
    }

    @ParameterizedTest
    @CsvSource({"WHOLE, STORE_FAULT", "WHOLE, WRITE_CONFLICT", "IN_PARTS, STORE_FAULT", "IN_PARTS, WRITE_CONFLICT"})
    void triesThreeTimes(Way way, ErrorCode code) {
        fail(way, 2, code);
        assertThat(upload(way, new WriteCondition.IfAbsent()).size()).isEqualTo(way.length);
        assertThat(calls(way)).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"WHOLE, STORE_FAULT", "WHOLE, WRITE_CONFLICT", "IN_PARTS, STORE_FAULT", "IN_PARTS, WRITE_CONFLICT"})
    void givesUpAfterThreeTries(Way way, ErrorCode code) {
        fail(way, 3, code);
        assertThat(codeOf(way)).isEqualTo(code);
        assertThat(calls(way)).isEqualTo(3);
        fixture.assertNothingIsLeft();
    }

    /** The store throws these only when nothing was written. */
    @ParameterizedTest
    @CsvSource({"WHOLE, STORE_DENIED", "WHOLE, STORE_THROTTLED", "IN_PARTS, STORE_DENIED", "IN_PARTS, STORE_THROTTLED"})
    void asksNothingAfterAPlainRefusal(Way way, ErrorCode refusal) {
        fail(way, 1, refusal);
        assertThat(codeOf(way)).isEqualTo(refusal);
        assertThat(store.hooks().calls(Operation.HEAD)).isZero();
    }

    /** Nothing was sent, so there is nothing to ask about, and nobody who could be asked. */
    @ParameterizedTest
    @CsvSource({"WHOLE, STORE_UNREACHABLE", "WHOLE, BUSY", "IN_PARTS, STORE_UNREACHABLE", "IN_PARTS, BUSY"})
    void asksNothingWhenNothingWasSent(Way way, ErrorCode code) {
        fail(way, 1, code);
        assertThat(codeOf(way)).isEqualTo(code);
        assertThat(store.hooks().calls(Operation.HEAD)).isZero();
        fixture.assertNothingIsLeft();
    }

    @ParameterizedTest
    @EnumSource
    void doesNotForgetWhatWasSentWhenTheStoreCannotBeReachedAfterwards(Way way) {
        store.hooks().loseResponse(way.operation, 1, ErrorCode.STORE_TIMEOUT);
        store.hooks().fail(Operation.HEAD, 1, 1, () -> new GatewayException(ErrorCode.STORE_UNREACHABLE, "away"));
        assertThat(codeOf(way)).isEqualTo(ErrorCode.OUTCOME_UNKNOWN);
    }

    @ParameterizedTest
    @EnumSource
    void saysWhatTheStoreRefusedEvenWhenItCannotBeAsked(Way way) {
        fail(way, 1, ErrorCode.STORE_REFUSED);
        store.hooks().fail(Operation.HEAD, 1, 1, () -> new GatewayException(ErrorCode.STORE_REFUSED, "planned"));
        assertThat(codeOf(way)).isEqualTo(ErrorCode.STORE_REFUSED);
        assertThat(calls(way)).isEqualTo(1);
        fixture.assertNothingIsLeft();
    }

    /** What is there may have come after the own write, which nothing shows any more. */
    @ParameterizedTest
    @EnumSource
    void knowsNoOutcomeWhenAnothersObjectIsThereAfterAFailure(Way way) {
        store.hooks().loseResponse(way.operation, 1, ErrorCode.STORE_UNAVAILABLE);
        store.hooks().before(Operation.HEAD, () -> store.place(key("it"), List.of()));
        assertThat(codeOf(way)).isEqualTo(ErrorCode.OUTCOME_UNKNOWN);
    }

    /** The first try may still be at work, or be what the second one was refused for. */
    @ParameterizedTest
    @CsvSource({"WHOLE, STORE_REFUSED", "WHOLE, STORE_DENIED", "IN_PARTS, STORE_REFUSED", "IN_PARTS, STORE_DENIED"})
    void doesNotTakeARefusalForFinalAfterATimeout(Way way, ErrorCode refusal) {
        fail(way, 1, ErrorCode.STORE_TIMEOUT);
        store.hooks().fail(way.operation, 2, 2, () -> new GatewayException(refusal, "planned"));
        assertThat(codeOf(way)).isEqualTo(ErrorCode.OUTCOME_UNKNOWN);
    }

    @ParameterizedTest
    @EnumSource
    void marksEachWriteAnew(Way way) {
        upload(way, new WriteCondition.Always());
        String first = mark();
        upload(way, new WriteCondition.Always());
        assertThat(first).hasSize(36);
        assertThat(mark()).hasSize(36).isNotEqualTo(first);
    }

    @Test
    void reservesTheRoomOfItsMark() {
        assertThat(Uploads.RESERVED_METADATA).isEqualTo("x-amz-meta-banhmi-write".length() + 36);
    }

    @ParameterizedTest
    @EnumSource
    void removesAnObjectOfWhichTheStoreReportsAnotherSum(Way way) {
        store.hooks().reportSum("AAAAAA==");
        assertThatThrownBy(() -> upload(way, new WriteCondition.Always()))
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorCode.STORE_FAULT, GatewayException::code);
        fixture.assertNothingIsLeft();
    }

    @ParameterizedTest
    @EnumSource
    void saysThatAnObjectOfAnotherSumIsStillThere(Way way) {
        store.hooks().reportSum("AAAAAA==");
        store.hooks().fail(Operation.DELETE, 1, 1, () -> new GatewayException(ErrorCode.STORE_DENIED, "denied"));
        assertThatThrownBy(() -> upload(way, new WriteCondition.Always()))
                .hasMessageContaining("could not be removed")
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorCode.STORE_FAULT, GatewayException::code);
        assertThat(store.objectCount()).isEqualTo(1);
    }

    private WrittenObject upload(Way way, WriteCondition condition) {
        return fixture.uploads.upload(
                request("it", OptionalLong.of(way.length), condition), Generated.ofLength(way.length));
    }

    private @Nullable ErrorCode codeOf(Way way) {
        return fixture.codeOf(() -> upload(way, new WriteCondition.IfAbsent()));
    }

    private void fail(Way way, int calls, ErrorCode code) {
        store.hooks().fail(way.operation, 1, calls, () -> new GatewayException(code, "planned"));
    }

    private int calls(Way way) {
        return store.hooks().calls(way.operation);
    }

    private @Nullable String mark() {
        return store.head(key("it")).attributes().metadata().get(VisibleWrite.MARK);
    }

    enum Way {
        WHOLE(100, Operation.PUT),
        IN_PARTS(PART + 100, Operation.COMPLETE);

        private final long length;
        private final Operation operation;

        Way(long length, Operation operation) {
            this.length = length;
            this.operation = operation;
        }
    }
}
