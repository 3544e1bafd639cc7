package dev.banhmi.gateway.legacy;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** An answer in the 2018 shape. */
record LegacyAnswer(int status, Map<String, ?> body) {

    private static final JsonMapper JSON = new JsonMapper();

    static LegacyAnswer success() {
        return new LegacyAnswer(200, ordered("status", "success"));
    }

    static LegacyAnswer success(Map<String, ?> payload) {
        return new LegacyAnswer(200, ordered("status", "success", "payload", payload));
    }

    static LegacyAnswer error(int status, String message) {
        return new LegacyAnswer(status, ordered("status", "error", "msg", message));
    }

    /** A JSON object whose properties stand in the order given: name, value, name, value. */
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
        response.setContentType("application/json; charset=utf-8");
        response.getOutputStream().write(json);
    }
}
