package dev.banhmi.gateway.transfer;

import static dev.banhmi.gateway.transfer.AheadFixture.MEBIBYTE;
import static dev.banhmi.gateway.transfer.AheadFixture.SIZE;
import static dev.banhmi.gateway.transfer.AheadFixture.await;
import static dev.banhmi.gateway.transfer.UploadFixture.key;
import static dev.banhmi.testkit.Patience.HANGS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.StoreHooks.Operation;
import dev.banhmi.gateway.transfer.prefetch.PrefetchAllowance;
import dev.banhmi.testkit.Patience;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a download gives back, also when its client is gone: everything, before it returns. */
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
        ahead.assertAtRest();
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
        ahead.assertAtRest();
    }

    /**
     * A thread that is still at work may write into memory that another transfer has by then. Also where this one is
     * interrupted, as in a shutdown.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void endsWhenNothingIsReadAnyMoreAndNotBefore(boolean interrupted) throws Exception {
        CountDownLatch hanging = new CountDownLatch(2);
        CountDownLatch stubborn = new CountDownLatch(1);
        ahead.serve((first, length) -> first == 0
                ? ahead.slow(first, length)
                : ahead.after(0, first, length, () -> {
                    hanging.countDown();
                    awaitWhoeverInterrupts(stubborn);
                }));
        AtomicBoolean left = new AtomicBoolean();
        ComparingClient leaving = new ComparingClient(0, (total, _) -> {
            if (total >= 5 * MEBIBYTE) {
                await(hanging);
                left.set(true);
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                throw gone;
            }
        });
        FutureTask<Boolean> atRest = new FutureTask<>(() -> {
            assertThatThrownBy(() -> ahead.download(leaving)).isSameAs(gone);
            return ahead.isAtRest();
        });
        Thread request = Thread.ofPlatform().start(atRest);
        Patience.await(
                "the download waits for its ranges, or has ended",
                () -> left + " " + request.getState(),
                () -> left.get() && (request.getState() == Thread.State.TIMED_WAITING || !request.isAlive()));
        stubborn.countDown();
        assertThat(atRest.get(HANGS.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    private static void awaitWhoeverInterrupts(CountDownLatch latch) throws IOException {
        boolean interrupted = false;
        while (true) {
            try {
                await(latch);
                break;
            } catch (InterruptedIOException e) {
                interrupted = Thread.interrupted();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Room that comes between two tries is not taken for ranges that nobody has. */
    @Test
    void keepsNothingWhereTheRoomComesLate() throws IOException {
        ahead.serve(ahead::slow);
        AtomicInteger tries = new AtomicInteger();
        PrefetchAllowance late =
                ahead.allowance(size -> tries.incrementAndGet() == 1 ? null : ahead.budget.tryReserve(size));
        ComparingClient client = new ComparingClient(0, (_, _) -> {});
        try (Download download = new Downloads(ahead.store, Duration.ZERO, late).open(key("it"))) {
            download.writeTo(client);
        }
        assertThat(client.count()).isEqualTo(SIZE);
        assertThat(ahead.streams.requests()).as("later, when there is room").anyMatch(request -> request.first() > 0);
        ahead.assertAtRest();
    }
}
