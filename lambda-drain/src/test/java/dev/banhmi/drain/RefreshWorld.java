package dev.banhmi.drain;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A fleet, its Auto Scaling group and its service while another launch template is rolled out, in steps of five seconds. Reads lag by up to nine
 * seconds, each on its own, and calls fail now and then. The numbers of the drain are those of prod. {@link ScaleInWorld} is the same through a day
 * without a refresh.
 */
class RefreshWorld implements Cluster, Groups {

    static final String GROUP = "fleet";

    /** The service whose tasks are daemons. */
    static final String AGENT = "agent";

    static final Duration BUDGET = Duration.ofSeconds(1_855);
    static final Duration STOPPING = Duration.ofSeconds(1_470);
    static final Hook DRAIN = new Hook(GROUP, "banhmi-drain", BUDGET, Duration.ofDays(2), LifecycleResult.CONTINUE);
    static final Hook LAUNCH =
            new Hook(GROUP, "banhmi-launch", Duration.ofHours(1), Duration.ofHours(48), LifecycleResult.ABANDON);

    /** The longest transfer, the deregistration delay's margin and the end of the process. */
    private static final int LONGEST_STOP = 1_000;

    private static final int LATE_SECONDS = 1_800;
    private static final int SLOTS = 3;

    /** Later than any read lags. */
    private static final long START = 100;

    private static final double FAILURE_CHANCE = 0.01;

    /** What is wrong with the new image, or with the fleet meanwhile. */
    enum Trouble {
        /** Nothing. */
        NONE,
        /** The agent of the new image never registers. */
        NEVER_REGISTERS,
        /** It registers, ECS places tasks, and then it is gone for good. */
        DISCONNECTS,
        /** Instances join the cluster, and no task ever becomes healthy on them. */
        NO_TASK_RUNS,
        /** A replacement is {@code PROVISIONING} for half an hour. */
        LATE_CAPACITY,
        /** A host has died, and its removal is held although nothing lives there. */
        DEAD_HOST,
        /** Tasks on the new image are healthy, and answer with errors. */
        ANSWERS_ERRORS,
        /** What every task needs is away for some minutes, three times, while a good image is rolled out. */
        OUTAGE,
        /** Nothing; each instance also carries a daemon, as for logs or metrics. */
        DAEMONS,
        /** No new task of the service starts until it is repaired, and a drain of before the refresh is held for it. */
        HELD_BEFORE
    }

    /** When the service of {@link Trouble#HELD_BEFORE} is repaired. */
    private static final long REPAIRED = 3 * 3_600;

    private static final long OUTAGE_BEGINS = START + 900;
    private static final int OUTAGES = 3;
    private static final int OUTAGE_SECONDS = 360;
    private static final int OUTAGE_EVERY = 900;

    final Trouble trouble;
    final List<RefreshHost> hosts = new ArrayList<>();
    final List<RefreshTask> tasks = new ArrayList<>();
    final int old;
    final int desired;
    final RefreshMistake mistake;
    private final SplittableRandom random;
    private int more;
    private int placed;
    long now = START;

    RefreshWorld(Trouble trouble, RefreshMistake mistake, long seed) {
        this.trouble = trouble;
        this.mistake = mistake;
        random = new SplittableRandom(seed);
        old = 2 + random.nextInt(5);
        for (int i = 0; i < old; i++) {
            RefreshHost host = new RefreshHost("i-old-" + i, false, 0);
            host.registersAt = 0;
            host.become(0, "InService");
            addDaemon(host);
            hosts.add(host);
            int count = 1 + random.nextInt(SLOTS);
            for (int task = 0; task < count; task++) {
                add(host, 0, 0);
            }
        }
        desired = tasks.size();
        if (trouble == Trouble.DEAD_HOST) {
            hosts.getFirst().deadAt = START + 60;
        }
    }

