package dev.banhmi.gateway.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.banhmi.testkit.Emulator;
import dev.banhmi.testkit.GatewayProcess;
import dev.banhmi.testkit.GeneratedContent;
import dev.banhmi.testkit.StoreProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
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

/** A store, the proxy before it, and the packaged gateway, whose waits are a hundredth of what they are by default, or more. */
final class MatrixWorld implements AutoCloseable {

    private static final String PLAIN = "plain";
    private static final String HASHED = "hashed";

    private final StoreProcess store;
    private final FaultProxy proxy;
    private final long seed;
    private final boolean wire;
    private GatewayProcess gateway;
    private GatewayClient client;
    private Waits waits = Waits.UNSHORTENED;
    private final Map<Integer, byte[]> contents = new ConcurrentHashMap<>();
    private final Map<String, String> originals = new ConcurrentHashMap<>();

    private MatrixWorld(StoreProcess store, FaultProxy proxy, long seed, boolean wire) {
        this.store = store;
        this.proxy = proxy;
        this.seed = seed;
        this.wire = wire;
        this.gateway = startGateway(store, proxy, waits, wire);
        this.client = new GatewayClient(gateway.uri());
    }

    /** {@code wire}: whether the bytes of objects go over the wire client. */
    static MatrixWorld start(long seed, boolean wire) throws IOException {
        StoreProcess store = Emulator.S3PROXY.start();
        store.s3().createBucket(request -> request.bucket(PLAIN));
        store.s3().createBucket(request -> request.bucket(HASHED));
        return new MatrixWorld(store, FaultProxy.start(store.endpoint()), seed, wire);
    }

    /** Starts the gateway anew. */
    void shorten(Waits shorter) {
        gateway.close();
        waits = shorter;
        proxy.delaySlowCallsBy(shorter.slowCall());
        gateway = startGateway(store, proxy, shorter, wire);
        client = new GatewayClient(gateway.uri());
    }

    private static GatewayProcess startGateway(StoreProcess store, FaultProxy proxy, Waits waits, boolean wire) {
        GatewayProcess.Builder builder = GatewayProcess.builder()
                .heap("1200m")
                .store(proxy.uri(), store.credentials())
                .hashedBucket(HASHED)
                .set("banhmi.s3.wire", Boolean.toString(wire))
                .set("banhmi.buckets." + PLAIN + ".key-layout", "plain");
        waits.settings().forEach(builder::set);
        return builder.start();
    }

    Waits waits() {
        return waits;
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

    /** Lets the object be there and says its ETag; its bytes are sent once for all that have this size. */
    String store(Workload workload, String name) {
        String bucket = bucketOf(workload);
        String original = "original-" + workload.size();
        String version = originals.computeIfAbsent(bucket + "/" + original, path -> put(workload, original));
        store.link(bucket, original, keyOf(workload, name));
        return version;
    }

    private String put(Workload workload, String key) {
        return store.s3()
                .putObject(
                        request -> request.bucket(bucketOf(workload)).key(key).checksumCRC32C(crc32c(workload)),
                        RequestBody.fromBytes(content(workload.size())))
                .eTag();
    }

    /** Base64, as S3 writes it. */
    String crc32c(Workload workload) {
        CRC32C sum = new CRC32C();
        sum.update(content(workload.size()));
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

    /** The ids of all open multipart uploads, by bucket and key. */
    Map<String, Set<String>> openUploads() {
        Map<String, Set<String>> open = new HashMap<>();
        for (String bucket : List.of(PLAIN, HASHED)) {
            for (String upload : store.openMultipartUploads(bucket)) {
                int blank = upload.indexOf(' ');
                open.computeIfAbsent(bucket + "/" + upload.substring(0, blank), key -> new HashSet<>())
                        .add(upload.substring(blank + 1));
            }
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
