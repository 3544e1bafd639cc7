package dev.banhmi.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.store.RecordedS3.Response;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

class RefusalReasonsTest {

    private static final ObjectKey KEY = new ObjectKey("demo", "it");

    private final RecordedS3 s3 = RecordedS3.start();
    private final S3Client client = S3Client.builder()
            .endpointOverride(s3.endpoint())
            .region(Region.US_EAST_1)
            .credentialsProvider(AnonymousCredentialsProvider.create())
            .forcePathStyle(true)
            .build();
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1);
    private final RefusalReasons reasons = new RefusalReasons(client, now::get);

    @AfterEach
    void close() {
        client.close();
        s3.close();
    }

    @Test
    void asksAgainAfterAMinute() {
        s3.says(Response.error(400, "ExpiredToken"), Response.error(400, "InvalidToken"));
        assertThat(reason(400, KEY)).isEqualTo("ExpiredToken");
        now.addAndGet(Duration.ofMinutes(1).toNanos() - 1);
        assertThat(reason(400, KEY)).isEqualTo("ExpiredToken");
        now.incrementAndGet();
        assertThat(reason(400, KEY)).isEqualTo("InvalidToken");
        assertThat(s3.requests()).hasSize(2);
    }

    /** What one name is refused for says nothing of the next one. */
    @Test
    void keepsNoReasonThatIsOfOneRequest() {
        s3.says(Response.error(400, "KeyTooLongError"), Response.error(400, "ExpiredToken"));
        assertThat(reason(400, KEY)).isEqualTo("KeyTooLongError");
        assertThat(reason(400, new ObjectKey("demo", "other"))).isEqualTo("ExpiredToken");
    }

    @Test
    void asksForEachBucketAndStatus() {
        s3.says(Response.error(403, "AccessDenied"));
        reason(403, KEY);
        reason(400, KEY);
        reason(403, new ObjectKey("other", "it"));
        assertThat(s3.requests()).hasSize(3);
    }

    @Test
    void doesNotAskAgainWhoDoesNotSay() {
        s3.says(new Response(403, Map.of(), ""));
        assertThat(reason(403, KEY)).isEmpty();
        assertThat(reason(403, KEY)).isEmpty();
        assertThat(s3.requests()).hasSize(1);
    }

    /** Its caller has gone, and the next one has not. */
    @Test
    void asksAgainAfterACallThatWasInterrupted() {
        s3.says(Response.error(403, "AccessDenied"));
        Thread.currentThread().interrupt();
        try {
            assertThat(reason(403, KEY)).isEmpty();
        } finally {
            assertThat(Thread.interrupted()).as("interrupted afterwards, too").isTrue();
        }
        assertThat(reason(403, KEY)).isEqualTo("AccessDenied");
    }

    /** As in a shutdown, between a look and the question why it was refused. */
    @Test
    void takesAClosedClientForOneThatDoesNotSay() {
        client.close();
        assertThat(reason(403, KEY)).isEmpty();
    }

    private String reason(int status, ObjectKey key) {
        S3Exception refusal =
                (S3Exception) S3Exception.builder().statusCode(status).build();
        return StoreFailures.s3Code(reasons.of(refusal, key));
    }
}
