package dev.banhmi.gateway.legacy;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Answers 501 with an empty body to a method that a 2018 path does not have. It stands in front of Spring, which would answer
 * HEAD and OPTIONS by itself, and of the servlet's own TRACE, which would send the request's headers back.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class MethodFilter extends OncePerRequestFilter {

    private static final Map<String, String> METHOD_OF_PATH = Map.of(
            "/file/upload", "POST",
            "/file/download", "GET",
            "/file/status", "GET",
            "/file/delete", "DELETE",
            "/status/healthcheck", "GET");

    MethodFilter() {}

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String method = METHOD_OF_PATH.get(request.getRequestURI());
        if (method == null && request.getMethod().equals("TRACE")) {
            UnownedPathController.NOT_FOUND.writeTo(response);
        } else if (method == null || method.equals(request.getMethod())) {
            chain.doFilter(request, response);
        } else {
            response.setStatus(HttpServletResponse.SC_NOT_IMPLEMENTED);
            response.setContentLength(0);
        }
    }
}
