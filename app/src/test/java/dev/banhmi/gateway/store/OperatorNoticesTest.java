package dev.banhmi.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.error.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;

class OperatorNoticesTest {

    private static final SdkClientException FAILURE = SdkClientException.create("no route");

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1);
    private final List<String> said = new ArrayList<>();
    private final OperatorNotices notices = new OperatorNotices(now::get, said::add);

    @Test
    void saysThingsAgainAfterAMinute() {
        notices.note(ErrorCode.STORE_UNREACHABLE, "demo", FAILURE);
        now.addAndGet(Duration.ofMinutes(1).toNanos() - 1);
        notices.note(ErrorCode.STORE_UNREACHABLE, "demo", FAILURE);
        assertThat(said)
                .singleElement()
                .asString()
                .startsWith("STORE_UNREACHABLE: ")
                .endsWith("(no route)");

        now.incrementAndGet();
        notices.note(ErrorCode.STORE_UNREACHABLE, "demo", FAILURE);
        assertThat(said).hasSize(2);
    }

    @Test
    void saysThemOfEachBucketAndCode() {
        notices.note(ErrorCode.STORE_DENIED, "demo", FAILURE);
        notices.note(ErrorCode.STORE_DENIED, "other", FAILURE);
        notices.note(ErrorCode.STORE_BUCKET_MISSING, "demo", FAILURE);
        notices.note(ErrorCode.STORE_DENIED, "demo", FAILURE);
        assertThat(said).hasSize(3);
    }

    @Test
    void saysNothingOfWhatTheOperatorCannotMend() {
        notices.note(ErrorCode.OBJECT_NOT_FOUND, "demo", FAILURE);
        assertThat(said).isEmpty();
    }
}
