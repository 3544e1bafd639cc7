package dev.banhmi.gateway.server;

import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.observe.FailureLog;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.coyote.CloseNowException;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Cuts a response that cannot be finished: the connection ends before the promised bytes, which is the only signal left
 * for the client. This is intended, so the log has one line and not Tomcat's report of a failed servlet.
 */
@Component
final class TruncatedResponseFilter extends OncePerRequestFilter implements Ordered {

    TruncatedResponseFilter() {}

    @Override
    public int getOrder() {
        return FilterOrder.TRUNCATED_RESPONSE.order();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            chain.doFilter(request, response);
        } catch (GatewayException e) {
            if (!response.isCommitted()) {
                throw e;
            }
            throw cut(request, e);
        } catch (ServletException e) {
            if (response.isCommitted() && e.getCause() instanceof GatewayException cause) {
                throw cut(request, cause);
            }
            throw e;
        }
        RuntimeException unfinished = FailureLog.unfinished(request);
        if (unfinished instanceof GatewayException reason) {
            throw cut(request, reason);
        }
        if (unfinished != null) {
            throw unfinished;
        }
    }

    private static CloseNowException cut(HttpServletRequest request, GatewayException reason) {
        FailureLog.cut(request, reason);
        return new CloseNowException(reason);
    }
}
