package dev.banhmi.gateway.object;

import static dev.banhmi.gateway.object.WaitingBytes.GRACE;
import static dev.banhmi.gateway.object.WaitingBytes.PIECE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.object.WaitingBytes.Held;
import dev.banhmi.testkit.MovedClock;
import dev.banhmi.testkit.Patience;
import dev.banhmi.testkit.Seeds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class WaitingBytesTest {

    private static final int CAPACITY = 12 * PIECE;

    private final MovedClock clock = new MovedClock();
    private final WaitingBytes waiting = new WaitingBytes(CAPACITY, Patience.HANGS, clock);

    @Test
    void countsWhatIsBeyondOnePiece() {
        List<Held> small = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            small.add(response(waiting, PIECE));
        }
        assertThat(waiting.free()).isEqualTo(CAPACITY);

        Held large = response(waiting, CAPACITY + PIECE);
        assertThat(waiting.free()).isZero();
        assertThat(large.next()).hasSize(PIECE);
        assertThat(waiting.free()).as("the piece in hand is the uncounted one").isZero();
        assertThat(large.next()).hasSize(PIECE);
        assertThat(waiting.free()).isEqualTo(PIECE);
        large.close();
        small.forEach(Held::close);
        assertThat(waiting.free()).isEqualTo(CAPACITY);
    }

    @Test
    void makesRoomAtTheCostOfTheSlowest() {
        Held quick = response(waiting, 5 * PIECE);
        Held slow = response(waiting, 4 * PIECE);
        Held slower = response(waiting, 3 * PIECE);
        clock.advance(GRACE);
        move(quick, 3);
        move(slow, 2);

        try (Held newcomer = response(waiting, 8 * PIECE)) {
            assertThat(newcomer.size()).isEqualTo(8 * PIECE);
        }

        assertLost(slower::next);
        move(slow, 2);
        move(quick, 2);
        assertThat(quick.next()).isNull();
        assertThat(slow.next()).isNull();
        slow.close();
        quick.close();
        slower.close();
        assertThat(waiting.free()).isEqualTo(CAPACITY);
    }

    /** Bytes count by the time that they took: who has had more time must have moved more. */
    @Test
    void comparesPacesAndNotBytes() {
        Held earlier = response(waiting, 6 * PIECE);
        move(earlier, 2);
        clock.advance(GRACE.multipliedBy(9));
        Held later = response(waiting, 4 * PIECE);
        move(later, 2);
        clock.advance(GRACE);

        response(waiting, 8 * PIECE).close();

        assertLost(earlier::next);
        assertThat(later.next()).hasSize(PIECE);
    }

    @Test
    void takesNobodyForSlowWhoHasOnlyBegun() throws InterruptedException {
        Held new1 = response(waiting, 7 * PIECE);
        Held new2 = response(waiting, 7 * PIECE);
        List<Held> third = new ArrayList<>();

        Thread thread = Thread.startVirtualThread(() -> third.add(response(waiting, 5 * PIECE)));
        await().until(() -> waiting.waiting() == 1);
        move(new1, 5);
        new1.close();
        thread.join();

        assertThat(third).hasSize(1);
        assertThat(new2.next()).as("none was lost").hasSize(PIECE);
    }

    @Test
    void makesTheSlowestGiveUpWhenItIsItselfWhoNeedsRoom() {
        Held quick = response(waiting, CAPACITY + PIECE);
        Held body = waiting.hold();
        body.awaitClient();
        body.received(PIECE);
        body.add(new byte[PIECE]);
        clock.advance(GRACE.multipliedBy(2));
        move(quick, 2);
        quick.next();
        move(quick, 2);

        body.received(2 * PIECE);
        body.add(new byte[PIECE]);
        body.add(new byte[PIECE]);
        assertLost(() -> {
            for (int i = 0; i < 4; i++) {
                body.add(new byte[PIECE]);
            }
        });
        assertThat(quick.next()).hasSize(PIECE);
        quick.close();
        body.close();
        assertThat(waiting.free()).isEqualTo(CAPACITY);
    }

    @Test
    void keepsABodyThatHasArrived() {
        WaitingBytes impatient = new WaitingBytes(CAPACITY, Duration.ZERO, clock);
        Held arrived = impatient.hold();
        arrived.awaitClient();
        for (int i = 0; i <= CAPACITY / PIECE; i++) {
            arrived.add(new byte[PIECE]);
        }
        arrived.settle();
        clock.advance(GRACE.multipliedBy(100));

        Held other = impatient.hold();
        other.awaitClient();
        other.add(new byte[PIECE]);
        assertThatThrownBy(() -> other.add(new byte[PIECE]))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BUSY))
                .hasMessageContaining("8192 bytes");
        assertThat(new HeldInput(arrived)).hasBinaryContent(new byte[CAPACITY + PIECE]);
        other.add(new byte[PIECE]);
    }

    /** Its work in the store is done, and to say that there is no room would be a lie about it. */
    @Test
    void letsAResponseWaitForAsLongAsItTakes() throws InterruptedException {
        WaitingBytes impatient = new WaitingBytes(CAPACITY, Duration.ZERO, clock);
        Held arrived = impatient.hold();
        arrived.awaitClient();
        for (int i = 0; i <= CAPACITY / PIECE; i++) {
            arrived.add(new byte[PIECE]);
        }
        arrived.settle();
        List<Held> written = new ArrayList<>();

        Thread thread = Thread.startVirtualThread(() -> written.add(response(impatient, 2 * PIECE)));
        await().until(() -> impatient.waiting() == 1);
        arrived.close();
        thread.join();

        assertThat(written).hasSize(1);
    }

    /** Many requests in a random order: what is not lost comes out as it went in, and all room is given back. */
    @Test
    void neverMixesNorLeaks() throws IOException {
        Random random = new Random(Seeds.seed(WaitingBytesTest.class));
        record Request(Held held, ByteBuffer content, List<byte[]> read) {}
        List<Request> requests = new ArrayList<>();
        int lost = 0;
        int whole = 0;
        for (int step = 0; step < 3000; step++) {
            clock.advance(Duration.ofMillis(random.nextInt(2000)));
            if (requests.isEmpty() || random.nextInt(5) == 0) {
                byte[] content = new byte[random.nextInt(5 * PIECE)];
                random.nextBytes(content);
                requests.add(new Request(response(waiting, content), ByteBuffer.wrap(content), new ArrayList<>()));
                // Whoever is that new cannot lose, so the next one would wait.
                clock.advance(GRACE);
            }
            Request one = requests.get(random.nextInt(requests.size()));
            try {
                byte[] piece = one.held().next();
                if (piece != null) {
                    one.read().add(piece);
                    continue;
                }
                assertThat(ByteBuffer.wrap(joined(one.read()))).isEqualTo(one.content());
                whole++;
            } catch (GatewayException e) {
                lost++;
            }
            one.held().close();
            requests.remove(one);
        }
        requests.forEach(one -> one.held().close());
        assertThat(waiting.free()).isEqualTo(CAPACITY);
        assertThat(whole).isPositive();
        assertThat(lost).isPositive();
    }

    private static Held response(WaitingBytes waiting, int size) {
        return response(waiting, new byte[size]);
    }

    private static Held response(WaitingBytes waiting, byte[] content) {
        Held held = waiting.hold();
        try (HeldOutput sink = new HeldOutput(held)) {
            sink.write(content);
            sink.finish();
        } catch (IOException e) {
            throw new AssertionError("it is memory", e);
        }
        held.awaitClient();
        return held;
    }

    private static void move(Held held, int pieces) {
        for (int i = 0; i < pieces; i++) {
            assertThat(held.next()).hasSize(PIECE);
        }
    }

    private static byte[] joined(List<byte[]> pieces) {
        byte[] whole = new byte[pieces.stream().mapToInt(piece -> piece.length).sum()];
        int position = 0;
        for (byte[] piece : pieces) {
            System.arraycopy(piece, 0, whole, position, piece.length);
            position += piece.length;
        }
        return whole;
    }

    private static void assertLost(ThrowingCallable use) {
        assertThatThrownBy(use)
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BUSY))
                .hasMessageContaining("more slowly than others");
    }
}
