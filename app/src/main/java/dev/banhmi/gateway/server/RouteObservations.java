package dev.banhmi.gateway.server;

import dev.banhmi.gateway.access.Method;
import dev.banhmi.gateway.access.Route;
import io.micrometer.common.KeyValue;
import org.springframework.http.server.observation.DefaultServerRequestObservationConvention;
import org.springframework.http.server.observation.ServerHttpObservationDocumentation.LowCardinalityKeyNames;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.stereotype.Component;

/**
 * What {@code http_server_requests_seconds} calls a request: by its {@link Route}, with a method that the route has.
 * All other methods are {@value #OTHER}, so that nobody can make more series than there are routes and methods.
 */
@Component
final class RouteObservations extends DefaultServerRequestObservationConvention {
    /*
     * Spring's own knows a route only once a controller was found: what a filter refuses would be UNKNOWN. When a
     * request begins, nothing is known yet, so that those in progress are one series.
     */

    private static final String OTHER = "OTHER";

    private static final KeyValue URI_UNKNOWN = KeyValue.of(LowCardinalityKeyNames.URI, "UNKNOWN");
    private static final KeyValue METHOD_UNKNOWN = KeyValue.of(LowCardinalityKeyNames.METHOD, "UNKNOWN");

    RouteObservations() {}

    @Override
    protected KeyValue uri(ServerRequestObservationContext context) {
        return context.getCarrier() == null || !Route.isKnown(context.getCarrier())
                ? URI_UNKNOWN
                : KeyValue.of(
                        LowCardinalityKeyNames.URI,
                        Route.of(context.getCarrier()).template());
    }

    @Override
    protected KeyValue method(ServerRequestObservationContext context) {
        if (context.getCarrier() == null || !Route.isKnown(context.getCarrier())) {
            return METHOD_UNKNOWN;
        }
        Method method = Method.of(context.getCarrier().getMethod());
        return KeyValue.of(
                LowCardinalityKeyNames.METHOD,
                Route.of(context.getCarrier()).methods().contains(method) ? method.name() : OTHER);
    }
}
