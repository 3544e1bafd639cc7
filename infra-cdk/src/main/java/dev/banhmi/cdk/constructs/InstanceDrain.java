package dev.banhmi.cdk.constructs;

import java.util.List;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.sqs.Queue;
import software.constructs.Construct;

/** STUB: its owner's replaces it at the merge. */
public final class InstanceDrain extends Construct {
    InstanceDrain(Construct scope, String id) {
        super(scope, id);
    }

    List<Alarm> getAlarms() {
        return List.of();
    }

    Queue getDeadLetterQueue() {
        return new Queue(this, "Stub");
    }

    Metric metricDrainAge() {
        return Metric.Builder.create().namespace("Stub").metricName("Stub").build();
    }

    Metric metricDrainDuration() {
        return Metric.Builder.create().namespace("Stub").metricName("Stub").build();
    }

    Metric metricDrainsStarted() {
        return Metric.Builder.create().namespace("Stub").metricName("Stub").build();
    }

    Metric metricDeadlinesReached() {
        return Metric.Builder.create().namespace("Stub").metricName("Stub").build();
    }

    Metric metricTasksCut() {
        return Metric.Builder.create().namespace("Stub").metricName("Stub").build();
    }
}
