package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** An instance that waits and that nobody drains is a metric, which an alarm watches; one that is rightly left alone is none. */
class UnhandledTest {

    private static final Hook HOOK = World.hookOf(Duration.ofMinutes(30));
    private static final String METRIC = "\"Unhandled\":1";

    private final List<String> lines = new ArrayList<>();
    private final World world = new World(new SplittableRandom(1), HOOK, false, true, List.of());

    private void evaluate(Set<String> groups, String hook, DrainHint hint) {
        evaluate(world, groups, hook, hint);
    }

    private void evaluate(Groups autoScaling, Set<String> groups, String hook, DrainHint hint) {
        evaluate(autoScaling, groups, hook, Optional.empty(), hint);
    }

    private void evaluate(
            Groups autoScaling, Set<String> groups, String hook, Optional<String> launchHook, DrainHint hint) {
        world.longestLag = 0;
        DrainPolicy standard = DrainPolicy.standard();
        DrainPolicy policy = new DrainPolicy(
                groups,
                Optional.of(hook),
                standard.budget(),
                standard.standalone(),
                standard.atDeadline(),
                standard.minimumAge(),
                standard.sweepInterval(),
                Optional.empty(),
                launchHook);
        new DrainEvaluation(
                        world,
                        autoScaling,
                        policy,
                        new DrainDecision(policy),
                        new JournalLines(world.name(), "request", lines::add, world.clock()),
                        world.clock(),
                        world.invocation())
                .evaluate(hint);
    }

    private static DrainHint notice() {
        return new DrainHint.TerminationNotice(World.LEAVING, World.GROUP, HOOK.name(), Optional.empty());
    }

    /** The published version has kept the name that the group had before. */
    @Test
    void countsAnInstanceOfTheClusterThatWaitsAtOurHookInAGroupUnderAnotherName() {
        evaluate(Set.of("the old name"), HOOK.name(), new DrainHint.Sweep());
        evaluate(Set.of("the old name"), HOOK.name(), notice());
        assertThat(lines).hasSize(2).allMatch(line -> line.contains("UNNAMED_GROUP") && line.contains(METRIC));
        assertThat(world.drainingAt).isEqualTo(World.NEVER);
    }

    @Test
    void countsAnInstanceOfOursWhoseHookIsGone() {
        evaluate(Set.of(World.GROUP), "a hook of that name", new DrainHint.Sweep());
        assertThat(lines).singleElement().asString().contains("NO_HOOK", METRIC, "WARN");
    }

    @Test
    void countsAnEventOfAnotherCluster() {
        evaluate(
                Set.of(World.GROUP),
                HOOK.name(),
                new DrainHint.InstanceDraining(new ClusterName("renamed"), World.LEAVING_ARN, World.LEAVING));
        assertThat(lines).singleElement().asString().contains("ANOTHER_CLUSTER", METRIC);
    }

    /** A warm pool that takes instances back: nothing holds the instance, and its tasks go when it is stopped. */
    @Test
    void countsAnInstanceThatReturnsToItsWarmPoolWithTasks() {
        Groups pool = new SimGroupsView(world) {
            @Override
            public List<Group> groups(Collection<String> names) {
                return List.of(new Group(
                        World.GROUP, false, List.of(new Member(World.BUSY, World.GROUP, "Warmed:Pending:Wait"))));
            }
        };
        evaluate(pool, Set.of(World.GROUP), HOOK.name(), new DrainHint.Sweep());
        assertThat(lines).anyMatch(line -> line.contains("POOLED_WITH_TASKS") && line.contains(METRIC));
    }

    /** In a group under another name nobody lets the instance into service. */
    @Test
    void countsAnInstanceThatIsHeldAtItsLaunchByOurHookInAGroupUnderAnotherName() {
        Hook onLaunch = new Hook(
                World.GROUP, "our-launch-hook", HOOK.heartbeatTimeout(), HOOK.globalTimeout(), HOOK.defaultResult());
        Groups launching = new SimGroupsView(world) {
            @Override
            public List<Member> members(Collection<String> instanceIds) {
                return instanceIds.contains(World.BUSY)
                        ? List.of(new Member(World.BUSY, World.GROUP, "Pending:Wait"))
                        : List.of();
            }

            @Override
            public List<Hook> launchHooks(String group) {
                return List.of(onLaunch);
            }

            @Override
            public List<Hook> terminationHooks(String group) {
                throw new AssertionError("Nothing is terminated.");
            }
        };
        Set<String> old = Set.of("the old name");
        evaluate(launching, old, HOOK.name(), Optional.of(onLaunch.name()), new DrainHint.Sweep());
        assertThat(lines).singleElement().asString().contains("UNNAMED_GROUP", METRIC);
        lines.clear();
        evaluate(launching, old, HOOK.name(), Optional.of("another-hook"), new DrainHint.Sweep());
        assertThat(lines).singleElement().asString().contains("ANOTHER_GROUP").doesNotContain(METRIC);
    }

    @Test
    void countsNoInstanceOfAForeignGroupWithAHookOfItsOwn() {
        evaluate(Set.of("ours"), "our-hook", new DrainHint.Sweep());
        assertThat(lines).singleElement().asString().contains("ANOTHER_GROUP").doesNotContain("Unhandled");
    }

    @Test
    void countsNoInstanceThatIsInServiceOrGone() {
        evaluate(
                Set.of(World.GROUP),
                HOOK.name(),
                new DrainHint.TerminationNotice(World.BUSY, World.GROUP, HOOK.name(), Optional.empty()));
        world.completedAt = world.now;
        evaluate(Set.of(World.GROUP), HOOK.name(), notice());
        assertThat(lines).hasSize(2).noneMatch(line -> line.contains("Unhandled"));
    }
}
