package dev.banhmi.drain;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What others use, written from their code. Each goes wrong as its code does; nothing else is held against it. */
enum SimOther implements SimDrainer.Kind {
    /**
     * CDK's InstanceDrainHook: one list of tasks before anything else, then a look every ten seconds within one invocation, no heartbeat.
     *
     * @see <a href="https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/aws-ecs/lib/drain-hook/lambda-source/index.py">its
     *     code</a>
     */
    CDK_LOOP("cdkLoop", SimParameters.CDK_HEARTBEAT, SimParameters.CDK_TIMEOUT, SimParameters.CDK_GIGABYTES) {
        @Override
        void notice(SimWorld world, SimHost host, SimCalls calls, Runnable again) {
            Cluster cluster = new SimCluster(world, calls);
            Optional<ContainerInstance> found =
                    calls.read("list", SimCalls.Source.CONTAINER_INSTANCES, time -> host.describe(time, time));
            if (found.isEmpty()) {
                return;
            }
            List<String> tasks = firstPage(cluster.listTasks(host.arn(), Cluster.DesiredStatus.RUNNING));
            while (hasTasks(cluster, host, tasks)) {
                calls.sleep(SimParameters.CDK_PAUSE_MILLIS);
            }
            new SimGroups(world, calls).complete(host.id(), world.hook(), LifecycleResult.CONTINUE);
        }

        private boolean hasTasks(Cluster cluster, SimHost host, List<String> tasks) {
            Optional<ContainerInstance> found = cluster.find(host.arn());
            if (found.isEmpty()) {
                return false;
            }
            ContainerInstance instance = found.get();
            if (instance.status() == ContainerInstance.Status.ACTIVE) {
                cluster.setDraining(host.arn());
                return true;
            }
            long count = 0;
            List<DrainTask> described = cluster.describeTasks(tasks);
            if (!described.isEmpty()) {
                count = described.stream().filter(task -> !task.hasStopped()).count() + instance.pendingTasks();
            }
            return count > 0 || instance.runningTasks() + instance.pendingTasks() > 0;
        }
    },
    /**
     * The 2018 function as it stands: a variable that does not exist ends it before it drains anything.
     *
     * @see <a href="https://github.com/aws-samples/ecs-cid-sample/issues/8">the same code</a>
     */
    SEED_2018("seed2018", SimParameters.SEED_HEARTBEAT, SimParameters.SEED_TIMEOUT, SimParameters.SEED_GIGABYTES) {
        @Override
        void notice(SimWorld world, SimHost host, SimCalls calls, Runnable again) {
            calls.read("list", SimCalls.Source.CONTAINER_INSTANCES, time -> host.describe(time, time));
            throw new RetryableFailure("name 'clusterListResp' is not defined");
        }
    },
    /**
     * The 2018 function with that variable repaired: asks for what is to run, and sends itself its own message without a pause.
     *
     * @see <a href="https://github.com/aws-samples/ecs-cid-sample/issues/20">its rounds</a>
     */
    SEED_2018_REPAIRED(
            "seed2018Repaired",
            SimParameters.SEED_HEARTBEAT,
            SimParameters.SEED_TIMEOUT,
            SimParameters.SEED_GIGABYTES) {
        @Override
        void notice(SimWorld world, SimHost host, SimCalls calls, Runnable again) {
            Cluster cluster = new SimCluster(world, calls);
            Optional<ContainerInstance> found = cluster.find(host.arn());
            if (found.isPresent()) {
                if (found.get().status() != ContainerInstance.Status.DRAINING) {
                    cluster.setDraining(host.arn());
                }
                if (!firstPage(cluster.listTasks(host.arn(), Cluster.DesiredStatus.RUNNING))
                        .isEmpty()) {
                    again.run();
                    return;
                }
            }
            new SimGroups(world, calls).complete(host.id(), world.hook(), LifecycleResult.CONTINUE);
        }
    },
    /** ECS's managed instance draining: knows the truth about its tasks, and waits for it as long as it takes. */
    MANAGED("managed", SimParameters.GLOBAL_TIMEOUT, Duration.ofSeconds(1), 0) {
        @Override
        void notice(SimWorld world, SimHost host, SimCalls calls, Runnable again) {
            throw new IllegalStateException("No function is part of managed draining.");
        }

        @Override
        public SimDrainer create(SimTally tally) {
            return new Managed();
        }
    };

    private final String id;
    private final Duration heartbeat;
    private final Duration timeout;
    private final double gigabytes;

    SimOther(String id, Duration heartbeat, Duration timeout, double gigabytes) {
        this.id = id;
        this.heartbeat = heartbeat;
        this.timeout = timeout;
        this.gigabytes = gigabytes;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Duration heartbeat(SimTrace trace) {
        return heartbeat;
    }

    @Override
    public Duration timeout() {
        return timeout;
    }

    @Override
    public double gigabytes() {
        return gigabytes;
    }

    @Override
    public SimDrainer create(SimTally tally) {
        return new Notified(this);
    }

    /** One invocation for the notice of a wait. */
    abstract void notice(SimWorld world, SimHost host, SimCalls calls, Runnable again);

    private static List<String> firstPage(List<String> all) {
        return all.stream().limit(SimParameters.PAGE).toList();
    }

    /** A function behind an SNS topic, which loses nothing: deliveries that fail are repeated. */
    private static final class Notified implements SimDrainer {

        private final SimOther code;
        private SimWorld world;
        private SimLambda lambda;

        @SuppressWarnings("NullAway.Init") // begin() comes before anything can happen
        Notified(SimOther code) {
            this.code = code;
        }

        @Override
        public void begin(SimWorld begun, SimLambda deployed) {
            world = begun;
            lambda = deployed;
        }

        @Override
        public void waits(SimHost host) {
            SimDice dice = world.trace().dice().of("notice " + host.id()).of(0);
            invoke(host, dice.of("delay").between(SimParameters.EVENT), 0);
        }

        private void invoke(SimHost host, long delay, int hop) {
            long next = world.trace().dice().of("hop", host.id(), hop).between(SimParameters.SEED_HOP);
            lambda.invoke(
                    world.loop().now() + delay,
                    calls -> code.notice(world, host, calls, () -> invoke(host, next, hop + 1)));
        }

        @Override
        public void drains(SimHost host) {
            // Only the notice is listened to.
        }

        @Override
        public void stopped(SimTask task) {
            // Only the notice is listened to.
        }
    }

    private static final class Managed implements SimDrainer {

        private SimWorld world;

        @SuppressWarnings("NullAway.Init") // begin() comes before anything can happen
        Managed() {}

        @Override
        public void begin(SimWorld begun, SimLambda unused) {
            world = begun;
        }

        @Override
        public void waits(SimHost host) {
            later(host, "managed", () -> {
                world.setDraining(host);
                release(host);
            });
        }

        @Override
        public void drains(SimHost host) {
            // It has done so itself.
        }

        @Override
        public void stopped(SimTask task) {
            release(task.host());
        }

        private void release(SimHost host) {
            later(host, "release", () -> {
                long now = world.loop().now();
                if (host.waits(now) && host.tasks().stream().noneMatch(task -> task.isLive(now))) {
                    world.complete(host);
                }
            });
        }

        private void later(SimHost host, String what, Runnable action) {
            long pause = world.trace().dice().of(what, host.id()).between(SimParameters.MANAGED_REACTION);
            world.loop().at(world.loop().now() + pause, action);
        }
    }
}
