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

/**
 * A small model of one ECS cluster and one Auto Scaling group: instance {@value #LEAVING} waits at the hook, instance
 * {@value #BUSY} is in service and must stay untouched. What is true is a function of the time, so a read that lags by some
 * seconds is the same function of an earlier time. Each port call lets time pass, and may fail, kill the invocation before or
 * after it took effect, or let another invocation run from start to end.
 */
final class World implements Cluster, Groups {

    static final String LEAVING = "i-leaving";
    static final String BUSY = "i-busy";
    static final String GROUP = "banhmi";
    static final long NEVER = Long.MAX_VALUE;
    private static final String PREFIX = "arn:aws:ecs:eu-central-1:123456789012:";
    static final String LEAVING_ARN = PREFIX + "container-instance/banhmi/leaving";
    private static final String BUSY_ARN = PREFIX + "container-instance/banhmi/busy";
    private static final Instant EPOCH = Instant.parse("2026-11-22T00:00:00Z");

    /** The invocation ends here, as it does when Lambda's time runs out. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1L;

        Killed() {
            super("killed", null, false, false);
        }
    }

    /**
     * A task of the leaving instance; times in ms. It takes {@link #takesToDeactivate} from DRAINING until ECS wants it stopped, and
     * {@link #takesToStop} from then until it has stopped.
     */
    static final class Task {
        final String arn;
        final boolean standalone;
        final long placedAt;
        final long takesToDeactivate;
        final long takesToStop;
        long deactivatingAt = NEVER;
        long stoppedAt = NEVER;

        Task(int number, boolean standalone, long placedAt, long takesToDeactivate, long takesToStop) {
            this.arn = PREFIX + "task/banhmi/" + number;
            this.standalone = standalone;
            this.placedAt = placedAt;
            this.takesToDeactivate = takesToDeactivate;
            this.takesToStop = takesToStop;
        }

        DrainTask at(long time) {
            String last = time >= stoppedAt ? "STOPPED" : time >= deactivatingAt ? "DEACTIVATING" : "RUNNING";
            return new DrainTask(
                    arn,
                    last,
                    time >= deactivatingAt ? "STOPPED" : "RUNNING",
                    standalone ? "family:batch" : "service:gateway",
                    standalone ? "" : "ecs-svc/1",
                    LEAVING_ARN);
        }

        void stopFrom(long time) {
            if (deactivatingAt == NEVER) {
                deactivatingAt = time;
                stoppedAt = takesToStop == NEVER ? NEVER : time + takesToStop;
            }
        }
    }

    private final SplittableRandom random;
    final Hook hook;
    final boolean retains;
    final boolean registered;
    final List<Task> tasks;
    final List<Written> marks = new ArrayList<>();
    final List<Written> quiets = new ArrayList<>();
    final List<String> violations = new ArrayList<>();
    boolean listsStoppedTasks = true;
    long longestLag = 9_999;
    double trouble;
    double interleaving;
    Runnable otherInvocation = () -> {};
    private boolean nested;

    long now;
    long drainingAt = NEVER;
    long disconnectedFrom = NEVER;
    boolean unhealthy;
    long deregisteredAt = NEVER;
    long disconnectedUntil = NEVER;
    long waitEndsAt;

    /** When the last heartbeat came; 0 for none. */
    long prolongedAt;

    long completedAt = NEVER;
    int completed;
    LifecycleResult result = LifecycleResult.CONTINUE;

    World(SplittableRandom random, Hook hook, boolean retains, boolean registered, List<Task> tasks) {
        this.random = random;
        this.hook = hook;
        this.retains = retains;
        this.registered = registered;
        this.tasks = List.copyOf(tasks);
        this.waitEndsAt = hook.heartbeatTimeout().toMillis();
    }

