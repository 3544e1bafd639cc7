package dev.banhmi.cdk.stacks;

import software.amazon.awscdk.Duration;

/*
 * Load balancer, ECS and gateway each have a clock of their own, and a transfer is cut or a stray 502 answered when these are in the
 * wrong order. So the order is computed here, in one place:
 *
 *   idle connection    load balancer's idle timeout < gateway's keep-alive: the side that opens connections has to close them first
 *   longest transfer   ended by the gateway (BANHMI_TRANSFER_MAX_REQUEST_DURATION); the deregistration delay waits for it
 *   task stops         deregistration delay (transfers end behind the load balancer), then SIGTERM, then the gateway's pre-stop delay
 *                      and drain, all within the stop timeout, then SIGKILL
 */
/** The time limits on the way of a request, each derived from those it depends on. */
final class GatewayTimes {
    /** Longest silence on a connection before the load balancer closes it: a store may take minutes to complete a large object. */
    static final Duration IDLE_TIMEOUT = Duration.seconds(300);

    /** How long the gateway keeps an idle connection that the load balancer may still use. */
    static final Duration KEEP_ALIVE = IDLE_TIMEOUT.plus(Duration.seconds(10));

    /** The longest transfer, which the gateway ends itself: without this, a deployment would have to cut it. */
    static final Duration LONGEST_TRANSFER = Duration.seconds(900);

    /** The gateway's longest silence inside a request, {@code server.tomcat.connection-timeout}: it ends a transfer that late. */
    private static final Duration SILENCE = Duration.seconds(60);

    /** How long transfers may go on after the load balancer has stopped sending new requests to a task. */
    static final Duration DEREGISTRATION_DELAY = LONGEST_TRANSFER.plus(SILENCE);

    /** The gateway's default {@code banhmi.shutdown.pre-stop-delay}. */
    private static final Duration PRE_STOP_DELAY = Duration.seconds(5);

    /** The gateway's default bound for transfers in flight once it closes its port. */
    private static final Duration DRAIN = Duration.seconds(60);

    /** From SIGTERM to SIGKILL; the margin is for closing clients and the exit itself. */
    static final Duration STOP_TIMEOUT = PRE_STOP_DELAY.plus(DRAIN).plus(Duration.seconds(25));

    private GatewayTimes() {}
}
