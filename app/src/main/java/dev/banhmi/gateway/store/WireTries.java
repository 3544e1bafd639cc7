package dev.banhmi.gateway.store;

import dev.banhmi.gateway.store.wire.WireException;
import java.time.Duration;
import java.util.function.LongSupplier;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.retries.api.AcquireInitialTokenRequest;
import software.amazon.awssdk.retries.api.AcquireInitialTokenResponse;
import software.amazon.awssdk.retries.api.RecordSuccessRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenResponse;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.retries.api.RetryToken;
import software.amazon.awssdk.retries.api.TokenAcquisitionFailedException;

/**
 * Tries a call over the wire client as often as the SDK would, and from the first surprise on with the SDK's own client.
 * Thread-safe.
 *
 * @param strategy the SDK's, as its clients have it: which failure is worth another try, how many there are, and the
 *     pauses between them
 * @param tryTimeout for each try up to the head of its response
 * @param callTimeout for all tries together
 * @param nanoTime the time
 * @param fallbacks gets to know each call that the SDK's client goes on with
 */
record WireTries(
        RetryStrategy strategy,
        Duration tryTimeout,
        Duration callTimeout,
        LongSupplier nanoTime,
        WireFallbacks fallbacks) {

    private static final AcquireInitialTokenRequest FIRST = AcquireInitialTokenRequest.create("wire");

    /** One try over the wire client. */
    interface OverWire<T> {

        /**
         * Makes it.
         *
         * @param until when the head of its response has to be there, by the nano time
         */
        T make(long until) throws WireException;
    }

    /** One try with the SDK's client, which has no tries of its own. */
    interface WithSdk<T> {

        /** Makes it; {@code left} is what is left of the time of the call. */
        T make(Duration left);
    }

    /** Whether what the store has said is worth another client's opinion, and no harm is done by asking again. */
    private static boolean isSurprise(WireException failure, boolean isRead) {
        return failure.reason() == WireException.Reason.MALFORMED
                && (isRead || failure.sent() != WireException.Sent.BODY);
    }

    /**
     * Makes a call.
     *
     * @throws SdkException what the SDK's client would throw
     */
    <T> T make(String operation, boolean isRead, OverWire<T> overWire, WithSdk<T> withSdk) {
        long end = nanoTime.getAsLong() + callTimeout.toNanos();
        AcquireInitialTokenResponse first = strategy.acquireInitialToken(FIRST);
        RetryToken token = first.token();
        pause(first.delay(), end);
        boolean surprised = false;
        while (true) {
            SdkException failure;
            boolean atOnce = false;
            try {
                long left = end - nanoTime.getAsLong();
                T made = surprised
                        ? withSdk.make(Duration.ofNanos(Math.max(left, 1)))
                        : overWire.make(nanoTime.getAsLong() + Math.min(left, tryTimeout.toNanos()));
                strategy.recordSuccess(RecordSuccessRequest.create(token));
                return made;
            } catch (WireException e) {
                failure = WireFailures.of(e);
                if (isSurprise(e, isRead)) {
                    surprised = true;
                    atOnce = true;
                    fallbacks.count(operation, WireFallbacks.Reason.MALFORMED);
                }
            } catch (SdkException e) {
                failure = e;
            }
            if (failure instanceof AbortedException) {
                // The gateway itself has ended it, and waits for it to be over.
                throw failure;
            }
            try {
                RefreshRetryTokenResponse next = strategy.refreshRetryToken(RefreshRetryTokenRequest.builder()
                        .token(token)
                        .failure(failure)
                        .suggestedDelay(Duration.ZERO)
                        .build());
                token = next.token();
                pause(atOnce ? Duration.ZERO : next.delay(), end);
            } catch (TokenAcquisitionFailedException e) {
                throw failure;
            }
        }
    }

    private void pause(Duration pause, long end) {
        long left = end - nanoTime.getAsLong();
        try {
            Thread.sleep(Duration.ofNanos(Math.clamp(pause.toNanos(), 0, Math.max(left, 0))));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw AbortedException.create("Thread was interrupted", e);
        }
        if (left <= pause.toNanos()) {
            throw ApiCallTimeoutException.create(callTimeout.toMillis());
        }
    }
}
