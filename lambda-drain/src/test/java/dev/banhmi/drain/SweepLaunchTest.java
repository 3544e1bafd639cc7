package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A sweep beside instances that are held at their launch: one drain that lives on heartbeats, and more launches than there is time for. */
class SweepLaunchTest {

    private static final int LAUNCHES = 1_000;
    private static final long MINUTE = 60_000;
    private static final String HEARTBEAT = "heartbeat of " + World.LEAVING;
    private static final Hook DRAIN = World.hookOf(Duration.ofMinutes(10));
    private static final Hook LAUNCH =
            new Hook(World.GROUP, "banhmi-launch", Duration.ofHours(1), Duration.ofHours(48), LifecycleResult.ABANDON);

    private final World.Task endless = new World.Task(1, false, -MINUTE, 0, World.NEVER);
    private final World world = new World(new SplittableRandom(1), DRAIN, false, true, List.of(endless));
    private final List<String> calls = new ArrayList<>();
    private final Set<String> abandoned = new TreeSet<>();
    private final List<String> lines = new ArrayList<>();

    /** Where the activities are read as they come from AWS; otherwise every launch has just begun. */
    private @Nullable Groups autoScaling;

    private final Groups groups = new SimGroupsView(world) {
        @Override
        public List<Member> members(Collection<String> instanceIds) {
            Stream<Member> launched = launches().filter(one -> instanceIds.contains(one.instanceId()));
            List<String> others = instanceIds.stream()
                    .filter(instance -> !instance.startsWith("i-new"))
                    .toList();
            return Stream.concat(launched, super.members(others).stream()).toList();
        }

        @Override
        public List<Group> groups(Collection<String> names) {
            List<Member> members = Stream.concat(launches(), super.groups(names).getFirst().members().stream())
                    .toList();
            return List.of(new Group(World.GROUP, false, members));
        }

        @Override
        public List<Hook> launchHooks(String group) {
            world.now += 40;
            return List.of(LAUNCH);
        }

        @Override
        public Optional<Instant> launchedAt(String instanceId, String group) {
            calls.add("launch of " + instanceId);
            return autoScaling == null
                    ? Optional.of(World.instantAt(world.now))
                    : autoScaling.launchedAt(instanceId, group);
        }

        @Override
        public Effect complete(String instanceId, Hook hook, LifecycleResult result) {
            if (!instanceId.startsWith("i-new")) {
                return super.complete(instanceId, hook, result);
            }
            assertThat(result).isEqualTo(LifecycleResult.ABANDON);
            abandoned.add(instanceId);
            return Effect.DONE;
        }

        @Override
        public Effect heartbeat(String instanceId, Hook hook) {
            calls.add("heartbeat of " + instanceId);
            return super.heartbeat(instanceId, hook);
        }
    };

    private final Cluster cluster = new SimClusterView(world) {
        @Override
        public Optional<ContainerInstance> findByInstanceId(String instanceId) {
            return instanceId.startsWith("i-new") ? Optional.empty() : super.findByInstanceId(instanceId);
        }
    };

    private Stream<Member> launches() {
        return IntStream.range(0, LAUNCHES)
                .mapToObj(i -> new Member("i-new-" + i, World.GROUP, "Pending:Wait"))
                .filter(one -> !abandoned.contains(one.instanceId()));
    }

    /** One launch a second up to now, a hundred in each page, the newest first. */
    private ScriptedHttp.Response activities(String body, Instant last) {
        int number = body.contains("NextToken=")
                ? Integer.parseInt(body.replaceFirst("(?s).*NextToken=([0-9]+).*", "$1"))
                : 0;
        StringBuilder content = new StringBuilder("<Activities>");
        for (int i = number * 100; i < number * 100 + 100; i++) {
            content.append("<member><ActivityId>a</ActivityId><Description>Launching a new EC2 instance: i-new-")
                    .append(i)
                    .append("</Description><StartTime>")
                    .append(last.minusSeconds(i))
                    .append("</StartTime></member>");
        }
        content.append("</Activities>");
        if ((number + 1) * 100 < LAUNCHES) {
            content.append("<NextToken>").append(number + 1).append("</NextToken>");
        }
        return ScriptedHttp.result("DescribeScalingActivities", content.toString());
    }

