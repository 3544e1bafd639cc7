package dev.banhmi.gateway.server;

import dev.banhmi.gateway.access.Route;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Problem;
import dev.banhmi.gateway.observe.FailureLog;
import dev.banhmi.gateway.observe.RequestId;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Responds to what Tomcat refuses before any of our code sees it (a malformed request line, a path that leads above the
 * root) in the shape of the API that was meant, instead of with Tomcat's page. Public because Tomcat instantiates it by
 * name; not for other use.
 */
public final class ContainerErrorValve extends ErrorReportValve {

    private static final Logger log = LoggerFactory.getLogger(ContainerErrorValve.class);

    private static final Pattern OF_V1 = Pattern.compile(" \\[/v1[/?\\s\\]]");

    private static final JsonMapper JSON = new JsonMapper();

    /** For Tomcat. */
    public ContainerErrorValve() {}

    /**
     * Also refuses a response whose head has no room, where nobody has noticed while it was written.
     */
    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        super.invoke(request, response);
        if (request.isAsync()) {
            return;
        }
        try {
            ResponseHead.requireRoom(request, response);
        } catch (GatewayException e) {
            FailureLog.told(request, e, e.code().status());
            response.reset();
            response.setError();
            report(request, response, e);
        }
    }

    @Override
    protected void report(Request request, Response response, @Nullable Throwable throwable) {
        int status = switch (throwable) {
            case GatewayException refusal -> refusal.code().status();
            // Whoever reads the body and throws on what it throws gets the status of a body that is malformed.
            case null, default ->
                Refusals.isSlowBody(throwable) ? HttpServletResponse.SC_REQUEST_TIMEOUT : response.getStatus();
        };
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        InertContentFilter.mark(response);
        // Tomcat has discarded the headers.
        RequestId.show(request, response);
        Problem problem = Refusals.of(request, status, throwable);
        FailureLog.remember(request, problem.code());
        try {
            if (meansV1(request)) {
                AllowedOrigins.mark(request, response);
                problem.writeTo(request, response, status);
                // The problem discarded this, too; without it, a request that belongs to no context is not logged.
                response.setError();
                response.setErrorReported();
            } else {
                response.setStatus(status);
                if (status == HttpServletResponse.SC_SERVICE_UNAVAILABLE) {
                    response.setHeader("Retry-After", Problem.RETRY_AFTER_SECONDS);
                }
                response.setContentType("application/json;charset=utf-8");
                byte[] json = JSON.writeValueAsBytes(of2018(problem));
                response.setContentLength(json.length);
                response.getOutputStream().write(json);
                response.finishResponse();
            }
        } catch (IOException | IllegalStateException e) {
            log.debug("the client did not take the response {}", status, e);
        }
    }

    private static Map<String, String> of2018(Problem problem) {
        Map<String, String> members = new LinkedHashMap<>();
        members.put("status", "error");
        members.put("msg", problem.detail());
        return members;
    }

    /**
     * Tomcat discards a target that holds a character which must be encoded; only the text of its exception still has
     * it, in brackets.
     */
    private static boolean meansV1(Request request) {
        if (request.getRequestURI() != null) {
            return Route.of(request).belongsToV1();
        }
        return request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof IllegalArgumentException refusal
                && refusal.getMessage() != null
                && OF_V1.matcher(refusal.getMessage()).find();
    }
}
