package dev.banhmi.gateway.config;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What a client must do to keep its connection, {@code banhmi.server.*}.
 *
 * @param headTimeout from the first byte of a request to the end of its headers
 * @param minBodyRate bytes a second that a request body must bring, over every {@code bodyRatePeriod} that the gateway
 *     waits for it; 0 for any
 * @param bodyRatePeriod the time spent waiting for a body after which its rate is looked at
 * @param minResponseRate bytes a second that a client must take of a response while the gateway waits for it; it may be
 *     behind by what the rate brings in the longest silence and by what the kernel holds for it; 0 for any
 * @param maxConnectionsPerAddress open connections from one address; 0 for any number, because behind a load balancer
 *     all clients have its addresses
 */
public record HttpServerProperties(
        @DefaultValue("10s") Duration headTimeout,
        @DefaultValue("1KB") DataSize minBodyRate,
        @DefaultValue("30s") Duration bodyRatePeriod,
        @DefaultValue("4KB") DataSize minResponseRate,
        @DefaultValue("0") int maxConnectionsPerAddress) {

    /** No request may take longer to begin, or to be judged. */
    private static final Duration LONGEST = Duration.ofHours(1);

    /** Checks the bounds. */
    public HttpServerProperties {
        requireTime("head-timeout", headTimeout);
        requireRate("min-body-rate", minBodyRate);
        requireTime("body-rate-period", bodyRatePeriod);
        requireRate("min-response-rate", minResponseRate);
        if (maxConnectionsPerAddress < 0) {
            throw new IllegalArgumentException("banhmi.server.max-connections-per-address = "
                    + maxConnectionsPerAddress
                    + ": 0 or more is required, 0 to turn it off");
        }
    }

    private static void requireRate(String name, DataSize rate) {
        if (rate.isNegative()) {
            throw new IllegalArgumentException(
                    "banhmi.server." + name + " = " + rate + ": 0 or more is required, 0 to turn it off");
        }
    }

    private static void requireTime(String name, Duration time) {
        if (!time.isPositive() || time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "banhmi.server." + name + " = " + time + ": more than 0s and at most " + LONGEST + " is required");
        }
    }
}
