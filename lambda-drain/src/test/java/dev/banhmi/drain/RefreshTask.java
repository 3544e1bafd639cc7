package dev.banhmi.drain;

import org.jspecify.annotations.Nullable;

/** A task of the service on an instance: when it began to serve, was told to stop, and stopped, in seconds. */
final class RefreshTask {

    final String arn;
    final RefreshHost host;
    private final String service;
    final long placedAt;
    final long healthyAt;
    long toldAt = RefreshHost.NEVER;
    long stoppedAt = RefreshHost.NEVER;

    /** When the last request of before it was told to stop has ended, whether or not anything then stops it. */
    long lastRequestEndsAt = RefreshHost.NEVER;

    /** What takes its place once it is healthy; null while nothing does. */
    @Nullable
    RefreshTask replacement;

    RefreshTask(String arn, RefreshHost host, long placedAt, long healthyAt) {
        this("gateway", arn, host, placedAt, healthyAt);
    }

    private RefreshTask(String service, String arn, RefreshHost host, long placedAt, long healthyAt) {
        this.service = service;
        this.arn = arn;
        this.host = host;
        this.placedAt = placedAt;
        this.healthyAt = healthyAt;
    }

    /** The task of a daemon, which nothing replaces and ECS stops last; it serves no request. */
    static RefreshTask daemon(RefreshHost host) {
        return new RefreshTask(
                RefreshWorld.AGENT, "arn:task/agent-of-" + host.id, host, host.registersAt, host.registersAt);
    }

    boolean isLive(long time) {
        return placedAt <= time && time < stoppedAt && time < host.goneAt && time < host.deadAt;
    }

    /** Whether the load balancer sends requests to it. */
    boolean serves(long time) {
        return isLive(time) && healthyAt <= time && time < toldAt;
    }

    /** Whether its instance went while it had requests: those that it still served, or the last ones of before it was told to stop. */
    boolean wasCut() {
        return host.goneAt != RefreshHost.NEVER
                && healthyAt < host.goneAt
                && host.goneAt < lastRequestEndsAt
                && host.goneAt < host.deadAt;
    }

    DrainTask describe(long time) {
        String status = time >= stoppedAt
                ? "STOPPED"
                : time >= toldAt ? "DEACTIVATING" : time >= healthyAt ? "RUNNING" : "PENDING";
        return new DrainTask(
                arn, status, time >= toldAt ? "STOPPED" : "RUNNING", "service:" + service, "ecs-svc/1", host.arn());
    }
}
