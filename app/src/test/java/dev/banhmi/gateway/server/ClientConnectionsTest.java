package dev.banhmi.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.Seeds;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ClientConnectionsTest {

    private static final int LEAST = 500;

    /** Clients go on while it is decided which of them has to go: a wait that is read again is another one. */
    @Test
    void readsTheWaitOfEachConnectionOnce() {
        Random random = new Random(Seeds.seed(ClientConnectionsTest.class));
        Stream<Integer> connections = IntStream.range(0, 1000).boxed();
        Map<Integer, Long> read = new HashMap<>();
        ToLongFunction<Integer> waited = connection -> {
            long wait = random.nextLong(2 * LEAST);
            assertThat(read.put(connection, wait)).as("read before").isNull();
            return wait;
        };

        List<Long> longestFirst = ClientConnections.longestFirst(connections, waited, LEAST)
                .map(read::get)
                .toList();

        assertThat(longestFirst)
                .isEqualTo(read.values().stream()
                        .filter(wait -> wait >= LEAST)
                        .sorted(Comparator.reverseOrder())
                        .toList());
    }
}
