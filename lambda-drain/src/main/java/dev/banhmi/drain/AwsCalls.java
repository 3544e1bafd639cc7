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

/** What the calls of both APIs have in common: time, failures, pages. */
final class AwsCalls {

    /*
     * The longest call is shorter than the Lambda's timeout (60 s), so that one API that hangs leaves time to say so. Within it the
     * client tries three times: 3 attempts of 4 s and the pauses between them (at most 0.1 and 0.2 s, after throttling 1 and 2 s)
     * are 15 s.
     */

    /** 2 s: both APIs are in the same region. */
    static final Duration CONNECT = Duration.ofSeconds(2);

    /** 4 s: the time that one attempt may take. */
    static final Duration ATTEMPT = Duration.ofSeconds(4);

    /** 3: one call and two more tries, the standard of the SDK. */
    static final int ATTEMPTS = 3;

    /** 15 s: the time that a call may take with all its attempts. */
    static final Duration CALL = Duration.ofSeconds(15);

    /** Refusals with HTTP 400 that pass: another change is under way, or the credentials are about to be renewed. */
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

    private final TimeLeft timeLeft;

    AwsCalls(TimeLeft timeLeft) {
        this.timeLeft = timeLeft;
    }

    /** The options of the call that comes next. */
    AwsRequestOverrideConfiguration options(String call) {
        return AwsRequestOverrideConfiguration.builder()
                .apiCallTimeout(timeLeft.forCall(call, CALL))
                .build();
    }

    /**
     * Makes a call.
     *
     * @throws RetryableFailure when it may succeed later
     * @throws PermanentFailure when it cannot
     */
    static <T> T make(String call, Supplier<T> request) {
        try {
            return request.get();
        } catch (AwsServiceException e) {
            String message = call + " was refused: " + e.getMessage();
            throw isPassing(e) ? new RetryableFailure(message, e) : new PermanentFailure(message, e);
        } catch (SdkClientException e) {
            throw new RetryableFailure(call + " got no usable answer: " + e.getMessage(), e);
        }
    }

    private static boolean isPassing(AwsServiceException e) {
        return e.statusCode() >= 500
                || e.statusCode() == 429
                || e.isThrottlingException()
                || e.isClockSkewException()
                || PASSING.contains(codeOf(e));
    }

    /** The error code that the service gave, or nothing. */
    static String codeOf(AwsServiceException e) {
        return e.awsErrorDetails() == null || e.awsErrorDetails().errorCode() == null
                ? ""
                : e.awsErrorDetails().errorCode();
    }

    /** What the service said, or nothing. */
    static String messageOf(AwsServiceException e) {
        return e.awsErrorDetails() == null || e.awsErrorDetails().errorMessage() == null
                ? ""
                : e.awsErrorDetails().errorMessage();
    }

    /**
     * Reads page after page.
     *
     * @param page reads the page of a token, the first one with {@code null}, and answers the token of the next
     * @throws RetryableFailure when a token comes twice, which would never end
     */
    static void allPages(String call, Function<@Nullable String, @Nullable String> page) {
        Set<String> seen = new HashSet<>();
        String token = page.apply(null);
        while (token != null && !token.isEmpty()) {
            if (!seen.add(token)) {
                throw new RetryableFailure(call + " answered the same page token twice.");
            }
            token = page.apply(token);
        }
    }

    /**
     * Insists on what the API promises in every answer. One that lacks it is no answer of the API, and the empty list that the
     * SDK makes of it would say that there is nothing.
     *
     * @throws RetryableFailure when it is missing
     */
    static void require(boolean present, String call, String what) {
        if (!present) {
            throw new RetryableFailure(call + " was answered without '" + what + "'.");
        }
    }
}
