package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaceTest {

    private long now;
    private final List<Long> sleeps = new ArrayList<>();
    private final Pace pace = new Pace(() -> now, millis -> {
        sleeps.add(millis);
        now += millis;
    });

    private void make(String call, int times) {
        for (int i = 0; i < times; i++) {
            pace.await(call);
        }
    }

    @Test
    void letsABurstThroughAtOnceAndThenSoManyASecond() {
        make("autoscaling:CompleteLifecycleAction", Pace.BURST);
        assertThat(sleeps).isEmpty();
        make("autoscaling:CompleteLifecycleAction", 10 * (int) Pace.PER_SECOND);
        assertThat(now).isBetween(9_900L, 10_200L);
    }

    @Test
    void fillsABucketWhileNothingIsCalledButNoFurtherThanABurst() {
        make("ecs:PutAttributes", Pace.BURST);
        now += 3_600_000;
        make("ecs:PutAttributes", Pace.BURST);
        assertThat(sleeps).isEmpty();
        make("ecs:PutAttributes", 1);
        assertThat(sleeps).isNotEmpty();
    }

    @Test
    void countsTheReadsOfEcsTogetherAndItsChangesTogether() {
        make("ecs:ListTasks", Pace.BURST / 2);
        make("ecs:DescribeContainerInstances", Pace.BURST / 2);
        make("ecs:PutAttributes", Pace.BURST / 2);
        make("ecs:UpdateContainerInstancesState", Pace.BURST / 2);
        assertThat(sleeps).isEmpty();
        make("ecs:DescribeTasks", 1);
        assertThat(sleeps).hasSize(1);
        make("ecs:StopTask", 5);
        assertThat(sleeps).hasSizeGreaterThan(1);
    }

    @Test
    void countsEachActionOfAutoScalingByItself() {
        make("autoscaling:CompleteLifecycleAction", Pace.BURST);
        make("autoscaling:RecordLifecycleActionHeartbeat", Pace.BURST);
        assertThat(sleeps).isEmpty();
    }

    /** A process that was frozen between two invocations may see its clock stand still. */
    @Test
    void survivesAClockThatGoesBack() {
        make("ecs:ListTasks", Pace.BURST);
        now -= 60_000;
        make("ecs:ListTasks", 1);
        assertThat(sleeps).hasSize(1).allMatch(millis -> millis <= 1_000);
    }
}
