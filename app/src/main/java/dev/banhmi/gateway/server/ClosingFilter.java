package dev.banhmi.gateway.server;

import dev.banhmi.gateway.lifecycle.Readiness;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Closes the connection of every response from the start of shutdown, so that no client sends another request to a
 * closing port. It comes before the entry to the v1 API, after which no filter runs.
 */
@Component
final class ClosingFilter extends OncePerRequestFilter implements Ordered {

    private final Readiness readiness;

    ClosingFilter(Readiness readiness) {
        this.readiness = readiness;
    }

    @Override
    public int getOrder() {
        return FilterOrder.CLOSING.order();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (!readiness.isReady()) {
            response.setHeader(HttpHeaders.CONNECTION, "close");
        }
        chain.doFilter(request, response);
    }
}