    private void sweep() {
        DrainPolicy standard = DrainPolicy.standard();
        DrainPolicy policy = new DrainPolicy(
                Set.of(World.GROUP),
                Optional.of(DRAIN.name()),
                Optional.of(Duration.ofHours(1)),
                standard.standalone(),
                standard.atDeadline(),
                standard.minimumAge(),
                standard.sweepInterval(),
                Optional.empty(),
                Optional.of(LAUNCH.name()));
        new DrainEvaluation(
                        cluster,
                        groups,
                        policy,
                        new DrainDecision(policy),
                        new JournalLines(world.name(), "request", lines::add, world.clock()),
                        world.clock(),
                        invocation())
                .evaluate(new DrainHint.Sweep());
    }

    /** One in which what is done side by side is done one after the other, launches last. */
    private Invocation invocation() {
        Invocation inTurn = world.invocation();
        return new Invocation() {
            @Override
            public Duration left() {
                return inTurn.left();
            }

            @Override
            public void pause(Duration time) {
                inTurn.pause(time);
            }

            @Override
            public void together(List<Runnable> work) {
                inTurn.together(work.reversed());
            }
        };
    }

    private void drain() {
        world.longestLag = 0;
        world.drainingAt = 0;
        world.marks.add(new Written(0, DrainMark.format(World.instantAt(0))));
        world.now = 5 * MINUTE;
    }

    @Test
    void sendsTheHeartbeatsOfDrainsBeforeItTurnsToLaunchesAndLeavesOverWhatItHasNoTimeFor() {
        drain();
        sweep();
        assertThat(calls).startsWith(HEARTBEAT);
        assertThat(calls).contains(HEARTBEAT).hasSizeBetween(100, LAUNCHES);
        assertThat(lines).anyMatch(line -> line.contains("\"LeftOver\":" + (LAUNCHES + 1 - calls.size())));
    }

    @Test
    void comesToOtherLaunchesFirstEachTime() {
        drain();
        sweep();
        List<String> first = List.copyOf(calls);
        calls.clear();
        world.now += 5_000;
        sweep();
        assertThat(calls.subList(1, 20)).isNotEqualTo(first.subList(1, 20));
    }

    @Test
    void countsNoInstanceThatOurHookHoldsAtItsLaunchAsUnhandled() {
        drain();
        sweep();
        assertThat(lines)
                .anyMatch(line -> line.contains("NOT_REGISTERED_YET"))
                .noneMatch(line -> line.contains("\"Unhandled\""));
    }

    /** Those that are overdue are the oldest of all, nine hundred behind the newest. */
    @Test
    void abandonsEveryOverdueLaunchAndNoOtherHoweverManyBeganSince() {
        drain();
        world.now = Duration.ofMinutes(20).toMillis();
        Instant last = World.instantAt(world.now);
        int overdueAtFirst = LAUNCHES - (int) Duration.ofMinutes(10).toSeconds();
        for (int i = 0; i < 20 && abandoned.size() < overdueAtFirst; i++) {
            ScriptedHttp http = new ScriptedHttp(body -> activities(body, last));
            autoScaling = new AutoScalingGroups(http.clients().autoScaling(), ScriptedHttp.calls(), world.clock());
            sweep();
            assertThat(http.bodies()).as("each page once, for all").hasSizeLessThanOrEqualTo(LAUNCHES / 100);
        }
        long since = Duration.between(last, World.instantAt(world.now)).toSeconds();
        assertThat(abandoned)
                .hasSizeGreaterThanOrEqualTo(overdueAtFirst)
                .allSatisfy(instance -> assertThat(Integer.parseInt(instance.substring("i-new-".length())) + since)
                        .isGreaterThanOrEqualTo(Duration.ofMinutes(10).toSeconds()));
    }
}
