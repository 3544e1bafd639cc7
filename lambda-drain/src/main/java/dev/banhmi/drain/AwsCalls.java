package dev.banhmi.drain;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;

/** What the calls to both APIs share: pace, timeouts, retries, failures, pagination. Thread-safe. */
final class AwsCalls {

    /*
     * The longest call is shorter than the Lambda's timeout (60 s), so that an API that hangs leaves time to log the failure. Within it the
     * client tries three times: 3 attempts of 4 s and the pauses between them (at most 0.1 and 0.2 s, after throttling 1 and 2 s) are 15 s.
     * A call that is throttled three times is made again while the invocation has the time: of 150 calls of which each attempt has one
     * chance in ten to be throttled, one call in seven sweeps would otherwise fail, and the sweep with it.
     *
     * After an event it is not: a removal of a thousand instances is thousands of events, whose processes know nothing of each other. Together
     * they would take the tokens of the sweep, which does in batches for the whole fleet what each of them wants for one instance.
     */

    /** 2 s: both APIs are in the same region. */
    static final Duration CONNECT = Duration.ofSeconds(2);

    /** 4 s: the limit of one attempt. */
    static final Duration ATTEMPT = Duration.ofSeconds(4);

    /** 3: one call and two retries, the SDK's default. */
    static final int ATTEMPTS = 3;

    /** 15 s: the limit of a call with all its attempts. */
    static final Duration CALL = Duration.ofSeconds(15);

    /** Errors with HTTP 400 that are transient: another change is in progress, or the credentials are about to be renewed. */
    private static final Set<String> PASSING = Set.of(
            "ExpiredToken",
            "ExpiredTokenException",
            "RequestExpired",
            "RequestTimeout",
            "ResourceContention",
            "ResourceInUseException",
            "ScalingActivityInProgress",
            "ServerException",
            "UpdateInProgressException");

    /** 4: how often a sweep makes a call, each time with the client's own attempts, while it is throttled. */
    private static final int ROUNDS = 4;

    private final TimeLeft timeLeft;
    private final Pace pace;
    private final boolean insists;

    private AwsCalls(TimeLeft timeLeft, Pace pace, boolean insists) {
        this.timeLeft = timeLeft;
        this.pace = pace;
        this.insists = insists;
    }

    /** The calls of a sweep, which are made again while they are throttled. */
    static AwsCalls ofSweep(TimeLeft timeLeft, Pace pace) {
        return new AwsCalls(timeLeft, pace, true);
    }

    /**
     * The calls after an event, which end with the first that is throttled in spite of the client's attempts. For a while thereafter the process
     * makes none: that alone keeps thousands of events from the tokens that the sweep needs.
     */
    static AwsCalls ofEvent(TimeLeft timeLeft, Pace pace) {
        return new AwsCalls(timeLeft, pace, false);
    }

    /** The options of the next call, which may begin when this returns. */
    AwsRequestOverrideConfiguration options(String call) {
        pace.await(call);
        return AwsRequestOverrideConfiguration.builder()
                .apiCallTimeout(timeLeft.forCall(call, CALL))
                .build();
    }

    /**
     * Makes a call.
     *
     * @throws ThrottledFailure when AWS asks for fewer calls
     * @throws RetryableFailure when it may succeed later
     * @throws PermanentFailure when it cannot
     */
    <T> T make(String call, Supplier<T> request) {
        return make(call, request, true);
    }

    /** The same with a call that nothing depends on: where it is throttled after an event, the process goes on with the others. */
    <T> T ask(String call, Supplier<T> request) {
        return make(call, request, false);
    }

    private <T> T make(String call, Supplier<T> request, boolean isNeeded) {
        if (!insists && pace.isCrowded()) {
            throw new ThrottledFailure(call + " is not made: this process was throttled less than "
                    + Pace.CROWDED.toSeconds() + " s ago.");
        }
        for (int round = 1; ; round++) {
            try {
                return once(call, request);
            } catch (ThrottledFailure e) {
                if (!insists) {
                    if (isNeeded) {
                        pace.throttled();
                    }
                    throw e;
                }
                if (round == ROUNDS || !timeLeft.allows(ATTEMPT)) {
                    throw e;
                }
            }
        }
    }

    private static <T> T once(String call, Supplier<T> request) {
        try {
            return request.get();
        } catch (AwsServiceException e) {
            String message = call + " was refused: " + e.getMessage();
            if (e.isThrottlingException() || e.statusCode() == 429) {
                throw new ThrottledFailure(message, e);
            }
            throw isPassing(e) ? new RetryableFailure(message, e) : new PermanentFailure(message, e);
        } catch (SdkClientException e) {
            throw new RetryableFailure(call + " got no usable response: " + e.getMessage(), e);
        }
    }

    private static boolean isPassing(AwsServiceException e) {
        return e.statusCode() >= 500 || e.isClockSkewException() || PASSING.contains(codeOf(e));
    }

    /** The error code that the service returned, or the empty string. */
    static String codeOf(AwsServiceException e) {
        return e.awsErrorDetails() == null || e.awsErrorDetails().errorCode() == null
                ? ""
                : e.awsErrorDetails().errorCode();
    }

    /** The error message that the service returned, or the empty string. */
    static String messageOf(AwsServiceException e) {
        return e.awsErrorDetails() == null || e.awsErrorDetails().errorMessage() == null
                ? ""
                : e.awsErrorDetails().errorMessage();
    }

    /**
     * Reads page after page.
     *
     * @param page reads the page of a token, the first one with {@code null}, and returns the token of the next
     * @throws RetryableFailure when a token is repeated, which would never end
     */
    static void allPages(String call, Function<@Nullable String, @Nullable String> page) {
        Set<String> seen = new HashSet<>();
        String token = page.apply(null);
        while (token != null && !token.isEmpty()) {
            if (!seen.add(token)) {
                throw new RetryableFailure(call + " returned the same page token twice.");
            }
            token = page.apply(token);
        }
    }

    /**
     * Requires what the API documents for every response. One that lacks it is not a response of the API, and the empty list that the SDK
     * turns it into would mean that there is nothing.
     *
     * @throws RetryableFailure when it is missing
     */
    static void require(boolean present, String call, String what) {
        if (!present) {
            throw new RetryableFailure(call + " returned no '" + what + "'.");
        }
    }
}
