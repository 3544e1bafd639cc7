package dev.banhmi.drain;

import dev.banhmi.drain.BudgetCase.Fleet;
import dev.banhmi.drain.BudgetCase.Service;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * One instance that Auto Scaling removes, as it truly is, and what ECS and Auto Scaling do with it. Reads lag by up to nine seconds, each on its
 * own. Every duration is the longest that the case allows.
 */
final class BudgetWorld implements Cluster, GroupsWithoutLaunchHook {

    static final String INSTANCE = "i-removed";
    static final String ARN = "arn:" + INSTANCE;
    static final String GROUP = "fleet";
    static final String HOOK = "banhmi-drain";

    /** When the wait begins: later than any read lags. */
    static final long START = 1_000;

    private static final long NEVER = BudgetTask.NEVER;

    /** From the exit of the last container to STOPPED, at most. */
    private static final int DEPROVISIONING = 10;

    /** What a service needs from its last abort to its end. */
    private static final long EXIT = 10;

    final List<BudgetTask> tasks = new ArrayList<>();
    private final List<BudgetScheduler> services = new ArrayList<>();
    private final List<Written> marks = new ArrayList<>();
    private final List<Written> quiets = new ArrayList<>();
    private final BudgetCase given;
    private final BudgetEvents events;
    private final BudgetRooms rooms;
    private final SplittableRandom random;
    private final Hook hook;
    private final long late;
    private boolean fits;
    private long drainingAt = NEVER;
    private long goneAt = NEVER;
    private long waitEndsAt;
    private boolean released;
    private int cut;
    private int unfinished;

    /**
     * Before the removal.
     *
     * @param late by how much the first replacements are late
     */
    BudgetWorld(BudgetCase given, BudgetEvents events, boolean endlessTask, long late, long seed) {
        this.given = given;
        this.events = events;
        this.late = late;
        random = new SplittableRandom(seed);
        Fleet fleet = given.fleet();
        rooms = new BudgetRooms(
                fleet,
                time -> events.at(time, () -> {
                    rooms().arrives();
                    schedule();
                }));
        hook = new Hook(
                GROUP,
                HOOK,
                Duration.ofSeconds(fleet.heartbeat()),
                Duration.ofSeconds(fleet.globalTimeout()),
                LifecycleResult.CONTINUE);
        place();
        if (endlessTask) {
            tasks.add(new BudgetTask("arn:task/endless", null));
        }
        events.at(START, this::beginWait);
    }

    private BudgetRooms rooms() {
        return rooms;
    }

    /**
     * As many as may be on the instance that goes, and fit there beside those of the other services; then the others, of all services in any
     * order, because each may have been scaled out or deployed last.
     */
    private void place() {
        long cpu = given.fleet().removedCpu();
        long memory = given.fleet().removedMemory();
        for (Service service : given.services()) {
            long fit = Math.min(cpu / service.cpu(), memory / service.memory());
            int here = (int) Math.min(Math.min(service.onInstance(), service.tasks()), fit);
            cpu -= here * service.cpu();
            memory -= here * service.memory();
            BudgetScheduler scheduler = new BudgetScheduler(service, rooms);
            scheduler.placesOnHost(here);
            tasks.addAll(scheduler.onHost);
            services.add(scheduler);
        }
        List<BudgetScheduler> open = new ArrayList<>(services);
        while (!open.isEmpty()) {
            BudgetScheduler one = open.get(random.nextInt(open.size()));
            if (!one.placesAnother()) {
                open.remove(one);
            }
        }
        fits = services.stream().allMatch(BudgetScheduler::hasEverything);
    }

    private void beginWait() {
        waitEndsAt = START + given.fleet().heartbeat();
        watchWait();
    }

    private void watchWait() {
        events.at(waitEndsAt, () -> {
            if (goneAt == NEVER && events.now() >= waitEndsAt) {
                goes(false);
            } else if (goneAt == NEVER) {
                watchWait();
            }
        });
    }

    private void schedule() {
        long now = events.now();
        if (now < drainingAt || goneAt != NEVER) {
            return;
        }
        for (BudgetScheduler scheduler : services) {
            scheduler.toTell(now).forEach(task -> tell(task, scheduler.service));
            while (scheduler.starts(now)) {
                Service service = scheduler.service;
                events.at(
                        now + service.taskStart() + service.healthChecks() + (scheduler.isFirstRound() ? late : 0),
                        () -> {
                            scheduler.becomesHealthy();
                            schedule();
                        });
            }
        }
    }

    /** Out of the load balancer, which responds 502 to what still runs when the delay is over; then SIGTERM, then SIGKILL. */
    private void tell(BudgetTask task, Service service) {
        long now = events.now();
        task.toldAt = now;
        if (service.longest() + service.maxIdle() > service.deregistration()) {
            cut++;
        }
        long killed = now + service.deregistration() + service.stop();
        task.stoppedAt = killed + random.nextInt(DEPROVISIONING + 1);
        events.at(killed, () -> {
            if (goneAt == NEVER && service.stop() < service.shutdown() + service.aborts() + EXIT) {
                unfinished++;
            }
        });
        events.at(task.stoppedAt, () -> {
            schedule();
            events.stopped(task);
        });
    }

