package dev.banhmi.gateway.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletResponse;

class LegacyResponseTest {

    @Test
    void keepsTheOrderOfItsProperties() throws IOException {
        assertThat(jsonOf(LegacyResponse.success())).isEqualTo("{\"status\":\"success\"}");
        assertThat(jsonOf(LegacyResponse.success(LegacyResponse.ordered("Bucket", "b", "Key", "k", "ETag", "\"e\""))))
                .isEqualTo(
                        "{\"status\":\"success\",\"payload\":{\"Bucket\":\"b\",\"Key\":\"k\",\"ETag\":\"\\\"e\\\"\"}}");
        assertThat(jsonOf(LegacyResponse.error(400, "no"))).isEqualTo("{\"status\":\"error\",\"msg\":\"no\"}");
        assertThat(jsonOf(UnownedPathController.NOT_FOUND))
                .isEqualTo("{\"status\":\"error\",\"payload\":\"Resource not found\"}");
    }

    @Test
    void leavesItsLengthToTheContainer() throws IOException {
        MockHttpServletResponse response = new MockHttpServletResponse();
        LegacyResponse.error(409, "schön").writeTo(response);
        assertThat(response.getStatus()).isEqualTo(409);
        assertThat(response.getContentType()).isEqualTo("application/json; charset=utf-8");
        assertThat(response.getContentAsString(StandardCharsets.UTF_8))
                .isEqualTo("{\"status\":\"error\",\"msg\":\"schön\"}");
        assertThat(response.containsHeader("Content-Length")).isFalse();
        assertThat(response.isCommitted()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "INVALID_REQUEST, 400",
        "CONTENT_MISMATCH, 400",
        "OBJECT_NOT_FOUND, 404",
        "STORE_BUCKET_MISSING, 404",
        "OBJECT_ARCHIVED, 409",
        "TOO_LARGE, 413",
        "STORE_DENIED, 502",
        "STORE_FAULT, 502",
        "STORE_CREDENTIALS_EXPIRED, 502",
        "STORE_UNAVAILABLE, 503",
        "STORE_UNREACHABLE, 503",
        "BUSY, 503",
        "SHUTTING_DOWN, 503",
        "STORE_TIMEOUT, 504",
        "INTERNAL, 500"
    })
    void hasTheStatusThatTheFailureMeans(ErrorCode code, int status) throws IOException {
        LegacyResponse response = LegacyErrors.responseOf(new GatewayException(code, "why"));
        assertThat(response.status()).isEqualTo(status);
        MockHttpServletResponse written = new MockHttpServletResponse();
        response.writeTo(written);
        assertThat(written.getHeader("Retry-After")).isEqualTo(status == 503 ? "1" : null);
        assertThat(jsonOf(response)).isEqualTo("{\"status\":\"error\",\"msg\":\"why\"}");
    }

    @Test
    void saysOfABucketThatIsNotServedWhatItSaidIn2018() throws IOException {
        LegacyResponse response = LegacyErrors.responseOf(new GatewayException(ErrorCode.BUCKET_NOT_FOUND, "why"));
        assertThat(response.status()).isEqualTo(404);
        assertThat(jsonOf(response)).isEqualTo("{\"status\":\"error\",\"msg\":\"Bucket do not exist.\"}");
    }

    private static String jsonOf(LegacyResponse response) throws IOException {
        MockHttpServletResponse written = new MockHttpServletResponse();
        response.writeTo(written);
        return written.getContentAsString(StandardCharsets.UTF_8);
    }
}
