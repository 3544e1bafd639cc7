package dev.banhmi.local.backend;

import dev.banhmi.testkit.StoreProcess;
import dev.banhmi.testkit.StoreProcess.Credentials;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import software.amazon.awssdk.services.s3.S3Client;

/** A store that runs, and the real S3 API to look into it. Thread-safe. */
public final class RunningBackend implements AutoCloseable {

    private final Backend kind;
    private final URI endpoint;
    private final Credentials credentials;
    private final Runnable stop;
    private final S3Client s3;

    /**
     * Takes a process over.
     *
     * @param kind which one it is
     * @param endpoint where it listens; the loopback interface, or this is refused: no test reaches AWS
     * @param credentials what it asks its callers for
     * @param stop ends the process
     * @throws IllegalArgumentException when the endpoint is not on the loopback interface
     */
    public RunningBackend(Backend kind, URI endpoint, Credentials credentials, Runnable stop) {
        requireLoopback(endpoint);
        this.kind = kind;
        this.endpoint = endpoint;
        this.credentials = credentials;
        this.stop = stop;
        this.s3 = StoreProcess.client(endpoint, credentials);
    }

    /**
     * Refuses what is not on this machine.
     *
     * @param endpoint a URL with a host
     * @throws IllegalArgumentException when its host is not an address of the loopback interface
     */
    public static void requireLoopback(URI endpoint) {
        try {
            if (!InetAddress.getByName(endpoint.getHost()).isLoopbackAddress()) {
                throw new IllegalArgumentException(endpoint + " is not on the loopback interface");
            }
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(endpoint + " is not on the loopback interface", e);
        }
    }

    /**
     * Which one this is.
     *
     * @return the kind
     */
    public Backend kind() {
        return kind;
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
     * @return random, or anything where it does not look
     */
    public Credentials credentials() {
        return credentials;
    }

    /**
     * A client with the right credentials.
     *
     * @return open until this backend is closed
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

    @Override
    public void close() {
        s3.close();
        stop.run();
    }
}
