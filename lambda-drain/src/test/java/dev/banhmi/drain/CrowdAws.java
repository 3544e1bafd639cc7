package dev.banhmi.drain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingException;
import software.amazon.awssdk.services.ecs.model.EcsException;

/**
 * A fleet with very many instances in one cluster and one group, and the buckets of AWS in front of both APIs: a call takes its time, is
 * refused when its bucket is empty and, by chance, one time in so many. The clients of the SDK try three times, with its pauses.
 */
final class CrowdAws {

    static final String GROUP = "crowd";
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

        /** ECS wants its tasks stopped a little after the start of the drain. */
        long deactivatingAt() {
            return drainingAt == SimTask.NEVER ? SimTask.NEVER : drainingAt + 20_000;
        }

        long emptyAt() {
            return drainingAt == SimTask.NEVER || tasksStopAfter == SimTask.NEVER
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

    CrowdAws(SimLoop loop, long seed, Duration latency, int refusedOneIn, Duration heartbeatTimeout) {
        this.loop = loop;
        this.random = new SplittableRandom(seed);
        this.latency = latency;
        this.refusedOneIn = refusedOneIn;
        this.heartbeatTimeout = heartbeatTimeout;
    }

    void add(Host host) {
        hosts.put(host.id, host);
        watch(host);
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

    List<Host> hosts() {
        return List.copyOf(hosts.values());
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

    /** The attempts of the SDK at one call. */
    <T> T call(String operation, boolean ecs, Supplier<T> effect) {
        for (int attempt = 1; ; attempt++) {
            calls.merge(operation, 1, Integer::sum);
            loop.sleep(latency.toMillis());
            boolean full = takes(ecs ? bucketOfEcs(operation) : operation, ecs && !isRead(operation) ? 40 : 20);
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
            loop.sleep(random.nextLong(1_000L << (attempt - 1)));
        }
    }

    private static boolean isRead(String operation) {
        return operation.startsWith("List") || operation.startsWith("Describe");
    }

    private static String bucketOfEcs(String operation) {
        return isRead(operation) ? "reads of ECS" : "changes of ECS";
    }

    /** A bucket of 100. */
    private boolean takes(String name, int perSecond) {
        double[] bucket = buckets.computeIfAbsent(name, any -> new double[] {100, loop.now()});
        bucket[0] = Math.min(100, bucket[0] + (loop.now() - bucket[1]) * perSecond / 1_000);
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
