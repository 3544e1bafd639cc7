package dev.banhmi.drain;

import dev.banhmi.drain.SimTrace.Fate;
import dev.banhmi.drain.SimTrace.HostPlan;
import dev.banhmi.drain.SimTrace.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * ECS, its load balancer and Auto Scaling as they truly are, in one run. A drainer is given the true events and must lose, delay and
 * duplicate them itself; a reader is given the true state of a time and must choose an old one itself.
 */
final class SimWorld {

    static final String GROUP = "fleet";
    static final ClusterName CLUSTER = new ClusterName("sim");

    private final SimLoop loop;
    private final SimTrace trace;
    private final Hook hook;
    private final Listener listener;
    private final List<SimHost> hosts = new ArrayList<>();
    private int touched;
    private int ineffective;

    /** What truly happens. */
    interface Listener {

        void waits(SimHost host);

        void drains(SimHost host);

        void stopped(SimTask task);
    }

    SimWorld(SimLoop loop, SimTrace trace, Duration heartbeat, Listener listener) {
        this.loop = loop;
        this.trace = trace;
        this.listener = listener;
        Duration hundred = heartbeat.multipliedBy(100);
        hook = new Hook(
                GROUP,
                "drain",
                heartbeat,
                hundred.compareTo(SimParameters.GLOBAL_TIMEOUT) < 0 ? hundred : SimParameters.GLOBAL_TIMEOUT,
                LifecycleResult.CONTINUE);
        for (HostPlan plan : trace.hosts()) {
            hosts.add(new SimHost(plan));
        }
    }

    /** Lets the trace begin. */
    void start() {
        for (SimHost host : hosts) {
            for (SimTask task : host.tasks()) {
                if (task.kind() == Kind.STANDALONE) {
                    announceStop(task);
                }
            }
            if (host.plan().fate() == Fate.OPERATOR) {
                loop.at(host.plan().waitAt(), () -> setDraining(host));
            }
            if (host.leaves()) {
                loop.at(host.plan().waitAt(), () -> beginWait(host));
            }
        }
    }

    SimLoop loop() {
        return loop;
    }

    SimTrace trace() {
        return trace;
    }

    Hook hook() {
        return hook;
    }

    List<SimHost> hosts() {
        return hosts;
    }

    SimHost host(String idOrArn) {
        return hosts.stream()
                .filter(host -> host.id().equals(idOrArn) || host.arn().equals(idOrArn))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no instance " + idOrArn + "."));
    }

    /** Instances that were set to drain without being about to leave. */
    int touched() {
        return touched;
    }

    /** Completions and heartbeats that came when nothing waited. */
    int ineffective() {
        return ineffective;
    }

    /** Whether every instance that was to leave has gone. */
    boolean isOver() {
        return hosts.stream().filter(SimHost::leaves).allMatch(host -> host.goneAt() != SimTask.NEVER);
    }

    private void beginWait(SimHost host) {
        host.waitsUntil(loop.now() + hook.heartbeatTimeout().toMillis());
        watchDeadline(host);
        if (host.plan().fate() == Fate.SPOT) {
            loop.at(loop.now() + SimParameters.SPOT_NOTICE.toMillis(), () -> {
                if (host.waits(loop.now())) {
                    host.goes(loop.now(), false);
                }
            });
        }
        listener.waits(host);
    }

    private void watchDeadline(SimHost host) {
        loop.at(host.deadline(), () -> {
            if (!host.waits(loop.now())) {
                return;
            }
            if (loop.now() >= host.deadline()) {
                host.goes(loop.now(), false);
            } else {
                watchDeadline(host);
            }
        });
    }

    // What ECS is asked to do.

    void setDraining(SimHost host) {
        long now = loop.now();
        if (host.isDraining(now) || !host.isRegistered(now)) {
            return;
        }
        if (!host.waits(now) && host.plan().fate() != Fate.OPERATOR && host.goneAt() == SimTask.NEVER) {
            touched++;
        }
        host.drain(now);
        long replicasGone = now;
        for (SimTask task : host.tasks()) {
            if (task.kind() != Kind.REPLICA || !task.isPlaced(now)) {
                continue;
            }
            if (task.isPending(now)) {
                task.stopsUnstarted(now, trace.dice());
            } else {
                task.isReplaced(
                        now,
                        trace.dice(),
                        trace.longest().toMillis(),
                        host.plan().agentConnected());
            }
            replicasGone = Math.max(replicasGone, task.stoppedAt());
            announceStop(task);
        }
        for (SimTask task : host.tasks()) {
            if (task.kind() == Kind.DAEMON && host.plan().agentConnected()) {
                task.isStopped(replicasGone + 1_000, trace.dice());
                announceStop(task);
            }
        }
        listener.drains(host);
    }

    private void announceStop(SimTask task) {
        if (task.stoppedAt() == SimTask.NEVER) {
            return;
        }
        loop.at(task.stoppedAt(), () -> {
            if (task.hasStopped(loop.now()) && task.host().goneAt() > loop.now()) {
                listener.stopped(task);
            }
        });
    }

    void mark(SimHost host, String value) {
        host.mark(loop.now(), value);
    }

    void markQuiet(SimHost host, String value) {
        host.markQuiet(loop.now(), value);
    }

    void deregister(SimHost host) {
        host.isDeregistered(loop.now());
    }

    // What Auto Scaling is asked to do.

    Groups.Effect complete(SimHost host) {
        if (!host.waits(loop.now())) {
            ineffective++;
            return Groups.Effect.NO_ACTIVE_ACTION;
        }
        host.goes(loop.now(), true);
        return Groups.Effect.DONE;
    }

    Groups.Effect heartbeat(SimHost host) {
        if (!host.waits(loop.now())) {
            ineffective++;
            return Groups.Effect.NO_ACTIVE_ACTION;
        }
        long latest = host.plan().waitAt() + hook.globalTimeout().toMillis();
        host.waitsUntil(Math.min(latest, loop.now() + hook.heartbeatTimeout().toMillis()));
        return Groups.Effect.DONE;
    }
}
