package dev.banhmi.gateway.observe;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.Set;
import org.apache.catalina.AccessLog;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One line in the log for each request, once it has ended: method, path as it was sent and without its query, status,
 * {@link Outcome}, the code of a failure, bytes of both bodies and duration. Its logger is {@code banhmi.access}, level
 * INFO, and DEBUG for probes. Tomcat calls it for what it refuses by itself, too, and counts the bytes anyway.
 */
final class AccessLogValve extends ValveBase implements AccessLog {
    /*
     * The same values are in the message, for whoever reads plain lines, and as the fields of the event, for Spring
     * Boot's structured formats.
     *
     * The query is left out as a whole: credentials of presigned requests are in it.
     */

    /** The name of the logger, which operators set the level of. */
    static final String LOGGER = "banhmi.access";

    private static final Logger log = LoggerFactory.getLogger(LOGGER);

    private static final Set<String> PROBES = Set.of("/livez", "/readyz", "/status/healthcheck");

    AccessLogValve() {
        super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        getNext().invoke(request, response);
    }

    @Override
    public void log(Request request, Response response, long nanos) {
        String target = request.getRequestURI();
        Level level = target != null && PROBES.contains(target) ? Level.DEBUG : Level.INFO;
        if (log.isEnabledForLevel(level)) {
            // The thread has left the request by now.
            RequestId.during(request, () -> write(level, request, response, nanos));
        }
    }

    private static void write(Level level, Request request, Response response, long nanos) {
        int status = response.getStatus();
        write(
                level,
                LogText.token(request.getMethod()),
                LogText.path(request.getRequestURI()),
                status,
                Outcome.of(
                        status,
                        FailureLog.isCut(request),
                        request.getCoyoteRequest().getErrorException(),
                        response.getCoyoteResponse().getErrorException()),
                FailureLog.codeOf(request),
                request.getCoyoteRequest().getBytesRead(),
                response.getBytesWritten(false),
                nanos);
    }

    /** One line; nothing of it may be what a client sent as it was sent. */
    static void write(
            Level level,
            String method,
            String path,
            int status,
            Outcome outcome,
            String code,
            long in,
            long out,
            long nanos) {
        double millis = Math.round(nanos / 1e5) / 10.0;
        log.atLevel(level)
                .addKeyValue("method", method)
                .addKeyValue("path", path)
                .addKeyValue("status", status)
                .addKeyValue("outcome", outcome)
                .addKeyValue("code", code)
                .addKeyValue("bytesIn", in)
                .addKeyValue("bytesOut", out)
                .addKeyValue("durationMs", millis)
                .log("{} {} {} {} code={} in={} out={} ms={}", method, path, status, outcome, code, in, out, millis);
    }

    @Override
    public void setRequestAttributesEnabled(boolean enabled) {
        // They replace the client's address, which is not logged.
    }

    @Override
    public boolean getRequestAttributesEnabled() {
        return false;
    }
}
