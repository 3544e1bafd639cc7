package dev.banhmi.gateway.store;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.io.HttpConnectionFactory;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.DefaultDisposalCallback;
import org.apache.hc.core5.pool.PoolEntry;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.pool.StrictConnPool;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * The connections to the store. One that was kept and is out of step is closed instead of being used again, and its
 * place in the pool gets a new one. Thread-safe.
 */
final class StoreConnections extends PoolingHttpClientConnectionManager {

    /**
     * An empty pool.
     *
     * @param most the most connections at once
     * @param connectTimeout for a connection to be made
     * @param readTimeout the longest silence on one
     * @param tls makes the handshake where the store's address is {@code https}
     */
    StoreConnections(int most, Timeout connectTimeout, Timeout readTimeout, TlsSocketStrategy tls) {
        super(
                new DefaultHttpClientConnectionOperator(
                        DefaultSchemePortResolver.INSTANCE,
                        null,
                        RegistryBuilder.<TlsSocketStrategy>create()
                                .register(URIScheme.HTTPS.id, tls)
                                .build()),
                new Pool(most),
                new Factory(new AtomicLong()));
        setDefaultSocketConfig(SocketConfig.custom()
                .setSoKeepAlive(true)
                .setSoTimeout(readTimeout)
                .setTcpNoDelay(true)
                .build());
        setDefaultConnectionConfig(ConnectionConfig.custom()
                .setConnectTimeout(connectTimeout)
                .setSocketTimeout(readTimeout)
                .build());
    }

    private record Factory(AtomicLong made) implements HttpConnectionFactory<ManagedHttpClientConnection> {

        @Override
        public ManagedHttpClientConnection createConnection(@Nullable Socket socket) throws IOException {
            StoreConnection connection = new StoreConnection("store-" + made.incrementAndGet());
            if (socket != null) {
                connection.bind(socket);
            }
            return connection;
        }
    }

    private static final class Pool extends StrictConnPool<HttpRoute, ManagedHttpClientConnection> {

        Pool(int most) {
            super(
                    most,
                    most,
                    TimeValue.NEG_ONE_MILLISECOND,
                    PoolReusePolicy.LIFO,
                    new DefaultDisposalCallback<>(),
                    null);
        }

        @Override
        public Future<PoolEntry<HttpRoute, ManagedHttpClientConnection>> lease(
                HttpRoute route,
                @Nullable Object state,
                Timeout patience,
                @Nullable FutureCallback<PoolEntry<HttpRoute, ManagedHttpClientConnection>> callback) {
            return new Lease(super.lease(route, state, patience, callback));
        }
    }

    /**
     * A place in the pool that is waited for. HttpClient loses it when it is granted in the moment in which the thread
     * is interrupted, as the SDK does to a thread whose try takes too long; so it is given back or kept here.
     *
     * @param place as HttpClient's pool grants it
     */
    private record Lease(Future<PoolEntry<HttpRoute, ManagedHttpClientConnection>> place)
            implements Future<PoolEntry<HttpRoute, ManagedHttpClientConnection>> {

        @Override
        public PoolEntry<HttpRoute, ManagedHttpClientConnection> get() throws InterruptedException, ExecutionException {
            try {
                return inStep(place.get());
            } catch (InterruptedException e) {
                return grantedDespite(e);
            }
        }

        @Override
        public PoolEntry<HttpRoute, ManagedHttpClientConnection> get(long timeout, TimeUnit unit)
                throws InterruptedException, ExecutionException, TimeoutException {
            try {
                return inStep(place.get(timeout, unit));
            } catch (InterruptedException e) {
                return grantedDespite(e);
            }
        }

        private PoolEntry<HttpRoute, ManagedHttpClientConnection> grantedDespite(InterruptedException interruption)
                throws InterruptedException, ExecutionException {
            if (place.cancel(true)) {
                throw interruption;
            }
            PoolEntry<HttpRoute, ManagedHttpClientConnection> granted = place.get();
            Thread.currentThread().interrupt();
            return inStep(granted);
        }

        private static PoolEntry<HttpRoute, ManagedHttpClientConnection> inStep(
                PoolEntry<HttpRoute, ManagedHttpClientConnection> granted) {
            if (granted.getConnection() instanceof StoreConnection kept && !kept.isInStep()) {
                granted.discardConnection(CloseMode.IMMEDIATE);
            }
            return granted;
        }

        @Override
        public boolean cancel(boolean mayInterrupt) {
            return place.cancel(mayInterrupt);
        }

        @Override
        public boolean isCancelled() {
            return place.isCancelled();
        }

        @Override
        public boolean isDone() {
            return place.isDone();
        }
    }
}