    /** One without instances. */
    RefreshWorld(long seed) {
        trouble = Trouble.NONE;
        mistake = RefreshMistake.NONE;
        random = new SplittableRandom(seed);
        old = 0;
        desired = 0;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    boolean chance(double share) {
        return random.nextDouble() < share;
    }

    RefreshTask add(RefreshHost host, long placedAt, long healthyAt) {
        RefreshTask task = new RefreshTask("arn:task/" + placed++, host, placedAt, healthyAt);
        tasks.add(task);
        host.tasks.add(task);
        return task;
    }

    private void addDaemon(RefreshHost host) {
        if (trouble == Trouble.DAEMONS) {
            host.daemon = Optional.of(RefreshTask.daemon(host));
        }
    }

    /** Auto Scaling launches an instance, which is held at the hook once the machine runs. */
    RefreshHost launch(boolean fresh) {
        RefreshHost host = new RefreshHost("i-" + hosts.size(), fresh, now);
        long boots = now + 20 + below(40);
        if (!fresh || trouble != Trouble.NEVER_REGISTERS) {
            host.registersAt = boots + 20 + below(60);
        }
        if (fresh && trouble == Trouble.DISCONNECTS) {
            host.disconnectsAt = host.registersAt + 1 + below(20);
        }
        addDaemon(host);
        host.become(now, mistake.hasLaunchHook() ? "Pending:Wait" : "InService");
        host.waitEndsAt = now + LAUNCH.heartbeatTimeout().toSeconds();
        hosts.add(host);
        return host;
    }

    /** Auto Scaling finds the host dead, and replaces it whatever else it does. */
    boolean findsDeadHost() {
        return trouble == Trouble.DEAD_HOST && now == START + 120;
    }

    /** Auto Scaling takes an instance out, long before the refresh. */
    boolean scalesIn() {
        return trouble == Trouble.HELD_BEFORE && now == START + 120;
    }

    /** When the refresh begins: at once, unless a drain of before it is to be older than every event of its own. */
    long refreshesAt() {
        return trouble == Trouble.HELD_BEFORE ? START + 3_600 : START;
    }

    /** Whether a task that serves answers with errors. */
    boolean fails(RefreshTask task) {
        return switch (trouble) {
            case ANSWERS_ERRORS -> task.host.fresh;
            case OUTAGE ->
                now >= OUTAGE_BEGINS
                        && now < OUTAGE_BEGINS + OUTAGES * OUTAGE_EVERY
                        && (now - OUTAGE_BEGINS) % OUTAGE_EVERY < OUTAGE_SECONDS;
            case NONE, NEVER_REGISTERS, DISCONNECTS, NO_TASK_RUNS, LATE_CAPACITY, DEAD_HOST, DAEMONS, HELD_BEFORE ->
                false;
        };
    }

    void terminate(RefreshHost host) {
        host.become(now, "Terminating:Wait");
        host.waitEndsAt = now + DRAIN.heartbeatTimeout().toSeconds();
    }

    final void go(RefreshHost host) {
        host.goneAt = now;
    }

    /** What Auto Scaling and ECS do within five seconds. */
    void tick() {
        pass();
        grow();
        replaceTasks();
        keepDesiredCount();
    }

    void pass() {
        now += 5;
        for (RefreshHost host : hosts) {
            if (host.waits() && now >= host.waitEndsAt) {
                go(host);
            }
            host.stopDaemon(now);
        }
    }

    /** Whether ECS is to start another task in this one's place. */
    boolean isToBeReplaced(RefreshTask task) {
        return now >= task.host.drainingAt;
    }

    final void replaceTasks() {
        for (RefreshTask task : List.copyOf(tasks)) {
            if (task.toldAt != RefreshHost.NEVER || !isToBeReplaced(task) || !task.isLive(now)) {
                continue;
            }
            RefreshTask next = task.replacement;
            if (now < task.healthyAt) {
                // ECS stops at once what does not serve yet, and the service starts it elsewhere.
                task.toldAt = now;
                task.lastRequestEndsAt = now;
                task.stoppedAt = task.host.isConnected(now) ? now + 5 : RefreshHost.NEVER;
            } else if (next == null || !next.isLive(now) || isToBeReplaced(next)) {
                task.replacement = place();
            } else if (next.serves(now)) {
                stop(task);
            }
        }
    }

    /** ECS tells a task to stop, and its last requests end. */
    final void stop(RefreshTask task) {
        task.toldAt = now;
        task.lastRequestEndsAt = now + 5 + below(LONGEST_STOP);
        task.stoppedAt = task.host.isConnected(now) ? task.lastRequestEndsAt : RefreshHost.NEVER;
    }

    /** Tasks of instances that are gone or dead are started elsewhere. */
    private void keepDesiredCount() {
        long wanted = tasks.stream()
                .filter(task -> task.isLive(now) && task.toldAt == RefreshHost.NEVER)
                .count();
        long replacing = tasks.stream()
                .filter(task -> task.replacement != null
                        && task.toldAt == RefreshHost.NEVER
                        && task.isLive(now)
                        && task.replacement.isLive(now))
                .count();
        boolean lost = mistake == RefreshMistake.DEAD_STAYS_DEAD && trouble == Trouble.DEAD_HOST;
        if (wanted - replacing < desired + more && !lost) {
            place();
        }
    }

    /** A service that grows gets its next task on the instance that has just joined, although Auto Scaling still holds it. */
    private void grow() {
        for (RefreshHost host : hosts) {
            boolean joins = host.launchedAt > 0 && host.registersAt <= now && host.registersAt > now - 5;
            if (joins
                    && host.takesTasks(now)
                    && hosts.stream().anyMatch(other -> !other.fresh && other.takesTasks(now) && room(other) > 0)) {
                add(host, now, healthyAt(host));
                more++;
            }
        }
    }

    /** Whether a task of a draining instance finds no place for its replacement, so that managed scaling adds an instance. */
    boolean lacksRoom() {
        return tasks.stream()
                .anyMatch(task -> now >= task.host.drainingAt && task.serves(now) && task.replacement == null);
    }

    long room(RefreshHost host) {
        return SLOTS - host.tasks.stream().filter(task -> task.isLive(now)).count();
    }

    @Nullable
    RefreshTask place() {
        return hosts.stream()
                .filter(host -> host.takesTasks(now))
                .filter(host -> room(host) > 0)
                .findFirst()
                .map(host -> add(host, now, healthyAt(host)))
                .orElse(null);
    }

    final long healthyAt(RefreshHost host) {
        if (host.fresh && trouble == Trouble.NO_TASK_RUNS) {
            return RefreshHost.NEVER;
        }
        long starts = trouble == Trouble.HELD_BEFORE ? Math.max(now, REPAIRED) : now;
        return starts + 20 + below(60) + (trouble == Trouble.LATE_CAPACITY ? LATE_SECONDS : 0);
    }

    // What an invocation is given, sees and does.

    DrainHint notice(RefreshHost host) {
        return new DrainHint.TerminationNotice(host.id, GROUP, DRAIN.name(), Optional.empty());
    }

    void evaluate(DrainHint hint, Consumer<String> journal) {
        DrainPolicy policy = mistake.policy();
        try {
            new DrainEvaluation(
                            this,
                            this,
                            policy,
                            mistake.decision(policy),
                            new JournalLines(name(), "request", journal, clock()),
                            clock(),
                            invocation())
                    .evaluate(hint);
        } catch (RetryableFailure e) {
            // The next sweep goes on.
        }
    }

    private long read() {
        if (chance(FAILURE_CHANCE)) {
            throw new RetryableFailure("Throttled.");
        }
        return now - below(10);
    }

    RefreshHost host(String idOrArn) {
        return hosts.stream()
                .filter(host -> host.id.equals(idOrArn) || host.arn().equals(idOrArn))
                .findFirst()
                .orElseThrow();
    }

    private Clock clock() {
        return Clock.fixed(Instant.EPOCH.plusSeconds(now), ZoneId.from(ZoneOffset.UTC));
    }

    /** One that takes no time, and waits for no deadline. */
    private Invocation invocation() {
        return new InTurn(() -> 1_000, time -> {
            throw new AssertionError("No deadline comes within no time.");
        });
    }

    @Override
    public ClusterName name() {
        return new ClusterName("sim");
    }

    @Override
    public Optional<ContainerInstance> findByInstanceId(String instanceId) {
        return host(instanceId).describe(read());
    }

    @Override
    public Optional<ContainerInstance> find(String containerInstance) {
        return host(containerInstance).describe(read());
    }

    @Override
    public List<ContainerInstance> containerInstances() {
        long time = read();
        return hosts.stream()
                .map(host -> host.describe(time))
                .flatMap(Optional::stream)
                .toList();
    }

    @Override
    public List<ContainerInstance> describe(Collection<String> containerInstances) {
        long time = read();
        return hosts.stream()
                .filter(host -> containerInstances.contains(host.arn()))
                .map(host -> host.describe(time))
                .flatMap(Optional::stream)
                .toList();
    }

    @Override
    public List<String> listTasks(DesiredStatus desiredStatus) {
        return tasks(hosts.stream().flatMap(RefreshHost::all), read(), desiredStatus);
    }

    @Override
    public List<String> listTasks(String containerInstance, DesiredStatus desiredStatus) {
        return tasks(host(containerInstance).all(), read(), desiredStatus);
    }

    private static List<String> tasks(Stream<RefreshTask> among, long time, DesiredStatus desiredStatus) {
        return among.filter(task ->
                        task.placedAt <= time && (time >= task.toldAt) == (desiredStatus == DesiredStatus.STOPPED))
                .map(task -> task.arn)
                .toList();
    }

    @Override
    public List<DrainTask> describeTasks(Collection<String> arns) {
        long time = read();
        return hosts.stream()
                .flatMap(RefreshHost::all)
                .filter(task -> task.placedAt <= time && arns.contains(task.arn))
                .map(task -> task.describe(time))
                .toList();
    }

    @Override
    public Set<String> daemons(Collection<String> services) {
        read();
        return services.stream().filter(AGENT::equals).collect(Collectors.toSet());
    }

    @Override
    public void setDraining(String containerInstance) {
        read();
        RefreshHost host = host(containerInstance);
        host.drainingAt = Math.min(host.drainingAt, now);
    }

    @Override
    public void putMark(String containerInstance, String value) {
        read();
        host(containerInstance).mark(now, value);
    }

    @Override
    public void putQuiet(String containerInstance, String value) {
        read();
        host(containerInstance).quiet(now, value);
    }

    @Override
    public void deregister(String containerInstance) {
        read();
        if (mistake != RefreshMistake.LEAVES_REGISTRATIONS) {
            host(containerInstance).deregisteredAt = now;
        }
    }

    @Override
    public void stopTask(String task, String reason) {
        throw new UnsupportedOperationException("Every task is of a service: " + task);
    }

    @Override
    public List<Member> members(Collection<String> instanceIds) {
        long time = read();
        return hosts.stream()
                .filter(host -> instanceIds.contains(host.id))
                .map(host -> host.member(time))
                .flatMap(Optional::stream)
                .toList();
    }

    @Override
    public List<Group> groups(Collection<String> names) {
        long time = read();
        return List.of(new Group(
                GROUP,
                false,
                hosts.stream()
                        .map(host -> host.member(time))
                        .flatMap(Optional::stream)
                        .toList()));
    }

    @Override
    public List<Hook> terminationHooks(String group) {
        return List.of(DRAIN);
    }

    @Override
    public List<Hook> launchHooks(String group) {
        return List.of(LAUNCH);
    }

    @Override
    public Optional<Instant> launchedAt(String instanceId, String group) {
        return Optional.of(Instant.EPOCH.plusSeconds(host(instanceId).launchedAt));
    }

    @Override
    public boolean retainsAbandoned(String group) {
        return false;
    }

    @Override
    public Effect complete(String instanceId, Hook hook, LifecycleResult result) {
        read();
        RefreshHost host = host(instanceId);
        if (!host.isIn(hook.equals(LAUNCH) ? "Pending:Wait" : "Terminating:Wait")) {
            return Effect.NO_ACTIVE_ACTION;
        }
        if (hook.equals(LAUNCH) && result == LifecycleResult.CONTINUE) {
            host.become(now, "InService");
        } else {
            go(host);
        }
        return Effect.DONE;
    }

    @Override
    public Effect heartbeat(String instanceId, Hook hook) {
        read();
        RefreshHost host = host(instanceId);
        if (!host.waits()) {
            return Effect.NO_ACTIVE_ACTION;
        }
        host.waitEndsAt = now + hook.heartbeatTimeout().toSeconds();
        return Effect.DONE;
    }
}
