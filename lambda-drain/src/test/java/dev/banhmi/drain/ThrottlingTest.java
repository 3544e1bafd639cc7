package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.ecs.model.EcsException;

/** What becomes of a call for which AWS has no token: a sweep makes it again, an event is left to the sweep. */
class ThrottlingTest {

    private static final String CALL = "ecs:ListTasks";

    private long now = 1_000;
    private int made;
    private final TimeLeft timeLeft = new TimeLeft(Duration.ofMinutes(1)::toMillis);
    private final Pace pace = new Pace(() -> now, millis -> {
        throw new AssertionError("No test makes so many calls that one has to wait.");
    });

    private String isThrottled(int times) {
        made++;
        if (made <= times) {
            throw EcsException.builder()
                    .awsErrorDetails(AwsErrorDetails.builder()
                            .errorCode("ThrottlingException")
                            .errorMessage("Rate exceeded")
                            .build())
                    .statusCode(400)
                    .build();
        }
        return "tasks";
    }

    @Test
    void makesAThrottledCallOfASweepAgain() {
        assertThat(AwsCalls.ofSweep(timeLeft, pace).make(CALL, () -> isThrottled(3)))
                .isEqualTo("tasks");
        assertThat(made).isEqualTo(4);
        assertThat(pace.isCrowded()).isFalse();
    }

    @Test
    void makesNoOtherCallAfterAnEventForAMinuteOnceOneWasThrottled() {
        AwsCalls event = AwsCalls.ofEvent(timeLeft, pace);
        assertThatThrownBy(() -> event.make(CALL, () -> isThrottled(1))).isInstanceOf(ThrottledFailure.class);
        assertThat(made).isEqualTo(1);

        now += Pace.CROWDED.toMillis() - 1;
        AwsCalls next = AwsCalls.ofEvent(timeLeft, pace);
        assertThatThrownBy(() -> next.make(CALL, () -> isThrottled(1)))
                .isInstanceOf(ThrottledFailure.class)
                .hasMessageContaining("is not made");
        assertThat(made).isEqualTo(1);
        assertThat(AwsCalls.ofSweep(timeLeft, pace).make(CALL, () -> isThrottled(1)))
                .as("a sweep in the same process")
                .isEqualTo("tasks");

        now++;
        assertThat(next.make(CALL, () -> isThrottled(1))).isEqualTo("tasks");
    }

    @Test
    void aQuestionThatIsThrottledQuietensNothing() {
        AwsCalls event = AwsCalls.ofEvent(timeLeft, pace);
        assertThatThrownBy(() -> event.ask(CALL, () -> isThrottled(1))).isInstanceOf(ThrottledFailure.class);
        assertThat(made).isEqualTo(1);
        assertThat(event.make(CALL, () -> isThrottled(1))).isEqualTo("tasks");
    }

    @Test
    void ofAllFailuresOnlyThatOneQuietensTheProcess() {
        AwsCalls event = AwsCalls.ofEvent(timeLeft, pace);
        assertThatThrownBy(() -> event.make(CALL, () -> {
                    throw EcsException.builder().statusCode(503).build();
                }))
                .isInstanceOf(RetryableFailure.class)
                .isNotInstanceOf(ThrottledFailure.class);
        assertThat(event.make(CALL, () -> isThrottled(0))).isEqualTo("tasks");
    }

    @Test
    void writesDownAnEventThatIsLeftToTheSweepAndCountsNoFailure() {
        List<String> lines = new ArrayList<>();
        Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
        new JournalLines(new ClusterName("prod"), "1", lines::add, clock)
                .leftToSweep(
                        new DrainHint.TaskStopped(new ClusterName("prod"), "task/1", "container-instance/1", 1),
                        new ThrottledFailure("ecs:ListTasks was refused"));
        assertThat(lines)
                .singleElement()
                .asString()
                .contains("\"LeftToSweep\":1", "\"hint\":\"TaskStopped\"", "\"task\":\"task/1\"", "was refused")
                .contains("\"instance\":null", "\"group\":null")
                .doesNotContain("Failures", "ERROR");
    }
}
