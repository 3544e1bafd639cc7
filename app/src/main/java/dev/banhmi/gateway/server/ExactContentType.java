package dev.banhmi.gateway.server;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.util.function.Consumer;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.jspecify.annotations.Nullable;

/**
 * A response whose {@code Content-Type} is sent byte for byte as it was set. Like every response for one thread at a
 * time.
 */
public final class ExactContentType extends HttpServletResponseWrapper {
    /*
     * Tomcat takes a media type that has a charset apart and sends it in its own spelling: "text/html; Charset=utf-8"
     * becomes "text/html;charset=utf-8". Its way past that, setContentTypeNoCharset, is on the connector's own response, which
     * only a valve gets to see (Tomcat 11.0.24, org.apache.coyote.Response, read 2026-11-30).
     */

    private static final String SETTER = ExactContentType.class.getName();

    private final Consumer<@Nullable String> setter;

    private ExactContentType(HttpServletResponse response, Consumer<@Nullable String> setter) {
        super(response);
        this.setter = setter;
    }

    /**
     * The response with this property.
     *
     * @param response as filters pass it on
     * @param request the one that it belongs to
     * @return the same response where the server is not Tomcat with our {@link Valve}
     */
    @SuppressWarnings("unchecked") // the attribute is our own
    public static HttpServletResponse in(HttpServletResponse response, HttpServletRequest request) {
        return request.getAttribute(SETTER) instanceof Consumer<?> setter
                ? new ExactContentType(response, (Consumer<@Nullable String>) setter)
                : response;
    }

    @Override
    public void setContentType(@Nullable String type) {
        if (!isCommitted()) {
            setter.accept(type);
        }
    }

    /** Hands what sets the type on to whoever has only the servlet's response. */
    static final class Valve extends ValveBase {

        Valve() {
            super(true);
        }

        @Override
        public void invoke(Request request, Response response) throws IOException, ServletException {
            Consumer<@Nullable String> setter =
                    type -> response.getCoyoteResponse().setContentTypeNoCharset(type);
            request.setAttribute(SETTER, setter);
            getNext().invoke(request, response);
        }
    }
}
