package dev.banhmi.cdk.constructs.budget;

import dev.banhmi.cdk.constructs.budget.BudgetRules.Sum;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Derives a budget's numbers from its options, and checks them against each other. Used once. */
final class BudgetDerivation {
    /*
     * Where the limits come from (all checked 2026-11-22):
     *
     *   deregistration delay 0-3600 s, idle timeout 1-4000 s
     *                        https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
     *                        https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
     *   stop timeout 2-120 s, on EC2 as on Fargate
     *                        https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
     *   hook 30-7200 s, in all at most 48 h and 100 heartbeat timeouts
     *                        https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks.html
     */

    private static final String SECONDS = " s";
    private static final long LONGEST_DEREGISTRATION = DrainBudget.MOST_REQUEST_DURATION.toSeconds();
    private static final long LONGEST_STOP = 120;
    private static final long LONGEST_IDLE = 4000;
    private static final long LONGEST_HEARTBEAT = 7200;
    private static final long LONGEST_WAIT = Duration.ofDays(2).toSeconds();
    private static final long HEARTBEATS = 100;
    private static final long A_DAY = Duration.ofDays(1).toSeconds();

    /** The first part of the service's shutdown, in which its port stays open. */
    static final long PRE_STOP = 5;

    /**
     * From the last abort to the exit of the process. The service's own process may take 7 s of it: 5 s for attempts to end once
     * they are interrupted, and 2 s for the last responses. The rest is for its server and the JVM.
     */
    private static final long EXIT = 10;

    /** What the default stop timeout has to spare. */
    private static final long STOP_MARGIN = 5;

    private static final long KEEP_ALIVE_MARGIN = 10;
    private static final long SWEEP = 60;

    /** Three for the first look (one event lost, one sweep lost, one retry), two for the release; a heartbeat needs as many. */
    private static final long SWEEPS = 5;

    private static final long MARGIN = 120;

    /** From the exit of a task's last container to STOPPED: until then it counts, and keeps the next round from beginning. */
    private static final long DEPROVISIONING = 10;

    /** From the end of the last task to the release, with what is left over. */
    static final long RELEASE = SWEEPS * SWEEP + MARGIN;

    /** What is left of a drain that takes all of its time: the sweeps before its first look, which its age does not count, and a minute. */
    private static final long LEFT_OVER = 240;

    private final BudgetOptions options;
    private final BudgetRoom room;
    private final BudgetRules rules = new BudgetRules();

    BudgetDerivation(BudgetOptions options) {
        this.options = options;
        this.room = new BudgetRoom(options);
    }

    /** The derived numbers; times in seconds, the unit of AWS. */
    record Numbers(
            long maxRequestDuration,
            long maxIdle,
            long deregistrationDelay,
            long serviceShutdown,
            long abortTimeout,
            long stopTimeout,
            long hookTimeout,
            long heartbeatTimeout,
            long albIdleTimeout,
            long keepAlive,
            int tasks,
            int instances,
            int minimumHealthyPercent,
            int maximumPercent,
            int rounds,
            long round,
            String arithmetic) {}

    /**
     * The numbers, all of them checked.
     *
     * @throws DrainBudgetException if a rule is broken
     */
    Numbers derive() {
        checkBounds();
        rules.throwBroken();
        Numbers numbers = reckon();
        rules.throwBroken();
        return numbers;
    }

    /** The numbers of options within their bounds, whether or not they fit each other. */
    Numbers reckon() {
        long rounds = room.rounds(rules);
        long longest = options.maxRequestDuration().toSeconds();
        long shutdown = options.serviceShutdown().toSeconds();
        long deregistration = deregistrationDelay(longest);
        long stop = stopTimeout(longest, shutdown);
        long idle = albIdleTimeout();
        long keepAlive = keepAlive(idle);
        long round = round(deregistration, stop);
        Sum drain = drain(rounds, round, deregistration, stop);
        long hook = orElse(options.hookTimeout(), drain.value());
        long heartbeat = orElse(options.heartbeatTimeout(), Math.min(LONGEST_HEARTBEAT, hook));
        checkHook(drain, hook, heartbeat);
        return new Numbers(
                longest,
                options.maxIdle().toSeconds(),
                deregistration,
                shutdown,
                options.abortTimeout().toSeconds(),
                stop,
                hook,
                heartbeat,
                idle,
                keepAlive,
                options.tasks(),
                options.instances(),
                options.minimumHealthyPercent(),
                options.maximumPercent(),
                Math.toIntExact(rounds),
                round,
                rules.arithmetic());
    }

