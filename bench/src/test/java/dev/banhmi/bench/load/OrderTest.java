package dev.banhmi.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OrderTest {

    private static final Request GET = Request.get(8080, "/v1/objects/demo/a%20b?x=1", 1L << 32);

    @Test
    void survivesTheWayThroughAPipe() {
        for (Order order : new Order[] {
            Order.series(GET.overTls(), 2),
            Order.loop(GET.ofRange(5, 10), 16, Duration.ofMillis(1500)),
            Order.rate(GET, 64, Duration.ofSeconds(4), 1000),
            Order.slow(Request.put(1, "/", 0), 200, Duration.ofSeconds(4), 65536)
        }) {
            assertThat(Order.parse(order.toLine())).isEqualTo(order);
        }
        Tally tally = new Tally(3, 1L << 40, Duration.ofNanos(5), Duration.ofNanos(7), Duration.ofNanos(9));
        assertThat(Tally.parse(tally.toLine())).isEqualTo(tally);
    }

    @Test
    void saysWhatWentWrongInPlaceOfATally() {
        assertThatThrownBy(() -> Tally.parse("java.io.IOException: the connection ended"))
                .hasMessage("java.io.IOException: the connection ended");
    }

    @Test
    void refusesATargetThatWouldBreakTheLine() {
        assertThatThrownBy(() -> Request.get(1, "/a b", 1)).hasMessageContaining("/a b");
    }

    @Test
    void asksForARange() {
        Request request = GET.ofRange(5, 10);

        assertThat(new String(request.head(), StandardCharsets.US_ASCII)).contains("\r\nRange: bytes=5-14\r\n");
        assertThat(request.length()).isEqualTo(10);
        assertThat(request.succeededWith(206)).isTrue();
        assertThat(request.succeededWith(200)).isFalse();
    }
}
