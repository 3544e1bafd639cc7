package dev.banhmi.cdk.constructs.budget;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The times and sizes by which a planned removal of an instance cuts no request that is no longer than {@link #maxRequestDuration()}:
 * those of load balancer, service, tasks, lifecycle hook and container, derived from each other. A budget that is built keeps every rule;
 * options that do not fit are rejected with the arithmetic written out. Needs no CDK. Immutable.
 */
public final class DrainBudget {
    /*
     * Load balancer, ECS, Auto Scaling and the service each have a clock of their own. A transfer is cut, a stray 502 returned or an
     * instance removed too early when these are in the wrong order, so all of them are derived from the longest request: BudgetDerivation
     * has the rules and their sources.
     *
     * Over 300 lines because every option states its contract.
     */

    /** The least that {@link Builder#maxRequestDuration} may be: a service may let a request wait for 30 s before it begins. */
    public static final Duration LEAST_REQUEST_DURATION = Duration.ofSeconds(31);

    /**
     * The most that {@link Builder#maxRequestDuration} may be, and with {@link Builder#maxIdle} together: the longest deregistration delay
     * of a target group
     * (<a href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html">its attributes</a>,
     * checked 2026-11-22).
     */
    public static final Duration MOST_REQUEST_DURATION = Duration.ofHours(1);

    private final BudgetOptions options;
    private final BudgetDerivation.Numbers numbers;

    DrainBudget(BudgetOptions options) {
        this.options = options;
        this.numbers = new BudgetDerivation(options).derive();
    }

    /**
     * The longest request that is never cut.
     *
     * @return the value of {@link Builder#maxRequestDuration}
     */
    public Duration maxRequestDuration() {
        return Duration.ofSeconds(numbers.maxRequestDuration());
    }

    /**
     * The longest silence of a client inside a request.
     *
     * @return the value of {@link Builder#maxIdle}
     */
    public Duration maxIdle() {
        return Duration.ofSeconds(numbers.maxIdle());
    }

    /**
     * How long the load balancer lets requests end after it has stopped sending new ones to a task.
     *
     * @return at most 3600 s
     */
    public Duration deregistrationDelay() {
        return Duration.ofSeconds(numbers.deregistrationDelay());
    }

    /**
     * How long requests may still take from SIGTERM on.
     *
     * @return the value of {@link Builder#serviceShutdown}
     */
    public Duration serviceShutdown() {
        return Duration.ofSeconds(numbers.serviceShutdown());
    }

    /**
     * The first part of {@link #serviceShutdown()}, in which the service keeps its port open while the load balancer stops sending
     * requests.
     *
     * @return 5 s
     */
    public Duration preStopDelay() {
        return Duration.ofSeconds(BudgetDerivation.PRE_STOP);
    }

    /**
     * The rest of {@link #serviceShutdown()}, in which requests that still run may end.
     *
     * @return not longer than {@link #maxRequestDuration()}
     */
    public Duration inFlightTimeout() {
        return serviceShutdown().minus(preStopDelay());
    }

    /**
     * How long the service then waits until the uploads that it cut are removed from the store.
     *
     * @return the value of {@link Builder#abortTimeout}
     */
    public Duration abortTimeout() {
        return Duration.ofSeconds(numbers.abortTimeout());
    }

    /**
     * From SIGTERM to SIGKILL.
     *
     * @return at most 120 s
     */
    public Duration stopTimeout() {
        return Duration.ofSeconds(numbers.stopTimeout());
    }

    /**
     * How long an instance may wait for its last task, in all.
     *
     * @return at most 48 h
     */
    public Duration hookTimeout() {
        return Duration.ofSeconds(numbers.hookTimeout());
    }

    /**
     * How much of {@link #hookTimeout()} is needed from the time on that ECS has told the last task to stop, because its replacement is
     * healthy. A task that is not told by then is one that nothing replaces in time.
     *
     * @return shorter than the hook's timeout
     */
    public Duration stoppingTime() {
        return deregistrationDelay().plus(stopTimeout()).plusSeconds(BudgetDerivation.RELEASE);
    }

    /**
     * The age from which on a drain is late: whatever the budget allows has ended by then, a lost sweep included.
     *
     * @return shorter than {@link #hookTimeout()} by four minutes, or by a fifth where that is less
     */
    public Duration lateAge() {
        return Duration.ofSeconds(BudgetDerivation.lateAge(numbers.hookTimeout()));
    }

    /**
     * How long it waits without a heartbeat from the drainer; shorter than {@link #hookTimeout()} only where that is longer than a
     * lifecycle hook allows, or where it is set explicitly.
     *
     * @return 30 to 7200 s
     */
    public Duration heartbeatTimeout() {
        return Duration.ofSeconds(numbers.heartbeatTimeout());
    }

    /**
     * The longest silence on a connection before the load balancer closes it.
     *
     * @return 1 to 4000 s
     */
    public Duration albIdleTimeout() {
        return Duration.ofSeconds(numbers.albIdleTimeout());
    }

    /**
     * How long the service keeps an idle connection that the load balancer may still use.
     *
     * @return longer than {@link #albIdleTimeout()}
     */
    public Duration keepAlive() {
        return Duration.ofSeconds(numbers.keepAlive());
    }

    /**
     * How many batches of replacements ECS starts, one after the other, until an instance is empty.
     *
     * @return 1 or more
     */
    public int rounds() {
        return numbers.rounds();
    }

    /**
     * The service's desired count.
     *
     * @return 1 or more
     */
    public int tasks() {
        return numbers.tasks();
    }

    /**
     * The size of the fleet.
     *
     * @return 1 or more
     */
    public int instances() {
        return numbers.instances();
    }

    /**
     * The service's {@code minimumHealthyPercent}.
     *
     * @return 0 to 100
     */
    public int minimumHealthyPercent() {
        return numbers.minimumHealthyPercent();
    }

    /**
     * The service's {@code maximumPercent}.
     *
     * @return more than 100
     */
    public int maximumPercent() {
        return numbers.maximumPercent();
    }

    /**
     * Whether the fleet adds an instance when a replacement cannot be placed.
     *
     * @return whether {@link Builder#fleetGrows} was set
     */
    public boolean assumesGrowth() {
        return options.instanceStart() != null;
    }

    /**
     * The sizes of task and instance for which the budget checked that replacements have room.
     *
     * @return empty when {@link Builder#taskCpuUnits} and the three other sizes were not set
     */
    public Optional<BudgetSizes> sizes() {
        return BudgetSizes.of(options);
    }

    /**
     * The same options with sizes, checked again.
     *
     * @param sizes of task and instance
     * @return another budget
     * @throws DrainBudgetException if the replacements of an instance's tasks have no room; it lists everything, with the arithmetic
     */
    public DrainBudget withSizes(BudgetSizes sizes) {
        return new DrainBudget(options.with(sizes));
    }

    /**
     * How long a drain takes while the service has so many tasks, on a fleet that adds so many instances for those of one, each when the one
     * before it is there. As many as there are rounds are part of the rounds.
     */
    Duration drainWith(int count, BudgetRoom.Placement placement, long starts) {
        long rounds = new BudgetRoom(options).rounds(count, placement);
        Duration growth = options.instanceStart() == null ? Duration.ZERO : options.instanceStart();
        return drainWith(count, placement).plus(growth.multipliedBy(Math.max(0, starts - rounds)));
    }

    /** The most of so many tasks on one instance. */
    long onOneInstance(int count, BudgetRoom.Placement placement) {
        return placement.onOne(count, options.tasksPerInstance());
    }

    /** How long a drain takes while the service has so many tasks. */
    Duration drainWith(int count, BudgetRoom.Placement placement) {
        long rounds = new BudgetRoom(options).rounds(count, placement);
        return Duration.ofSeconds(BudgetDerivation.drain(rounds, numbers.round()));
    }

    /** From the start of the first of so many batches of replacements, each with instances of its own, until the last task that they replace has stopped. */
    Duration rounds(long count) {
        return Duration.ofSeconds(BudgetDerivation.deployment(count, numbers.round()));
    }

    /** What {@link Builder#fleetGrows} was set to. */
    Optional<Duration> growth() {
        return Optional.ofNullable(options.instanceStart());
    }

    /** How long a deployment takes that goes on in so many rounds, on instances that are there. */
    Duration deployment(long rounds) {
        long round = numbers.round() - growth().orElse(Duration.ZERO).toSeconds();
        return Duration.ofSeconds(BudgetDerivation.deployment(rounds, round));
    }

    /**
     * Every rule with its numbers, which shows why each time is what it is.
     *
     * @return one line for each
     */
    public String arithmetic() {
        return numbers.arithmetic();
    }

    /** The options of a {@link DrainBudget}. All times are whole seconds. */
    public static final class Builder {
        private Duration maxRequestDuration = Duration.ofMinutes(15);
        private Duration maxIdle = Duration.ofSeconds(60);
        private Duration longestSilence = Duration.ofMinutes(5);
        private Duration serviceShutdown = Duration.ofSeconds(65);
        private Duration abortTimeout = Duration.ofSeconds(10);
        private Duration taskStart = Duration.ofSeconds(60);
        private Duration healthChecks = Duration.ofSeconds(25);
        private int tasks;
        private int instances;
        private int minimumHealthyPercent = 100;
        private int maximumPercent = 200;
        private @Nullable Integer taskCpuUnits;
        private @Nullable Integer taskMemoryMiB;
        private @Nullable Integer instanceCpuUnits;
        private @Nullable Integer instanceMemoryMiB;
        private @Nullable Integer tasksPerInstance;
        private @Nullable Duration instanceStart;
        private @Nullable Duration deregistrationDelay;
        private @Nullable Duration stopTimeout;
        private @Nullable Duration hookTimeout;
        private @Nullable Duration heartbeatTimeout;
        private @Nullable Duration albIdleTimeout;
        private @Nullable Duration keepAlive;

        private Builder() {}

        /**
         * Begins a budget. {@link #tasks} and {@link #instances} are required.
         *
         * @return a builder with the defaults
         */
        public static Builder create() {
            return new Builder();
        }

        /**
         * The longest request that a planned removal must not cut.
         *
         * @param duration 31 to 3600 s, and with {@link #maxIdle} not more than 3600 s; by default 900 s
         * @return this
         */
        public Builder maxRequestDuration(Duration duration) {
            this.maxRequestDuration = duration;
            return this;
        }

        /**
         * The longest silence of a client inside a request: a request may exceed the longest one by it before the service notices.
         *
         * @param duration 1 to 3600 s; by default 60 s
         * @return this
         */
        public Builder maxIdle(Duration duration) {
            this.maxIdle = duration;
            return this;
        }

        /**
         * The longest silence of the service inside a request: a store may take minutes to complete a large object.
         *
         * @param duration 1 to 4000 s; by default 300 s
         * @return this
         */
        public Builder longestSilence(Duration duration) {
            this.longestSilence = duration;
            return this;
        }

        /**
         * How long requests may still take from SIGTERM on: 5 s in which the port stays open, the rest for requests that still run.
         *
         * @param duration 5 s or more, and with {@link #abortTimeout} 10 s less than the stop timeout; by default 65 s
         * @return this
         */
        public Builder serviceShutdown(Duration duration) {
            this.serviceShutdown = duration;
            return this;
        }

        /**
         * How long the service waits after that until the uploads that it cut are removed from the store: invisible parts are billed.
         *
         * @param duration 0 s or more, and with {@link #serviceShutdown} 10 s less than the stop timeout; by default 10 s
         * @return this
         */
        public Builder abortTimeout(Duration duration) {
            this.abortTimeout = duration;
            return this;
        }

        /**
         * From the start of a task to the first health check that it can pass.
         *
         * @param duration 1 to 7200 s; by default 60 s
         * @return this
         */
        public Builder taskStart(Duration duration) {
            this.taskStart = duration;
            return this;
        }

        /**
         * How long the load balancer takes to find a task healthy: its interval times its threshold, and its timeout.
         *
         * @param duration 1 to 7200 s; by default 25 s, two checks 10 s apart and a timeout of 5 s
         * @return this
         */
        public Builder healthChecks(Duration duration) {
            this.healthChecks = duration;
            return this;
        }

        /**
         * The service's desired count. Required; where it varies, the minimum.
         *
         * @param count 1 to 5000
         * @return this
         */
        public Builder tasks(int count) {
            this.tasks = count;
            return this;
        }

        /**
         * How many instances carry the tasks. Required.
         *
         * @param count 1 to 5000
         * @return this
         */
        public Builder instances(int count) {
            this.instances = count;
            return this;
        }

        /**
         * The service's {@code minimumHealthyPercent}.
         *
         * @param percent 0 to 100; by default 100
         * @return this
         */
        public Builder minimumHealthyPercent(int percent) {
            this.minimumHealthyPercent = percent;
            return this;
        }

        /**
         * The service's {@code maximumPercent}: how many replacements may start before tasks stop.
         *
         * @param percent enough over 100 that one more task may start, or a {@link #minimumHealthyPercent} with which one may stop first;
         *     by default 200
         * @return this
         */
        public Builder maximumPercent(int percent) {
            this.maximumPercent = percent;
            return this;
        }

        /**
         * What a task reserves of an instance's CPU. Given together with the three other sizes, the budget checks that the replacements
         * have room; without any of the four it does not, and the arithmetic says so.
         *
         * @param units 1 or more, 1024 for a vCPU
         * @return this
         */
        public Builder taskCpuUnits(int units) {
            this.taskCpuUnits = units;
            return this;
        }

        /**
         * What a task reserves of an instance's memory.
         *
         * @param mebibytes 1 or more
         * @return this
         */
        public Builder taskMemoryMiB(int mebibytes) {
            this.taskMemoryMiB = mebibytes;
            return this;
        }

        /**
         * What an instance offers to tasks.
         *
         * @param units 1 or more, 1024 for a vCPU
         * @return this
         */
        public Builder instanceCpuUnits(int units) {
            this.instanceCpuUnits = units;
            return this;
        }

        /**
         * What an instance offers to tasks.
         *
         * @param mebibytes 1 or more: what ECS registers, which is some hundred MiB less than the instance type has
         * @return this
         */
        public Builder instanceMemoryMiB(int mebibytes) {
            this.instanceMemoryMiB = mebibytes;
            return this;
        }

        /**
         * The most tasks that run on one instance. A {@code ZeroDowntimeService} does not believe it where the fleet's instance types are
         * known: its tasks are packed, so that as many as fit may be on one.
         *
         * @param count at least the tasks divided by the instances; by default as many as fit, because nothing prevents ECS from placing
         *     them there
         * @return this
         */
        public Builder tasksPerInstance(int count) {
            this.tasksPerInstance = count;
            return this;
        }

        /**
         * The fleet adds an instance when tasks cannot be placed, as a capacity provider with managed scaling does. Then the replacements
         * need no room beforehand, and each round waits for an instance first.
         *
         * @param instanceStart from the lack of room to the registered instance, 1 to 7200 s; by default the fleet does not grow
         * @return this
         */
        public Builder fleetGrows(Duration instanceStart) {
            this.instanceStart = instanceStart;
            return this;
        }

        /**
         * A deregistration delay other than the shortest that fits.
         *
         * @param duration {@code maxRequestDuration} + {@code maxIdle} to 3600 s
         * @return this
         */
        public Builder deregistrationDelay(Duration duration) {
            this.deregistrationDelay = duration;
            return this;
        }

        /**
         * A time from SIGTERM to SIGKILL other than the default.
         *
         * @param duration {@code serviceShutdown} + {@code abortTimeout} + 10 s to 120 s; by default 5 s more, within that limit
         * @return this
         */
        public Builder stopTimeout(Duration duration) {
            this.stopTimeout = duration;
            return this;
        }

        /**
         * A bound for the whole drain other than the shortest that fits.
         *
         * @param duration the sum of all rounds, to 300 s less than 48 h and 100 heartbeat timeouts
         * @return this
         */
        public Builder hookTimeout(Duration duration) {
            this.hookTimeout = duration;
            return this;
        }

        /**
         * The time after which Auto Scaling considers the drainer dead.
         *
         * @param duration 30 to 7200 s, not more than {@code hookTimeout}, and 300 s or more if it is less; by default the longest that
         *     both allow
         * @return this
         */
        public Builder heartbeatTimeout(Duration duration) {
            this.heartbeatTimeout = duration;
            return this;
        }

        /**
         * The idle timeout of the load balancer.
         *
         * @param duration {@code longestSilence} and {@code maxIdle} to 4000 s; by default the longer of the two
         * @return this
         */
        public Builder albIdleTimeout(Duration duration) {
            this.albIdleTimeout = duration;
            return this;
        }

        /**
         * How long the service keeps idle connections.
         *
         * @param duration longer than {@code albIdleTimeout}, at most a day; by default 10 s longer
         * @return this
         */
        public Builder keepAlive(Duration duration) {
            this.keepAlive = duration;
            return this;
        }

        /**
         * Derives all numbers and checks them against each other.
         *
         * @return the budget
         * @throws DrainBudgetException if something does not fit; it lists everything, with the arithmetic
         */
        public DrainBudget build() {
            return new DrainBudget(new BudgetOptions(
                    maxRequestDuration,
                    maxIdle,
                    longestSilence,
                    serviceShutdown,
                    abortTimeout,
                    taskStart,
                    healthChecks,
                    tasks,
                    instances,
                    minimumHealthyPercent,
                    maximumPercent,
                    taskCpuUnits,
                    taskMemoryMiB,
                    instanceCpuUnits,
                    instanceMemoryMiB,
                    tasksPerInstance,
                    instanceStart,
                    deregistrationDelay,
                    stopTimeout,
                    hookTimeout,
                    heartbeatTimeout,
                    albIdleTimeout,
                    keepAlive));
        }
    }
}
