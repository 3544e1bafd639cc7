package dev.banhmi.gateway.server;

import dev.banhmi.gateway.config.CorsProperties;
import dev.banhmi.gateway.digest.DigestAlgorithm;
import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.Problem;
import dev.banhmi.gateway.error.Shown;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
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

    /** What a script may read; the star stands for metadata, whose names nobody knows, where browsers understand it. */
    private static final List<String> EXPOSED = Stream.concat(
                    Stream.of(
                            "Accept-Ranges",
                            "Allow",
                            "Content-Disposition",
                            "Content-Encoding",
                            "Content-Range",
                            "ETag",
                            "Retry-After",
                            "X-Request-Id"),
                    Stream.concat(
                            DigestAlgorithm.s3Names().stream().map(DigestAlgorithm::s3Field),
                            Stream.of(CorsConfiguration.ALL)))
            .toList();

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
        String target = request.getRequestURI();
        return closed || !Refusal.isV1(target);
    }

    private static CorsConfigurationSource rules(CorsProperties properties) {
        Set<String> origins = Set.copyOf(properties.allowedOrigins());
        CorsConfiguration rules = new CorsConfiguration();
        rules.setAllowedOrigins(properties.allowedOrigins());
        // A resource itself says which methods it has; and no header of a caller has a meaning for CORS.
        rules.setAllowedMethods(List.of(CorsConfiguration.ALL));
        rules.setAllowedHeaders(List.of(CorsConfiguration.ALL));
        rules.setExposedHeaders(EXPOSED);
        rules.setMaxAge(PREFLIGHT_VALID);
        return request -> {
            String origin = request.getHeader(HttpHeaders.ORIGIN);
            return origin != null && origins.contains(origin) ? rules : null;
        };
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
