package dev.banhmi.drain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.AwsRequest;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.RequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingException;
import software.amazon.awssdk.services.ecs.model.EcsException;

/**
 * A fleet with very many instances in one cluster and one group, and buckets in front of both APIs, of a hundred calls and twenty a second each:
 * a call takes its time, is refused when its bucket is empty and, by chance, one time in so many. The clients of the SDK try three times, with its pauses.
 */
final class CrowdAws {

    static final String GROUP = "crowd";
    static final String HOOK = "drain";
    static final String LAUNCH_HOOK = "launch";
    static final Duration LAUNCH_TIMEOUT = Duration.ofHours(1);
    private static final int BURST = 100;
    private static final int PER_SECOND = 20;
    static final String CLUSTER = "crowd";
    private static final String ARN = "arn:aws:ecs:eu-central-1:123456789012:";

    /** An instance; times in ms of the loop. */
    static final class Host {
        final int number;
        final String id;
        final String arn;
        final List<String> tasks = new ArrayList<>();
        final long waitsFrom;
        final List<Long> beats = new ArrayList<>();
        final Map<String, String> attributes = new TreeMap<>();
        long drainingAt = SimTask.NEVER;
        long markedAt = SimTask.NEVER;
        long tasksStopAfter;
        long waitsUntil;
        long goneAt = SimTask.NEVER;
        boolean completed;

        /** Whether ECS has started its tasks elsewhere and stops them here; else the drain is held back. */
        boolean isReplaced = true;

        /** Whether it is held at its launch, and never registers. */
        boolean isLaunch;

        Host(int number, int tasks, long waitsFrom, Duration heartbeatTimeout, long tasksStopAfter) {
            this.number = number;
            this.id = "i-%06d".formatted(number);
            this.arn = ARN + "container-instance/crowd/" + number;
            this.waitsFrom = waitsFrom;
            this.waitsUntil = waitsFrom + heartbeatTimeout.toMillis();
            this.tasksStopAfter = tasksStopAfter;
            for (int i = 0; i < tasks; i++) {
                this.tasks.add(ARN + "task/crowd/" + number + "-" + i);
            }
        }

        @Override
        public String toString() {
            return id + " waits from " + waitsFrom + ", drains from " + drainingAt + ", marked at " + markedAt
                    + ", empty at " + emptyAt() + ", gone at " + goneAt + " ms";
        }

        /** ECS wants its tasks stopped a little after the start of the drain. */
        long deactivatingAt() {
            return drainingAt == SimTask.NEVER || !isReplaced ? SimTask.NEVER : drainingAt + 20_000;
        }

        long emptyAt() {
            return deactivatingAt() == SimTask.NEVER || tasksStopAfter == SimTask.NEVER
                    ? SimTask.NEVER
                    : deactivatingAt() + tasksStopAfter;
        }
    }

    private final SimLoop loop;
    private final SplittableRandom random;
    private final Duration latency;
    private final int refusedOneIn;
    private final Duration heartbeatTimeout;
    private final Map<String, double[]> buckets = new TreeMap<>();
    private final Map<String, Integer> calls = new TreeMap<>();
    private final Map<String, Integer> throttled = new TreeMap<>();
    private final Map<String, Host> hosts = new LinkedHashMap<>();
    private Predicate<Host> denied = host -> false;
    private Consumer<DrainHint> events = hint -> {};

    CrowdAws(SimLoop loop, long seed, Duration latency, int refusedOneIn, Duration heartbeatTimeout) {
        this.loop = loop;
        this.random = new SplittableRandom(seed);
        this.latency = latency;
        this.refusedOneIn = refusedOneIn;
        this.heartbeatTimeout = heartbeatTimeout;
    }

    /** What receives the events; nobody, unless this is called before the hosts are added. */
    void onEvent(Consumer<DrainHint> receiver) {
        events = receiver;
    }

    void add(Host host) {
        hosts.put(host.id, host);
        watch(host);
        if (!host.isLaunch) {
            loop.at(
                    host.waitsFrom,
                    () -> events.accept(new DrainHint.TerminationNotice(
                            host.id, GROUP, HOOK, Optional.of(SimHost.instant(host.waitsFrom)))));
        }
    }

    /** Begins to drain: that is an event, and later the end of each task is one. */
    void drain(Host host) {
        if (host.drainingAt != SimTask.NEVER) {
            return;
        }
        ClusterName cluster = new ClusterName(CLUSTER);
        host.drainingAt = loop.now();
        events.accept(new DrainHint.InstanceDraining(cluster, host.arn, host.id));
        if (host.emptyAt() != SimTask.NEVER) {
            loop.at(
                    host.emptyAt(),
                    () -> host.tasks.forEach(
                            task -> events.accept(new DrainHint.TaskStopped(cluster, task, host.arn, 1))));
        }
    }

    /** ECS does not allow these to be set to drain. */
    void deny(Predicate<Host> hostsToDeny) {
        denied = hostsToDeny;
    }

    boolean isDenied(Host host) {
        return denied.test(host);
    }

