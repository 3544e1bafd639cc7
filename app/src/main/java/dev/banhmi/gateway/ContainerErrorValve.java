package dev.banhmi.gateway;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what Tomcat refuses before any code of ours sees it (a malformed request line, a path that leads above the root) in
 * the shape of the API that was meant, instead of Tomcat's page. Public because Tomcat makes it by name; not for other use.
 */
public final class ContainerErrorValve extends ErrorReportValve {

    private static final Logger log = LoggerFactory.getLogger(ContainerErrorValve.class);

    /** For Tomcat. */
    public ContainerErrorValve() {}

    @Override
    protected void report(Request request, Response response, @Nullable Throwable throwable) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        try {
            String target = request.getRequestURI();
            if (target != null && target.startsWith("/v1")) {
                ErrorCode code = status < 500 ? ErrorCode.INVALID_REQUEST : ErrorCode.INTERNAL;
                new Problem(code, "The request is not possible: HTTP status " + status + ".")
                        .writeTo(request, response, status);
            } else {
                byte[] json = ("{\"status\":\"error\",\"msg\":\"HTTP status " + status + "\"}")
                        .getBytes(StandardCharsets.US_ASCII);
                response.setContentType("application/json;charset=utf-8");
                response.setContentLength(json.length);
                response.getOutputStream().write(json);
                response.finishResponse();
            }
        } catch (IOException | IllegalStateException e) {
            log.debug("the client did not take the answer {}", status, e);
        }
    }
}
