package dev.banhmi.gateway.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What happens on SIGTERM, {@code banhmi.shutdown.*}. Whatever runs the gateway must wait for the sum of all before
 * SIGKILL.
 *
 * @param preStopDelay how long the port stays open with failing readiness probes, so that load balancers send traffic
 *     elsewhere first
 * @param inFlightTimeout how long transfers may then take to end before they are cut; longer than
 *     {@code banhmi.transfer.max-request-duration} is refused, because none lasts that long. Without it 60 s
 * @param abortTimeout how long the process may then wait until the uploads that were cut are removed from the store;
 *     what is left after that is named in the log
 */
public record ShutdownProperties(
        @DefaultValue("5s") Duration preStopDelay,
        @Nullable Duration inFlightTimeout,
        @DefaultValue("10s") Duration abortTimeout) {

    /** Checks that all are 0 or more. */
    public ShutdownProperties {
        if (preStopDelay.isNegative()) {
            throw new IllegalArgumentException(
                    "banhmi.shutdown.pre-stop-delay = " + preStopDelay + ": 0s or more is required");
        }
        if (inFlightTimeout != null && inFlightTimeout.isNegative()) {
            throw new IllegalArgumentException(
                    "banhmi.shutdown.in-flight-timeout = " + inFlightTimeout + ": 0s or more is required");
        }
        if (abortTimeout.isNegative()) {
            throw new IllegalArgumentException(
                    "banhmi.shutdown.abort-timeout = " + abortTimeout + ": 0s or more is required");
        }
    }
}
