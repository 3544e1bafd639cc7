package dev.banhmi.gateway.store;

import static dev.banhmi.testkit.Patience.HANGS;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.banhmi.gateway.store.wire.BlockingResponse;
import dev.banhmi.gateway.store.wire.BlockingWire;
import dev.banhmi.gateway.store.wire.BucketAddress;
import dev.banhmi.gateway.store.wire.Identity;
import dev.banhmi.gateway.store.wire.RequestHead;
import dev.banhmi.gateway.store.wire.WireBody;
import dev.banhmi.gateway.store.wire.WireSettings;
import dev.banhmi.testkit.TlsKeys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import javax.net.ServerSocketFactory;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;
import software.amazon.awssdk.utils.AttributeMap;

/** Makes single tries with the HTTP client that moves the bytes of objects, be it the SDK's or our own. */
interface OneTry extends AutoCloseable {

    /** What the store has said to one of them; no ETag is null. */
    record Said(int status, @Nullable String etag, String body) {}

    Said get(URI store) throws IOException;

    Said put(URI store, WireBody body) throws IOException;

    /** Of a payload. */
    default Said put(URI store, Payload payload) throws IOException {
        return put(store, new Streamed(payload.length(), payload.newStream()));
    }

    @Override
    void close();

    /** The one that {@code banhmi.s3.wire} says, which trusts {@link Tls#KEYS}. */
    static OneTry with(boolean wire) {
        return wire
                ? new OverWire(new BlockingWire(
                        new WireSettings(
                                4, HANGS, HANGS, Duration.ofSeconds(60), Duration.ofMinutes(5), Tls.KEYS.context()),
                        InstantSource.system(),
                        System::nanoTime))
                : new WithSdk(withSdk(ProxyConfiguration.builder().build()));
    }

    /** The SDK's through a proxy, of which the wire client knows nothing. */
    static SdkHttpClient withSdk(ProxyConfiguration proxy) {
        return new StoreHttpClient.Builder(4, HANGS, HANGS, new DefaultClientTlsStrategy(Tls.KEYS.context()), proxy)
                .buildWithDefaults(AttributeMap.empty());
    }

    /** A port for a store that has the keys. */
    static ServerSocket listen(boolean tls) throws IOException {
        ServerSocketFactory sockets =
                tls ? Tls.KEYS.context().getServerSocketFactory() : ServerSocketFactory.getDefault();
        return sockets.createServerSocket(0, 0, InetAddress.getLoopbackAddress());
    }

    /** Made for the tests that need it. */
    final class Tls {

        static final TlsKeys KEYS = TlsKeys.create();

        private Tls() {}
    }

    /** Over a stream; a piece at a time. */
    record Streamed(long length, InputStream stream) implements WireBody {

        @Override
        public ByteBuffer next() throws IOException {
            byte[] piece = new byte[1 << 16];
            return ByteBuffer.wrap(piece, 0, Math.max(0, stream.read(piece)));
        }
    }

    /** With the SDK's. */
    record WithSdk(SdkHttpClient client) implements OneTry {

        @Override
        public Said get(URI store) throws IOException {
            return said(HttpExecuteRequest.builder()
                    .request(SdkHttpRequest.builder()
                            .method(SdkHttpMethod.GET)
                            .uri(store)
                            .build())
                    .build());
        }

        @Override
        public Said put(URI store, WireBody body) throws IOException {
            return said(HttpExecuteRequest.builder()
                    .request(SdkHttpRequest.builder()
                            .method(SdkHttpMethod.PUT)
                            .uri(store)
                            .putHeader("Content-Length", Long.toString(body.length()))
                            .build())
                    .contentStreamProvider(() -> new Pieces(body))
                    .build());
        }

        private Said said(HttpExecuteRequest request) throws IOException {
            HttpExecuteResponse response = client.prepareRequest(request).call();
            try (InputStream body = response.responseBody().orElseGet(AbortableInputStream::createEmpty)) {
                return new Said(
                        response.httpResponse().statusCode(),
                        response.httpResponse().firstMatchingHeader("ETag").orElse(null),
                        new String(body.readAllBytes(), UTF_8));
            }
        }

        @Override
        public void close() {
            client.close();
        }
    }

    /** A body as the SDK reads it. */
    final class Pieces extends InputStream {

        private final WireBody body;
        private long left;
        private ByteBuffer piece = ByteBuffer.allocate(0);

        Pieces(WireBody body) {
            this.body = body;
            this.left = body.length();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int most) throws IOException {
            if (!piece.hasRemaining()) {
                if (left == 0) {
                    return -1;
                }
                piece = body.next();
                left -= piece.remaining();
            }
            int count = Math.min(most, piece.remaining());
            piece.get(to, offset, count);
            return count;
        }
    }

    /** With our own. */
    record OverWire(BlockingWire wire) implements OneTry {

        private static final Identity IDENTITY = new Identity("id", "secret", null, "us-east-1");

        @Override
        public Said get(URI store) throws IOException {
            return said(RequestHead.ofGet(address(store), "k", null, null), null);
        }

        @Override
        public Said put(URI store, WireBody body) throws IOException {
            return said(RequestHead.ofPut(address(store), "k", body.length(), "AAAAAA==", List.of()), body);
        }

        private static BucketAddress address(URI store) {
            return new BucketAddress(store.getScheme().equals("https"), store.getHost(), store.getPort(), "/demo");
        }

        private Said said(RequestHead head, @Nullable WireBody body) throws IOException {
            long until = System.nanoTime() + HANGS.toNanos();
            try (BlockingResponse response = wire.send(head, IDENTITY, body, until)) {
                ByteBuffer piece = ByteBuffer.allocate(1 << 13);
                ByteArrayOutputStream all = new ByteArrayOutputStream();
                while (response.read(piece.clear()) >= 0) {
                    all.write(piece.array(), 0, piece.position());
                }
                return new Said(response.status(), response.fields().first("etag"), all.toString(UTF_8));
            }
        }

        @Override
        public void close() {
            wire.close();
        }
    }
}