    /** Four fifths of a short drain are longer than all of its parts: they are at most what is left without the fixed 420 s. */
    static long lateAge(long hook) {
        return Math.max(hook * 8 / 10, hook - LEFT_OVER);
    }

    private void checkBounds() {
        seconds(
                "maxRequestDuration",
                options.maxRequestDuration(),
                DrainBudget.LEAST_REQUEST_DURATION.toSeconds(),
                LONGEST_DEREGISTRATION);
        seconds("maxIdle", options.maxIdle(), 1, LONGEST_DEREGISTRATION);
        seconds("longestSilence", options.longestSilence(), 1, LONGEST_IDLE);
        seconds("serviceShutdown", options.serviceShutdown(), PRE_STOP, LONGEST_STOP);
        seconds("abortTimeout", options.abortTimeout(), 0, LONGEST_STOP);
        seconds("taskStart", options.taskStart(), 1, LONGEST_HEARTBEAT);
        seconds("healthChecks", options.healthChecks(), 1, LONGEST_HEARTBEAT);
        seconds("instanceStart", options.instanceStart(), 1, LONGEST_HEARTBEAT);
        seconds("deregistrationDelay", options.deregistrationDelay(), 0, LONGEST_DEREGISTRATION);
        seconds("stopTimeout", options.stopTimeout(), 2, LONGEST_STOP);
        seconds("hookTimeout", options.hookTimeout(), 30, LONGEST_WAIT);
        seconds("heartbeatTimeout", options.heartbeatTimeout(), 30, LONGEST_HEARTBEAT);
        seconds("albIdleTimeout", options.albIdleTimeout(), 1, LONGEST_IDLE);
        seconds("keepAlive", options.keepAlive(), 1, A_DAY);
        rules.count("tasks", options.tasks(), 1, 5000, "It is the service's desired count; set tasks(…).");
        rules.count("instances", options.instances(), 1, 5000, "It is the size of the fleet; set instances(…).");
        rules.count(
                "minimumHealthyPercent",
                options.minimumHealthyPercent(),
                0,
                100,
                "It is the share of healthy tasks" + " that ECS keeps.");
        rules.count("maximumPercent", options.maximumPercent(), 100, 1000, "200 allows a replacement for every task.");
        if (options.tasksPerInstance() != null) {
            rules.count("tasksPerInstance", options.tasksPerInstance(), 1, 5000, "It is a number of tasks.");
        }
        room.checkSizes(rules);
    }

    private long deregistrationDelay(long longest) {
        long idle = options.maxIdle().toSeconds();
        Sum least = sum(longest + idle, "maxRequestDuration " + longest + " s + maxIdle " + idle + SECONDS);
        return atLeast(
                "deregistrationDelay",
                options.deregistrationDelay(),
                least,
                0,
                new Sum(LONGEST_DEREGISTRATION, "3600 s, the maximum of a target group"),
                "Shorten maxRequestDuration or maxIdle.");
    }

    private long stopTimeout(long longest, long shutdown) {
        rules.atMost(
                sum(shutdown - PRE_STOP, "serviceShutdown " + shutdown + " s − pre-stop " + PRE_STOP + SECONDS),
                SECONDS,
                Sum.of("maxRequestDuration", longest, SECONDS),
                "No request lasts that long: shorten serviceShutdown.");
        long aborts = options.abortTimeout().toSeconds();
        Sum least = sum(
                shutdown + aborts + EXIT,
                "serviceShutdown " + shutdown + " s + abortTimeout " + aborts + " s + exit " + EXIT + SECONDS);
        return atLeast(
                "stopTimeout",
                options.stopTimeout(),
                least,
                STOP_MARGIN,
                new Sum(LONGEST_STOP, "120 s, the maximum of ECS"),
                "Shorten serviceShutdown or abortTimeout.");
    }

    private long albIdleTimeout() {
        long silence = options.longestSilence().toSeconds();
        long idle = options.maxIdle().toSeconds();
        boolean service = silence >= idle;
        return atLeast(
                "albIdleTimeout",
                options.albIdleTimeout(),
                service ? Sum.of("longestSilence", silence, SECONDS) : Sum.of("maxIdle", idle, SECONDS),
                0,
                new Sum(LONGEST_IDLE, "4000 s, the maximum of a load balancer"),
                service ? "Shorten longestSilence." : "Shorten maxIdle.");
    }

