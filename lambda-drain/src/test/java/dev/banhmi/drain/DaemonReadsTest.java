package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a sweep asks about the services of very many tasks, within its time and beside its work. */
class DaemonReadsTest {

    private static final long MINUTE = 60_000;
    private static final Duration BUDGET = Duration.ofMinutes(20);
    private static final Duration HEARTBEAT = Duration.ofMinutes(5);
    private static final List<String> SERVICES =
            IntStream.range(0, 25).mapToObj(i -> "service-" + i).toList();
    private static final Map<String, String> ENVIRONMENT = Map.of(
            DrainSettings.CLUSTER, CrowdAws.CLUSTER,
            DrainSettings.GROUPS, CrowdAws.GROUP,
            DrainSettings.HOOK, CrowdAws.HOOK,
            DrainSettings.BUDGET, BUDGET.toString(),
            DrainSettings.STOPPING, Duration.ofMinutes(12).toString());

    private final List<List<String>> asked = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();
    private long millisLeft = 50_000;
    private long millisOfACall = 100;

    @Test
    void keepsWhatEcsSaidThoughAnotherCallFails() {
        DaemonReads daemons = reads();
        assertThatThrownBy(() -> daemons.ask(SERVICES)).isInstanceOf(PermanentFailure.class);
        assertThat(asked).extracting(List::size).containsExactly(10, 10, 5);
        assertThat(daemons.add(tasksOf("service-3", "service-21")).daemons())
                .hasValueSatisfying(names -> assertThat(names).contains("service-3"));
    }

    /** Else a service of which nothing is known would be one that is no daemon, and count as late. */
    @Test
    void countsNothingWhereOneServiceOfAnInstanceIsNotKnown() {
        DaemonReads daemons = reads();
        assertThatThrownBy(() -> daemons.ask(SERVICES)).isInstanceOf(PermanentFailure.class);
        Registration.Present present = tasksOf("service-3", "service-12");
        assertThat(daemons.knows(present)).isFalse();
        assertThat(daemons.add(present).daemons()).isEmpty();
    }

    @Test
    void asksNoMoreOnceHalfOfTheTimeIsOver() {
        millisOfACall = 20_000;
        DaemonReads daemons = reads();
        List<String> others =
                SERVICES.stream().filter(name -> !name.equals("service-12")).toList();
        assertThatThrownBy(() -> daemons.ask(others))
                .isInstanceOf(RetryableFailure.class)
                .hasMessageContaining("4 are not known");
        assertThat(asked).hasSize(2);
        assertThat(daemons.knows(tasksOf("service-11"))).isTrue();
        assertThat(daemons.knows(tasksOf("service-24"))).isFalse();
    }

    /** The batch of service-12 fails; service-3 is a daemon. */
    private DaemonReads reads() {
        World world = new World(new SplittableRandom(1), World.hookOf(BUDGET), false, true, List.of());
        Cluster cluster = new SimClusterView(world) {
            @Override
            public Set<String> daemons(Collection<String> services) {
                asked.add(List.copyOf(services));
                millisLeft -= millisOfACall;
                if (services.contains("service-12")) {
                    throw new PermanentFailure("not authorized", new IllegalStateException());
                }
                return services.contains("service-3") ? Set.of("service-3") : Set.of();
            }
        };
        return new DaemonReads(cluster, new InTurn(() -> millisLeft, time -> {
            throw new AssertionError("Nothing has to wait.");
        }));
    }

    private static Registration.Present tasksOf(String... services) {
        ContainerInstance instance = new ContainerInstance(
                "arn:one",
                "i-1",
                ContainerInstance.Status.DRAINING,
                true,
                services.length,
                0,
                Optional.empty(),
                Optional.empty());
        List<DrainTask> tasks = Stream.of(services)
                .map(name -> new DrainTask(
                        "arn:task/" + name, "RUNNING", "RUNNING", "service:" + name, "ecs-svc/1", "arn:one"))
                .toList();
        return new Registration.Present(instance, Set.of(), tasks, Set.of());
    }

    /** ECS takes 12 s for each call, as where it throttles: for fifty services one after the other that is more than a sweep has. */
    @Test
    void releasesWhatIsEmptyAndHoldsTheRestBesideAQuestionThatTakesLong() {
        CrowdAws aws = crowdOfWhichHalfIsHeld(12_000);
        assertEmptyOnesAreReleased(aws);
        assertThat(aws.hosts())
                .filteredOn(host -> !host.isReplaced)
                .allMatch(host -> host.goneAt == SimTask.NEVER, "is held back");
        assertThat(lines)
                .anyMatch(line -> line.contains("\"step\":\"Hold\""))
                .noneMatch(line -> line.contains("\"Failures\""));
    }

    @Test
    void releasesWhatIsEmptyThoughTheQuestionTakesTheWholeTime() {
        assertEmptyOnesAreReleased(crowdOfWhichHalfIsHeld(56_000));
    }

    private static void assertEmptyOnesAreReleased(CrowdAws aws) {
        assertThat(aws.calls().get("DescribeServices")).isPositive();
        assertThat(aws.hosts())
                .filteredOn(host -> host.isReplaced)
                .allMatch(host -> host.completed, "was released by us")
                .allMatch(host -> host.goneAt >= host.emptyAt(), "was empty")
                .allMatch(host -> host.goneAt - host.emptyAt() <= 3 * MINUTE, "was released soon");
    }

    /** Half of its instances wait for replacements that do not come, the tasks of the others end. */
    private CrowdAws crowdOfWhichHalfIsHeld(long millisOfAQuestion) {
        try (SimLoop loop = new SimLoop()) {
            CrowdAws aws = new CrowdAws(loop, 1, Duration.ofMillis(80), 1_000_000, HEARTBEAT);
            SplittableRandom random = new SplittableRandom(1);
            for (int i = 0; i < 60; i++) {
                CrowdAws.Host host = new CrowdAws.Host(i, 4, 1_000, HEARTBEAT, random.nextLong(16 * MINUTE));
                host.isReplaced = i % 2 == 0;
                aws.add(host);
            }
            Pace pace = new Pace(loop::now, loop::sleep);
            for (int minute = 1; minute < 30; minute++) {
                loop.start(minute * MINUTE, () -> sweep(aws, pace, millisOfAQuestion));
            }
            loop.run(30 * MINUTE);
            return aws;
        }
    }

    private void sweep(CrowdAws aws, Pace pace, long millisOfAQuestion) {
        CrowdAws.Lambda lambda = aws.new Lambda(SimParameters.OUR_TIMEOUT);
        AwsCalls calls = AwsCalls.ofSweep(lambda.timeLeft(), pace);
        DrainPolicy policy = DrainSettings.from(ENVIRONMENT).policy();
        Clock clock = aws.loop().clock();
        ClusterName name = new ClusterName(CrowdAws.CLUSTER);
        new DrainEvaluation(
                        new EcsCluster(new CrowdEcs(aws, request -> aws.loop().sleep(millisOfAQuestion)), calls, name),
                        new AutoScalingGroups(new CrowdAutoScaling(aws), calls, clock),
                        policy,
                        new DrainDecision(policy),
                        new JournalLines(name, "request", lines::add, clock),
                        clock,
                        lambda)
                .evaluate(new DrainHint.Sweep());
        assertThat(lambda.isOverrun()).as("a sweep that is killed").isFalse();
    }
}
