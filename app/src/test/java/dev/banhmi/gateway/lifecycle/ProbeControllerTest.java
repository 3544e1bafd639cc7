package dev.banhmi.gateway.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProbeControllerTest {

    private final Readiness readiness = new Readiness();
    private final ProbeController probes = new ProbeController(readiness);

    @Test
    void isReadyUntilShutdownBegins() {
        assertThat(probes.ready().getStatusCode().value()).isEqualTo(200);

        readiness.shutDown();

        assertThat(probes.ready().getStatusCode().value()).isEqualTo(503);
        assertThat(probes.live()).isEqualTo("live\n");
    }
}
