package dev.banhmi.gateway.legacy;

import dev.banhmi.gateway.error.Problem;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** A response in the 2018 shape. */
record LegacyResponse(int status, Map<String, ?> body) {

    private static final JsonMapper JSON = new JsonMapper();

    static LegacyResponse success() {
        return new LegacyResponse(200, ordered("status", "success"));
    }

    static LegacyResponse success(Map<String, ?> payload) {
        return new LegacyResponse(200, ordered("status", "success", "payload", payload));
    }

    static LegacyResponse error(int status, String message) {
        return new LegacyResponse(status, ordered("status", "error", "msg", message));
    }

    /** A JSON object with properties in the order given: name, value, name, value. */
    static Map<String, Object> ordered(Object... namesAndValues) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return object;
    }

    void writeTo(HttpServletResponse response) throws IOException {
        byte[] json = JSON.writeValueAsBytes(body);
        response.resetBuffer();
        response.setStatus(status);
        if (status == HttpServletResponse.SC_SERVICE_UNAVAILABLE) {
            response.setHeader("Retry-After", Problem.RETRY_AFTER_SECONDS);
        }
        response.setContentType("application/json; charset=utf-8");
        response.getOutputStream().write(json);
    }
}
