package dev.banhmi.gateway.observe;

import dev.banhmi.gateway.error.ErrorCode;
import org.slf4j.event.Level;

/** The lines of the access log for responses to heads that never became requests. */
public final class RefusedHeads {

    private RefusedHeads() {}

    /**
     * Writes the line of one: neither its method nor its path is known.
     *
     * @param id in the response
     * @param code in the response
     * @param nanos since its first byte
     */
    public static void log(String id, ErrorCode code, long nanos) {
        RequestId.during(
                id,
                () -> AccessLogValve.write(
                        Level.INFO, "-", "-", code.status(), Outcome.REFUSED, code.name(), 0, 0, nanos));
    }
}
