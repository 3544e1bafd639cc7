package dev.banhmi.gateway.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** The header or trailer fields of a request, each with all its lines. */
public final class Fields {

    private Fields() {}

    /**
     * The headers of a request.
     *
     * @param request not yet responded to
     * @return all values of a header by its name, case-insensitively; empty when it is absent
     */
    public static Function<String, List<String>> headers(HttpServletRequest request) {
        return name -> Collections.list(request.getHeaders(name));
    }

    /**
     * The names of all headers.
     *
     * @param request not yet responded to
     * @return as the client spelled them
     */
    public static List<String> names(HttpServletRequest request) {
        return Collections.list(request.getHeaderNames());
    }

    /**
     * The trailers of a request, which are available after the end of its body.
     *
     * @param request read to its end
     * @return all values of a trailer by its name, case-insensitively; empty when it is absent
     */
    public static Function<String, List<String>> trailers(HttpServletRequest request) {
        // Names as the client wrote them, although the servlet specification promises lower case (Tomcat 11.0.24).
        Map<String, String> trailers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        trailers.putAll(request.getTrailerFields());
        return name -> {
            List<String> values = new ArrayList<>();
            String value = trailers.get(name);
            if (value != null) {
                values.add(value);
            }
            return values;
        };
    }
}
