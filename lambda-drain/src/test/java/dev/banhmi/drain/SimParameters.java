package dev.banhmi.drain;

import java.time.Duration;

/**
 * Every time and chance of the simulated world, with where it comes from. "Assumed" marks what no published figure was found for;
 * such a span is chosen wide. Read again in stored copies of the pages on 2026-11-22: Lambda's retries, the early end of a
 * deregistration, what DRAINING does to pending tasks, the limits of a wait, and the code of the others. The other addresses
 * are from the project's field notes.
 */
final class SimParameters {

    // Reads.

    /** Eventual consistency of ECS and Auto Scaling, at its worst: the bound that the minimum age of a drain is made for. Assumed. */
    static final SimSpan STALE = SimSpan.seconds(0, 10);

    /** Most reads lag behind less. Assumed. */
    static final SimSpan FRESH = SimSpan.seconds(0, 0.5);

    /** How many reads are of the bad kind. Assumed, and far above what is seen. */
    static final double STALE_CHANCE = 0.3;

    /** One call from a Lambda in the region, TLS connection kept. Assumed. */
    static final SimSpan CALL = SimSpan.millis(15, 120);

    /** A call that is throttled or fails for good, the client's own retries included. Assumed. */
    static final SimSpan FAILED_CALL = SimSpan.seconds(0.5, 6);

    /** Results on a page of ListTasks and of ListContainerInstances, and arguments of DescribeTasks.
     * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html */
    static final int PAGE = 100;

    // Hints.

    /** From what happened to the target's start, EventBridge. AWS publishes no bound; assumed around half a second. */
    static final SimSpan EVENT = SimSpan.seconds(0.15, 1);

    /** An event out of order. At-least-once, best effort, no order: field notes, "Events". The span is assumed. */
    static final SimSpan LATE_EVENT = SimSpan.seconds(1, 60);

    static final double LATE_CHANCE = 0.1;
    static final double DOUBLED_CHANCE = 0.2;

    /** Of the lossy traces. Assumed, far above what best effort means in practice. */
    static final double LOST_CHANCE = 0.3;

    /** The finest schedule of EventBridge, as {@link DrainPolicy#SWEEP_INTERVAL} has it. */
    static final Duration SWEEP = Duration.ofMinutes(1);

    /** A sweep that never comes, in lossy traces. Assumed. */
    static final double LOST_SWEEP_CHANCE = 0.01;

    // Lambda.

    /** Restore from a snapshot plus the first call's warming. https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html; assumed span. */
    static final SimSpan COLD_START = SimSpan.seconds(0.3, 0.7);

    static final double COLD_CHANCE = 0.5;

    /** The Lambda's own work in an invocation, besides its calls. Assumed. */
    static final SimSpan HANDLER = SimSpan.millis(5, 40);

    /** Pauses before the first and second retry of an asynchronous invocation.
     * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
    static final long[] ASYNC_RETRIES = {60_000, 120_000};

    /** Our function's time limit and memory. */
    static final Duration OUR_TIMEOUT = Duration.ofSeconds(60);

    static final double OUR_GIGABYTES = 0.5;

    /** A faulty trace ends an invocation before or after any of its calls. Assumed, far above what is seen: one large sweep in seven dies. */
    static final double KILL_CHANCE = 0.004;

    /** A faulty trace lets a call fail. Assumed. */
    static final double FAILURE_CHANCE = 0.004;

    /** How far the clock of one invocation is from true time. Amazon Time Sync keeps it within milliseconds:
     * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/set-time.html */
    static final long CLOCK_ERROR_MILLIS = 5;

    // ECS and the load balancer.

    /** From DRAINING to a task's DEACTIVATING: its replacement is placed, pulled, started and found healthy. Assumed. */
    static final SimSpan REPLACEMENT = SimSpan.seconds(20, 240);

    /** What the time budget allows for it. */
    static final Duration REPLACEMENT_ALLOWANCE = Duration.ofMinutes(5);

