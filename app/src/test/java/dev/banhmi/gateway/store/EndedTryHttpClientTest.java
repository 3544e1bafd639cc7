package dev.banhmi.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.utils.AttributeMap;

class EndedTryHttpClientTest {

    private static final URI STORE = URI.create("http://127.0.0.1:1");

    @Test
    void callsAConnectionThatWasTakenAwayAFailureOfTheConnection() throws IOException {
        RecordedClient inner = new RecordedClient(1);
        ExecutableHttpRequest request = new EndedTryHttpClient(inner).prepareRequest(head());
        assertThatThrownBy(request::call)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("taken away")
                .hasCauseInstanceOf(IllegalStateException.class);
        assertThat(request.call().httpResponse().statusCode()).isEqualTo(200);
    }

    @Test
    void letsTheSdkTryAgain() {
        RecordedClient inner = new RecordedClient(2);
        try (S3Client s3 = S3Client.builder()
                .region(Region.US_EAST_1)
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .endpointOverride(STORE)
                .forcePathStyle(true)
                .httpClientBuilder(new EndedTryHttpClient.Builder(inner.builder()))
                .build()) {
            assertThat(s3.headBucket(bucket -> bucket.bucket("demo"))
                            .sdkHttpResponse()
                            .statusCode())
                    .isEqualTo(200);
        }
        assertThat(inner.calls).containsExactly("call", "call", "call", "close");
    }

    @Test
    void passesAbortAndNameOn() {
        RecordedClient inner = new RecordedClient(0);
        EndedTryHttpClient client = new EndedTryHttpClient(inner);
        client.prepareRequest(head()).abort();
        assertThat(inner.calls).containsExactly("abort");
        assertThat(client.clientName()).isEqualTo("recorded");
    }

    private static HttpExecuteRequest head() {
        return HttpExecuteRequest.builder()
                .request(SdkHttpRequest.builder()
                        .method(SdkHttpMethod.HEAD)
                        .uri(STORE)
                        .build())
                .build();
    }

    /** Fails as Apache's client does, so many times, then responds. */
    private static final class RecordedClient implements SdkHttpClient {
        private final List<String> calls = new ArrayList<>();
        private int failures;

        RecordedClient(int failures) {
            this.failures = failures;
        }

        Builder<?> builder() {
            return new RecordedBuilder(this);
        }

        @Override
        public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
            return new ExecutableHttpRequest() {
                @Override
                public HttpExecuteResponse call() {
                    calls.add("call");
                    if (failures-- > 0) {
                        throw new IllegalStateException("Endpoint not acquired / already released");
                    }
                    return HttpExecuteResponse.builder()
                            .response(SdkHttpResponse.builder().statusCode(200).build())
                            .responseBody(AbortableInputStream.createEmpty())
                            .build();
                }

                @Override
                public void abort() {
                    calls.add("abort");
                }
            };
        }

        @Override
        public String clientName() {
            return "recorded";
        }

        @Override
        public void close() {
            calls.add("close");
        }
    }

    private static final class RecordedBuilder implements SdkHttpClient.Builder<RecordedBuilder> {
        private final SdkHttpClient client;

        RecordedBuilder(SdkHttpClient client) {
            this.client = client;
        }

        @Override
        public SdkHttpClient buildWithDefaults(AttributeMap defaults) {
            return client;
        }
    }
}
