package dev.banhmi.gateway.server;

import dev.banhmi.gateway.access.Route;
import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets requests above the number of connections wait for a moment and refuses them then, so that the few connections
 * kept for this case are free again soon. Probes are always served: a gateway that is merely full must not be replaced.
 */
@Component
final class BusyFilter extends OncePerRequestFilter implements Ordered {

    BusyFilter() {}

    @Override
    public int getOrder() {
        return FilterOrder.BUSY.order();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (Route.of(request).asksForHealth()
                || !(request.getAttribute(ClientConnection.ATTRIBUTE) instanceof ClientConnection connection)
                || mayEnter(connection)) {
            chain.doFilter(request, response);
            return;
        }
        // Written by the error valve, in the shape of the API that was meant.
        request.setAttribute(
                RequestDispatcher.ERROR_EXCEPTION,
                new GatewayException(
                        ErrorCode.BUSY,
                        "All " + connection.all().most()
                                + " connections of this gateway are in use; the request can be repeated."));
        response.setHeader("Connection", "close");
        response.sendError(ErrorCode.BUSY.status());
    }

    private static boolean mayEnter(ClientConnection connection) {
        try {
            return connection.all().queue().enter(connection);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
