package dev.banhmi.gateway.store;

import static dev.banhmi.testkit.Patience.HANGS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.testkit.Patience;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;
import software.amazon.awssdk.utils.AttributeMap;

/** What the SDK's own client for HttpClient 5 does, and the gateway's has to do as well. */
class StoreHttpClientTest {

    private static final ProxyConfiguration NO_PROXY = ProxyConfiguration.builder()
            .useSystemPropertyValues(false)
            .useEnvironmentVariableValues(false)
            .build();

    private static final RecordedS3.Response NINE_BYTES =
            new RecordedS3.Response(200, Map.of("ETag", "\"v1\""), "x".repeat(9));

    private final RecordedS3 s3 = RecordedS3.start();

    @AfterEach
    void close() {
        s3.close();
    }

    @Test
    void sendsWhatItIsGivenAndNothingElseOfItsOwn() throws IOException {
        s3.says(new RecordedS3.Response(200, Map.of("ETag", "\"v1\"", "x-amz-meta-a", "b"), ""));
        try (SdkHttpClient client = client(NO_PROXY, HANGS)) {
            HttpExecuteResponse response = client.prepareRequest(HttpExecuteRequest.builder()
                            .request(SdkHttpRequest.builder()
                                    .method(SdkHttpMethod.PUT)
                                    .uri(s3.endpoint())
                                    .encodedPath("/demo//a%20b//c")
                                    .putRawQueryParameter("partNumber", "1")
                                    .putHeader("Host", "bucket.example")
                                    .putHeader("Content-Length", "5")
                                    .putHeader("Content-Type", "a/b;  c=d")
                                    .build())
                            .contentStreamProvider(() -> new ByteArrayInputStream("bytes".getBytes(UTF_8)))
                            .build())
                    .call();
            assertThat(response.httpResponse().statusCode()).isEqualTo(200);
            assertThat(response.httpResponse().firstMatchingHeader("x-amz-meta-a"))
                    .hasValue("b");
        }
        RecordedS3.Request sent = s3.request();
        assertThat(sent.text()).isEqualTo("bytes");
        assertThat(sent.target()).hasToString("/demo/%2Fa%20b/%2Fc?partNumber=1");
        assertThat(sent.header("Host")).hasValue("bucket.example");
        assertThat(sent.header("Content-Type")).hasValue("a/b;  c=d");
        assertThat(sent.headers().keySet())
                .isSubsetOf("Host", "Content-length", "Content-type", "Connection", "User-agent");
        assertThat(sent.header("User-Agent").orElse("")).isEmpty();
    }

    /** As the SDK finds it in http.proxyHost or HTTP_PROXY. */
    @ParameterizedTest
    @CsvSource({"store.invalid, false", "127.0.0.1, true"})
    void goesThroughAProxyUnlessTheStoreIsExcepted(String host, boolean direct) throws IOException {
        try (RecordedS3 proxy = RecordedS3.start()) {
            proxy.says(NINE_BYTES);
            s3.says(NINE_BYTES);
            ProxyConfiguration settings = ProxyConfiguration.builder()
                    .endpoint(proxy.endpoint())
                    .nonProxyHosts(Set.of("127\\..*"))
                    .build();
            URI store = URI.create("http://" + host + ":" + s3.endpoint().getPort());
            try (SdkHttpClient client = client(settings, HANGS)) {
                assertThat(get(client, store).call().httpResponse().statusCode())
                        .isEqualTo(200);
            }
            assertThat(proxy.requests()).hasSize(direct ? 0 : 1);
            assertThat(s3.requests()).hasSize(direct ? 1 : 0);
        }
    }

    /** As when a client goes away: what it has not read does not come first. */
    @Test
    void endsTheConnectionOfAResponseThatIsAborted() throws IOException {
        try (LyingS3 store = LyingS3.start(
                        exchange -> exchange.say("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\nx"));
                SdkHttpClient client = client(NO_PROXY, HANGS)) {
            for (int time = 0; time < 3; time++) {
                HttpExecuteResponse response = get(client, store.endpoint()).call();
                response.responseBody().orElseThrow().abort();
            }
            assertThat(store.requests()).containsExactly("0 GET", "1 GET", "2 GET");
        }
    }

    @Test
    void endsARequestThatIsAborted() throws Exception {
        CompletableFuture<Void> asked = new CompletableFuture<>();
        try (LyingS3 store = LyingS3.start(exchange -> asked.complete(null));
                SdkHttpClient client = client(NO_PROXY, HANGS)) {
            ExecutableHttpRequest request = get(client, store.endpoint());
            CompletableFuture<Void> aborted = asked.thenRun(request::abort);
            assertThatThrownBy(request::call).isInstanceOf(IOException.class);
            aborted.join();
        }
    }

    /** The SDK interrupts a thread whose try takes too long. The only place of the pool is free again nevertheless. */
    @Test
    void losesNoPlaceToAThreadThatIsInterruptedWhileItWaits() throws Exception {
        s3.says(NINE_BYTES);
        try (SdkHttpClient client = client(NO_PROXY, HANGS)) {
            for (int time = 0; time < 20; time++) {
                InputStream held =
                        get(client, s3.endpoint()).call().responseBody().orElseThrow();
                CompletableFuture<Throwable> ended = new CompletableFuture<>();
                Thread waiting = Thread.ofPlatform().start(() -> {
                    try (InputStream body =
                            get(client, s3.endpoint()).call().responseBody().orElseThrow()) {
                        body.readAllBytes();
                        ended.complete(null);
                    } catch (IOException | RuntimeException e) {
                        ended.complete(e);
                    }
                });
                // The pool tells nobody who waits for a place; nothing before that has this platform thread wait with a
                // limit.
                Patience.await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
                // In the same moment in which the place becomes free.
                Thread freeing = Thread.ofPlatform().start(() -> close(held));
                waiting.interrupt();
                freeing.join();
                ended.get(HANGS.toMillis(), TimeUnit.MILLISECONDS);
            }
            assertThat(get(client, s3.endpoint()).call().httpResponse().statusCode())
                    .isEqualTo(200);
        }
    }

    private static void close(InputStream body) {
        try (body) {
            body.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static SdkHttpClient client(ProxyConfiguration proxy, Duration readTimeout) {
        return new StoreHttpClient.Builder(1, HANGS, readTimeout, DefaultClientTlsStrategy.createSystemDefault(), proxy)
                .buildWithDefaults(AttributeMap.empty());
    }

    private static ExecutableHttpRequest get(SdkHttpClient client, URI store) {
        return client.prepareRequest(HttpExecuteRequest.builder()
                .request(SdkHttpRequest.builder()
                        .method(SdkHttpMethod.GET)
                        .uri(store)
                        .build())
                .build());
    }
}
