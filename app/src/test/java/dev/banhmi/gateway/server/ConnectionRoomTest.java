package dev.banhmi.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConnectionRoomTest {

    private static final long MIB = 1L << 20;

    /** A container of 512 MiB, and one of 1 GiB: the first has room for less than what is configured by default. */
    @Test
    void takesWhatTheHeapHasRoomFor() {
        assertThat(ConnectionRoom.inHeap(128 * MIB, false)).isEqualTo(288);
        assertThat(ConnectionRoom.inHeap(256 * MIB, false)).isGreaterThan(640);
    }

    @Test
    void growsWithTheHeap() {
        int before = 0;
        for (long heap = 0; heap <= 4096 * MIB; heap += MIB) {
            int connections = ConnectionRoom.inHeap(heap, false);
            assertThat(connections).isGreaterThanOrEqualTo(Math.max(before, 32));
            before = connections;
        }
    }

    @Test
    void takesLessWithTls() {
        assertThat(ConnectionRoom.inHeap(128 * MIB, true)).isEqualTo(208);
    }

    @Test
    void isPossibleHoweverLargeTheHeapIs() {
        assertThat(ConnectionRoom.inHeap(Long.MAX_VALUE, false) + ClientConnections.SPARE)
                .isPositive();
    }
}
