package dev.banhmi.gateway.error;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * A failure as the {@code /v1} API shows it: {@code application/problem+json} (RFC 9457) with a stable {@code code}.
 *
 * @param code what went wrong
 * @param detail for the caller
 */
public record Problem(ErrorCode code, String detail) {

    private static final JsonMapper JSON = new JsonMapper();

    /** What is said by the refusal itself, or by filters in front about every response, and not of the object. */
    private static final List<String> OF_THE_PROBLEM = List.of(
            "Access-Control-Allow-Origin",
            "Access-Control-Expose-Headers",
            "Allow",
            "Connection",
            "Content-Security-Policy",
            "Vary",
            "X-Content-Type-Options",
            "X-Request-Id");

    private static final String CONTENT_RANGE = "Content-Range";

    /** {@code Retry-After} of every 503: long enough for a burst to pass, short enough not to be noticed. */
    public static final String RETRY_AFTER_SECONDS = "1";

    /**
     * The problem of a failure.
     *
     * @param failure with a message for the caller
     * @return its code and message
     */
    public static Problem of(GatewayException failure) {
        return new Problem(failure.code(), failure.getMessage());
    }

    /**
     * Responds to a request. HEAD gets the same headers and no body.
     *
     * @param request the one that failed
     * @param response must not be committed
     * @throws IOException when the client is gone
     */
    public void writeTo(HttpServletRequest request, HttpServletResponse response) throws IOException {
        writeTo(request, response, code.status());
    }

    /**
     * Responds to a request with a status other than the code's own.
     *
     * @param request the one that failed
     * @param response must not be committed
     * @param status of the response
     * @throws IOException when the client is gone
     */
    public void writeTo(HttpServletRequest request, HttpServletResponse response, int status) throws IOException {
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("type", "about:blank");
        problem.put("title", code.title());
        problem.put("status", status);
        problem.put("detail", detail);
        if (request.getRequestURI() != null) {
            // Tomcat has no target where it could not read the request line.
            problem.put("instance", request.getRequestURI());
        }
        problem.put("code", code.name());
        byte[] json = JSON.writeValueAsBytes(problem);
        forgetTheObject(response, status);
        response.setStatus(status);
        if (status == HttpServletResponse.SC_SERVICE_UNAVAILABLE) {
            response.setHeader("Retry-After", RETRY_AFTER_SECONDS);
        }
        response.setContentType("application/problem+json");
        response.setContentLength(json.length);
        if (!"HEAD".equals(request.getMethod())) {
            response.getOutputStream().write(json);
        }
        response.flushBuffer();
    }

    /**
     * What the response already said of the object (its version, how long to cache it) must not describe the problem.
     */
    private static void forgetTheObject(HttpServletResponse response, int status) {
        Map<String, List<String>> kept = new LinkedHashMap<>();
        for (String name : OF_THE_PROBLEM) {
            kept.put(name, List.copyOf(response.getHeaders(name)));
        }
        if (status == HttpServletResponse.SC_REQUESTED_RANGE_NOT_SATISFIABLE) {
            // Here it says how long the object is; elsewhere it would say which part of it the problem is.
            kept.put(CONTENT_RANGE, List.copyOf(response.getHeaders(CONTENT_RANGE)));
        }
        response.reset();
        kept.forEach((name, values) -> values.forEach(value -> response.addHeader(name, value)));
    }
}
