package dev.banhmi.gateway.legacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.observe.FailureLog;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.EOFException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

class LegacyErrorsTest {

    private final GatewayException stopped = new GatewayException(
            ErrorCode.STORE_UNAVAILABLE, "The store stopped sending.", new EOFException("of the store's connection"));

    @RestController
    static final class Downloads {

        private final GatewayException failure;

        Downloads(GatewayException failure) {
            this.failure = failure;
        }

        @GetMapping("/file/download")
        void download(HttpServletResponse response) throws IOException {
            response.flushBuffer();
            throw failure;
        }
    }

    /** Spring takes an end of the store's connection for one of the client's, and the response for whole. */
    @Test
    void leavesAResponseThatHasBegunToBeCut() throws Exception {
        HttpServletRequest request = MockMvcBuilders.standaloneSetup(new Downloads(stopped))
                .setControllerAdvice(new LegacyErrors())
                .build()
                .perform(get("/file/download"))
                .andReturn()
                .getRequest();

        assertThat(FailureLog.unfinished(request)).isSameAs(stopped);
    }
}
