package dev.banhmi.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** An S3 emulator in its own process, and the real S3 API to look into it. Thread-safe. */
public final class StoreProcess implements AutoCloseable {

    private final Emulator emulator;
    private final ChildProcess process;
    private final URI endpoint;
    private final Credentials credentials;
    private final Path data;
    private final S3Client s3;

    /**
     * What the store asks its callers for.
     *
     * @param accessKeyId the public half
     * @param secretAccessKey the private half
     */
    public record Credentials(String accessKeyId, String secretAccessKey) {}

    private StoreProcess(Emulator emulator, ChildProcess process, URI endpoint, Credentials credentials, Path data) {
        this.emulator = emulator;
        this.process = process;
        this.endpoint = endpoint;
        this.credentials = credentials;
        this.data = data;
        this.s3 = client(endpoint, credentials);
    }

    /**
     * A client of any store on this machine.
     *
     * @param endpoint where the store listens
     * @param credentials what it asks its callers for
     * @return for the names of buckets in the path, to be closed by the caller
     */
    public static S3Client client(URI endpoint, Credentials credentials) {
        return S3Client.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .httpClientBuilder(Apache5HttpClient.builder())
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(credentials.accessKeyId(), credentials.secretAccessKey())))
                .build();
    }

    static StoreProcess start(Emulator emulator, List<String> jvmOptions, Duration limit) {
        Credentials credentials =
                new Credentials("test-" + UUID.randomUUID(), UUID.randomUUID().toString());
        Path data;
        try {
            data = Files.createDirectory(
                    ChildProcess.newDirectory(emulator.label() + "-data").resolve("data"));
            Files.writeString(
                    data.resolveSibling(emulator.label() + ".properties"), emulator.properties(data, credentials));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> options = new ArrayList<>(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        options.addAll(jvmOptions);
        ChildProcess process =
                ChildProcess.start(emulator.label(), emulator.jar(), options, emulator.arguments(data, credentials));
        try {
            String port = process.awaitOutput(emulator.portLine(), limit).group(1);
            URI endpoint = URI.create("http://127.0.0.1:" + port);
            process.awaitResponse(endpoint, status -> true, limit);
            return new StoreProcess(emulator, process, endpoint, credentials, data);
        } catch (RuntimeException e) {
            process.close();
            throw e;
        }
    }

    /**
     * Which emulator this is.
     *
     * @return the kind
     */
    public Emulator emulator() {
        return emulator;
    }

    /**
     * Where it listens.
     *
     * @return scheme, loopback address and port
     */
    public URI endpoint() {
        return endpoint;
    }

    /**
     * What it asks its callers for.
     *
     * @return random, new for every process
     */
    public Credentials credentials() {
        return credentials;
    }

    /**
     * A client with the right credentials.
     *
     * @return open until this store is closed
     */
    public S3Client s3() {
        return s3;
    }

    /**
     * Every upload that was created and neither completed nor aborted.
     *
     * @param bucket an existing bucket
     * @return key and upload id of each
     */
    public List<String> openMultipartUploads(String bucket) {
        return s3.listMultipartUploads(request -> request.bucket(bucket)).uploads().stream()
                .map(upload -> upload.key() + " " + upload.uploadId())
                .toList();
    }

    /**
     * What the store keeps of uploads on its disk, whether or not its API shows it: s3proxy keeps parts that were
     * finished after the abort of their upload, and lists only uploads.
     *
     * @param bucket an existing bucket of s3proxy
     * @return the names of the files
     */
    public List<String> filesOfUploads(String bucket) {
        try (Stream<Path> files = Files.list(data.resolve(bucket))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(".mpus-") || name.startsWith(".s3proxy-mpu-stub-"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Lets an object be there under another key, too, without sending its bytes again: s3proxy keeps all that it knows about an object with
     * its file, and replaces the file of an object that is written again.
     *
     * @param bucket an existing bucket of s3proxy
     * @param key of an existing object, without a slash
     * @param other a key that no object has, without a slash
     */
    public void link(String bucket, String key, String other) {
        Path directory = data.resolve(bucket);
        try {
            Files.createLink(directory.resolve(other), directory.resolve(key));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The keys in a bucket.
     *
     * @param bucket an existing bucket
     * @return all of them
     */
    public List<String> objects(String bucket) {
        return s3.listObjectsV2Paginator(request -> request.bucket(bucket)).contents().stream()
                .map(S3Object::key)
                .toList();
    }

    /**
     * The content of an object.
     *
     * @param bucket an existing bucket
     * @param key an existing key
     * @return lower-case hex SHA-256
     */
    public String sha256(String bucket, String key) {
        try (var object = s3.getObject(request -> request.bucket(bucket).key(key))) {
            return GeneratedContent.sha256(object);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the process in an orderly fashion, however long that takes. */
    void awaitExit(Duration limit) {
        process.terminate();
        process.awaitExit(limit);
    }

    /** Ends the process and deletes all that it stored; its log stays. */
    // A second time does nothing.
    @Override
    public void close() {
        s3.close();
        process.close();
        if (!Files.exists(data)) {
            return;
        }
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
