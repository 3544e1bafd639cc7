package dev.banhmi.gateway.server;

import dev.banhmi.gateway.access.Route;
import dev.banhmi.gateway.config.CorsProperties;
import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.Problem;
import dev.banhmi.gateway.error.Shown;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsConfigurationSource;
import org.springframework.web.cors.CorsUtils;
import org.springframework.web.cors.DefaultCorsProcessor;
import org.springframework.web.filter.CorsFilter;

/**
 * Lets pages of the configured origins use the {@code /v1} API from a browser, without credentials of the browser's own
 * (cookies, client certificates). Without any origin it does nothing. The 2018 API stays as it was: its clients are no
 * pages, and OPTIONS there is 501.
 */
@Component
final class AllowedOriginsFilter extends CorsFilter implements Ordered {
    /*
     * A request of another origin is served as if CORS did not exist; it is the browser that keeps the response from the
     * page. Spring's own processor would refuse it with a text of its own, and with it every client that is no browser
     * and sends Origin.
     */

    private static final Duration PREFLIGHT_VALID = Duration.ofHours(1);

    private final boolean closed;

    AllowedOriginsFilter(CorsProperties properties) {
        super(rules(properties));
        this.closed = properties.allowedOrigins().isEmpty();
        setCorsProcessor(new Processor());
    }

    @Override
    public int getOrder() {
        return FilterOrder.ALLOWED_ORIGINS.order();
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return closed || !Route.of(request).belongsToV1();
    }

    private static CorsConfigurationSource rules(CorsProperties properties) {
        AllowedOrigins allowed = AllowedOrigins.of(properties);
        CorsConfiguration rules = new CorsConfiguration();
        rules.setAllowedOrigins(properties.allowedOrigins());
        // A resource itself says which methods it has; and no header of a caller has a meaning for CORS.
        rules.setAllowedMethods(List.of(CorsConfiguration.ALL));
        rules.setAllowedHeaders(List.of(CorsConfiguration.ALL));
        rules.setExposedHeaders(AllowedOrigins.EXPOSED);
        rules.setMaxAge(PREFLIGHT_VALID);
        return request -> allowed.has(request.getHeader(HttpHeaders.ORIGIN)) ? rules : null;
    }

    /** Spring's for origins that are allowed. */
    private static final class Processor extends DefaultCorsProcessor {

        @Override
        public boolean processRequest(
                @Nullable CorsConfiguration rules, HttpServletRequest request, HttpServletResponse response)
                throws IOException {
            if (rules != null) {
                return super.processRequest(rules, request, response);
            }
            // A cache must not give one origin's response to another.
            response.addHeader(HttpHeaders.VARY, HttpHeaders.ORIGIN);
            if (!CorsUtils.isPreFlightRequest(request)) {
                return true;
            }
            String detail = "Origin is " + Shown.quoted(request.getHeader(HttpHeaders.ORIGIN))
                    + "; pages of the origins in banhmi.cors.allowed-origins may call.";
            new Problem(ErrorCode.ORIGIN_NOT_ALLOWED, detail).writeTo(request, response);
            return false;
        }
    }
}
