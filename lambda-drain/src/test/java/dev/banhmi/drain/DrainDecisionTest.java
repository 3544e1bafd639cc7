package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.drain.ContainerInstance.Status;
import dev.banhmi.drain.DrainStep.Complete;
import dev.banhmi.drain.DrainStep.CompleteReason;
import dev.banhmi.drain.DrainStep.Hold;
import dev.banhmi.drain.DrainStep.Ignore;
import dev.banhmi.drain.DrainStep.IgnoreReason;
import dev.banhmi.drain.DrainStep.RecordQuiet;
import dev.banhmi.drain.DrainStep.Release;
import dev.banhmi.drain.DrainStep.StartDraining;
import dev.banhmi.drain.DrainStep.StartReason;
import dev.banhmi.drain.DrainStep.StopTasks;
import dev.banhmi.drain.DrainStep.Wait;
import dev.banhmi.drain.DrainStep.WaitReason;
import dev.banhmi.testkit.Thoroughness;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every input of the decision with every other; what must hold is stated independently here, apart from how it is decided. */
class DrainDecisionTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final String INSTANCE = "i-1";
    private static final String TASK = "arn:task/1";
    private static final Hook OURS = hook("banhmi-drain");
    private static final Hook OTHER = hook("other");
    private static final Hook MANAGED = hook(Hook.OF_MANAGED_DRAINING);
    private static final long TIMEOUT = OURS.heartbeatTimeout().toSeconds();
    private static final Duration LONG_BUDGET = Duration.ofMinutes(30);
    private static final int NOTICE_AGE = 120;

    /**
     * A run that is not exhaustive takes each eleventh combination. A prime that divides the size of no dimension leaves out no
     * value of any; with ten, one half of the combinations would meet no instance's retention.
     */
    private static final int SAMPLE = 11;

    private static final boolean[] BOTH = {true, false};

    private static final String UNHEALTHY = " and unhealthy";

    private static final List<String> STATES = List.of(
            "Terminating:Wait" + UNHEALTHY,
            "Pending",
            "Pending:Wait",
            "Pending:Proceed",
            "Quarantined",
            "InService",
            "Terminating",
            "Terminating:Wait",
            "Terminating:Proceed",
            "Terminating:Retained",
            "Terminated",
            "Detaching",
            "Detached",
            "EnteringStandby",
            "Standby",
            "Warmed:Pending",
            "Warmed:Pending:Wait",
            "Warmed:Pending:Proceed",
            "Warmed:Terminating",
            "Warmed:Terminating:Wait",
            "Warmed:Terminating:Proceed",
            "Warmed:Terminating:Retained",
            "Warmed:Terminated",
            "Warmed:Stopped",
            "Warmed:Running",
            "Warmed:Hibernated",
            "Dancing");

    private static final List<List<Hook>> HOOKS =
            List.of(List.of(), List.of(OURS), List.of(MANAGED), List.of(MANAGED, OURS), List.of(OTHER, OURS));

    private static final List<DrainHint> HINTS = List.of(
            new DrainHint.Sweep(),
            new DrainHint.TerminationNotice(INSTANCE, "g", OURS.name(), Optional.empty()),
            new DrainHint.TerminationNotice(INSTANCE, "g", OURS.name(), Optional.of(NOW.minusSeconds(NOTICE_AGE))),
            new DrainHint.TerminationNotice(INSTANCE, "another", OTHER.name(), Optional.empty()),
            new DrainHint.TaskStopped(new ClusterName("c"), TASK, "arn:ci", 3),
            new DrainHint.InstanceDraining(new ClusterName("c"), "arn:ci", INSTANCE));

    /** Ages of a mark in seconds: on both sides of every bound. */
    private static final int[] AGES = {
        -3_600, -61, -60, -5, 0, 9, 10, 59, 60, 179, 180, 181, 599, 600, 1_199, 1_200, 1_799, 1_800, 2_399, 2_400,
        90_000
    };

    /** Ages of a mark of quiet in seconds: on both sides of every bound, with and without an age of the drain beside it. */
    private static final int[] QUIET_AGES = {-61, -60, 9, 10, 50};

    /**
     * The tasks that an evaluation read.
     *
     * @param live one of them is live by these reads alone; only {@link #TASK} can be known to have stopped by its event
     */
    private record Tasks(
            String name, List<DrainTask> described, Set<String> undescribed, boolean live, boolean standalone) {}

    private static final List<Tasks> TASKS = List.of(
            new Tasks("none", List.of(), Set.of(), false, false),
            tasks("stopped", "STOPPED", "STOPPED", false, true),
            tasks("running", "RUNNING", "RUNNING", false, true),
            tasks("provisioning", "PROVISIONING", "RUNNING", false, true),
            tasks("deactivating", "DEACTIVATING", "STOPPED", false, true),
            tasks("a status of tomorrow", "LINGERING", "STOPPED", false, true),
            tasks("standalone", "RUNNING", "RUNNING", true, true),
            tasks("standalone, stopping", "STOPPING", "STOPPED", true, true),
            tasks("another, live", "RUNNING", "RUNNING", false, false),
            new Tasks("undescribed", List.of(), Set.of(TASK), false, false));

    private static Tasks tasks(String name, String last, String desired, boolean standalone, boolean theTask) {
        DrainTask task = new DrainTask(
                theTask ? TASK : "arn:task/2",
                last,
                desired,
                standalone ? "family:batch" : "service:gateway",
                standalone ? "" : "ecs-svc/1",
                "");
        return new Tasks(name, List.of(task), Set.of(), !last.equals("STOPPED"), standalone);
    }

    private static Hook hook(String name) {
        return new Hook("g", name, Duration.ofMinutes(10), Duration.ofMinutes(1_000), LifecycleResult.CONTINUE);
    }

    private static List<DrainPolicy> policies() {
        List<DrainPolicy> policies = new ArrayList<>();
        for (Set<String> groups : List.of(Set.of("g"), Set.of("elsewhere"))) {
            for (Optional<String> name : List.of(Optional.<String>empty(), Optional.of(OURS.name()))) {
                for (Optional<Duration> budget : List.of(Optional.<Duration>empty(), Optional.of(LONG_BUDGET))) {
                    for (DrainPolicy.StandaloneTasks standalone : List.of(
                            new DrainPolicy.StandaloneTasks.AwaitEnd(),
                            new DrainPolicy.StandaloneTasks.StopAfter(Duration.ofSeconds(60)))) {
                        for (LifecycleResult atDeadline : LifecycleResult.values()) {
                            policies.add(new DrainPolicy(
                                    groups,
                                    name,
                                    budget,
                                    standalone,
                                    atDeadline,
                                    DrainPolicy.MINIMUM_AGE,
                                    DrainPolicy.SWEEP_INTERVAL));
                        }
                    }
                }
            }
        }
        return policies;
    }

    /** What ECS says, with what only this test knows of it. */
    private record Read(
            Registration registration,
            Optional<ContainerInstance> instance,
            boolean listedToRun,
            Tasks tasks,
            Optional<Integer> age,
            Optional<Integer> quietAge) {}

    private static List<Read> reads() {
        List<Read> reads = new ArrayList<>();
        reads.add(new Read(
                new Registration.Absent(),
                Optional.empty(),
                false,
                TASKS.getFirst(),
                Optional.empty(),
                Optional.empty()));
        List<Optional<DrainMark>> timeless = List.of(
                Optional.empty(),
                Optional.of(DrainMark.parse("yesterday")),
                Optional.of(DrainMark.parse(DrainMark.STARTING)));
        for (Status status : Status.values()) {
            for (boolean agent : new boolean[] {true, false}) {
                for (int[] counts : new int[][] {{0, 0}, {1, 0}, {0, 1}}) {
                    for (Tasks tasks : TASKS) {
                        for (Optional<DrainMark> mark : timeless) {
                            addReads(
                                    reads,
                                    new Known(status, agent, counts[0], counts[1], tasks, mark, Optional.empty()));
                        }
                        for (int age : AGES) {
                            Optional<DrainMark> mark = Optional.of(mark(age));
                            addReads(
                                    reads,
                                    new Known(status, agent, counts[0], counts[1], tasks, mark, Optional.of(age)));
                        }
                    }
                }
            }
        }
        return reads;
    }

    private record Known(
            Status status,
            boolean agent,
            int running,
            int pending,
            Tasks tasks,
            Optional<DrainMark> mark,
            Optional<Integer> age) {}

    /** As it is read back from where it was written so many seconds ago. */
    private static DrainMark mark(int age) {
        return DrainMark.parse(DrainMark.format(NOW.minusSeconds(age)));
    }

    /** The quiet mark is irrelevant where the instance does not drain, or since when is unknown. */
    private static void addReads(List<Read> reads, Known known) {
        for (boolean listedToRun : new boolean[] {true, false}) {
            reads.add(read(known, listedToRun, Optional.empty(), Optional.empty()));
            if (known.status() != Status.DRAINING || known.age().isEmpty()) {
                return;
            }
            reads.add(read(known, listedToRun, Optional.of(DrainMark.parse("yesterday")), Optional.empty()));
            for (int age : QUIET_AGES) {
                reads.add(read(known, listedToRun, Optional.of(mark(age)), Optional.of(age)));
            }
        }
    }

    private static Read read(Known known, boolean listedToRun, Optional<DrainMark> quiet, Optional<Integer> quietAge) {
        Tasks tasks = known.tasks();
        ContainerInstance instance = new ContainerInstance(
                "arn:ci",
                INSTANCE,
                known.status(),
                known.agent(),
                known.running(),
                known.pending(),
                known.mark(),
                quiet);
        Set<String> toRun = new TreeSet<>(listedToRun ? tasks.undescribed() : Set.of());
        if (listedToRun) {
            tasks.described().forEach(task -> toRun.add(task.arn()));
        }
        Registration registration = new Registration.Present(instance, toRun, tasks.described(), tasks.undescribed());
        return new Read(registration, Optional.of(instance), listedToRun, tasks, known.age(), quietAge);
    }

    /** What came of a share of the combinations, and which values of the dimensions it had. */
    private static final class Tally {
        private final Map<Object, Reached> reached = new HashMap<>();
        private final List<String> broken = new ArrayList<>();
        private final BitSet policies = new BitSet();
        private final BitSet states = new BitSet();
        private final BitSet hooks = new BitSet();
        private final BitSet hints = new BitSet();
        private final BitSet reads = new BitSet();
        private final BitSet retains = new BitSet();
        private long cases;

        /** Names of steps are made once and not for every case. */
        private static final class Reached {
            private final String name;
            private long cases;

            Reached(String name) {
                this.name = name;
            }
        }

        void reach(DrainStep step, long times) {
            reached.computeIfAbsent(kind(step), kind -> new Reached(Steps.name(step))).cases += times;
        }

        private static Object kind(DrainStep step) {
            return switch (step) {
                case StartDraining start -> start.reason();
                case RecordQuiet quiet -> RecordQuiet.class;
                case StopTasks stop -> StopTasks.class;
                case Wait wait -> wait.reason();
                case Hold hold -> Hold.class;
                case Complete complete -> complete.reason();
                case Release release -> List.of(Release.class, release.reason());
                case Ignore ignore -> ignore.reason();
            };
        }

        void add(Tally other) {
            other.reached.forEach((kind, count) ->
                    reached.computeIfAbsent(kind, key -> new Reached(count.name)).cases += count.cases);
            broken.addAll(other.broken);
            policies.or(other.policies);
            states.or(other.states);
            hooks.or(other.hooks);
            hints.or(other.hints);
            reads.or(other.reads);
            retains.or(other.retains);
            cases += other.cases;
        }

        Map<String, Long> steps() {
            return reached.values().stream()
                    .collect(Collectors.toMap(one -> one.name, one -> one.cases, Long::sum, TreeMap::new));
        }
    }

    @Test
    void holdsItsPromisesForEveryCombinationOfItsInputs() {
        List<Read> reads = reads();
        List<DrainPolicy> policies = policies();
        int stride = Thoroughness.isWhole() ? 1 : SAMPLE;
        Tally tally = IntStream.range(0, policies.size() * STATES.size())
                .parallel()
                .mapToObj(unit -> decided(policies, unit, reads, stride))
                .collect(Tally::new, Tally::add, Tally::add);
        tally.reach(new DrainDecision(DrainPolicy.standard()).decide(inNoGroup(), NOW), 1);
        System.out.printf("%,d decisions: %s%n", tally.cases, tally.steps());
        assertThat(tally.broken).isEmpty();
        assertThat(tally.steps().keySet()).containsExactlyElementsOf(everyStep());
        assertThat(tally.policies.cardinality()).isEqualTo(policies.size());
        assertThat(tally.states.cardinality()).isEqualTo(STATES.size());
        assertThat(tally.hooks.cardinality()).isEqualTo(HOOKS.size());
        assertThat(tally.hints.cardinality()).isEqualTo(HINTS.size());
        assertThat(tally.reads.cardinality()).isEqualTo(reads.size());
        assertThat(tally.retains.cardinality()).isEqualTo(BOTH.length);
    }

    /**
     * All combinations with one policy and one state of the instance, or every so many of them.
     *
     * @param unit tells which policy and which state
     * @param stride from one combination to the next; the first one is another for each unit
     */
    private static Tally decided(List<DrainPolicy> policies, int unit, List<Read> reads, int stride) {
        DrainPolicy policy = policies.get(unit / STATES.size());
        Optional<Member> member = Optional.of(member(STATES.get(unit % STATES.size())));
        DrainDecision decision = new DrainDecision(policy);
        Tally tally = new Tally();
        tally.policies.set(unit / STATES.size());
        tally.states.set(unit % STATES.size());
        boolean waits = member.get().state() == MemberState.TERMINATING_WAIT
                && !policy.groups().contains("elsewhere");
        // Where no hook holds the instance the reads must not matter: every 251st of them will do.
        int readStride = waits ? 1 : 251;
        int untilNext = unit % stride;
        for (int hooks = 0; hooks < HOOKS.size(); hooks++) {
            for (int hint = 0; hint < HINTS.size(); hint++) {
                for (int at = 0; at < reads.size(); at += readStride) {
                    for (int retains = 0; retains < BOTH.length; retains++) {
                        if (untilNext-- > 0) {
                            continue;
                        }
                        untilNext = stride - 1;
                        Read read = reads.get(at);
                        Observation seen = new Observation(
                                INSTANCE,
                                HINTS.get(hint),
                                member,
                                HOOKS.get(hooks),
                                BOTH[retains],
                                read.registration());
                        DrainStep step = decision.decide(seen, NOW);
                        tally.cases++;
                        tally.reach(step, 1);
                        if (waits) {
                            tally.hooks.set(hooks);
                            tally.hints.set(hint);
                            tally.reads.set(at);
                            tally.retains.set(retains);
                        }
                        String promise = brokenPromise(policy, seen, read, step);
                        if (!promise.isEmpty() && tally.broken.size() < 10) {
                            tally.broken.add(promise + ": " + step + " for " + seen + " by " + policy);
                        }
                    }
                }
            }
        }
        return tally;
    }

    private static Observation inNoGroup() {
        return new Observation(
                INSTANCE, HINTS.getFirst(), Optional.empty(), List.of(), false, new Registration.Unread());
    }

    private static Member member(String state) {
        return new Member(INSTANCE, "g", state.replace(UNHEALTHY, ""), state.endsWith(UNHEALTHY));
    }

    /** Two reasons are given before anything is decided: the event alone shows them. A deadline that nothing moves holds nothing back. */
    private static Set<String> everyStep() {
        TreeSet<String> names = new TreeSet<>();
        names.add("RecordQuiet");
        names.add("StopTasks");
        names.add("Release DEADLINE");
        names.add("Release HOST_LOST");
        Arrays.stream(StartReason.values()).forEach(reason -> names.add("StartDraining " + reason));
        Arrays.stream(WaitReason.values()).forEach(reason -> names.add("Wait " + reason));
        Arrays.stream(CompleteReason.values()).forEach(reason -> names.add("Complete " + reason));
        // What only a launch ends in is LaunchDecisionTest's.
        names.removeAll(Set.of(
                "StartDraining NEVER_CONNECTED",
                "Wait NOT_REGISTERED_YET",
                "Complete LAUNCHED",
                "Complete NEVER_REGISTERED",
                "Complete NEVER_CONNECTED"));
        Stream.of(IgnoreReason.values())
                .filter(reason ->
                        reason != IgnoreReason.ANOTHER_CLUSTER && reason != IgnoreReason.NO_CONTAINER_INSTANCE)
                .forEach(reason -> names.add("Ignore " + reason));
        return names;
    }

    /** The promise that the step breaks, or nothing. */
    private static String brokenPromise(DrainPolicy policy, Observation seen, Read read, DrainStep step) {
        String state = seen.member().orElseThrow().lifecycleState();
        boolean held = state.endsWith("Terminating:Wait") && !policy.groups().contains("elsewhere");
        boolean hookKnown = seen.hooks().contains(OURS)
                && (seen.hooks().size() == 1
                        || seen.hooks().contains(MANAGED)
                        || policy.hook().isPresent()
                        || (seen.hint() instanceof DrainHint.TerminationNotice notice
                                && notice.hook().equals(OURS.name())));
        if (!held || !hookKnown) {
            return step instanceof Ignore ? "" : "touches only what waits at our hook";
        }
        if (step instanceof Ignore) {
            return "leaves nobody at our hook";
        }
        if (step instanceof Complete complete && !complete.hook().equals(OURS)) {
            return "completes no hook but ours";
        }
        if (state.startsWith("Warmed:")) {
            return isComplete(step, CompleteReason.WARM_POOL) ? "" : "releases from a warm pool at once";
        }
        Optional<ContainerInstance> instance = read.instance()
                .filter(one -> one.status() != Status.INACTIVE && one.status() != Status.REGISTRATION_FAILED);
        if (instance.isEmpty()) {
            return isComplete(step, CompleteReason.NOT_REGISTERED) ? "" : "releases what the cluster does not know";
        }
        return switch (instance.get().status()) {
            case ACTIVE ->
                step instanceof StartDraining start
                                && start.reason() == StartReason.NOT_DRAINING
                                && heartbeatIsRight(policy, instance.get(), start)
                        ? ""
                        : "drains what is active";
            case DRAINING -> brokenWhileDraining(policy, seen, read, instance.get(), step);
            case REGISTERING, REGISTRATION_FAILED, DEREGISTERING, INACTIVE, UNKNOWN ->
                step instanceof Wait wait
                                && wait.reason() == WaitReason.STATUS_CHANGING
                                && wait.heartbeat().isEmpty()
                        ? ""
                        : "waits while ECS changes the status";
        };
    }

    /** A drain that is started again and again must not hold the instance by heartbeats. */
    private static boolean heartbeatIsRight(DrainPolicy policy, ContainerInstance instance, StartDraining start) {
        boolean due = policy.budget().isPresent() && instance.drainingSince().isEmpty();
        return start.heartbeat().equals(due ? Optional.of(OURS) : Optional.empty());
    }

    private static String brokenWhileDraining(
            DrainPolicy policy, Observation seen, Read read, ContainerInstance instance, DrainStep step) {
        long budget = policy.budget().map(Duration::toSeconds).orElse(TIMEOUT);
        boolean dated = seen.hint() instanceof DrainHint.TerminationNotice notice
                && notice.at().isPresent();
        boolean plausible = read.age()
                .filter(age -> age >= -60 && age < budget + TIMEOUT && (!dated || age <= NOTICE_AGE + 60))
                .isPresent();
        if (!plausible) {
            return step instanceof StartDraining start
                            && start.reason() == StartReason.NO_USABLE_MARK
                            && heartbeatIsRight(policy, instance, start)
                    ? ""
                    : "gives a drain without a usable mark one";
        }
        int age = read.age().orElseThrow();
        boolean told = seen.hint() instanceof DrainHint.TaskStopped;
        boolean theTask =
                read.tasks().described().stream().allMatch(task -> task.arn().equals(TASK));
        boolean open = (read.tasks().live() || !read.tasks().undescribed().isEmpty()) && !(told && theTask);
        boolean empty = instance.agentConnected()
                && instance.runningTasks() + instance.pendingTasks() == 0
                && !open
                && age >= 10;
        Optional<Integer> quiet = read.quietAge().filter(one -> one >= -60 && age - one >= 10);
        if (empty && quiet.isPresent() && quiet.get() >= 10) {
            return step instanceof Complete complete
                            && complete.reason() == CompleteReason.DRAINED
                            && complete.result() == LifecycleResult.CONTINUE
                    ? ""
                    : "releases the empty instance";
        }
        if (age >= budget) {
            CompleteReason reason = hostIsLost(seen, instance) ? CompleteReason.HOST_LOST : CompleteReason.DEADLINE;
            boolean abandon = policy.atDeadline() == LifecycleResult.ABANDON && seen.retainsAbandoned();
            DrainStep wanted = instance.agentConnected() || abandon
                    ? new Complete(OURS, abandon ? LifecycleResult.ABANDON : LifecycleResult.CONTINUE, reason)
                    : new Release(instance.arn(), OURS, LifecycleResult.CONTINUE, reason);
            return step.equals(wanted)
                    ? ""
                    : "releases at the deadline, and takes out of the cluster what ECS would leave there";
        }
        boolean heartbeat = seen.hint() instanceof DrainHint.Sweep && budget > TIMEOUT;
        boolean knownToStop = read.tasks().described().stream().allMatch(DrainTask::isToStop)
                && read.tasks().undescribed().isEmpty();
        boolean nothingToRun = !read.listedToRun() || knownToStop || (told && theTask);
        if (quiet.isEmpty() && age >= 10 && nothingToRun) {
            return step instanceof RecordQuiet record && record.heartbeat().isPresent() == heartbeat
                    ? ""
                    : "writes down that every task was told to stop";
        }
        if (step instanceof StopTasks stop) {
            boolean may = policy.standalone() instanceof DrainPolicy.StandaloneTasks.StopAfter
                    && age >= 60
                    && read.tasks().name().equals("standalone")
                    && instance.agentConnected()
                    && open;
            return may && stop.tasks().equals(List.of(TASK)) && stop.heartbeat().isPresent() == heartbeat
                    ? ""
                    : "stops standalone tasks only, once, and when it may";
        }
        if (!(step instanceof Wait wait)) {
            return "waits for live tasks until the deadline";
        }
        if (wait.heartbeat().isPresent() != heartbeat) {
            return "sends heartbeats from the sweep only, and only beyond the timeout";
        }
        WaitReason away = hostIsLost(seen, instance) ? WaitReason.HOST_LOST : WaitReason.AGENT_DISCONNECTED;
        return instance.agentConnected() || wait.reason() == away ? "" : "says that the agent is away";
    }

    private static boolean hostIsLost(Observation seen, ContainerInstance instance) {
        return seen.member().orElseThrow().isUnhealthy() && !instance.agentConnected();
    }

    private static boolean isComplete(DrainStep step, CompleteReason reason) {
        return step instanceof Complete complete
                && complete.reason() == reason
                && complete.result() == LifecycleResult.CONTINUE;
    }
}
