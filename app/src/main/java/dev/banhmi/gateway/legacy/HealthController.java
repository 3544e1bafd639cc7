package dev.banhmi.gateway.legacy;

import dev.banhmi.gateway.lifecycle.Readiness;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** What the load balancer polls; like {@code /readyz} it never asks the store. */
@RestController
final class HealthController {

    private final Readiness readiness;

    HealthController(Readiness readiness) {
        this.readiness = readiness;
    }

    @GetMapping("/status/healthcheck")
    void healthcheck(HttpServletResponse response) throws IOException {
        LegacyResponse result =
                readiness.isReady() ? LegacyResponse.success() : LegacyResponse.error(503, "Shutting down");
        result.writeTo(response);
    }
}
