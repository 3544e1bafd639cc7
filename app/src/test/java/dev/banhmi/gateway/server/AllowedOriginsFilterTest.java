package dev.banhmi.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.config.CorsProperties;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class AllowedOriginsFilterTest {

    private static final String OURS = "https://app.example";

    private final MockHttpServletResponse response = new MockHttpServletResponse();
    private final MockFilterChain behind = new MockFilterChain();

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "OPTIONS"})
    void doesNothingUntilAnOriginIsAllowed(String method) throws ServletException, IOException {
        new AllowedOriginsFilter(new CorsProperties(List.of())).doFilter(request(method, OURS), response, behind);

        assertThat(behind.getRequest()).as("reached what is behind").isNotNull();
        assertThat(response.getHeaderNames()).isEmpty();
    }

    @Test
    void respondsToPreflightsInFrontOfEverythingElse() throws ServletException, IOException {
        AllowedOriginsFilter filter = new AllowedOriginsFilter(new CorsProperties(List.of(OURS)));

        filter.doFilter(request("OPTIONS", OURS), response, behind);

        assertThat(behind.getRequest()).as("reached what is behind").isNull();
        assertThat(response.getHeader("Access-Control-Allow-Origin")).isEqualTo(OURS);
    }

    /** What is behind may ask whether the origin is allowed, and does. */
    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "POST"})
    void saysThatAnOriginIsAllowedBeforeTheRequestGoesOn(String method) throws ServletException, IOException {
        AllowedOriginsFilter filter = new AllowedOriginsFilter(new CorsProperties(List.of(OURS)));

        filter.doFilter(request(method, OURS), response, (in, out) -> {
            assertThat(response.getHeader("Access-Control-Allow-Origin")).isEqualTo(OURS);
            behind.doFilter(in, out);
        });

        assertThat(behind.getRequest()).as("reached what is behind").isNotNull();
    }

    @Test
    void comparesOriginsLetterByLetter() throws ServletException, IOException {
        AllowedOriginsFilter filter = new AllowedOriginsFilter(new CorsProperties(List.of(OURS)));

        filter.doFilter(request("PUT", "https://APP.example"), response, behind);

        assertThat(behind.getRequest()).as("reached what is behind").isNotNull();
        assertThat(response.getHeader("Access-Control-Allow-Origin")).isNull();
        assertThat(response.getHeaders("Vary")).containsExactly("Origin");
    }

    private static MockHttpServletRequest request(String method, String origin) {
        MockHttpServletRequest request = new MockHttpServletRequest(method, "/v1/objects/demo/it");
        request.addHeader("Origin", origin);
        request.addHeader("Access-Control-Request-Method", "PUT");
        return request;
    }
}
