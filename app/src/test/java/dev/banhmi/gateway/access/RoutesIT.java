package dev.banhmi.gateway.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.Emulator;
import dev.banhmi.testkit.GatewayProcess;
import dev.banhmi.testkit.RawHttp;
import dev.banhmi.testkit.Seeds;
import dev.banhmi.testkit.StoreProcess;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The packaged gateway has no way to a resource but its routes, and nobody can make more series than they allow. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RoutesIT {

    private static final int REQUESTS = 1_500;
    private static final int MOST_SERIES = 40;
    private static final String BUCKET = "demo";

    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE");

    private final long seed = Seeds.seed(RoutesIT.class);
    private final Random random = new Random(seed);
    private final StoreProcess store = Emulator.S3PROXY.start();
    private final GatewayProcess gateway;

    RoutesIT() {
        store.s3().createBucket(request -> request.bucket(BUCKET));
        gateway = GatewayProcess.builder()
                .store(store.endpoint(), store.credentials())
                .hashedBucket(BUCKET)
                .set("management.endpoints.web.exposure.include", "prometheus,mappings")
                .start();
    }

    @AfterAll
    void stop() {
        gateway.close();
        store.close();
    }

    @Test
    void randomRequestsAddFewSeries() throws IOException {
        request("GET", "/v1/objects/" + BUCKET + "/none");
        Set<String> before = series();
        String secret = "s" + Long.toString(random.nextLong() >>> 1, 36);

        for (int i = 0; i < REQUESTS; i++) {
            request(method(), target(secret));
        }

        Set<String> added = series();
        added.removeAll(before);
        System.out.println(REQUESTS + " random requests, seed " + seed + ": " + added.size() + " series more, at most "
                + MOST_SERIES);
        assertThat(added).as("seed %d", seed).isNotEmpty().hasSizeLessThanOrEqualTo(MOST_SERIES);
        assertThat(prometheus()).as("seed %d", seed).noneMatch(line -> line.contains(secret));
    }

    /** What is refused before it reaches an endpoint is counted under the route that it was meant for. */
    @Test
    void refusalsAreCountedUnderTheirRoute() throws IOException {
        request("PUT", "/v1/objects/" + BUCKET + "/it", "Origin: https://page.example");

        assertThat(series())
                .anyMatch(one -> one.contains("method=\"PUT\"")
                        && one.contains("status=\"403\"")
                        && one.contains("uri=\"/v1/objects/{bucket}/{name}\""));
    }

    @Test
    void springHasNoMappingThatIsNobodysRoute() throws IOException {
        List<String> patterns = new ArrayList<>();
        JsonNode contexts = new JsonMapper()
                .readTree(String.join("\n", management("/actuator/mappings")))
                .get("contexts");
        for (JsonNode context : contexts) {
            JsonNode servlets = context.get("mappings").path("dispatcherServlets");
            if (servlets.toString().contains("UnownedPathController")) {
                servlets.forEach(servlet -> servlet.forEach(mapping -> {
                    JsonNode conditions = mapping.path("details").path("requestMappingConditions");
                    assertThat(conditions.has("patterns")).as("%s", mapping).isTrue();
                    conditions.get("patterns").forEach(pattern -> patterns.add(pattern.asString()));
                }));
            }
        }

        assertThat(patterns).contains("/**", "/livez", "/file/download").doesNotHaveDuplicates();
        for (String pattern : patterns) {
            Route route = Targets.parse(pattern, null);
            assertThat(route.template()).as("route of %s", pattern).isEqualTo(pattern);
            assertThat(route instanceof Route.Unowned)
                    .as("%s is nobody's", pattern)
                    .isEqualTo(pattern.equals("/**"));
        }
    }

    private String method() {
        return random.nextInt(4) > 0 ? METHODS.get(random.nextInt(METHODS.size())) : word().toUpperCase(Locale.ROOT);
    }

    private String target(String secret) {
        String word = word() + secret + word();
        return switch (random.nextInt(8)) {
            case 0 -> "/" + word;
            case 1 -> "/" + word + "/" + word() + "?" + word;
            case 2 -> "/v1/" + word;
            case 3 -> "/v1/objects/" + word + "/" + word();
            case 4 -> "/v1/objects/" + word;
            case 5 -> "/v1/objects/" + BUCKET + "/" + word + "/" + word();
            case 6 -> "/v1/objects/" + BUCKET + "/" + word + (random.nextBoolean() ? "%zz" : "/%2e%2e/x");
            default -> "/file/" + word;
        };
    }

    private String word() {
        return random.ints(1 + random.nextInt(8), 'a', 'z' + 1)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }

    private void request(String method, String target, String... fields) throws IOException {
        try (RawHttp connection = RawHttp.connect(gateway.uri())) {
            connection.send(
                    method + " " + target + " HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\nContent-Length: 0\r\n"
                            + String.join(
                                    "",
                                    List.of(fields).stream()
                                            .map(field -> field + "\r\n")
                                            .toList()) + "\r\n");
            assertThat(connection.response().status())
                    .as("seed %d, %s %s", seed, method, target)
                    .isLessThan(502);
        }
    }

    /** Each is one timer with its labels. */
    private Set<String> series() throws IOException {
        return prometheus().stream()
                .filter(line -> line.startsWith("http_server_requests"))
                .filter(line -> line.contains("_count{"))
                .map(line -> line.substring(0, line.lastIndexOf(' ')))
                .collect(Collectors.toCollection(HashSet::new));
    }

    private List<String> prometheus() throws IOException {
        return management("/actuator/prometheus").stream()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }

    private List<String> management(String path) throws IOException {
        URI management = gateway.management();
        try (RawHttp connection = RawHttp.connect(management)) {
            connection.send("GET " + path + " HTTP/1.1\r\nHost: gateway\r\n\r\n");
            return new String(connection.response().body().readAllBytes(), UTF_8)
                    .lines()
                    .toList();
        }
    }
}