    /** A load balancer goes on sending requests to a target that is being deregistered. Assumed. */
    static final SimSpan ROUTING = SimSpan.seconds(0, 2);

    /** A target without requests in flight leaves before its delay is over; this long after at least. Early end:
     * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html; span assumed. */
    static final SimSpan IDLE_DEREGISTRATION = SimSpan.seconds(3, 15);

    /** The gateway after SIGTERM: waits, then lets transfers end. infra-cdk's {@code DrainBudget}. */
    static final long PRE_STOP_MILLIS = 5_000;

    static final long GATEWAY_DRAIN_MILLIS = 60_000;
    static final Duration STOP_TIMEOUT = Duration.ofSeconds(90);

    /** From the exit of the last container to STOPPED. Assumed. */
    static final SimSpan DEPROVISIONING = SimSpan.seconds(1, 10);

    /** A task that had not started when its instance began to drain is stopped at once. Assumed span.
     * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-draining.html */
    static final SimSpan PENDING_STOP = SimSpan.seconds(1, 5);

    /** Daemons stop once every replica of the instance has stopped. Assumed span.
     * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-instance-draining.html (checked 2026-12-01); amazon-ecs-agent#3829 of
     * 2023 has them stop once none is RUNNING, which is earlier. */
    static final SimSpan DAEMON_STOP = SimSpan.seconds(5, 30);

    /** From placement to RUNNING. Assumed. */
    static final SimSpan TASK_START = SimSpan.seconds(5, 40);

    // Auto Scaling.

    /** No wait is longer than this or 100 heartbeats.
     * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LifecycleHook.html */
    static final Duration GLOBAL_TIMEOUT = Duration.ofDays(2);

    /** The shorter heartbeat timeout of the traces whose budget lives on heartbeats: five sweeps. */
    static final Duration SHORT_HEARTBEAT = Duration.ofMinutes(5);

    /** A Spot instance goes two minutes after its notice, whatever anybody does.
     * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html */
    static final Duration SPOT_NOTICE = Duration.ofMinutes(2);

    /** Allowed for the first look at an instance: a lost notice, a lost sweep, a retry. */
    static final Duration DETECTION_ALLOWANCE = Duration.ofMinutes(3);

    /** Allowed from the last task's end to the release, and for everything else. */
    static final Duration MARGIN = Duration.ofMinutes(4);

    // The others.

    /** CDK's InstanceDrainHook: hook 5 min, function 310 s, Lambda's default of 128 MB, a look every 10 s.
     * https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/aws-ecs/lib/drain-hook/instance-drain-hook.ts */
    static final Duration CDK_HEARTBEAT = Duration.ofMinutes(5);

    static final Duration CDK_TIMEOUT = Duration.ofSeconds(310);
    static final long CDK_PAUSE_MILLIS = 10_000;
    static final double CDK_GIGABYTES = 0.128;

    /** The 2018 loop: hook 15 min, function 60 s, 128 MB.
     * https://aws.amazon.com/blogs/compute/how-to-automate-container-instance-draining-in-amazon-ecs/ */
    static final Duration SEED_HEARTBEAT = Duration.ofMinutes(15);

    static final Duration SEED_TIMEOUT = Duration.ofSeconds(60);
    static final double SEED_GIGABYTES = 0.128;

    /** From an SNS message to the function: five to ten rounds a second. ecs-cid-sample#20. */
    static final SimSpan SEED_HOP = SimSpan.millis(30, 80);

    /** Managed draining: ECS sees the wait and looks at the tasks by itself. Assumed.
     * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-instance-draining.html */
    static final SimSpan MANAGED_REACTION = SimSpan.seconds(1, 10);

    private SimParameters() {}

    /** What a hook has to allow a drain for transfers of that length, replacement in one round. */
    static Duration budget(Duration longest) {
        return DETECTION_ALLOWANCE
                .plus(REPLACEMENT_ALLOWANCE)
                .plus(longest)
                .plus(STOP_TIMEOUT)
                .plus(MARGIN);
    }
}
