package dev.banhmi.gateway.server;

import dev.banhmi.gateway.access.Route;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Reads what the target of a request means, before anybody refuses the request: whoever does so later is counted under
 * its {@link Route}, and no wrapper has changed the target yet.
 */
@Component
final class RouteFilter extends OncePerRequestFilter implements Ordered {

    RouteFilter() {}

    @Override
    public int getOrder() {
        return FilterOrder.ROUTE.order();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Route.of(request);
        chain.doFilter(request, response);
    }
}