    Clock clock() {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return instantAt(now);
            }
        };
    }

    /** One that begins now and may work for a minute. */
    Invocation invocation() {
        long end = now + 55_000;
        return new InTurn(() -> end - now, time -> now += time);
    }

    static Instant instantAt(long time) {
        return EPOCH.plusMillis(time);
    }

    /** When the wait is over, by whom ever. */
    long releasedAt() {
        return Math.min(completedAt, waitEndsAt);
    }

    boolean isReleased() {
        return now >= releasedAt();
    }

    private void before() {
        now += 5 + random.nextInt(40);
        if (!nested && interleaving > 0 && random.nextDouble() < interleaving) {
            nested = true;
            otherInvocation.run();
            nested = false;
        }
        disturb("before");
    }

    private void disturb(String when) {
        if (trouble > 0 && random.nextDouble() < trouble) {
            if (random.nextBoolean()) {
                throw new RetryableFailure("Throttled " + when + " the call.");
            }
            throw new Killed();
        }
    }

    /** ECS places nothing on an instance that drains. */
    private boolean exists(Task task, long time) {
        return task.placedAt <= time && task.placedAt <= drainingAt;
    }

    /** The time that a read shows: each response lags independently, and may be older than one already returned. */
    private long read() {
        before();
        return lagging();
    }

    private long lagging() {
        return longestLag == 0 ? now : now - random.nextLong(longestLag + 1);
    }

    @Override
    public ClusterName name() {
        return new ClusterName("banhmi");
    }

    private ContainerInstance leaving(long time) {
        long countTime = lagging();
        int running = (int) tasks.stream()
                .filter(task -> exists(task, countTime) && countTime < task.deactivatingAt)
                .count();
        return new ContainerInstance(
                LEAVING_ARN,
                LEAVING,
                time >= drainingAt ? ContainerInstance.Status.DRAINING : ContainerInstance.Status.ACTIVE,
                time < disconnectedFrom || time >= disconnectedUntil,
                running,
                0,
                Written.last(marks, time).map(DrainMark::parse),
                Written.last(quiets, time).map(DrainMark::parse));
    }

    private static ContainerInstance busy() {
        return new ContainerInstance(
                BUSY_ARN, BUSY, ContainerInstance.Status.ACTIVE, true, 3, 0, Optional.empty(), Optional.empty());
    }

    @Override
    public Optional<ContainerInstance> findByInstanceId(String instanceId) {
        long time = read();
        if (instanceId.equals(BUSY)) {
            return Optional.of(busy());
        }
        return registered && time < deregisteredAt ? Optional.of(leaving(time)) : Optional.empty();
    }

    @Override
    public Optional<ContainerInstance> find(String containerInstance) {
        return findByInstanceId(containerInstance.equals(BUSY_ARN) ? BUSY : LEAVING);
    }

    @Override
    public List<ContainerInstance> containerInstances() {
        long time = read();
        return registered && time < deregisteredAt ? List.of(busy(), leaving(time)) : List.of(busy());
    }

    @Override
    public List<ContainerInstance> describe(Collection<String> containerInstances) {
        long time = read();
        List<ContainerInstance> described = new ArrayList<>();
        if (containerInstances.contains(BUSY_ARN)) {
            described.add(busy());
        }
        if (registered && containerInstances.contains(LEAVING_ARN)) {
            described.add(leaving(time));
        }
        return described;
    }

    /** Only the leaving instance has tasks that are looked at. */
    @Override
    public List<String> listTasks(DesiredStatus desired) {
        return listTasks(LEAVING_ARN, desired);
    }

    @Override
    public List<String> listTasks(String containerInstance, DesiredStatus desired) {
        long time = read();
        if (desired == DesiredStatus.STOPPED && !listsStoppedTasks) {
            return List.of();
        }
        return tasks.stream()
                .filter(task ->
                        exists(task, time) && (time >= task.deactivatingAt) == (desired == DesiredStatus.STOPPED))
                .map(task -> task.arn)
                .toList();
    }

    @Override
    public List<DrainTask> describeTasks(Collection<String> arns) {
        long time = read();
        return tasks.stream()
                .filter(task -> exists(task, time) && arns.contains(task.arn))
                .map(task -> task.at(time))
                .toList();
    }

    @Override
    public Set<String> daemons(Collection<String> services) {
        read();
        return Set.of();
    }

    @Override
    public void setDraining(String containerInstance) {
        before();
        require(containerInstance.equals(LEAVING_ARN), "DRAINING was set on " + containerInstance);
        if (drainingAt == NEVER) {
            drainingAt = now;
            for (Task task : tasks) {
                if (!task.standalone && task.placedAt <= now && task.takesToDeactivate != NEVER) {
                    task.deactivatingAt = now + task.takesToDeactivate;
                    task.stoppedAt = task.takesToStop == NEVER ? NEVER : task.deactivatingAt + task.takesToStop;
                }
            }
        }
        disturb("after");
    }

    @Override
    public void putMark(String containerInstance, String value) {
        before();
        require(containerInstance.equals(LEAVING_ARN), "A mark was put on " + containerInstance);
        marks.add(new Written(now, value));
        disturb("after");
    }

    @Override
    public void putQuiet(String containerInstance, String value) {
        before();
        require(containerInstance.equals(LEAVING_ARN), "A mark was put on " + containerInstance);
        quiets.add(new Written(now, value));
        disturb("after");
    }

    @Override
    public void deregister(String containerInstance) {
        before();
        require(containerInstance.equals(LEAVING_ARN), "Deregistered " + containerInstance);
        require(now >= disconnectedFrom, "Deregistered with its agent connected");
        deregisteredAt = Math.min(deregisteredAt, now);
        disturb("after");
    }

    @Override
    public void stopTask(String arn, String reason) {
        before();
        Task task =
                tasks.stream().filter(one -> one.arn.equals(arn)).findFirst().orElseThrow();
        require(task.standalone, "The service's task " + arn + " was stopped by hand.");
        task.stopFrom(now);
        disturb("after");
    }

    private Member member(String instanceId, long time) {
        String state = instanceId.equals(BUSY)
                ? "InService"
                : time < 0 ? "InService" : time < releasedAt() ? "Terminating:Wait" : "Terminating:Proceed";
        return new Member(instanceId, GROUP, state, unhealthy && instanceId.equals(LEAVING));
    }

    @Override
    public List<Member> members(Collection<String> instanceIds) {
        long time = read();
        return instanceIds.stream().map(id -> member(id, time)).toList();
    }

    @Override
    public List<Group> groups(Collection<String> names) {
        long time = read();
        return names.contains(GROUP)
                ? List.of(new Group(GROUP, retains, List.of(member(BUSY, time), member(LEAVING, time))))
                : List.of();
    }

    @Override
    public List<Hook> terminationHooks(String group) {
        before();
        return List.of(hook);
    }

    @Override
    public List<Hook> launchHooks(String group) {
        throw new UnsupportedOperationException("No instance of this world is launched.");
    }

    @Override
    public Optional<Instant> launchedAt(String instanceId, String group) {
        throw new UnsupportedOperationException("No instance of this world is launched.");
    }

    @Override
    public boolean retainsAbandoned(String group) {
        before();
        return retains;
    }

    @Override
    public Effect complete(String instanceId, Hook at, LifecycleResult how) {
        before();
        require(instanceId.equals(LEAVING) && at.equals(hook), "Completed for " + instanceId);
        if (isReleased()) {
            return Effect.NO_ACTIVE_ACTION;
        }
        completedAt = now;
        completed++;
        result = how;
        disturb("after");
        return Effect.DONE;
    }

    @Override
    public Effect heartbeat(String instanceId, Hook at) {
        before();
        require(instanceId.equals(LEAVING) && at.equals(hook), "Heartbeat for " + instanceId);
        if (isReleased()) {
            return Effect.NO_ACTIVE_ACTION;
        }
        prolongedAt = now;
        waitEndsAt = Math.min(
                now + hook.heartbeatTimeout().toMillis(), hook.globalTimeout().toMillis());
        disturb("after");
        return Effect.DONE;
    }

    private void require(boolean right, String violation) {
        if (!right) {
            violations.add(violation);
        }
    }

    /** Tasks that were live when the instance was released. */
    List<String> liveAt(long time) {
        return tasks.stream()
                .filter(task -> exists(task, time) && time < task.stoppedAt)
                .map(task -> task.arn)
                .toList();
    }

    static Hook hookOf(Duration heartbeatTimeout) {
        Duration hundred = heartbeatTimeout.multipliedBy(100);
        Duration longest = Duration.ofDays(2);
        return new Hook(
                GROUP,
                "banhmi-drain",
                heartbeatTimeout,
                hundred.compareTo(longest) < 0 ? hundred : longest,
                LifecycleResult.CONTINUE);
    }

    /** The policy's groups, for runs where no instance of the group has registered. */
    static Set<String> groups() {
        return Set.of(GROUP);
    }
}
