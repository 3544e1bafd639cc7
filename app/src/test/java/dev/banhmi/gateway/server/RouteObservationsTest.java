package dev.banhmi.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.access.Route;
import io.micrometer.common.KeyValue;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class RouteObservationsTest {

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/objects/demo/secret, /v1/objects/{bucket}/{name}",
        "PUT, /v1/objects/demo/secret, /v1/objects/{bucket}/{name}",
        "POST, /v1/objects/demo, /v1/objects/{bucket}",
        "GET, /v1/objects/demo/a%, /v1/**",
        "GET, /secret, /**",
        "DELETE, /file/delete, /file/delete"
    })
    void callsARequestByItsRoute(String method, String path, String template) {
        assertThat(labels(request(method, path)))
                .containsEntry("method", method)
                .containsEntry("uri", template);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PATCH", "OPTIONS", "TRACE", "get", "PROPFIND", "X\u0000"})
    void countsMethodsThatTheRouteDoesNotHaveAsOne(String method) {
        assertThat(labels(request(method, "/v1/objects/demo/it"))).containsEntry("method", "OTHER");
    }

    /** Before the route is known, as when a request begins. */
    @Test
    void saysNothingOfWhatHasNotBeenRead() {
        assertThat(labels(new MockHttpServletRequest("GET", "/v1/objects/demo/it")))
                .containsEntry("method", "UNKNOWN")
                .containsEntry("uri", "UNKNOWN");
    }

    private static MockHttpServletRequest request(String method, String path) {
        MockHttpServletRequest request = new MockHttpServletRequest(method, path);
        Route.of(request);
        return request;
    }

    private static Map<String, String> labels(MockHttpServletRequest request) {
        return new RouteObservations()
                        .getLowCardinalityKeyValues(
                                new ServerRequestObservationContext(request, new MockHttpServletResponse()))
                        .stream()
                        .collect(Collectors.toMap(KeyValue::getKey, KeyValue::getValue));
    }
}
