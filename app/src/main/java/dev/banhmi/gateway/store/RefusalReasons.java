package dev.banhmi.gateway.store;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Why the store refuses a HEAD, whose response has no body that says so: a GET of one byte is told. It is asked at most
 * once a minute for each bucket and status, because what refuses one object refuses them all, and a listing looks at a
 * thousand; whoever comes while it is asked waits for the same reason. Of a write that is refused without a text, it is
 * asked as well; then there may be no object to read. Thread-safe.
 */
final class RefusalReasons {

    private static final Logger log = LoggerFactory.getLogger(RefusalReasons.class);

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final S3Client s3;
    private final LongSupplier nanoTime;

    /** As many as there are buckets and statuses that need a reason. */
    private final Map<String, Reason> reasons = new ConcurrentHashMap<>();

    RefusalReasons(S3Client s3, LongSupplier nanoTime) {
        this.s3 = s3;
        this.nanoTime = nanoTime;
    }

    /** The refusal that says why, or the same when it does already or nobody can. */
    S3Exception of(S3Exception refusal, ObjectKey key) {
        boolean isOpen = StoreFailures.s3Code(refusal).isEmpty()
                && StoreFailures.REASON_IN_THE_BODY.contains(refusal.statusCode())
                && !key.key().isEmpty();
        if (!isOpen) {
            return refusal;
        }
        S3Exception known = reasons.computeIfAbsent(
                        key.bucket() + " " + refusal.statusCode(), _ -> new Reason(refusal.statusCode()))
                .of(key);
        return known == null ? refusal : known;
    }

    /** Of one bucket and status. */
    private final class Reason {

        private final int status;
        private @Nullable S3Exception known;
        private @Nullable Long asked;

        Reason(int status) {
            this.status = status;
        }

        /** Null when the store does not say. */
        synchronized @Nullable S3Exception of(ObjectKey key) {
            long now = nanoTime.getAsLong();
            if (asked == null || now - asked >= MINUTE) {
                S3Exception told = ask(key);
                if (told == null ? Thread.currentThread().isInterrupted() : StoreFailures.isOfOneRequest(told)) {
                    // Nobody else's: the gateway itself ends the calls of an interrupted thread.
                    return told;
                }
                known = told;
                asked = now;
            }
            return known;
        }

        private @Nullable S3Exception ask(ObjectKey key) {
            try (var content =
                    s3.getObject(get -> get.bucket(key.bucket()).key(key.key()).range("bytes=0-0"))) {
                content.abort();
                return null;
            } catch (S3Exception e) {
                // Another status has another reason: that there is no such object, say.
                boolean isTheReason =
                        e.statusCode() == status && !StoreFailures.s3Code(e).isEmpty();
                return isTheReason ? e : null;
            } catch (IOException | RuntimeException e) {
                log.debug("the store does not say why it refuses what is in bucket {}", key.bucket(), e);
                return null;
            }
        }
    }
}
