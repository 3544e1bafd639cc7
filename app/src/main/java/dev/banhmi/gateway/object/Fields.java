package dev.banhmi.gateway.object;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** The header or trailer fields of a request, each with all its lines. */
final class Fields {

    private Fields() {}

    static Function<String, List<String>> headers(HttpServletRequest request) {
        return name -> Collections.list(request.getHeaders(name));
    }

    static List<String> names(HttpServletRequest request) {
        return Collections.list(request.getHeaderNames());
    }

    /** To be called after the end of the body; empty when there was no trailer. */
    static Function<String, List<String>> trailers(HttpServletRequest request) {
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
