package dev.banhmi.gateway.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** Every moment here is after the longest transfer. */
class TransferDeadlineFilterTest {

    private final TransferDeadlineFilter filter = new TransferDeadlineFilter(Duration.ofNanos(1), () -> false);

    private final MockHttpServletResponse response = new MockHttpServletResponse();

    /** The store may take its time once it has everything; to say 408 of what it has stored would be a lie. */
    @ParameterizedTest
    @ValueSource(strings = {"PUT", "POST", "DELETE"})
    void letsAWriteSayWhatBecameOfIt(String method) throws ServletException, IOException {
        filter.doFilter(new MockHttpServletRequest(method, "/v1/objects/demo/it"), response, (in, out) -> {
            assertThat(in.getInputStream().read()).isEqualTo(-1);
            out.getOutputStream().write("stored".getBytes(UTF_8));
        });

        assertThat(response.getContentAsString()).isEqualTo("stored");
    }

    /** What is longer than a receipt, as the results of many deletions are, may not be read for ever. */
    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "GET"})
    void endsALongResponseAtItsNextByte(String method) {
        assertEnds(() ->
                filter.doFilter(new MockHttpServletRequest(method, "/v1/objects/demo"), response, (in, out) -> {
                    response.setCommitted(true);
                    out.getOutputStream().write("the rest".getBytes(UTF_8));
                }));
        assertThat(response.getContentAsByteArray()).isEmpty();
    }

    @Test
    void endsAnUploadAtItsNextByte() {
        MockHttpServletRequest upload = new MockHttpServletRequest("PUT", "/v1/objects/demo/it");
        upload.setContent(new byte[] {1});

        assertEnds(() -> filter.doFilter(
                upload,
                response,
                (in, out) -> assertThat(in.getInputStream().read()).isOne()));
    }

    @Test
    void endsADownloadAtItsNextByte() {
        assertEnds(() -> filter.doFilter(
                new MockHttpServletRequest("GET", "/v1/objects/demo/it"),
                response,
                (in, out) -> out.getOutputStream().write(1)));
        assertThat(response.getContentAsByteArray()).isEmpty();
    }

    private static void assertEnds(ThrowingCallable request) {
        assertThatThrownBy(request)
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining(" after 0 s, the longest allowed")
                .extracting(failure -> ((GatewayException) failure).code())
                .isEqualTo(ErrorCode.TRANSFER_TOO_LONG);
    }
}
