package dev.banhmi.gateway.legacy;

import dev.banhmi.gateway.access.Method;
import dev.banhmi.gateway.access.Route;
import dev.banhmi.gateway.access.Route.BucketList;
import dev.banhmi.gateway.access.Route.Deletion;
import dev.banhmi.gateway.access.Route.Health;
import dev.banhmi.gateway.access.Route.LegacyIncomplete;
import dev.banhmi.gateway.access.Route.LegacyNamed;
import dev.banhmi.gateway.access.Route.LegacyUpload;
import dev.banhmi.gateway.access.Route.Listing;
import dev.banhmi.gateway.access.Route.Malformed;
import dev.banhmi.gateway.access.Route.Named;
import dev.banhmi.gateway.access.Route.Probe;
import dev.banhmi.gateway.access.Route.Unowned;
import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.observe.FailureLog;
import dev.banhmi.gateway.server.FilterOrder;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
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

    MethodFilter() {}

    @Override
    public int getOrder() {
        return FilterOrder.LEGACY_METHODS.order();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Route route = Route.of(request);
        Method method = Method.of(request.getMethod());
        switch (route) {
            case Health _, LegacyNamed _, LegacyIncomplete _, LegacyUpload _ -> {
                if (route.methods().contains(method)) {
                    chain.doFilter(request, response);
                } else {
                    FailureLog.remember(request, ErrorCode.METHOD_NOT_ALLOWED);
                    response.setStatus(HttpServletResponse.SC_NOT_IMPLEMENTED);
                    response.setContentLength(0);
                }
            }
            case Probe _, Unowned _, BucketList _, Listing _, Deletion _, Named _, Malformed _ -> {
                if (method == Method.OTHER) {
                    // Spring would respond to TRACE with the request's own headers.
                    FailureLog.remember(request, ErrorCode.RESOURCE_NOT_FOUND);
                    UnownedPathController.NOT_FOUND.writeTo(response);
                } else {
                    chain.doFilter(request, response);
                }
            }
        }
    }
}
