package dev.banhmi.gateway.store;

import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.core.metrics.CoreMetric;
import software.amazon.awssdk.metrics.MetricCollection;
import software.amazon.awssdk.metrics.MetricPublisher;

/** Counts how often one call was retried. */
final class RetryCount implements MetricPublisher {

    private final AtomicInteger retries = new AtomicInteger();

    @Override
    public void publish(MetricCollection metrics) {
        metrics.metricValues(CoreMetric.RETRY_COUNT).forEach(retries::set);
    }

    int value() {
        return retries.get();
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
