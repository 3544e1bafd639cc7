package dev.banhmi.gateway.store;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.DefaultConnectionKeepAliveStrategy;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.io.entity.EntityTemplate;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;
import software.amazon.awssdk.utils.AttributeMap;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/** The SDK's HTTP client for the store, over {@link StoreConnections}. Thread-safe. */
final class StoreHttpClient implements SdkHttpClient {
    /*
     * It does what the SDK's Apache5HttpClient (2.57.8, read 2026-11-30) does with the settings that the gateway has.
     * That one lets nobody at its connections: of its builder's hooks only the one for TLS ever sees a socket, and a
     * connection without TLS has none. Its proxy settings (http.proxyHost and HTTP_PROXY, with their exceptions) are
     * public, and used here.
     */

    /** The SDK's own default for a connection that nobody uses; a shorter one of the store's has precedence. */
    private static final TimeValue LONGEST_IDLE = TimeValue.ofSeconds(60);

    /** What HttpClient says for itself. */
    private static final Set<String> OF_HTTP_CLIENT = Set.of("content-length", "host", "transfer-encoding");

    private static final Set<SdkHttpMethod> WITH_BODY =
            Set.of(SdkHttpMethod.PUT, SdkHttpMethod.POST, SdkHttpMethod.PATCH);

    private final CloseableHttpClient client;
    private final RequestConfig config;

    private StoreHttpClient(CloseableHttpClient client, RequestConfig config) {
        this.client = client;
        this.config = config;
    }

    private static TimeValue keepAlive(HttpResponse response, HttpContext context) {
        TimeValue wanted = DefaultConnectionKeepAliveStrategy.INSTANCE.getKeepAliveDuration(response, context);
        return TimeValue.isPositive(wanted) && wanted.compareTo(LONGEST_IDLE) < 0 ? wanted : LONGEST_IDLE;
    }

    private static void goThrough(ProxyConfiguration proxy, HttpClientBuilder builder) {
        HttpHost host = new HttpHost(proxy.scheme(), proxy.host(), proxy.port());
        Set<String> direct = proxy.nonProxyHosts();
        builder.setRoutePlanner(new DefaultRoutePlanner(DefaultSchemePortResolver.INSTANCE) {
            @Override
            protected @Nullable HttpHost determineProxy(HttpHost target, HttpContext context) {
                String name = target.getHostName().toLowerCase(Locale.ROOT);
                return direct.stream().anyMatch(name::matches) ? null : host;
            }
        });
        if (proxy.username() != null && proxy.password() != null) {
            BasicCredentialsProvider credentials = new BasicCredentialsProvider();
            credentials.setCredentials(
                    new AuthScope(proxy.host(), proxy.port()),
                    new UsernamePasswordCredentials(
                            proxy.username(), proxy.password().toCharArray()));
            builder.setDefaultCredentialsProvider(credentials);
        }
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        HttpUriRequestBase prepared = translate(request);
        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() throws IOException {
                ClassicHttpResponse response = client.executeOpen(null, prepared, HttpClientContext.create());
                SdkHttpResponse.Builder head =
                        SdkHttpResponse.builder().statusCode(response.getCode()).statusText(response.getReasonPhrase());
                for (Header header : response.getHeaders()) {
                    head.appendHeader(header.getName(), header.getValue());
                }
                return HttpExecuteResponse.builder()
                        .response(head.build())
                        .responseBody(body(response, prepared))
                        .build();
            }

            @Override
            public void abort() {
                prepared.abort();
            }
        };
    }

    private HttpUriRequestBase translate(HttpExecuteRequest request) {
        SdkHttpRequest wanted = request.httpRequest();
        HttpUriRequestBase translated = new HttpUriRequestBase(wanted.method().name(), uri(wanted));
        translated.setConfig(config);
        translated.addHeader(HttpHeaders.HOST, host(wanted));
        wanted.forEachHeader((name, values) -> {
            if (!OF_HTTP_CLIENT.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> translated.addHeader(name, value));
            }
        });
        ContentStreamProvider content = request.contentStreamProvider().orElse(null);
        if (content != null && WITH_BODY.contains(wanted.method())) {
            long length = wanted.firstMatchingHeader(HttpHeaders.CONTENT_LENGTH)
                    .map(Long::parseLong)
                    .orElse(-1L);
            translated.setEntity(new EntityTemplate(length, null, out -> {
                try (InputStream in = content.newStream()) {
                    in.transferTo(out);
                }
            }));
        }
        return translated;
    }

    /** HttpClient takes a path with two slashes side by side for a mistake; in a key they are none. */
    private static URI uri(SdkHttpRequest wanted) {
        String path = wanted.encodedPath();
        return path.contains("//")
                ? wanted.copy(request -> request.encodedPath(path.replace("//", "/%2F")))
                        .getUri()
                : wanted.getUri();
    }

    /** As it was signed. */
    private static String host(SdkHttpRequest wanted) {
        return wanted.firstMatchingHeader(HttpHeaders.HOST)
                .orElseGet(() -> SdkHttpUtils.isUsingStandardPort(wanted.protocol(), wanted.port())
                        ? wanted.host()
                        : wanted.host() + ":" + wanted.port());
    }

    private static @Nullable AbortableInputStream body(ClassicHttpResponse response, HttpUriRequestBase request)
            throws IOException {
        HttpEntity entity = response.getEntity();
        if (entity != null && entity.getContentLength() != 0) {
            return AbortableInputStream.create(entity.getContent(), request::abort);
        }
        response.close();
        return entity == null ? null : AbortableInputStream.createEmpty();
    }

    @Override
    public String clientName() {
        return "Apache5";
    }

    @Override
    public void close() {
        client.close(CloseMode.IMMEDIATE);
    }

    /**
     * Builds the client, which opens no connection; the SDK's defaults are of no use to it.
     *
     * @param mostConnections the most at once
     * @param connectTimeout for a connection to be made
     * @param readTimeout the longest silence on a connection, and the longest wait for one that is free
     * @param tls makes the handshake where the store's address is {@code https}
     * @param proxy what the SDK's own client would go through
     */
    record Builder(
            int mostConnections,
            Duration connectTimeout,
            Duration readTimeout,
            TlsSocketStrategy tls,
            ProxyConfiguration proxy)
            implements SdkHttpClient.Builder<Builder> {

        @Override
        public SdkHttpClient buildWithDefaults(AttributeMap defaults) {
            Timeout read = Timeout.of(readTimeout);
            HttpClientBuilder client = HttpClients.custom()
                    .setConnectionManager(new StoreConnections(mostConnections, Timeout.of(connectTimeout), read, tls))
                    .evictIdleConnections(LONGEST_IDLE)
                    .setKeepAliveStrategy(StoreHttpClient::keepAlive)
                    // The SDK does all of these.
                    .setUserAgent("")
                    .disableContentCompression()
                    .disableRedirectHandling()
                    .disableAutomaticRetries();
            if (proxy.host() != null && proxy.port() > 0) {
                goThrough(proxy, client);
            }
            return new StoreHttpClient(
                    client.build(),
                    RequestConfig.custom()
                            .setConnectionRequestTimeout(read)
                            .setResponseTimeout(read)
                            .build());
        }
    }
}
