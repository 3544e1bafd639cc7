package dev.banhmi.gateway.server;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.observe.FailureLog;
import jakarta.servlet.http.HttpServletRequest;
import org.apache.coyote.CloseNowException;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class TruncatedResponseFilterTest {

    @Test
    void cutsWhatIsLeftUnfinished() {
        GatewayException why = new GatewayException(ErrorCode.STORE_UNAVAILABLE, "The store stopped sending.");
        assertThatThrownBy(() -> served(why))
                .isInstanceOf(CloseNowException.class)
                .hasCause(why);
        IllegalStateException fault = new IllegalStateException("a fault");
        assertThatThrownBy(() -> served(fault)).isSameAs(fault);
    }

    private static void served(RuntimeException failure) throws Exception {
        new TruncatedResponseFilter()
                .doFilter(
                        new MockHttpServletRequest("GET", "/file/download"),
                        new MockHttpServletResponse(),
                        (request, response) -> FailureLog.leaveUnfinished((HttpServletRequest) request, failure));
    }
}
