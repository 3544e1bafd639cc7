package dev.banhmi.gateway.server;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Keeps what is stored from acting as a page of the gateway's origin. Objects come from callers, HTML and SVG with
 * script among them, and share their origin with the whole API. Every response therefore says that its type is not to
 * be guessed, and that a browser gives it neither script nor an origin. A page that is not an object, such as the
 * launcher's, sets a policy of its own instead.
 */
@Component
final class InertContentFilter extends OncePerRequestFilter implements Ordered {

    /** What every response has. */
    static final Map<String, String> FIELDS =
            Map.of("X-Content-Type-Options", "nosniff", "Content-Security-Policy", "sandbox");

    InertContentFilter() {}

    @Override
    public int getOrder() {
        return FilterOrder.INERT_CONTENT.order();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        mark(response);
        chain.doFilter(request, response);
    }

    /** For responses that are made in front of all filters. */
    static void mark(HttpServletResponse response) {
        FIELDS.forEach(response::setHeader);
    }
}
