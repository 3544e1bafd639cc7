package dev.banhmi.gateway.object;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** A JSON object as the response to a request. HEAD gets the same headers and no body. */
final class JsonResponse {

    private static final JsonMapper JSON = new JsonMapper();

    private JsonResponse() {}

    static void write(Map<String, Object> object, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        byte[] json = JSON.writeValueAsBytes(object);
        response.setContentType("application/json");
        response.setContentLength(json.length);
        if (!request.getMethod().equals("HEAD")) {
            response.getOutputStream().write(json);
        }
    }
}
