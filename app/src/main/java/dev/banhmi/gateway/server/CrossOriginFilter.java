package dev.banhmi.gateway.server;

import dev.banhmi.gateway.access.AccessProperties;
import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Shown;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * While access is open, refuses every request that may change something and comes from a page of another origin, or
 * from one whose origin the browser hides ({@code Origin: null}).
 */
@Component
final class CrossOriginFilter extends OncePerRequestFilter implements Ordered {
    /*
     * A browser sends some requests of any page to any server without asking first, and only keeps the response from
     * the page. Where nobody is asked who he is, such a request would be as good as one of the gateway's own users, who
     * may be the only one that reaches it. Browsers have sent Origin with every method but GET and HEAD since 2020;
     * whatever else calls the gateway sends none.
     *
     * The scheme is not compared, because TLS may end in front of the gateway. An origin that banhmi.cors admits has
     * been told so by the filter in front.
     */

    private static final Set<String> CHANGES_NOTHING = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

    private static final Map<String, String> DEFAULT_PORTS = Map.of("http", "80", "https", "443");

    private final AccessProperties access;

    CrossOriginFilter(AccessProperties access) {
        this.access = access;
    }

    @Override
    public int getOrder() {
        return FilterOrder.CROSS_ORIGIN.order();
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !access.allowOpen() || CHANGES_NOTHING.contains(request.getMethod());
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        List<String> origins = Collections.list(request.getHeaders(HttpHeaders.ORIGIN));
        String host = request.getHeader(HttpHeaders.HOST);
        boolean admitted = response.getHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN) != null;
        if (origins.isEmpty() || admitted || (origins.size() == 1 && isSame(origins.getFirst(), host))) {
            chain.doFilter(request, response);
            return;
        }
        GatewayException reason = new GatewayException(
                ErrorCode.ORIGIN_NOT_ALLOWED,
                request.getMethod() + " has Origin " + Shown.quoted(String.join(", ", origins))
                        + "; without access control only pages of " + Shown.quoted(host)
                        + " itself, and what is no page and sends no Origin, may change anything.");
        Refusal.write(reason, request, response);
    }

    static boolean isSame(String origin, @Nullable String host) {
        int authority = origin.indexOf("://");
        String defaultPort = authority < 0 ? null : DEFAULT_PORTS.get(origin.substring(0, authority));
        if (host == null || defaultPort == null) {
            return false;
        }
        HostName ours = HostName.of(host);
        HostName theirs = HostName.of(origin.substring(authority + 3));
        return ours.name().equals(theirs.name()) && portOr(defaultPort, ours).equals(portOr(defaultPort, theirs));
    }

    private static String portOr(String defaultPort, HostName host) {
        return host.port().isEmpty() ? defaultPort : host.port();
    }
}
