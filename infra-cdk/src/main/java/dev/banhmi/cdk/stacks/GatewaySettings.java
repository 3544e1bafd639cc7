package dev.banhmi.cdk.stacks;

import dev.banhmi.cdk.constructs.budget.DrainBudget;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the stacks know about the gateway: the names of its settings, its port, its health check. */
final class GatewaySettings {
    /** The port that it listens on by default. */
    static final int PORT = 8080;

    /** The health check: it needs no store, and fails as soon as the gateway begins to shut down. */
    static final String HEALTH_CHECK_PATH = "/status/healthcheck";

    static final String MAX_REQUEST_DURATION = "BANHMI_TRANSFER_MAX_REQUEST_DURATION";
    static final String MAX_IDLE = "BANHMI_TRANSFER_MAX_IDLE";
    static final String PRE_STOP_DELAY = "BANHMI_SHUTDOWN_PRE_STOP_DELAY";
    static final String IN_FLIGHT_TIMEOUT = "BANHMI_SHUTDOWN_IN_FLIGHT_TIMEOUT";
    static final String ABORT_TIMEOUT = "BANHMI_SHUTDOWN_ABORT_TIMEOUT";
    static final String KEEP_ALIVE_TIMEOUT = "SERVER_TOMCAT_KEEP_ALIVE_TIMEOUT";

    private GatewaySettings() {}

    /** A budget's numbers as the gateway reads them, but for the longest transfer that it accepts. */
    static Map<String, String> of(DrainBudget budget, Duration accepted) {
        // Sorted: any other order differs from one JVM to the next, and would be a change in every deployment.
        SortedMap<String, String> variables = new TreeMap<>();
        variables.put(MAX_REQUEST_DURATION, seconds(accepted));
        variables.put(MAX_IDLE, seconds(budget.maxIdle()));
        variables.put(PRE_STOP_DELAY, seconds(budget.preStopDelay()));
        variables.put(IN_FLIGHT_TIMEOUT, seconds(budget.inFlightTimeout()));
        variables.put(ABORT_TIMEOUT, seconds(budget.abortTimeout()));
        variables.put(KEEP_ALIVE_TIMEOUT, seconds(budget.keepAlive()));
        return variables;
    }

    private static String seconds(Duration duration) {
        return duration.toSeconds() + "s";
    }
}
