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

    private final SdkClientException failure = SdkClientException.create("no route");

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1);
    private final List<String> said = new ArrayList<>();
    private final OperatorNotices notices = new OperatorNotices(now::get, said::add);

    @Test
    void saysThingsAgainAfterAMinute() {
        notices.note(ErrorCode.STORE_UNREACHABLE, "demo", failure);
        now.addAndGet(Duration.ofMinutes(1).toNanos() - 1);
        notices.note(ErrorCode.STORE_UNREACHABLE, "demo", failure);
        assertThat(said)
                .singleElement()
                .asString()
                .startsWith("STORE_UNREACHABLE: ")
                .endsWith("(no route)");

        now.incrementAndGet();
        notices.note(ErrorCode.STORE_UNREACHABLE, "demo", failure);
        assertThat(said).hasSize(2);
    }

    @Test
    void saysThemOfEachBucketAndCode() {
        notices.note(ErrorCode.STORE_DENIED, "demo", failure);
        notices.note(ErrorCode.STORE_DENIED, "other", failure);
        notices.note(ErrorCode.STORE_BUCKET_MISSING, "demo", failure);
        notices.note(ErrorCode.STORE_DENIED, "demo", failure);
        assertThat(said).hasSize(3);
    }

    @Test
    void saysNothingOfWhatTheOperatorCannotMend() {
        notices.note(ErrorCode.OBJECT_NOT_FOUND, "demo", failure);
        assertThat(said).isEmpty();
    }
}
