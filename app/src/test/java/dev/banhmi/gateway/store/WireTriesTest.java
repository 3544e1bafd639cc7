package dev.banhmi.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.store.wire.WireException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** One loop counts the tries of both clients. */
class WireTriesTest {

    private static final Duration TRY = Duration.ofSeconds(60);
    private static final Duration CALL = Duration.ofSeconds(150);

    private final AtomicLong now = new AtomicLong();
    private final List<String> made = new ArrayList<>();
    private final WireFallbacks fallbacks = new WireFallbacks(now::get);

    @Test
    void triesOverTheWireUntilItWorks() {
        assertThat(tries(4).make("GetObject", true, overWire(broken(), broken(), null), this::never))
                .isEqualTo("wire");
        assertThat(made).containsExactly("wire", "wire", "wire");
        assertThat(surprises()).isZero();
    }

    @Test
    void triesNoMoreOftenThanItMay() {
        assertThatThrownBy(() -> tries(2).make("GetObject", true, overWire(broken(), broken(), null), this::never))
                .isInstanceOf(SdkClientException.class);
        assertThat(made).hasSize(2);
    }

    @Test
    void triesNothingAgainThatWasRefused() {
        RuntimeException refusal = S3Exception.builder()
                .statusCode(403)
                .awsErrorDetails(AwsErrorDetails.builder().build())
                .build();
        assertThatThrownBy(() -> tries(4).make("GetObject", true, overWire(refusal, null), this::never))
                .isSameAs(refusal);
        assertThat(made).hasSize(1);
    }

    /** Whoever has ended it waits for it to be over. */
    @Test
    void triesNothingAgainThatTheGatewayHasEnded() {
        WireException ended = new WireException(WireException.Reason.ENDED, WireException.Sent.NOTHING, "ended", null);
        assertThatThrownBy(() -> tries(4).make("GetObject", true, overWire(ended, null), this::never))
                .isInstanceOf(AbortedException.class);
        assertThat(made).hasSize(1);
    }

    /** And stays there; what the SDK's client throws is tried again as one of the same tries. */
    @Test
    void goesOnWithTheSdkAfterASurprise() {
        assertThatThrownBy(() -> tries(4).make("GetObject", true, overWire(broken(), surprise()), _ -> {
                    made.add("sdk");
                    throw SdkClientException.create("broken", new IOException("broken"));
                }))
                .isInstanceOf(SdkClientException.class);
        assertThat(made).containsExactly("wire", "wire", "sdk", "sdk");
        assertThat(surprises()).isOne();
    }

    /** Whatever the store has said to it, the body may have been taken. */
    @Test
    void asksNoOtherClientOnceABodyWasSent() {
        assertThat(tries(4).make("PutObject", false, overWire(surprise(), null), this::never))
                .isEqualTo("wire");
        assertThat(made).containsExactly("wire", "wire");
        assertThat(surprises()).isZero();
    }

    @Test
    void givesEachTryItsTimeAndTheLastOneWhatIsLeft() {
        List<Long> left = new ArrayList<>();
        assertThatThrownBy(() -> tries(4).make(
                                "GetObject",
                                true,
                                until -> {
                                    left.add(until - now.get());
                                    now.addAndGet(TRY.toNanos());
                                    throw broken();
                                },
                                this::never))
                .isInstanceOf(ApiCallTimeoutException.class);
        assertThat(left)
                .containsExactly(
                        TRY.toNanos(), TRY.toNanos(), CALL.minus(TRY).minus(TRY).toNanos());
    }

    @Test
    void givesTheSdkWhatIsLeft() {
        List<Duration> left = new ArrayList<>();
        tries(4).make(
                        "GetObject",
                        true,
                        _ -> {
                            now.addAndGet(Duration.ofSeconds(50).toNanos());
                            throw surprise();
                        },
                        rest -> {
                            left.add(rest);
                            return "sdk";
                        });
        assertThat(left).containsExactly(CALL.minusSeconds(50));
    }

    /** One that cannot have been sent leaves no doubt, and one that can does. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void notesWhatATryCanHaveDone(boolean sent) {
        Delivery delivery = new Delivery();
        assertThatThrownBy(() -> delivery.during(() ->
                        tries(1).make("PutObject", false, overWire(sent ? broken() : unsent(), null), this::never)))
                .isInstanceOf(SdkClientException.class);
        assertThat(delivery.isPossible()).isEqualTo(sent);
        assertThat(delivery.ofAllTries()).isEqualTo(sent ? Doubt.MAY_BE_AT_WORK : Doubt.NONE);
    }

    private WireTries tries(int most) {
        return new WireTries(
                AwsRetryStrategy.standardRetryStrategy().toBuilder()
                        .maxAttempts(most)
                        .backoffStrategy(BackoffStrategy.retryImmediately())
                        .throttlingBackoffStrategy(BackoffStrategy.retryImmediately())
                        .circuitBreakerEnabled(false)
                        .build(),
                TRY,
                CALL,
                now::get,
                fallbacks);
    }

    private double surprises() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        fallbacks.bindTo(registry);
        return registry.get("banhmi.store.wire.fallbacks")
                .tag("reason", "malformed")
                .functionCounter()
                .count();
    }

    private static WireException broken() {
        return new WireException(WireException.Reason.BROKEN, WireException.Sent.BODY, "broken", null);
    }

    private static WireException surprise() {
        return new WireException(WireException.Reason.MALFORMED, WireException.Sent.BODY, "what is this?", null);
    }

    private static WireException unsent() {
        return new WireException(WireException.Reason.UNREACHABLE, WireException.Sent.NOTHING, "away", null);
    }

    private String never(Duration left) {
        throw new AssertionError("the SDK's client was asked");
    }

    private WireTries.OverWire<String> overWire(@Nullable Exception... failures) {
        return _ -> {
            Exception failure = made.size() < failures.length ? failures[made.size()] : null;
            made.add("wire");
            return switch (failure) {
                case null -> "wire";
                case WireException wire -> throw wire;
                case RuntimeException other -> throw other;
                default -> throw new AssertionError(failure);
            };
        };
    }
}
