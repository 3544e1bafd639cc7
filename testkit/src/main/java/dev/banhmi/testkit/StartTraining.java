package dev.banhmi.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Lets the gateway and s3proxy start once and serve a few requests, so that the JVM writes down what it loaded,
 * linked and counted (JEP 483, 514 and 515): every later start in the tests takes a third of the CPU. S3Mock starts too
 * seldom: its training costs more than it saves. Started by the build, on what lies in
 * {@link ChildProcess#artifactsDirectory}.
 */
public final class StartTraining {

    private static final String BUCKET = "demo";
    private static final int SEVERAL_PARTS = 9 << 20;

    private StartTraining() {}

    /**
     * Writes the caches.
     *
     * @param arguments none
     * @throws IOException when a request fails
     * @throws InterruptedException when it is stopped
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (StoreProcess store = Emulator.S3PROXY.startTraining()) {
            store.s3().createBucket(request -> request.bucket(BUCKET));
            GatewayProcess.Builder gateway = GatewayProcess.builder()
                    .store(store.endpoint(), store.credentials())
                    .set("banhmi.buckets." + BUCKET + ".key-layout", "plain")
                    .training();
            try (GatewayProcess running = gateway.start()) {
                serve(running.uri());
                running.terminate();
                running.awaitExit(Patience.HANGS);
            }
            store.awaitExit(Patience.HANGS);
        }
    }

    /**
     * Has objects written, read, listed and deleted in the bucket {@code demo}, which then holds none of them.
     *
     * @param gateway where it responds
     * @throws IOException when a request fails
     * @throws InterruptedException when it is stopped
     */
    public static void serve(URI gateway) throws IOException, InterruptedException {
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            URI bucket = gateway.resolve("/v1/objects/" + BUCKET);
            for (int size : new int[] {1, 1 << 16, SEVERAL_PARTS}) {
                URI object = URI.create(bucket + "/of-" + size);
                byte[] content = new GeneratedContent(size, size).bytes();
                succeed(client, object, "PUT", content, "Content-Type", "text/plain");
                succeed(client, object, "HEAD", null);
                succeed(client, object, "GET", null);
                succeed(client, object, "GET", null, "Range", "bytes=0-0");
            }
            succeed(client, bucket, "GET", null);
            succeed(client, URI.create(bucket + "?limit=1"), "GET", null);
            byte[] names = ("{\"names\":[\"of-1\",\"of-" + SEVERAL_PARTS + "\"]}").getBytes(UTF_8);
            succeed(client, URI.create(bucket + "?delete"), "POST", names, "Content-Type", "application/json");
            succeed(client, URI.create(bucket + "/of-65536"), "DELETE", null);
            succeed(client, gateway.resolve("/status/healthcheck"), "GET", null);
        }
    }

    private static void succeed(HttpClient client, URI uri, String method, byte @Nullable [] body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(Patience.HANGS)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<Void> response = client.send(request.build(), BodyHandlers.discarding());
        if (response.statusCode() >= 300) {
            throw new IOException(method + " " + uri + " responded with " + response.statusCode());
        }
    }

    /**
     * Where the JVM keeps what it learnt of a jar.
     *
     * @param jar its name ends with {@code .jar}
     * @return a file beside it
     */
    public static Path cacheOf(Path jar) {
        return jar.resolveSibling(jar.getFileName().toString().replace(".jar", ".aot"));
    }
}
