package dev.banhmi.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

class S3ObjectContentTest {

    private static final int LENGTH = 100;

    private final AtomicBoolean aborted = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    @Test
    void givesTheConnectionBackAfterTheLastByte() throws IOException {
        try (S3ObjectContent content = content()) {
            assertThat(content.stream().readNBytes(LENGTH)).hasSize(LENGTH);
        }

        assertThat(closed).isTrue();
        assertThat(aborted).isFalse();
    }

    @Test
    void countsSingleAndSkippedBytes() throws IOException {
        try (S3ObjectContent content = content()) {
            assertThat(content.stream().read()).isZero();
            assertThat(content.stream().skip(LENGTH - 1)).isEqualTo(LENGTH - 1);
        }

        assertThat(aborted).isFalse();
    }

    @Test
    void givesTheConnectionUpBeforeTheLastByte() throws IOException {
        try (S3ObjectContent content = content()) {
            assertThat(content.stream().readNBytes(LENGTH - 1)).hasSize(LENGTH - 1);
        }

        assertThat(aborted).isTrue();
    }

    private S3ObjectContent content() {
        InputStream body = new FilterInputStream(new ByteArrayInputStream(new byte[LENGTH])) {
            @Override
            public void close() {
                closed.set(true);
            }
        };
        return new S3ObjectContent(
                new ObjectInfo(
                        LENGTH,
                        "\"etag\"",
                        Instant.EPOCH,
                        ObjectAttributes.ofType("text/plain"),
                        null,
                        null,
                        null,
                        Map.of(),
                        new StoreResponse("id", 200, Map.of(), 0)),
                new ResponseInputStream<>(
                        GetObjectResponse.builder().contentLength((long) LENGTH).build(),
                        AbortableInputStream.create(body, () -> aborted.set(true))));
    }
}
