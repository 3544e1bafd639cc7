package dev.banhmi.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.transfer.upload.LogOf;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What the operator sees of calls that are left to the SDK. */
class WireFallbacksTest {

    private final AtomicLong now = new AtomicLong();
    private final WireFallbacks fallbacks = new WireFallbacks(now::get);
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    /** Also the reasons of which there was none, so that an increase from nothing is one. */
    @Test
    void countsByReason() {
        fallbacks.bindTo(registry);
        fallbacks.count("GetObject", WireFallbacks.Reason.MALFORMED);
        fallbacks.count("PutObject", WireFallbacks.Reason.MALFORMED);
        fallbacks.count("PutObject", WireFallbacks.Reason.VALUE);

        assertThat(registry.scrape().lines())
                .contains(
                        "# TYPE banhmi_store_wire_fallbacks_total counter",
                        "banhmi_store_wire_fallbacks_total{reason=\"malformed\"} 2.0",
                        "banhmi_store_wire_fallbacks_total{reason=\"value\"} 1.0",
                        "banhmi_store_wire_fallbacks_total{reason=\"place\"} 0.0");
    }

    @Test
    void saysOnceAMinuteWhatTheStoreDoes() {
        String operation = "WireFallbacksTest";
        try (LogOf log = LogOf.linesWith(operation)) {
            fallbacks.count(operation, WireFallbacks.Reason.VALUE);
            assertThat(log.events()).isEmpty();
            fallbacks.count(operation, WireFallbacks.Reason.MALFORMED);
            fallbacks.count(operation, WireFallbacks.Reason.MALFORMED);
            assertThat(log.events()).hasSize(1);
            now.addAndGet(Duration.ofMinutes(1).toNanos());
            fallbacks.count(operation, WireFallbacks.Reason.MALFORMED);
            assertThat(log.events()).hasSize(2);
            assertThat(log.events().getLast().getFormattedMessage()).contains("3 such calls");
        }
    }
}
