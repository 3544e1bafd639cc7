package dev.banhmi.gateway.transfer;

import static dev.banhmi.gateway.transfer.UploadFixture.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.MemoryObjectStore;
import dev.banhmi.gateway.store.ObjectInfo;
import dev.banhmi.gateway.store.StoreHooks.Operation;
import dev.banhmi.gateway.transfer.prefetch.PrefetchAllowance;
import dev.banhmi.testkit.Seeds;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DownloadTest {

    private final IOException reset = new IOException("Connection reset");
    private final MemoryObjectStore store = MemoryObjectStore.keepingBytes();
    private final UploadFixture fixture = new UploadFixture(store);
    private final PrefetchAllowance nothingAhead = new PrefetchAllowance(fixture.budget, 0, 0, 0, System::nanoTime);
    private final Downloads downloads = new Downloads(store, Duration.ZERO, nothingAhead);
    private final ByteArrayOutputStream client = new ByteArrayOutputStream();

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 300_000})
    void writesAllBytes(int size) throws IOException {
        put(size);
        long seed = Seeds.seed(DownloadTest.class);
        store.hooks().serveFrom((_, length) -> Generated.inShortReads(length, new Random(seed ^ size)));
        try (Download download = open()) {
            assertThat(download.info().size()).isEqualTo(size);
            download.writeTo(client);
        }
        assertThat(client.toByteArray()).isEqualTo(Generated.bytes(0, size));
        assertThat(calls()).isEqualTo(1);
    }

    @Test
    void countsBeyondTheRangeOfAnInt() throws IOException {
        long size = (1L << 31) + 5;
        MemoryObjectStore sums = MemoryObjectStore.keepingSums();
        try (UploadFixture large = new UploadFixture(sums)) {
            large.upload("it", OptionalLong.of(size), Generated.ofLength(size));
        }
        // Stops once, five bytes before the end, so that the rest begins beyond the range of an int.
        sums.hooks().serveFrom((first, length) -> Generated.from(first, first == 0 ? length - 5 : length));
        Sink sink = new Sink();
        try (Download download = new Downloads(sums, Duration.ZERO, nothingAhead).open(key("it"))) {
            download.writeTo(sink);
        }
        assertThat(sink.count).isEqualTo(size);
        assertThat(sums.hooks().calls(Operation.GET)).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 1", "70000, 30000", "99999, 1", "0, 100000", "100000, 0"})
    void writesAPartOfAVersion(int first, int length) throws IOException {
        put(100_000);
        ObjectInfo info = store.head(key("it"));
        try (Download download = downloads.openRange(key("it"), info, first, length)) {
            download.start();
            download.writeTo(client);
        }
        assertThat(client.toByteArray()).isEqualTo(Generated.bytes(first, length));
        assertThat(calls()).isEqualTo(length == 0 ? 0 : 1);
    }

    @Test
    void refusesAPartOfAVersionThatIsGoneBeforeTheFirstByte() {
        put(100_000);
        ObjectInfo info = store.head(key("it"));
        put(100_001);
        try (Download download = downloads.openRange(key("it"), info, 0, 10)) {
            assertThatThrownBy(download::start)
                    .asInstanceOf(type(GatewayException.class))
                    .returns(ErrorCode.PRECONDITION_FAILED, GatewayException::code);
        }
    }

    @Test
    void goesOnWhereTheStoreEndedTooEarly() throws IOException {
        put(100_000);
        store.hooks()
                .serveFrom((first, length) -> first == 0 ? Generated.ofLength(99_999) : Generated.from(first, length));
        download();
        assertThat(client.toByteArray()).isEqualTo(Generated.bytes(0, 100_000));
        assertThat(calls()).isEqualTo(2);
    }

    @Test
    void goesOnWhereReadingFailed() throws IOException {
        put(100_000);
        store.hooks()
                .serveFrom((first, length) ->
                        first == 0 ? Generated.failingAfter(70_000, reset) : Generated.from(first, length));
        download();
        assertThat(client.toByteArray()).isEqualTo(Generated.bytes(0, 100_000));
        assertThat(calls()).isEqualTo(2);
    }

    @Test
    void goesOnForAsLongAsEachTryBringsAByte() throws IOException {
        put(20);
        store.hooks().serveFrom((first, _) -> Generated.failingAfter(first, 1, reset));
        download();
        assertThat(client.toByteArray()).isEqualTo(Generated.bytes(0, 20));
        assertThat(calls()).isEqualTo(20);
    }

    @Test
    void goesOnAfterThreeFailuresInARow() throws IOException {
        put(100_000);
        store.hooks()
                .serveFrom((first, length) ->
                        first == 0 ? Generated.failingAfter(70_000, reset) : Generated.from(first, length));
        store.hooks().fail(Operation.GET, 2, 3, () -> new GatewayException(ErrorCode.STORE_UNAVAILABLE, "down"));
        download();
        assertThat(client.toByteArray()).isEqualTo(Generated.bytes(0, 100_000));
        assertThat(calls()).isEqualTo(4);
    }

    @Test
    void blamesTheStoreAfterFourFailuresInARow() {
        put(100_000);
        store.hooks()
                .serveFrom((first, _) ->
                        first == 0 ? Generated.failingAfter(70_000, reset) : Generated.failingAfter(first, 0, reset));
        assertThatThrownBy(this::download)
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorCode.STORE_UNAVAILABLE, GatewayException::code)
                .returns(reset, GatewayException::getCause)
                .extracting(GatewayException::getMessage)
                .asString()
                .contains("70000 of 100000")
                .doesNotContain("reset");
        assertThat(client.size()).isEqualTo(70_000);
        // The first one brought bytes; its end is the first of four failures.
        assertThat(calls()).isEqualTo(4);
    }

    @Test
    void sendsNoByteOfAnotherVersion() {
        put(100_000);
        store.hooks().serveFrom((first, length) -> {
            if (first == 0) {
                return Generated.failingAfter(70_000, reset);
            }
            return Generated.from(first, length);
        });
        AtomicBoolean replaced = new AtomicBoolean();
        store.hooks().before(Operation.GET, () -> {
            if (calls() == 2 && replaced.compareAndSet(false, true)) {
                put(100_001);
            }
        });
        assertThatThrownBy(this::download)
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorCode.PRECONDITION_FAILED, GatewayException::code);
        assertThat(replaced).isTrue();
        assertThat(client.toByteArray()).isEqualTo(Generated.bytes(0, 70_000));
        assertThat(calls()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"100, 50", "300000, 0", "300000, 150000", "300000, 299999"})
    void keepsTheEndBackWhenAByteIsNotWhatWasStored(int size, int flipped) {
        put(size);
        store.hooks().serveFrom((first, length) -> {
            byte[] bytes = Generated.bytes(first, (int) length);
            bytes[flipped] ^= 1;
            return new ByteArrayInputStream(bytes);
        });
        try (Download download = open()) {
            assertThatThrownBy(() -> download.writeTo(client))
                    .asInstanceOf(type(GatewayException.class))
                    .returns(ErrorCode.STORE_FAULT, GatewayException::code);
        }
        assertThat(client.size()).isLessThan(size);
    }

    @Test
    void doesNotAskAgainAfterARefusal() {
        put(100_000);
        store.hooks().serveFrom((_, _) -> Generated.failingAfter(70_000, reset));
        store.hooks().fail(Operation.GET, 2, 2, () -> new GatewayException(ErrorCode.STORE_DENIED, "denied"));
        assertThatThrownBy(this::download)
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorCode.STORE_DENIED, GatewayException::code);
        assertThat(calls()).isEqualTo(2);
    }

    @Test
    void stopsWhenInterruptedBetweenTwoTries() {
        put(10);
        store.hooks().serveFrom((_, _) -> new InputStream() {
            @Override
            public int read() throws IOException {
                Thread.currentThread().interrupt();
                throw reset;
            }

            @Override
            public int read(byte[] target, int offset, int wanted) throws IOException {
                return read();
            }
        });
        assertThatThrownBy(this::download)
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorCode.SHUTTING_DOWN, GatewayException::code);
        assertThat(Thread.interrupted()).isTrue();
    }

    /** Which of the eleven are the object's? */
    @Test
    void keepsTheEndBackWhenTheStoreSendsMoreThanTheObjectHas() {
        put(10);
        store.hooks().serveFrom((_, _) -> Generated.ofLength(11));
        assertThatThrownBy(this::download)
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorCode.STORE_FAULT, GatewayException::code);
        assertThat(client.size()).isZero();
    }

    @Test
    void leavesWhatTheClientThrowsAsItIs() {
        put(10);
        IOException gone = new IOException("Broken pipe");
        try (Download download = open()) {
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
        put(10);
        AtomicBoolean closed = new AtomicBoolean();
        store.hooks().serveFrom((_, length) -> new FilterInputStream(Generated.ofLength(length)) {
            @Override
            public void close() {
                closed.set(true);
            }
        });
        open().close();
        assertThat(closed).isTrue();
    }

    @Test
    void passesOnThatThereIsNoObject() {
        assertThatThrownBy(() -> downloads.open(key("missing")).close())
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorCode.OBJECT_NOT_FOUND, GatewayException::code);
    }

    private void put(long size) {
        fixture.upload("it", OptionalLong.of(size), Generated.ofLength(size));
    }

    private Download open() {
        return downloads.open(key("it"));
    }

    private void download() throws IOException {
        try (Download download = open()) {
            download.writeTo(client);
        }
    }

    private int calls() {
        return store.hooks().calls(Operation.GET);
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
}
