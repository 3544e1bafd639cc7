package dev.banhmi.gateway.fault;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * How long the gateway under test waits for the store: a hundredth of the defaults, but several times of what the slowest call
 * takes on this machine when nothing fails, so that a timeout means a fault and not a busy machine. On a slow machine the matrix takes
 * longer, and proves the same. Nearly all of its time is these waits.
 *
 * @param call the longest silence within one try of one call; a whole try may take twice that, as with the defaults. Were both one
 *     time, the clock of one try could go off in the next one
 */
record Waits(Duration call) {

    /** The defaults. */
    static final Waits UNSHORTENED = new Waits(Duration.ofSeconds(30));

    /** Twice a hundredth of the 30 s of silence. */
    private static final Duration HUNDREDTH = Duration.ofMillis(600);

    /** A hundredth of the 10 minutes for CompleteMultipartUpload. */
    private static final Duration COMPLETE = Duration.ofSeconds(6);

    private static final int MARGIN = 4;

    /** Less, because the gateway meets faults only once it has been warmed up: in a cold one a wait just has to be long enough. */
    private static final int MARGIN_OF_COLD = 2;

    /** With more, eight tries in vain would outlast the client. */
    private static final Duration LONGEST = Duration.ofSeconds(25);

    /**
     * Long enough for both.
     *
     * @param cold the slowest call of a gateway that has just started
     * @param slowest the slowest call of one that is warmed up, as that is which meets the faults
     */
    static Waits forSlowest(Duration cold, Duration slowest) {
        Duration enough =
                Collections.max(List.of(HUNDREDTH, slowest.multipliedBy(MARGIN), cold.multipliedBy(MARGIN_OF_COLD)));
        return new Waits(Collections.min(List.of(enough, LONGEST)));
    }

    Map<String, String> settings() {
        if (equals(UNSHORTENED)) {
            return Map.of();
        }
        return Map.of(
                "banhmi.s3.connect-timeout", millis(call),
                "banhmi.s3.read-timeout", millis(call),
                "banhmi.s3.api-call-attempt-timeout", millis(call.multipliedBy(2)),
                "banhmi.s3.api-call-timeout", millis(call.multipliedBy(6)),
                "banhmi.s3.complete-timeout",
                        millis(COMPLETE.compareTo(call.multipliedBy(2)) < 0 ? call.multipliedBy(2) : COMPLETE),
                "banhmi.s3.retry-base-delay", "2ms",
                "banhmi.s3.retry-max-delay", "50ms",
                "banhmi.transfer.abort-retries", "10ms,100ms,600ms",
                "banhmi.transfer.download-retry-pause", "5ms");
    }

    /** What is late, but in time. */
    Duration slowCall() {
        return call.dividedBy(5);
    }

    /** Whether the gateway may have given up a call that took so long; what it counts begins a little earlier. */
    boolean mayTimeOut(Duration time) {
        return time.compareTo(call.dividedBy(2)) > 0;
    }

    private static String millis(Duration duration) {
        return duration.toMillis() + "ms";
    }
}
