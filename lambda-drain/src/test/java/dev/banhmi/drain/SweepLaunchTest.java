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
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A sweep beside instances that are held at their launch: one drain that lives on heartbeats, and more launches than there is time for. */
class SweepLaunchTest {

    private static final int LAUNCHES = 1_000;
    private static final long MINUTE = 60_000;
    private static final String HEARTBEAT = "heartbeat of " + World.LEAVING;
    private static final Hook DRAIN = World.hookOf(Duration.ofMinutes(10));
    private static final Hook LAUNCH = new Hook(
            World.GROUP, "banhmi-launch", Duration.ofHours(1), Duration.ofHours(48), LifecycleResult.ABANDON);

    private final World.Task endless = new World.Task(1, false, -MINUTE, 0, World.NEVER);
    private final World world = new World(new SplittableRandom(1), DRAIN, false, true, List.of(endless));
    private final List<String> calls = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();

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
            List<Member> members = Stream.concat(
                            launches(), super.groups(names).getFirst().members().stream())
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
            return Optional.of(World.instantAt(world.now));
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

    private static Stream<Member> launches() {
        return IntStream.range(0, LAUNCHES).mapToObj(i -> new Member("i-new-" + i, World.GROUP, "Pending:Wait"));
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
        world.marks.add(new World.Written(0, DrainMark.format(World.instantAt(0))));
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
}
