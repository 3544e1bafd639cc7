package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FleetReadsTest {

    private static final int BY_CLUSTER = 0;
    private static final World.Task TASK = new World.Task(1, false, -60_000, 600_000, 600_000);

    private final World world =
            new World(new SplittableRandom(1), World.hookOf(Duration.ofMinutes(30)), false, true, List.of(TASK));

    private FleetReads reads(Cluster cluster, int few) {
        DrainPolicy policy = DrainPolicy.standard();
        return new FleetReads(cluster, world, policy, new DrainDecision(policy), world.invocation(), few);
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