    private void goes(boolean byFunction) {
        goneAt = events.now();
        released = byFunction;
        for (BudgetTask task : tasks) {
            Service service = task.service;
            if (service == null || !task.isLive(goneAt)) {
                continue;
            }
            if (!task.isTold(goneAt) || goneAt < task.toldAt + service.longest() + service.maxIdle()) {
                cut++;
            } else if (goneAt < task.toldAt + service.deregistration() + service.stop()) {
                unfinished++;
            }
        }
    }

    // What came of it.

    /** Whether all tasks had room before anything was removed. */
    boolean fits() {
        return fits;
    }

    /** Tasks of which a request was cut. */
    int cut() {
        return cut;
    }

    /** Tasks that were killed before they had ended by themselves. */
    int unfinished() {
        return unfinished;
    }

    boolean isOver() {
        return goneAt != NEVER;
    }

    /** How long the instance has waited. */
    long waited() {
        return goneAt == NEVER ? NEVER : goneAt - START;
    }

    /** Whether Auto Scaling ended the wait by itself while a task lived, which counts as no deadline. */
    boolean endedUncounted() {
        return goneAt != NEVER && !released && tasks.stream().anyMatch(task -> task.isLive(goneAt));
    }

    boolean fellShort() {
        return services.stream().anyMatch(scheduler -> scheduler.lowest() < scheduler.service.kept());
    }

    // What an invocation sees and does.

    private long read() {
        return events.now() - random.nextInt(10);
    }

    private Optional<ContainerInstance> describe(long time) {
        if (time >= goneAt) {
            return Optional.empty();
        }
        return Optional.of(new ContainerInstance(
                ARN,
                INSTANCE,
                time >= drainingAt ? ContainerInstance.Status.DRAINING : ContainerInstance.Status.ACTIVE,
                true,
                (int) tasks.stream().filter(task -> !task.isTold(time)).count(),
                0,
                Written.last(marks, time).map(DrainMark::parse),
                Written.last(quiets, time).map(DrainMark::parse)));
    }

    private Optional<Member> member(long time) {
        return time >= goneAt
                ? Optional.empty()
                : Optional.of(new Member(INSTANCE, GROUP, time >= START ? "Terminating:Wait" : "InService"));
    }

    @Override
    public ClusterName name() {
        return new ClusterName("sim");
    }

    @Override
    public Optional<ContainerInstance> findByInstanceId(String instanceId) {
        return describe(read());
    }

    @Override
    public Optional<ContainerInstance> find(String containerInstance) {
        return describe(read());
    }

    @Override
    public List<ContainerInstance> containerInstances() {
        return describe(read()).stream().toList();
    }

    @Override
    public List<ContainerInstance> describe(Collection<String> containerInstances) {
        return describe(read()).stream().toList();
    }

    @Override
    public List<String> listTasks(DesiredStatus desired) {
        long time = read();
        return tasks.stream()
                .filter(task -> task.isTold(time) == (desired == DesiredStatus.STOPPED))
                .map(task -> task.arn)
                .toList();
    }

    @Override
    public List<String> listTasks(String containerInstance, DesiredStatus desired) {
        return listTasks(desired);
    }

    @Override
    public List<DrainTask> describeTasks(Collection<String> arns) {
        long time = read();
        return tasks.stream()
                .filter(task -> arns.contains(task.arn))
                .map(task -> task.describe(time))
                .toList();
    }

    @Override
    public Set<String> daemons(Collection<String> services) {
        return Set.of();
    }

    @Override
    public void setDraining(String containerInstance) {
        drainingAt = Math.min(drainingAt, events.now());
        schedule();
    }

    @Override
    public void putMark(String containerInstance, String value) {
        marks.add(new Written(events.now(), value));
    }

    @Override
    public void putQuiet(String containerInstance, String value) {
        quiets.add(new Written(events.now(), value));
    }

    @Override
    public void deregister(String containerInstance) {
        throw new UnsupportedOperationException("Its agent is connected: " + containerInstance);
    }

    @Override
    public void stopTask(String task, String reason) {
        throw new UnsupportedOperationException("Standalone tasks are waited for: " + task);
    }

    @Override
    public List<Member> members(Collection<String> instanceIds) {
        return member(read()).stream().toList();
    }

    @Override
    public List<Group> groups(Collection<String> names) {
        return List.of(new Group(GROUP, false, member(read()).stream().toList()));
    }

    @Override
    public List<Hook> terminationHooks(String group) {
        return List.of(hook);
    }

    @Override
    public boolean retainsAbandoned(String group) {
        return false;
    }

    @Override
    public Effect complete(String instanceId, Hook completed, LifecycleResult result) {
        if (goneAt != NEVER) {
            return Effect.NO_ACTIVE_ACTION;
        }
        goes(true);
        return Effect.DONE;
    }

    @Override
    public Effect heartbeat(String instanceId, Hook prolonged) {
        if (goneAt != NEVER) {
            return Effect.NO_ACTIVE_ACTION;
        }
        waitEndsAt = Math.min(
                START + given.fleet().globalTimeout(),
                events.now() + given.fleet().heartbeat());
        return Effect.DONE;
    }
}
