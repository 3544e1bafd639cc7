package dev.banhmi.gateway.legacy;

import static dev.banhmi.gateway.legacy.World.BUCKET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.Emulator;
import dev.banhmi.testkit.GatewayProcess;
import dev.banhmi.testkit.GeneratedContent;
import dev.banhmi.testkit.HeldPort;
import dev.banhmi.testkit.StoreProcess;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A store that denies, is not there, or never responds. */
class LegacyStoreFailureIT {

    private static final StoreProcess.Credentials WRONG = new StoreProcess.Credentials("nobody", "wrong-secret");

    @Test
    void says502WhenTheStoreDenies() {
        try (StoreProcess store = Emulator.S3PROXY.start();
                GatewayProcess gateway = GatewayProcess.builder()
                        .store(store.endpoint(), WRONG)
                        .hashedBucket(BUCKET)
                        .start();
                LegacyClient client = new LegacyClient(gateway.uri())) {
            store.s3().createBucket(request -> request.bucket(BUCKET));

            assertEverythingFailsWith(502, client);
            assertV1FailsWith(502, "STORE_CREDENTIALS_INVALID", gateway);

            assertThat(gateway.output())
                    .as("what to do about it; once a minute at the most, as OperatorNoticesTest shows")
                    .contains("STORE_CREDENTIALS_INVALID: check banhmi.s3.access-key-id");
            assertThat(gateway.output()).doesNotContain(WRONG.secretAccessKey());
            assertThat(store.objects(BUCKET)).isEmpty();
        }
    }

    @Test
    void says503WhenTheStoreIsDown() throws IOException {
        // The gateway's own time limits: a connection that is refused needs none, and with short ones a busy machine
        // would be slower.
        try (HeldPort store = new HeldPort();
                GatewayProcess gateway = gateway(store).start();
                LegacyClient client = new LegacyClient(gateway.uri())) {
            assertEverythingFailsWith(503, client);
            assertV1FailsWith(503, "STORE_UNREACHABLE", gateway);
            assertProbesDoNotAskTheStore(client);
        }
    }

    @Test
    void says504WhenTheStoreNeverResponds() throws IOException {
        try (HeldPort store = new HeldPort();
                // The system completes the connections; nobody ever reads from them.
                ServerSocket silent = store.listen();
                GatewayProcess gateway = gateway(store)
                        // Only this limit counts from the moment a request was sent, however slow the machine is.
                        .set("banhmi.s3.read-timeout", "500ms")
                        .set("banhmi.s3.max-attempts", "2")
                        .start();
                LegacyClient client = new LegacyClient(gateway.uri())) {
            assertThat(silent.isBound()).isTrue();
            assertEverythingFailsWith(504, client);
            assertProbesDoNotAskTheStore(client);
        }
    }

    private static GatewayProcess.Builder gateway(HeldPort store) {
        return GatewayProcess.builder().store(store.uri(), WRONG).hashedBucket(BUCKET);
    }

    private static void assertProbesDoNotAskTheStore(LegacyClient client) {
        assertThat(client.send("GET", "/readyz").status()).isEqualTo(200);
        assertThat(client.send("GET", "/status/healthcheck").status()).isEqualTo(200);
    }

    private static void assertEverythingFailsWith(int status, LegacyClient client) {
        List<LegacyClient.Response> responses = new ArrayList<>();
        for (long size : List.of(0L, 100L, 20L << 20)) {
            GeneratedContent content = new GeneratedContent(40, size);
            try {
                responses.add(client.uploadRegardless(UploadBody.of(BUCKET, "key", content)));
            } catch (Exception e) {
                throw new AssertionError("the response to an upload of " + size + " bytes was lost", e);
            }
        }
        responses.add(client.send("GET", "/file/download" + LegacyClient.query(BUCKET, "key")));
        responses.add(client.status(BUCKET, "key"));
        responses.add(client.delete(BUCKET, "key"));
        for (LegacyClient.Response response : responses) {
            assertThat(response.status()).as("%s", response).isEqualTo(status);
            assertThat(response.headers().firstValue("Retry-After").isPresent()).isEqualTo(status == 503);
            assertThat(response.contentType()).startsWith("application/json");
            assertThat(response.json().propertyNames()).containsExactlyInAnyOrder("status", "msg");
            assertThat(response.json().get("status").asString()).isEqualTo("error");
            assertThat(response.json().get("msg").asString())
                    .isNotBlank()
                    .as("nothing of the store's own words")
                    .doesNotContain("amazon", "Exception", "127.0.0.1", "nobody");
        }
    }

    private static void assertV1FailsWith(int status, String code, GatewayProcess gateway) {
        URI object = gateway.uri().resolve("/v1/objects/" + BUCKET + "/key");
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (String method : List.of("GET", "HEAD", "PUT", "DELETE")) {
                for (String condition : List.of("x-no", "If-Match", "If-None-Match")) {
                    HttpRequest request = HttpRequest.newBuilder(object)
                            .method(
                                    method,
                                    method.equals("PUT") ? BodyPublishers.ofString("body") : BodyPublishers.noBody())
                            .header(condition, "*")
                            .build();
                    HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
                    assertThat(response.statusCode())
                            .as("%s %s", request, condition)
                            .isEqualTo(status);
                    assertThat(response.headers().firstValue("Retry-After").isPresent())
                            .isEqualTo(status == 503);
                    if (!method.equals("HEAD")) {
                        assertThat(response.body())
                                .as("%s %s", request, condition)
                                .contains("\"code\":\"" + code + "\"");
                    }
                }
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError("the gateway did not respond", e);
        }
    }
}
