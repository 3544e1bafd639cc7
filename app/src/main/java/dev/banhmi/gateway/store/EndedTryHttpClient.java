package dev.banhmi.gateway.store;

import java.io.IOException;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * An HTTP client that notes for each try what it can have done in the store, and reports a connection taken away
 * during an attempt as an I/O failure, which the SDK retries.
 */
final class EndedTryHttpClient implements SdkHttpClient {
    /*
     * The SDK ends an attempt that takes too long from another thread, which releases its connection. When the attempt
     * is just about to use that connection, Apache's client 5.6 throws IllegalStateException ("Endpoint not acquired /
     * already released"): seen on a busy machine, once in some thousand attempts that timed out. The SDK takes it for a
     * programming error and does not retry, and the gateway's client would get a 500.
     */

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
                boolean noted = false;
                try {
                    HttpExecuteResponse response = prepared.call();
                    Delivery.noteResponse(response.httpResponse());
                    noted = true;
                    return response;
                } catch (IllegalStateException e) {
                    throw new IOException("the connection was taken away during the attempt", e);
                } catch (IOException e) {
                    if (Delivery.isBeforeFirstByte(e)) {
                        Delivery.noteUnsent();
                        noted = true;
                    }
                    throw e;
                } finally {
                    if (!noted) {
                        Delivery.noteNoResponse();
                    }
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

    /** Builds the inner client with the SDK's defaults. */
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
