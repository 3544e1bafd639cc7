package dev.banhmi.gateway.legacy;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.observe.FailureLog;
import dev.banhmi.gateway.server.FilterOrder;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Responds with 501 and an empty body to a method that a 2018 path does not support. It comes before Spring, which
 * would handle HEAD and OPTIONS itself and unknown methods with a page of its own, and after the entry to the v1 API,
 * which refuses methods in its own way.
 */
@Component
final class MethodFilter extends OncePerRequestFilter implements Ordered {

    private static final Map<String, String> METHOD_OF_PATH = Map.of(
            "/file/upload", "POST",
            "/file/download", "GET",
            "/file/status", "GET",
            "/file/delete", "DELETE",
            "/status/healthcheck", "GET");

    /** What Spring can route; it would respond to TRACE with the request's own headers. */
    private static final Set<String> ROUTED_METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    MethodFilter() {}

    @Override
    public int getOrder() {
        return FilterOrder.LEGACY_METHODS.order();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        // Decoded and without path parameters, as Spring compares it.
        String method = METHOD_OF_PATH.get(request.getServletPath());
        if (method == null && !ROUTED_METHODS.contains(request.getMethod())) {
            FailureLog.remember(request, ErrorCode.RESOURCE_NOT_FOUND);
            UnownedPathController.NOT_FOUND.writeTo(response);
        } else if (method == null || method.equals(request.getMethod())) {
            chain.doFilter(request, response);
        } else {
            FailureLog.remember(request, ErrorCode.METHOD_NOT_ALLOWED);
            response.setStatus(HttpServletResponse.SC_NOT_IMPLEMENTED);
            response.setContentLength(0);
        }
    }
}
