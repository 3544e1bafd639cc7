package dev.banhmi.gateway.object;

import static dev.banhmi.gateway.object.ObjectWorld.HASHED;
import static dev.banhmi.gateway.object.ObjectWorld.OFFLOADED;
import static dev.banhmi.gateway.object.ObjectWorld.freshName;
import static dev.banhmi.testkit.Patience.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.RawHttp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the operator sees of requests: which kind, never which object. */
class ObjectMetricsIT extends ObjectContract {

    ObjectMetricsIT(ObjectWorld world) {
        super(world);
    }

    @Test
    void tellsRoutesApartButNotObjects() {
        String name = freshName();
        stored(HASHED, name, new byte[] {1});
        stored(OFFLOADED, name, new byte[] {1});
        assertStatus(client.get(HASHED, name), 200);
        assertStatus(client.get(OFFLOADED, name + "?offload"), 307);
        assertStatus(client.get(HASHED, name + "/none"), 404);
        assertStatus(client.send("GET", "/v1/objects/" + HASHED + "?limit=1", BodyPublishers.noBody()), 200);
        assertStatus(client.send("GET", "/v1/objects", BodyPublishers.noBody()), 200);
        assertStatus(client.send("GET", "/v1/nothing/" + name, BodyPublishers.noBody()), 404);

        await().untilAsserted(() -> {
            List<String> series = series();
            assertCounted(series, "PUT", "201", "/v1/objects/{bucket}/{name}");
            assertCounted(series, "GET", "200", "/v1/objects/{bucket}/{name}");
            assertCounted(series, "GET", "307", "/v1/objects/{bucket}/{name}");
            assertCounted(series, "GET", "404", "/v1/objects/{bucket}/{name}");
            assertCounted(series, "GET", "200", "/v1/objects/{bucket}");
            assertCounted(series, "GET", "200", "/v1/objects");
            assertCounted(series, "GET", "404", "/v1/**");
        });
        assertThat(series()).noneMatch(line -> line.contains(name));
    }

    /** None while the wire client is off; the series are there all the same. */
    @Test
    void countsTheCallsThatTheWireClientLeavesToTheSdk() {
        assertThat(lines())
                .filteredOn(line -> line.startsWith("banhmi_store_wire_fallbacks_total{"))
                .hasSize(3)
                .anyMatch(line -> line.contains("reason=\"malformed\"") && line.endsWith(" 0.0"));
    }

    private List<String> series() {
        return lines().stream()
                .filter(line -> line.startsWith("http_server_requests_seconds_count{"))
                .toList();
    }

    private List<String> lines() {
        try (RawHttp connection = RawHttp.connect(world.gateway().management())) {
            connection.send("GET /actuator/prometheus HTTP/1.1\r\nHost: gateway\r\n\r\n");
            String text = new String(connection.response().body().readAllBytes(), UTF_8);
            return text.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertCounted(List<String> series, String method, String status, String template) {
        assertThat(series)
                .anyMatch(line -> line.contains("method=\"" + method + "\"")
                        && line.contains("status=\"" + status + "\"")
                        && line.contains("uri=\"" + template + "\""));
    }
}
