package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.DescribeServicesRequest;
import software.amazon.awssdk.services.ecs.model.DescribeServicesResponse;
import software.amazon.awssdk.services.ecs.model.EcsException;

/** What ECS says of the services of tasks that a drain would be held for. The drain began a minute before the first second. */
class DaemonsTest {

    private static final long MINUTE = 60_000;
    private static final Duration STOPPING = Duration.ofMinutes(12);

    private final World world = new World(
            new SplittableRandom(1),
            World.hookOf(Duration.ofMinutes(30)),
            false,
            true,
            List.of(new World.Task(1, false, -MINUTE, 0, World.NEVER)));
    private final List<Collection<String>> asked = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();
    private Set<String> daemons = Set.of();
    private boolean fails;

    /** The calls of an event, where those to ECS go through them and the question is throttled. */
    private @Nullable AwsCalls ofEvent;

    @Test
    void asksOnceASweepAndHoldsForNoDaemon() {
        daemons = Set.of("gateway");
        sweep(28);
        assertThat(asked).containsExactly(Set.of("gateway"));
        assertThat(lines).singleElement().asString().contains("\"step\":\"Wait\"", "\"DrainAge\":");
        assertThat(world.prolongedAt).isPositive();
    }

    @Test
    void asksOnlyWhereADrainWouldBeHeld() {
        sweep(5);
        assertThat(asked).isEmpty();
    }

    @Test
    void holdsAndCountsForAServiceThatIsNone() {
        sweep(28);
        assertThat(lines)
                .singleElement()
                .asString()
                .contains("\"step\":\"Hold\"", "\"ReplacementWait\":", "\"ReplacementsOverdue\":1");
    }

    @Test
    void holdsAndCountsNothingButTheFailureWhereEcsDoesNotRespond() {
        fails = true;
        assertThatThrownBy(() -> sweep(28)).isInstanceOf(RetryableFailure.class);
        assertThat(lines)
                .hasSize(2)
                .anySatisfy(line -> assertThat(line).contains("\"Failures\":1", "not authorized"))
                .anySatisfy(line -> assertThat(line)
                        .contains("\"step\":\"Hold\"", "\"DrainAge\":")
                        .doesNotContain("ReplacementWait", "ReplacementsOverdue", "DrainsHeld"));
        assertThat(DrainMark.parse(world.marks.getLast().value()).heldAt()).isPresent();
    }

    @Test
    void asksAfterAnEventAtTheDeadlineToo() {
        daemons = Set.of("gateway");
        evaluate(30, new DrainHint.TaskStopped(world.name(), "arn:task/another", World.LEAVING_ARN, 1));
        assertThat(asked).containsExactly(Set.of("gateway"));
        assertThat(lines).singleElement().asString().contains("\"reason\":\"DEADLINE\"");
    }

    /** The time it takes to stop is counted from the hold on: whoever waits for the next sweep has up to a minute less. */
    @Test
    void holdsAfterAnEventThoughTheQuestionIsThrottled() {
        Pace pace = new Pace(() -> world.now, millis -> {
            throw new AssertionError("No call has to wait.");
        });
        ofEvent = AwsCalls.ofEvent(new TimeLeft(() -> MINUTE), pace);
        evaluate(30, new DrainHint.TaskStopped(world.name(), "arn:task/another", World.LEAVING_ARN, 1));
        assertThat(asked).containsExactly(Set.of("gateway"));
        assertThat(lines)
                .singleElement()
                .asString()
                .contains("\"step\":\"Hold\"")
                .doesNotContain("LeftToSweep");
        assertThat(DrainMark.parse(world.marks.getLast().value()).heldAt()).isPresent();
        assertThat(pace.isCrowded()).as("whether the process makes no call").isFalse();
    }

    private void sweep(int minute) {
        evaluate(minute, new DrainHint.Sweep());
    }

    private void evaluate(int minute, DrainHint hint) {
        world.longestLag = 0;
        world.drainingAt = 0;
        world.marks.add(new Written(0, DrainMark.format(World.instantAt(-MINUTE))));
        world.now = minute * MINUTE;
        world.waitEndsAt = 60 * MINUTE;
        DrainPolicy standard = DrainPolicy.standard();
        DrainPolicy policy = new DrainPolicy(
                standard.groups(),
                standard.hook(),
                standard.budget(),
                standard.standalone(),
                standard.atDeadline(),
                standard.minimumAge(),
                standard.sweepInterval(),
                Optional.of(STOPPING),
                Optional.empty());
        Cluster cluster = new SimClusterView(world) {
            @Override
            public Set<String> daemons(Collection<String> services) {
                asked.add(Set.copyOf(services));
                if (ofEvent != null) {
                    return DaemonServices.among(services, world.name(), new ThrottledEcs(), ofEvent);
                }
                if (fails) {
                    throw new PermanentFailure("not authorized", new IllegalStateException());
                }
                return daemons;
            }

            @Override
            public void putMark(String containerInstance, String value) {
                if (ofEvent != null) {
                    ofEvent.make("ecs:PutAttributes", () -> value);
                }
                super.putMark(containerInstance, value);
            }
        };
        new DrainEvaluation(
                        cluster,
                        world,
                        policy,
                        new DrainDecision(policy),
                        new JournalLines(world.name(), "request", lines::add, world.clock()),
                        world.clock(),
                        world.invocation())
                .evaluate(hint);
    }

    private static final class ThrottledEcs implements EcsClient {
        @Override
        public DescribeServicesResponse describeServices(DescribeServicesRequest request) {
            throw (EcsException) EcsException.builder()
                    .awsErrorDetails(AwsErrorDetails.builder()
                            .errorCode("ThrottlingException")
                            .errorMessage("Rate exceeded")
                            .build())
                    .statusCode(400)
                    .build();
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() {
            // There is nothing open.
        }
    }
}
