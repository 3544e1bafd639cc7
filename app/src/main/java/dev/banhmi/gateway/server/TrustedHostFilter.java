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
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses a request whose {@code Host} is none of {@code banhmi.access.host-names} and not the address that it has
 * reached; any name passes when none is configured.
 */
@Component
final class TrustedHostFilter extends OncePerRequestFilter implements Ordered {
    /*
     * A web page can make its own name resolve to the address of a gateway that its visitor reaches, such as 127.0.0.1.
     * Its requests are then of the gateway's own origin to the browser, and only Host tells them apart. An address
     * cannot be made to resolve to another one. Ports do not matter: they are forwarded, and what listens on another
     * one is another service.
     *
     * A request without Host is one of HTTP/1.0, which no browser sends; Tomcat refuses others without it.
     */

    private final List<String> configured;
    private final Set<String> trusted;

    TrustedHostFilter(AccessProperties access) {
        this.configured = access.hostNames();
        this.trusted =
                configured.stream().map(name -> HostName.of(name).name()).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public int getOrder() {
        return FilterOrder.TRUSTED_HOST.order();
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return trusted.isEmpty();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String host = request.getHeader(HttpHeaders.HOST);
        if (host == null || isTrusted(HostName.of(host).name(), request)) {
            chain.doFilter(request, response);
            return;
        }
        GatewayException reason = new GatewayException(
                ErrorCode.HOST_NOT_ALLOWED,
                "Host is " + Shown.quoted(host) + "; allowed are " + String.join(", ", configured)
                        + " and the address that the request reaches, with any port. banhmi.access.host-names, or"
                        + " --host-name of the launcher, adds a name.");
        Refusal.write(reason, request, response);
    }

    private boolean isTrusted(String name, HttpServletRequest request) {
        return trusted.contains(name)
                || name.equals(HostName.ofAddress(request.getLocalAddr()).name());
    }
}
