package dev.banhmi.gateway.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.MemoryObjectStore;
import dev.banhmi.gateway.store.ObjectAttributes;
import dev.banhmi.gateway.store.ObjectContent;
import dev.banhmi.gateway.store.ObjectInfo;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.StoreAnswer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DownloadTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 300_000})
    void writesAllBytes(int size) throws IOException {
        ByteArrayOutputStream client = new ByteArrayOutputStream();
        try (Download download = download(size, Generated.inShortReads(size, new Random(size)))) {
            assertThat(download.info().size()).isEqualTo(size);
            download.writeTo(client);
        }
        assertThat(client.toByteArray()).isEqualTo(Generated.bytes(0, size));
    }

    @Test
    void countsBeyondTheRangeOfAnInt() throws IOException {
        long size = (1L << 31) + 5;
        Sink client = new Sink();
        try (Download download = download(size, Generated.ofLength(size))) {
            download.writeTo(client);
        }
        assertThat(client.count).isEqualTo(size);
    }

    @Test
    void failsWhenTheStoreSendsLessThanTheObjectHas() {
        try (Download download = download(100_000, Generated.ofLength(99_999))) {
            assertThatThrownBy(() -> download.writeTo(OutputStream.nullOutputStream()))
                    .asInstanceOf(type(GatewayException.class))
                    .returns(ErrorCode.STORE_UNAVAILABLE, GatewayException::code)
                    .extracting(GatewayException::getMessage)
                    .asString()
                    .contains("99999 of 100000");
        }
    }

    @Test
    void failsWhenTheStoreSendsMoreThanTheObjectHas() {
        try (Download download = download(10, Generated.ofLength(11))) {
            assertThatThrownBy(() -> download.writeTo(OutputStream.nullOutputStream()))
                    .isInstanceOf(GatewayException.class);
        }
    }

    @Test
    void blamesTheStoreWhenReadingFails() {
        IOException reset = new IOException("Connection reset");
        try (Download download = download(100_000, Generated.failingAfter(70_000, reset))) {
            assertThatThrownBy(() -> download.writeTo(OutputStream.nullOutputStream()))
                    .asInstanceOf(type(GatewayException.class))
                    .returns(ErrorCode.STORE_UNAVAILABLE, GatewayException::code)
                    .returns(reset, GatewayException::getCause)
                    .extracting(GatewayException::getMessage)
                    .asString()
                    .doesNotContain("reset");
        }
    }

    @Test
    void leavesWhatTheClientThrowsAsItIs() {
        IOException gone = new IOException("Broken pipe");
        try (Download download = download(10, Generated.ofLength(10))) {
            assertThatThrownBy(() -> download.writeTo(new OutputStream() {
                        @Override
                        public void write(int value) throws IOException {
                            throw gone;
                        }
                    }))
                    .isSameAs(gone);
        }
    }

    @Test
    void givesUpTheRestWhenItIsClosed() {
        Content content = content(10, Generated.ofLength(10));
        new Download(content).close();
        assertThat(content.closed).isTrue();
    }

    @Test
    void passesOnThatThereIsNoObject() {
        Downloads downloads = new Downloads(MemoryObjectStore.keepingBytes());
        assertThatThrownBy(
                        () -> downloads.open(new ObjectKey("demo", "missing")).close())
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorCode.OBJECT_NOT_FOUND, GatewayException::code);
    }

    private static Download download(long size, InputStream bytes) {
        return new Download(content(size, bytes));
    }

    private static Content content(long size, InputStream bytes) {
        return new Content(size, bytes);
    }

    private static final class Sink extends OutputStream {
        private long count;

        @Override
        public void write(int value) {
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            count += length;
        }
    }

    private static final class Content implements ObjectContent {

        private final ObjectInfo info;
        private final InputStream stream;
        private boolean closed;

        Content(long size, InputStream stream) {
            this.info = new ObjectInfo(
                    size,
                    "\"etag\"",
                    Instant.EPOCH,
                    ObjectAttributes.ofType("application/octet-stream"),
                    null,
                    null,
                    null,
                    new StoreAnswer("", 200, Map.of(), 0));
            this.stream = stream;
        }

        @Override
        public ObjectInfo info() {
            return info;
        }

        @Override
        public InputStream stream() {
            return stream;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
