package dev.banhmi.gateway.transfer;

import static dev.banhmi.gateway.transfer.AheadFixture.MEBIBYTE;
import static dev.banhmi.gateway.transfer.AheadFixture.SIZE;
import static dev.banhmi.gateway.transfer.AheadFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.StoreHooks.Operation;
import dev.banhmi.testkit.Patience;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a download gives up when its client is gone: everything, before it returns. */
class AbandonedDownloadTest {

    private final IOException gone = new IOException("Broken pipe");
    private final AheadFixture ahead = new AheadFixture();

    @BeforeEach
    void putObject() {
        ahead.put(SIZE);
    }

    @AfterEach
    void close() {
        ahead.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void givesEverythingUpWhenTheClientIsGoneWhileRangesHang(boolean hangInTheirFirstByte) {
        CountDownLatch hanging = new CountDownLatch(2);
        CountDownLatch never = new CountDownLatch(1);
        ahead.serve((first, length) -> first == 0
                ? ahead.slow(first, length)
                : ahead.after(hangInTheirFirstByte ? 0 : MEBIBYTE, first, length, () -> {
                    hanging.countDown();
                    await(never);
                }));
        ComparingClient leaving = new ComparingClient(0, (total, _) -> {
            if (total >= 5 * MEBIBYTE) {
                await(hanging);
                throw gone;
            }
        });
        assertThatThrownBy(() -> ahead.download(leaving)).isSameAs(gone);
        ahead.assertAtRest();
    }

    @Test
    void givesEverythingUpWhenTheClientIsGoneWhileRangesAreBeingOpened() throws IOException {
        CountDownLatch opening = new CountDownLatch(2);
        CountDownLatch never = new CountDownLatch(1);
        ahead.store.hooks().before(Operation.GET, () -> {
            if (ahead.store.hooks().calls(Operation.GET) > 1) {
                opening.countDown();
                try {
                    await(never);
                } catch (IOException e) {
                    throw new GatewayException(ErrorCode.STORE_UNAVAILABLE, "interrupted", e);
                }
            }
        });
        ahead.serve(ahead::slow);
        ComparingClient leaving = new ComparingClient(0, (total, _) -> {
            if (total >= 5 * MEBIBYTE) {
                await(opening);
                throw gone;
            }
        });
        assertThatThrownBy(() -> ahead.download(leaving)).isSameAs(gone);
        ahead.assertAtRest();
    }

    @Test
    void givesEverythingUpWhenTheClientIsGoneWhileRangesAreBeingSent() {
        ahead.serve(ahead::slow);
        ComparingClient leaving = new ComparingClient(0, (total, _) -> {
            if (total >= 10 * MEBIBYTE) {
                throw gone;
            }
        });
        assertThatThrownBy(() -> ahead.download(leaving)).isSameAs(gone);
        ahead.assertAtRest();
    }

    /** What cannot be closed keeps nothing else. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void givesTheRestUpWhenAStreamCannotBeClosed(boolean theFirst) {
        IllegalStateException fault = new IllegalStateException("planted");
        ahead.serve((first, length) -> (first == 0) == theFirst
                ? AheadFixture.failingWhenClosed(ahead.slow(first, length), fault)
                : ahead.slow(first, length));
        ComparingClient leaving = new ComparingClient(0, (total, _) -> {
            if (total >= (theFirst ? 5 : 10) * MEBIBYTE) {
                throw gone;
            }
        });
        assertThatThrownBy(() -> ahead.download(leaving)).isSameAs(gone);
        Patience.await().until(ahead::isAtRest);
    }

    @Test
    void stopsWhenInterruptedWhileItWaitsForARange() {
        CountDownLatch never = new CountDownLatch(1);
        ahead.serve((first, length) ->
                first == 0 ? ahead.slow(first, length) : ahead.after(0, first, length, () -> await(never)));
        ComparingClient interrupted = new ComparingClient(0, (total, _) -> {
            if (total == 8 * MEBIBYTE) {
                Thread.currentThread().interrupt();
            }
        });
        assertThatThrownBy(() -> ahead.download(interrupted))
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorCode.SHUTTING_DOWN, GatewayException::code);
        // As long as it waits for the ranges' threads, the interrupt is put aside.
        assertThat(Thread.interrupted()).isTrue();
        Patience.await().until(ahead::isAtRest);
    }
}
