package dev.banhmi.gateway.server;

import dev.banhmi.gateway.access.Route;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Problem;
import dev.banhmi.gateway.observe.FailureLog;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** How a filter in front of every API refuses a request: in the shape of the API that was meant. */
final class Refusal {

    private static final JsonMapper JSON = new JsonMapper();

    private Refusal() {}

    static void write(GatewayException reason, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        FailureLog.told(request, reason, reason.code().status());
        if (Route.of(request).belongsToV1()) {
            AllowedOrigins.mark(request, response);
            Problem.of(reason).writeTo(request, response);
            return;
        }
        Map<String, String> members = new LinkedHashMap<>();
        members.put("status", "error");
        members.put("msg", reason.getMessage());
        byte[] json = JSON.writeValueAsBytes(members);
        response.setStatus(reason.code().status());
        response.setContentType("application/json;charset=utf-8");
        response.setContentLength(json.length);
        response.getOutputStream().write(json);
    }
}
