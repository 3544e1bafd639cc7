package dev.banhmi.gateway.store.wire;

import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a response says before its body.
 *
 * @param status 200 to 599
 * @param isPersistent whether the connection stays open behind it
 * @param fields its header fields
 * @param framing where its body ends
 */
record ResponseHead(int status, boolean isPersistent, Fields fields, Framing framing) {

    private static final Pattern TIMEOUT = Pattern.compile("(?:^|[,\\s])timeout\\s*=\\s*([0-9]{1,9})(?:$|[,\\s])");

    boolean isSuccess() {
        return status / 100 == 2;
    }

    /** How long the store keeps the connection for another request, as it says; {@link Long#MAX_VALUE} otherwise. */
    long keepAliveNanos() {
        String said = fields.first("keep-alive");
        if (said != null) {
            Matcher timeout = TIMEOUT.matcher(said);
            if (timeout.find()) {
                return TimeUnit.SECONDS.toNanos(Long.parseLong(timeout.group(1)));
            }
        }
        return Long.MAX_VALUE;
    }
}
