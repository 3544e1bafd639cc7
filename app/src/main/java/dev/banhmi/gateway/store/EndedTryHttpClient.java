package dev.banhmi.gateway.store;

import java.io.IOException;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.utils.AttributeMap;

/*
 * The SDK ends a try that takes too long from another thread, which gives its connection back. Where the try is just about to use that
 * connection, Apache's client 5.6 says so by IllegalStateException ("Endpoint not acquired / already released"): seen on a busy machine,
 * once in some thousand tries that timed out. The SDK takes it for a fault of the program, tries no more, and the client of the gateway
 * would get a 500.
 */
/** An HTTP client that reports a connection which was taken away during a try as what it is: a failed try, fit for the next one. */
final class EndedTryHttpClient implements SdkHttpClient {
    private final SdkHttpClient client;

    EndedTryHttpClient(SdkHttpClient client) {
        this.client = client;
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        ExecutableHttpRequest prepared = client.prepareRequest(request);
        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() throws IOException {
                try {
                    return prepared.call();
                } catch (IllegalStateException e) {
                    throw new IOException("the connection was taken away during the try", e);
                }
            }

            @Override
            public void abort() {
                prepared.abort();
            }
        };
    }

    @Override
    public String clientName() {
        return client.clientName();
    }

    @Override
    public void close() {
        client.close();
    }

    /** Builds the inner client with what the SDK wants by default. */
    static final class Builder implements SdkHttpClient.Builder<Builder> {
        private final SdkHttpClient.Builder<?> inner;

        Builder(SdkHttpClient.Builder<?> inner) {
            this.inner = inner;
        }

        @Override
        public SdkHttpClient buildWithDefaults(AttributeMap defaults) {
            return new EndedTryHttpClient(inner.buildWithDefaults(defaults));
        }
    }
}