    /** Auto Scaling ends a wait that nothing prolongs. */
    private void watch(Host host) {
        loop.at(host.waitsUntil, () -> {
            if (host.goneAt == SimTask.NEVER) {
                if (loop.now() >= host.waitsUntil) {
                    host.goneAt = loop.now();
                } else {
                    watch(host);
                }
            }
        });
    }

    Collection<Host> hosts() {
        return Collections.unmodifiableCollection(hosts.values());
    }

    Host host(String id) {
        return Objects.requireNonNull(hosts.get(id), id);
    }

    Host byArn(String arn) {
        return host("i-%06d".formatted(Integer.parseInt(arn.substring(arn.lastIndexOf('/') + 1))));
    }

    SimLoop loop() {
        return loop;
    }

    Duration heartbeatTimeout() {
        return heartbeatTimeout;
    }

    /** By operation, with every attempt. */
    Map<String, Integer> calls() {
        return Collections.unmodifiableMap(calls);
    }

    /** By operation: those that an empty bucket refused. */
    Map<String, Integer> throttled() {
        return Collections.unmodifiableMap(throttled);
    }

    /** The attempts of the SDK at one call, which end when its time is over. */
    <T> T call(AwsRequest request, boolean ecs, Supplier<T> effect) {
        String operation = request.getClass().getSimpleName().replaceFirst("Request$", "");
        long end = loop.now() + limit(request).toMillis();
        for (int attempt = 1; ; attempt++) {
            calls.merge(operation, 1, Integer::sum);
            pass(latency.toMillis(), end);
            boolean full = takes(ecs ? bucketOfEcs(operation) : operation);
            if (!full) {
                throttled.merge(operation, 1, Integer::sum);
            }
            if (full && random.nextInt(refusedOneIn) > 0) {
                return effect.get();
            }
            if (attempt == AwsCalls.ATTEMPTS) {
                AwsErrorDetails details = AwsErrorDetails.builder()
                        .errorCode("ThrottlingException")
                        .errorMessage("Rate exceeded")
                        .build();
                throw ecs
                        ? (EcsException) EcsException.builder()
                                .awsErrorDetails(details)
                                .statusCode(400)
                                .build()
                        : (AutoScalingException) AutoScalingException.builder()
                                .awsErrorDetails(details)
                                .statusCode(400)
                                .build();
            }
            pass(random.nextLong(1_000L << (attempt - 1)), end);
        }
    }

    private static Duration limit(AwsRequest request) {
        return request.overrideConfiguration()
                .flatMap(RequestOverrideConfiguration::apiCallTimeout)
                .orElseThrow(() -> new AssertionError("A call without a limit: " + request));
    }

    /** Time of a call. */
    private void pass(long millis, long end) {
        if (loop.now() + millis > end) {
            loop.sleep(end - loop.now());
            throw ApiCallTimeoutException.builder()
                    .message("The call did not end in its time.")
                    .build();
        }
        loop.sleep(millis);
    }

    /**
     * A call that takes no time and always succeeds: whoever makes it holds a lock meanwhile, and nothing else runs in the loop while a
     * process waits for a lock.
     */
    <T> T callAtOnce(String operation, Supplier<T> effect) {
        calls.merge(operation, 1, Integer::sum);
        return effect.get();
    }

    private static String bucketOfEcs(String operation) {
        boolean reads = operation.startsWith("List") || operation.startsWith("Describe");
        return reads ? "reads of ECS" : "changes of ECS";
    }

    private boolean takes(String name) {
        double[] bucket = buckets.computeIfAbsent(name, any -> new double[] {BURST, loop.now()});
        bucket[0] = Math.min(BURST, bucket[0] + (loop.now() - bucket[1]) * PER_SECOND / 1_000);
        bucket[1] = loop.now();
        if (bucket[0] < 1) {
            return false;
        }
        bucket[0]--;
        return true;
    }

    /** An invocation whose work side by side is processes of the loop, and which is killed at its limit. */
    final class Lambda implements Invocation {

        private final long killAt;

        Lambda(Duration limit) {
            killAt = loop.now() + limit.toMillis();
        }

        TimeLeft timeLeft() {
            return new TimeLeft(() -> killAt - loop.now());
        }

        @Override
        public Duration left() {
            return Duration.ofMillis(Math.max(0, killAt - 6_000 - loop.now()));
        }

        @Override
        public void pause(Duration time) {
            loop.sleep(time.toMillis() + 1);
        }

        @Override
        public void together(List<Runnable> work) {
            List<RuntimeException> failures = new ArrayList<>();
            int[] running = {work.size()};
            for (Runnable one : work) {
                loop.start(loop.now(), () -> {
                    try {
                        one.run();
                    } catch (RuntimeException e) {
                        failures.add(e);
                    }
                    running[0]--;
                });
            }
            while (running[0] > 0) {
                loop.sleep(50);
            }
            Failures.throwFirst(failures);
        }

        boolean isOverrun() {
            return loop.now() > killAt;
        }
    }
}
