package dev.banhmi.local;

import java.net.URI;
import java.nio.file.Path;
import java.util.UUID;
import org.gaul.s3proxy.AccessGrant;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;

/**
 * An S3 store in this process that keeps objects as files: a bucket is a directory. It listens on loopback only, with
 * random credentials. For laptops and tests, not for production.
 *
 * @param endpoint where it listens
 * @param accessKeyId random
 * @param secretAccessKey random
 * @param server what listens there
 */
record EmbeddedStore(URI endpoint, String accessKeyId, String secretAccessKey, S3Proxy server)
        implements AutoCloseable {

    /** Starts the store on a free port; each directory in {@code data} is a bucket. */
    static EmbeddedStore start(Path data) {
        String accessKeyId = UUID.randomUUID().toString();
        String secretAccessKey = UUID.randomUUID().toString();
        StoredObjects objects = StoredObjects.in(data);
        OpenUploads uploads = new OpenUploads(objects);
        S3Proxy proxy = S3Proxy.builder()
                .blobStore(StoreDoor.closedStore())
                .endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(AuthenticationType.AWS_V4, accessKeyId, secretAccessKey)
                .ignoreUnknownHeaders(true)
                .build();
        proxy.setBlobStoreLocator((caller, bucket, key) -> {
            if (!accessKeyId.equals(caller)) {
                return null;
            }
            if (bucket != null && key != null && !key.isEmpty()) {
                // Here, because of some such names s3proxy says that their signature is wrong.
                objects.file(bucket, key).requirePath();
            }
            return new AccessGrant(secretAccessKey, new ExclusiveStore(objects, uploads, key));
        });
        try {
            StoreDoor.install(proxy);
            proxy.start();
        } catch (Exception e) {
            throw new LaunchException("the embedded store cannot start: " + e.getMessage(), e);
        }
        return new EmbeddedStore(
                URI.create("http://127.0.0.1:" + proxy.getPort()), accessKeyId, secretAccessKey, proxy);
    }

    /** Ends it; the objects stay. */
    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the embedded store does not stop", e);
        }
    }
}
