package dev.banhmi.gateway.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class LogTextTest {

    @Test
    void leavesAPathAsItWasSent() {
        String path = "/v1/objects/demo/b%C3%A1nh%20m%c3%ac/;a=b,c!$&'()*+~:@";
        assertThat(LogText.path(path)).isSameAs(path);
    }

    @Test
    void encodesWhatEndsALineOrAField() {
        assertThat(LogText.path("/a b\r\nERROR\u001b\"\\\u00e9\u007f")).isEqualTo("/a%20b%0D%0AERROR%1B%22%5C%E9%7F");
        assertThat(LogText.token("GET\n")).isEqualTo("GET%0A");
        assertThat(LogText.path(null)).isEqualTo("-");
        assertThat(LogText.token("")).isEqualTo("-");
    }

    @Test
    void shortensWhatIsTooLong() {
        assertThat(LogText.path("/" + "x".repeat(5_000))).hasSize(4_097).endsWith("x…");
        assertThat(LogText.message("x".repeat(5_000))).hasSize(301).endsWith("x…");
    }

    @Test
    void tellsCausesInOneLine() {
        Throwable failure = new IllegalStateException("outer\nERROR forged", new IOException(new Error()));
        assertThat(LogText.causes(failure))
                .isEqualTo("IllegalStateException: outer ERROR forged, caused by IOException: java.lang.Error,"
                        + " caused by Error");
    }

    @Test
    void endsWhereCausesDoNot() {
        Throwable failure = new Error("0");
        for (int i = 1; i < 20; i++) {
            failure = new Error(Integer.toString(i), failure);
        }
        assertThat(LogText.causes(failure).split(", caused by ")).hasSize(5);
    }
}
