package dev.banhmi.gateway.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.banhmi.gateway.process.Emulator;
import dev.banhmi.gateway.process.GatewayProcess;
import dev.banhmi.gateway.process.GeneratedContent;
import dev.banhmi.gateway.process.StoreProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** A store, the proxy before it, and the packaged gateway, whose waits are about a hundredth of what they are by default. */
final class MatrixWorld implements AutoCloseable {

    private static final String PLAIN = "plain";
    private static final String HASHED = "hashed";

    private final StoreProcess store;
    private final FaultProxy proxy;
    private final GatewayProcess gateway;
    private final GatewayClient client;
    private final long seed;
    private final Map<Integer, byte[]> contents = new ConcurrentHashMap<>();

    private MatrixWorld(StoreProcess store, FaultProxy proxy, GatewayProcess gateway, long seed) {
        this.store = store;
        this.proxy = proxy;
        this.gateway = gateway;
        this.client = new GatewayClient(gateway.uri());
        this.seed = seed;
    }

    static MatrixWorld start(long seed) throws IOException {
        StoreProcess store = Emulator.S3PROXY.start();
        store.s3().createBucket(request -> request.bucket(PLAIN));
        store.s3().createBucket(request -> request.bucket(HASHED));
        FaultProxy proxy = FaultProxy.start(store.endpoint());
        GatewayProcess gateway = GatewayProcess.builder()
                .heap("768m")
                .store(proxy.uri(), store.credentials())
                .hashedBucket(HASHED)
                .set("banhmi.buckets." + PLAIN + ".key-layout", "plain")
                .set("banhmi.s3.connect-timeout", "500ms")
                .set("banhmi.s3.read-timeout", "700ms")
                .set("banhmi.s3.api-call-attempt-timeout", "900ms")
                .set("banhmi.s3.api-call-timeout", "4s")
                .set("banhmi.s3.complete-timeout", "1s")
                .set("banhmi.s3.retry-base-delay", "2ms")
                .set("banhmi.s3.retry-max-delay", "50ms")
                .set("banhmi.transfer.abort-retries", "10ms,20ms,50ms")
                .set("banhmi.transfer.download-retry-pause", "5ms")
                .start();
        return new MatrixWorld(store, proxy, gateway, seed);
    }

    FaultProxy proxy() {
        return proxy;
    }

    GatewayProcess gateway() {
        return gateway;
    }

    GatewayClient client() {
        return client;
    }

    byte[] content(int size) {
        return contents.computeIfAbsent(size, length -> new GeneratedContent(seed, length).bytes());
    }

    static String bucketOf(Workload workload) {
        return workload.legacy() ? HASHED : PLAIN;
    }

    /** Where the store has what a client calls by this name. */
    static String keyOf(Workload workload, String name) {
        if (!workload.legacy()) {
            return name;
        }
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-224").digest(name.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-224", e);
        }
    }

    void store(Workload workload, String name) {
        store.s3()
                .putObject(
                        request -> request.bucket(bucketOf(workload))
                                .key(keyOf(workload, name))
                                .checksumCRC32C(crc32c(content(workload.size()))),
                        RequestBody.fromBytes(content(workload.size())));
    }

    private static String crc32c(byte[] content) {
        CRC32C sum = new CRC32C();
        sum.update(content);
        return Base64.getEncoder()
                .encodeToString(
                        ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
    }

    /** The ETag of what the store has; null when it has nothing, "" when it has other bytes. */
    @Nullable
    String storedVersion(Workload workload, String name) {
        try {
            var object = store.s3()
                    .getObjectAsBytes(
                            request -> request.bucket(bucketOf(workload)).key(keyOf(workload, name)));
            boolean same = Arrays.equals(object.asByteArrayUnsafe(), content(workload.size()));
            return same ? object.response().eTag() : "";
        } catch (NoSuchKeyException e) {
            return null;
        }
    }

    /** Bucket and key of every open multipart upload. */
    Set<String> openUploads() {
        Set<String> open = new HashSet<>();
        for (String bucket : List.of(PLAIN, HASHED)) {
            store.openMultipartUploads(bucket)
                    .forEach(upload -> open.add(bucket + "/" + upload.substring(0, upload.indexOf(' '))));
        }
        return open;
    }

    /** Bucket and key of every object. */
    Set<String> objects() {
        Set<String> objects = new HashSet<>();
        for (String bucket : List.of(PLAIN, HASHED)) {
            store.objects(bucket).forEach(key -> objects.add(bucket + "/" + key));
        }
        return objects;
    }

    @Override
    public void close() throws IOException {
        gateway.close();
        proxy.close();
        store.close();
    }
}
