package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FleetReadsTest {

    private static final int BY_CLUSTER = 0;
    private static final World.Task TASK = new World.Task(1, false, -60_000, 600_000, 600_000);

    private final World world =
            new World(new SplittableRandom(1), World.hookOf(Duration.ofMinutes(30)), false, true, List.of(TASK));

    private FleetReads reads(Cluster cluster, int few) {
        return reads(cluster, world, DrainPolicy.standard(), few);
    }

    private FleetReads reads(Cluster cluster, Groups groups, DrainPolicy policy, int few) {
        return new FleetReads(cluster, groups, policy, new DrainDecision(policy), world.invocation(), few);
    }

    private Registration.Present tasks(Cluster cluster, int few) {
        world.longestLag = 0;
        world.drainingAt = 0;
        world.now = 10_000;
        ContainerInstance leaving = world.find(World.LEAVING_ARN).orElseThrow();
        Map<String, RuntimeException> unreadable = new HashMap<>();
        Map<String, Registration.Present> read = reads(cluster, few).tasks(List.of(leaving), 0, unreadable);
        assertThat(unreadable).isEmpty();
        return Objects.requireNonNull(read.get(World.LEAVING_ARN));
    }

    @ParameterizedTest
    @ValueSource(ints = {BY_CLUSTER, FleetReads.FEW})
    void readsTheSameTasksByTheClusterAsByTheInstance(int few) {
        Registration.Present present = tasks(world, few);
        assertThat(present.toRun()).containsExactly(TASK.arn);
        assertThat(present.tasks()).extracting(DrainTask::arn).containsExactly(TASK.arn);
        assertThat(present.undescribed()).isEmpty();
    }

    /** It may be on any instance: none of them counts as empty. */
    @ParameterizedTest
    @ValueSource(ints = {BY_CLUSTER, FleetReads.FEW})
    void takesATaskThatIsListedAndNotDescribedForATaskOfEachInstanceThatItMayBeOn(int few) {
        Cluster forgetful = new SimClusterView(world) {
            @Override
            public List<DrainTask> describeTasks(Collection<String> tasks) {
                return List.of();
            }
        };
        Registration.Present present = tasks(forgetful, few);
        assertThat(present.undescribed()).containsExactly(TASK.arn);
        assertThat(present.toRun()).containsExactly(TASK.arn);
    }

    @Test
    void listsALaunchThatOurHookMayHoldAndAsksForNoHookOfIt() {
        FleetReads.Fleet fleet = fleetWithALaunch(Optional.of("banhmi-launch"));
        assertThat(fleet.launches()).containsExactly("i-new");
        assertThat(fleet.observations()).isEmpty();
        assertThat(fleet.unreadable()).isEmpty();
        assertThat(fleet.size()).isEqualTo(1);
    }

    @Test
    void overlooksALaunchWhereThePolicyHasNoHookOnThem() {
        assertThat(fleetWithALaunch(Optional.empty()).size()).isZero();
    }

    private FleetReads.Fleet fleetWithALaunch(Optional<String> launchHook) {
        Groups launching = new SimGroupsView(world) {
            @Override
            public List<Group> groups(Collection<String> names) {
                return List.of(new Group(
                        World.GROUP,
                        false,
                        List.of(
                                new Member("i-new", World.GROUP, "Pending:Wait"),
                                new Member(World.LEAVING, World.GROUP, "InService"))));
            }

            @Override
            public List<Hook> terminationHooks(String group) {
                throw new AssertionError("Nothing is terminated.");
            }
        };
        DrainPolicy standard = DrainPolicy.standard();
        DrainPolicy policy = new DrainPolicy(
                Set.of(World.GROUP),
                standard.hook(),
                standard.budget(),
                standard.standalone(),
                standard.atDeadline(),
                standard.minimumAge(),
                standard.sweepInterval(),
                Optional.empty(),
                launchHook);
        return reads(world, launching, policy, BY_CLUSTER).fleet(new DrainHint.Sweep());
    }

    /** The alarm counts lines: three instances of one call that is refused would be enough to ring. */
    @Test
    void countsAGroupThatDoesNotShowItsHooksOnce() {
        world.longestLag = 0;
        Groups refusing = new SimGroupsView(world) {
            @Override
            public List<Group> groups(Collection<String> names) {
                List<Member> waiting = Stream.of(World.LEAVING, "i-second", "i-third")
                        .map(instance -> new Member(instance, World.GROUP, "Terminating:Wait"))
                        .toList();
                return List.of(new Group(World.GROUP, false, waiting));
            }

            @Override
            public List<Hook> terminationHooks(String group) {
                throw new ThrottledFailure("Rate exceeded");
            }
        };
        DrainPolicy policy = DrainPolicy.standard();
        List<String> lines = new ArrayList<>();
        DrainEvaluation evaluation = new DrainEvaluation(
                world,
                refusing,
                policy,
                new DrainDecision(policy),
                new JournalLines(world.name(), "request", lines::add, world.clock()),
                world.clock(),
                world.invocation());
        assertThatThrownBy(() -> evaluation.evaluate(new DrainHint.Sweep()))
                .isInstanceOf(RetryableFailure.class)
                .hasMessage("1 of 3 evaluations failed.");
        assertThat(lines)
                .singleElement()
                .asString()
                .contains(
                        "\"Failures\":1",
                        "\"instance\":null",
                        "\"instances\":\"" + World.LEAVING + " i-second i-third\"");
    }

    @Test
    void seesWhatAHookHoldsAndNothingOfTheTasksYet() {
        world.longestLag = 0;
        FleetReads.Fleet fleet = reads(world, BY_CLUSTER).fleet(new DrainHint.Sweep());
        assertThat(fleet.observations())
                .singleElement()
                .satisfies(seen -> assertThat(seen.instanceId()).isEqualTo(World.LEAVING));
        assertThat(((Registration.Present) fleet.observations().getFirst().registration()).undescribed())
                .as("what stands for tasks that nobody has read")
                .isNotEmpty();
    }
}
