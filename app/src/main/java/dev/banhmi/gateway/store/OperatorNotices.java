package dev.banhmi.gateway.store;

import dev.banhmi.gateway.error.ErrorCode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Says in the log what to do about a failure that only the operator can mend, with the store's own word for it: at most
 * once a minute for each code and bucket, because every request then fails with it. Thread-safe.
 */
final class OperatorNotices {

    private static final Logger log = LoggerFactory.getLogger(OperatorNotices.class);

    private static final long PAUSE = Duration.ofMinutes(1).toNanos();

    private final LongSupplier nanoTime;
    private final Consumer<String> notices;

    /** When each was last said; as many as there are codes and buckets that are served. */
    private final Map<String, Long> said = new ConcurrentHashMap<>();

    OperatorNotices(LongSupplier nanoTime) {
        this(nanoTime, log::warn);
    }

    OperatorNotices(LongSupplier nanoTime, Consumer<String> notices) {
        this.nanoTime = nanoTime;
        this.notices = notices;
    }

    /** Notes a failure of a call about something in a bucket. */
    void note(ErrorCode code, String bucket, SdkException failure) {
        String advice = advice(code, bucket, failure);
        if (advice != null && isDue(code + " " + bucket)) {
            notices.accept(code + ": " + advice + " (" + ownWord(failure) + ")");
        }
    }

    private boolean isDue(String what) {
        long now = nanoTime.getAsLong();
        Long last = said.get(what);
        if (last != null && now - last < PAUSE) {
            return false;
        }
        return last == null ? said.putIfAbsent(what, now) == null : said.replace(what, last, now);
    }

    private static @Nullable String advice(ErrorCode code, String bucket, SdkException failure) {
        return switch (code) {
            case STORE_CREDENTIALS_EXPIRED ->
                "the gateway's credentials have expired; a task role renews its own, fixed keys with a session token must be"
                        + " renewed and the gateway started again";
            case STORE_CREDENTIALS_INVALID ->
                "check banhmi.s3.access-key-id and banhmi.s3.secret-access-key, or, without them, the task's role";
            case STORE_CLOCK_SKEW ->
                "synchronise the clock of this machine (chrony, NTP); the store's says "
                        + header(failure, "Date").orElse("another time");
            case STORE_WRONG_REGION ->
                "bucket " + bucket + " is in "
                        + header(failure, "x-amz-bucket-region").orElse("another region")
                        + "; set banhmi.s3.region to it";
            case STORE_BUCKET_MISSING ->
                "the store has no bucket " + bucket
                        + "; create it, or correct banhmi.buckets, the region or the account";
            case STORE_DENIED ->
                "the credentials lack a right in bucket " + bucket
                        + "; s3:ListBucket on it, and s3:GetObject, s3:PutObject, s3:DeleteObject,"
                        + " s3:AbortMultipartUpload and s3:ListMultipartUploadParts on its objects, those under .banhmi/"
                        + " among them, are required";
            case STORE_THROTTLED ->
                "the store throttles bucket " + bucket + "; spread the load, or request a higher limit";
            case STORE_UNREACHABLE ->
                "no connection to the store; check banhmi.s3.endpoint, the name server, security groups and certificates";
            case BUSY -> "every connection to the store is in use; raise banhmi.s3.max-connections or add gateways";
            default -> null;
        };
    }

    private static String ownWord(SdkException failure) {
        if (failure instanceof S3Exception refusal) {
            return "HTTP status " + refusal.statusCode() + " " + StoreFailures.s3Code(refusal) + ", request id "
                    + refusal.requestId();
        }
        return String.valueOf(failure.getMessage());
    }

    private static Optional<String> header(SdkException failure, String name) {
        if (failure instanceof S3Exception refusal && refusal.awsErrorDetails() != null) {
            SdkHttpResponse response = refusal.awsErrorDetails().sdkHttpResponse();
            return response == null ? Optional.empty() : response.firstMatchingHeader(name);
        }
        return Optional.empty();
    }
}
