package dev.banhmi.gateway.transfer.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.transfer.memory.ClientSpeed.Grade;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ClientSpeedTest {

    private static final int FLOOR = 1000;

    private long now = TimeUnit.HOURS.toNanos(-1);
    private final ClientSpeed speed = new ClientSpeed(FLOOR, () -> now);

    @Test
    void takesANewcomerForFastDuringFiveSeconds() {
        speed.waiting();
        pass(5000);
        assertThat(speed.grade()).isEqualTo(Grade.FAST);
        pass(1);
        assertThat(speed.grade()).isNotEqualTo(Grade.FAST);
    }

    @Test
    void isFastAtTheFloorAndSlowBelowIt() {
        send(20, FLOOR, 1000);
        assertThat(speed.grade()).isEqualTo(Grade.FAST);
        send(60, FLOOR - 100, 1000);
        assertThat(speed.grade()).isEqualTo(Grade.SLOW);
    }

    @Test
    void isStalledFarBelowTheFloor() {
        send(20, FLOOR / 16, 1000);
        assertThat(speed.grade()).isEqualTo(Grade.SLOW);
        send(100, FLOOR / 17, 1000);
        assertThat(speed.grade()).isEqualTo(Grade.STALLED);
    }

    @Test
    void noticesAFastClientThatStopsWithinFiveSecondsOfSilence() {
        send(100, 10 * FLOOR, 100);
        speed.waiting();
        pass(5000);
        assertThat(speed.grade()).isEqualTo(Grade.FAST);
        pass(1);
        assertThat(speed.grade()).isEqualTo(Grade.STALLED);
    }

    @Test
    void forgivesASlowClientThatSendsAgain() {
        send(1000, 1, 1000);
        assertThat(speed.grade()).isEqualTo(Grade.STALLED);
        send(11, FLOOR, 500);
        assertThat(speed.grade()).isEqualTo(Grade.FAST);
    }

    @Test
    void doesNotCountTheTimeInWhichNobodyWaitsForTheClient() {
        send(3, FLOOR, 1000);
        pass(TimeUnit.HOURS.toMillis(1));
        assertThat(speed.grade()).isEqualTo(Grade.FAST);
        send(1, 1, 1);
        assertThat(speed.grade()).isEqualTo(Grade.FAST);
    }

    @Test
    void measuresABodyWhileItIsRead() throws IOException {
        InputStream slow = new ByteArrayInputStream(new byte[100]) {
            @Override
            public synchronized int read() {
                pass(5500);
                return super.read();
            }

            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                pass(100);
                return super.read(target, offset, length);
            }
        };
        try (ClientBody body = new ClientBody(slow, speed)) {
            assertThat(body.read()).isZero();
            assertThat(speed.grade()).isEqualTo(Grade.STALLED);
            assertThat(body.readAllBytes()).hasSize(99);
        }
    }

    private void send(int times, int bytes, long millis) {
        for (int i = 0; i < times; i++) {
            speed.waiting();
            pass(millis);
            speed.received(bytes);
        }
    }

    private void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
