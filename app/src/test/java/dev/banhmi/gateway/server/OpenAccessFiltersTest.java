package dev.banhmi.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.access.AccessProperties;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** What stands between a gateway without access control and the pages that its users visit. */
class OpenAccessFiltersTest {

    private static final AccessProperties LAPTOP =
            new AccessProperties(true, List.of("localhost", "127.0.0.1", "[::1]", "Box.local"));

    private final MockHttpServletRequest request = new MockHttpServletRequest("GET", "/v1/objects/demo/x");
    private final MockHttpServletResponse response = new MockHttpServletResponse();

    OpenAccessFiltersTest() {
        request.setLocalAddr("192.0.2.7");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "localhost:8080",
                "LOCALHOST:9",
                "localhost.",
                "127.0.0.1:8080",
                "[::1]:8080",
                "[0:0:0:0:0:0:0:1]",
                "box.LOCAL:8080",
                "192.0.2.7:8080"
            })
    void letsItsOwnNamesPass(String host) throws Exception {
        request.addHeader("Host", host);
        assertThat(passes(new TrustedHostFilter(LAPTOP))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "evil.example", "evil.example:8080", "EVIL.EXAMPLE.:8080", "localhost.evil.example",
                "127.0.0.1.nip.io", "192.0.2.8", "[::2]:8080", "0.0.0.0:8080", "box.local.evil"
            })
    void refusesEveryOtherName(String host) throws Exception {
        request.addHeader("Host", host);

        assertThat(passes(new TrustedHostFilter(LAPTOP))).isFalse();

        assertThat(response.getStatus()).isEqualTo(421);
        assertThat(response.getContentType()).isEqualTo("application/problem+json");
        assertThat(response.getContentAsString())
                .contains("HOST_NOT_ALLOWED", "Host is \\\"" + host, "localhost, 127.0.0.1, [::1], Box.local")
                .contains("banhmi.access.host-names", "--host-name");
    }

    /** A path that only begins like one of v1 is nobody's. */
    @ParameterizedTest
    @CsvSource({"/v1, true", "/v1/x, true", "/v1x, false", "/v11/x, false"})
    void refusesInTheShapeOfTheApiThatIsMeant(String path, boolean v1) throws Exception {
        request.setRequestURI(path);
        request.addHeader("Host", "evil.example");

        assertThat(passes(new TrustedHostFilter(LAPTOP))).isFalse();

        assertThat("application/problem+json".equals(response.getContentType())).isEqualTo(v1);
    }

    @Test
    void letsEveryNamePassWhereNoneIsConfigured() throws Exception {
        request.addHeader("Host", "evil.example");
        assertThat(passes(new TrustedHostFilter(new AccessProperties(true, List.of()))))
                .isTrue();
    }

    @Test
    void letsARequestWithoutHostPass() throws Exception {
        assertThat(passes(new TrustedHostFilter(LAPTOP))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "POST", "DELETE", "PATCH", "put", "PROPPATCH"})
    void refusesAChangeByAPageOfAnotherOrigin(String method) throws Exception {
        request.setMethod(method);
        request.setRequestURI("/file/upload");
        request.addHeader("Host", "localhost:8080");
        request.addHeader("Origin", "https://evil.example");

        assertThat(passes(new CrossOriginFilter(LAPTOP))).isFalse();

        assertThat(response.getStatus()).isEqualTo(403);
        assertThat(response.getContentAsString())
                .startsWith("{\"status\":\"error\",\"msg\":\"" + method + " has Origin \\\"https://evil.example\\\"; ")
                .contains("\\\"localhost:8080\\\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "http://localhost:8081", "http://127.0.0.1:8080", "http://localhost:8080 "})
    void refusesAChangeByAHiddenOrANeighbouringOrigin(String origin) throws Exception {
        request.setMethod("PUT");
        request.addHeader("Host", "localhost:8080");
        request.addHeader("Origin", origin);
        assertThat(passes(new CrossOriginFilter(LAPTOP))).isFalse();
        assertThat(response.getContentAsString()).contains("ORIGIN_NOT_ALLOWED");
    }

    @Test
    void refusesAChangeWithSeveralOrigins() throws Exception {
        request.setMethod("PUT");
        request.addHeader("Host", "localhost:8080");
        request.addHeader("Origin", "http://localhost:8080");
        request.addHeader("Origin", "http://localhost:8080");
        assertThat(passes(new CrossOriginFilter(LAPTOP))).isFalse();
    }

    @Test
    void letsItsOwnPagesAndWhatIsNoPageChange() throws Exception {
        request.setMethod("PUT");
        request.addHeader("Host", "localhost:8080");
        assertThat(passes(new CrossOriginFilter(LAPTOP))).isTrue();
        request.addHeader("Origin", "http://localhost:8080");
        assertThat(passes(new CrossOriginFilter(LAPTOP))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS"})
    void letsEveryPageDoWhatChangesNothing(String method) throws Exception {
        request.setMethod(method);
        request.addHeader("Host", "localhost:8080");
        request.addHeader("Origin", "https://evil.example");
        assertThat(passes(new CrossOriginFilter(LAPTOP))).isTrue();
    }

    @Test
    void letsAnOriginPassThatCorsAdmits() throws Exception {
        request.setMethod("PUT");
        request.addHeader("Host", "localhost:8080");
        request.addHeader("Origin", "https://friend.example");
        response.setHeader("Access-Control-Allow-Origin", "https://friend.example");
        assertThat(passes(new CrossOriginFilter(LAPTOP))).isTrue();
    }

    @Test
    void asksNoOriginWhereAccessIsControlled() throws Exception {
        request.setMethod("PUT");
        request.addHeader("Host", "localhost:8080");
        request.addHeader("Origin", "https://evil.example");
        assertThat(passes(new CrossOriginFilter(new AccessProperties(false, List.of()))))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*", "a:80", "::1", "http://a", "a/b", "a b", "[::1]:80"})
    void takesNoSettingThatIsNoName(String name) {
        assertThatThrownBy(() -> new AccessProperties(true, List.of(name)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("banhmi.access.host-names = " + name + ": ")
                .hasMessageContaining("without a port");
    }

    private boolean passes(Filter filter) throws ServletException, IOException {
        MockFilterChain behind = new MockFilterChain();
        filter.doFilter(request, response, behind);
        return behind.getRequest() != null;
    }
}