    private long keepAlive(long idle) {
        return atLeast(
                "keepAlive",
                options.keepAlive(),
                sum(idle + 1, "albIdleTimeout " + idle + " s + 1 s"),
                KEEP_ALIVE_MARGIN - 1,
                new Sum(A_DAY, "86400 s, a day"),
                "The load balancer opens the connections, so it must close them first.");
    }

    private long growth() {
        return options.instanceStart() == null ? 0 : options.instanceStart().toSeconds();
    }

    private long round(long deregistration, long stop) {
        return growth()
                + options.taskStart().toSeconds()
                + options.healthChecks().toSeconds()
                + deregistration
                + stop;
    }

    /** How long a drain takes that becomes empty in so many rounds, in seconds; what follows the last one is part of the margin. */
    static long drain(long rounds, long round) {
        return rounds * round + (rounds - 1) * DEPROVISIONING + RELEASE;
    }

    /** How long a deployment takes that goes on in so many rounds, in seconds: until the last task has stopped. */
    static long deployment(long rounds, long round) {
        return rounds * (round + DEPROVISIONING);
    }

    private Sum drain(long rounds, long round, long deregistration, long stop) {
        long start = options.taskStart().toSeconds();
        long checks = options.healthChecks().toSeconds();
        long growth = growth();
        return sum(
                drain(rounds, round),
                "rounds " + rounds + " × (" + (growth == 0 ? "" : "instanceStart " + growth + " s + ") + "taskStart "
                        + start + " s + healthChecks " + checks + " s + deregistrationDelay " + deregistration
                        + " s + stopTimeout " + stop + " s)"
                        + (rounds > 1 ? " + deprovisioning " + (rounds - 1) + " × " + DEPROVISIONING + SECONDS : "")
                        + " + sweeps " + SWEEPS + " × " + SWEEP + " s + margin "
                        + MARGIN + SECONDS);
    }

    private void checkHook(Sum drain, long hook, long heartbeat) {
        rules.atLeast(
                "hookTimeout",
                hook,
                SECONDS,
                drain,
                "An instance could be terminated before its last" + " transfer has ended.");
        // The drain's own deadline counts from its first look; Auto Scaling, whose time began before, would count
        // nothing.
        long most = Math.min(LONGEST_WAIT, HEARTBEATS * heartbeat) - SWEEPS * SWEEP;
        rules.atMost(
                Sum.of("hookTimeout", hook, SECONDS),
                SECONDS,
                sum(
                        most,
                        "min(48 h, " + HEARTBEATS + " × heartbeatTimeout " + heartbeat + " s) − sweeps " + SWEEPS
                                + " × " + SWEEP + SECONDS),
                "No wait lasts longer: shorten maxRequestDuration, or raise maximumPercent, which needs fewer rounds.");
        rules.atMost(
                Sum.of("heartbeatTimeout", heartbeat, SECONDS),
                SECONDS,
                Sum.of("hookTimeout", hook, SECONDS),
                "The first heartbeat would end after the drain.");
        if (heartbeat < hook) {
            rules.atLeast(
                    "heartbeatTimeout",
                    heartbeat,
                    SECONDS,
                    sum(SWEEPS * SWEEP, "sweeps " + SWEEPS + " × " + SWEEP + SECONDS),
                    "It is shorter than hookTimeout, so sweeps prolong the wait, and some of them may be lost.");
        }
    }

    /** The value that was set, checked; or the least that is needed with a margin, as far as the limit allows. */
    private long atLeast(String name, @Nullable Duration wanted, Sum least, long more, Sum most, String remedy) {
        if (wanted == null && least.value() > most.value()) {
            rules.atMost(new Sum(least.value(), name + " " + least.text()), SECONDS, most, remedy);
            return least.value();
        }
        long value = orElse(wanted, Math.min(least.value() + more, most.value()));
        rules.atLeast(name, value, SECONDS, least, "Lengthen " + name + ". " + remedy);
        return value;
    }

    private void seconds(String name, @Nullable Duration value, long least, long most) {
        if (value != null) {
            rules.inSeconds(name, value, least, most);
        }
    }

    private static Sum sum(long value, String terms) {
        return new Sum(value, terms + " = " + value + SECONDS);
    }

    private static long orElse(@Nullable Duration wanted, long otherwise) {
        return wanted == null ? otherwise : wanted.toSeconds();
    }
}
