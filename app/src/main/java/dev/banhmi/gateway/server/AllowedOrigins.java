package dev.banhmi.gateway.server;

import dev.banhmi.gateway.config.CorsProperties;
import dev.banhmi.gateway.digest.DigestAlgorithm;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.coyote.Request;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.cors.CorsConfiguration;

/**
 * The origins whose pages may use the {@code /v1} API, and what a response to such a page says. A script sees nothing
 * of an error that does not say it, not even its status.
 *
 * @param origins as browsers send them, compared letter by letter; empty when no page may call
 */
record AllowedOrigins(Set<String> origins) {

    /** No page may call. */
    static final AllowedOrigins NONE = new AllowedOrigins(Set.of());

    /** What a script may read; the star stands for metadata, whose names nobody knows, where browsers understand it. */
    static final List<String> EXPOSED = Stream.concat(
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

    private static final String ATTRIBUTE = AllowedOrigins.class.getName();

    AllowedOrigins {
        origins = Set.copyOf(origins);
    }

    static AllowedOrigins of(CorsProperties properties) {
        return new AllowedOrigins(Set.copyOf(properties.allowedOrigins()));
    }

    boolean has(@Nullable String origin) {
        return origin != null && origins.contains(origin);
    }

    /** Goes with a request, to be found by {@link #mark} wherever it is responded to. */
    void follow(Request request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    /** Says in a response of the {@code /v1} API what {@link AllowedOriginsFilter} would, where it does not get to. */
    static void mark(HttpServletRequest request, HttpServletResponse response) {
        if (!(request.getAttribute(ATTRIBUTE) instanceof AllowedOrigins allowed) || allowed.origins.isEmpty()) {
            return;
        }
        if (response.getHeaders(HttpHeaders.VARY).stream().noneMatch(HttpHeaders.ORIGIN::equalsIgnoreCase)) {
            // A cache must not give one origin's response to another.
            response.addHeader(HttpHeaders.VARY, HttpHeaders.ORIGIN);
        }
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (allowed.has(origin)) {
            response.setHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            response.setHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, String.join(", ", EXPOSED));
        }
    }
}
