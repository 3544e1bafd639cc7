package dev.banhmi.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * Peers that speak S3 to the store themselves, as the gateway does: they sign their requests. They come as they are, without tuning, but for
 * logs, which are off. They take part in downloads only: the sink is not store enough for their uploads.
 */
final class StoreClients {

    static final List<Peer> ALL = List.of(rclone(), s3proxy(), aiohttp(), versitygw());

    private static final String KEY = "cost";

    private StoreClients() {}

    private static boolean isPlainDownload(Setup setup) {
        return !setup.writes() && !setup.clientTls();
    }

    private static Path inCache(String name) {
        return Programs.cache().resolve(name);
    }

    private static Peer.Absence unlessCached(String name) {
        return workshop -> Files.exists(inCache(name))
                ? Optional.empty()
                : Optional.of(inCache(name) + " does not exist, see bin/cost-peers");
    }

    private static Peer rclone() {
        return new Peer(
                "rclone",
                false,
                Peer.Absence.ofProgram("rclone"),
                StoreClients::isPlainDownload,
                StoreClients::startRclone,
                (server, object) -> "/" + object);
    }

    private static Server startRclone(Setup setup) throws IOException {
        int port = Server.freePort();
        Path directory = setup.workshop().directory();
        Path configuration =
                Files.writeString(directory.resolve("rclone.conf"), """
            [store]
            type = s3
            provider = Other
            endpoint = %s
            region = us-east-1
            access_key_id = %s
            secret_access_key = %s
            force_path_style = true
            """.formatted(setup.storeAddress(), KEY, KEY));
        return Server.start(
                "rclone",
                directory,
                port,
                List.of(
                        Programs.find("rclone").orElseThrow().toString(),
                        "serve",
                        "http",
                        "store:" + Workshop.BUCKET,
                        "--config=" + configuration,
                        "--cache-dir=" + directory.resolve("rclone-cache"),
                        "--addr=127.0.0.1:" + port,
                        "--read-only",
                        "--no-modtime",
                        "--no-checksum",
                        "--vfs-cache-mode=off",
                        "--no-check-certificate"));
    }

    private static Peer s3proxy() {
        return new Peer(
                "s3proxy",
                true,
                unlessCached("s3proxy.jar"),
                StoreClients::isPlainDownload,
                StoreClients::startS3proxy,
                Peer::inBucket);
    }

    private static Server startS3proxy(Setup setup) throws IOException {
        int port = Server.freePort();
        Path directory = setup.workshop().directory();
        Path configuration = Files.writeString(
                directory.resolve("s3proxy.conf"), """
            s3proxy.endpoint=http://127.0.0.1:%d
            s3proxy.authorization=none
            jclouds.provider=aws-s3-sdk
            jclouds.identity=%s
            jclouds.credential=%s
            jclouds.endpoint=%s
            jclouds.region=us-east-1
            aws-s3-sdk.region=us-east-1
            """.formatted(port, KEY, KEY, setup.storeAddress()));
        List<String> command = setup.workshop().java("-XX:MaxRAM=512m", "-DLOG_LEVEL=error");
        List<String> java = new ArrayList<>(command.subList(0, command.indexOf("-cp")));
        java.addAll(setup.workshop().certificate().trustOptions());
        java.addAll(List.of("-jar", inCache("s3proxy.jar").toString(), "--properties", configuration.toString()));
        return Server.start("s3proxy", directory, port, java);
    }

    private static Peer aiohttp() {
        return new Peer(
                "aiohttp",
                false,
                unlessCached("aiohttp/bin/python"),
                setup -> !setup.writes(),
                StoreClients::startAiohttp,
                (server, object) -> "/" + object);
    }

    private static Server startAiohttp(Setup setup) throws IOException {
        int port = Server.freePort();
        Path directory = setup.workshop().directory();
        Path service = directory.resolve("aiohttp_service.py");
        try (InputStream source = StoreClients.class.getResourceAsStream("aiohttp_service.py")) {
            Files.write(service, Objects.requireNonNull(source, "no script").readAllBytes());
        }
        return Server.start(
                "aiohttp",
                directory,
                port,
                List.of(
                        inCache("aiohttp/bin/python").toString(),
                        "-W",
                        "ignore",
                        service.toString(),
                        Integer.toString(port),
                        setup.storeAddress(),
                        Workshop.BUCKET,
                        setup.clientTls() ? setup.workshop().certificate().pem().toString() : "-"));
    }

    private static Peer versitygw() {
        return new Peer(
                "versitygw",
                false,
                unlessCached("bin/versitygw"),
                StoreClients::isPlainDownload,
                StoreClients::startVersitygw,
                StoreClients::presigned);
    }

    /** It serves nobody who does not sign, and a signature in the query spares the load client one. */
    private static String presigned(Server server, String object) {
        try (S3Presigner presigner = S3Presigner.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + server.port()))
                .region(Region.US_EAST_1)
                .serviceConfiguration(
                        S3Configuration.builder().pathStyleAccessEnabled(true).build())
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(KEY, KEY)))
                .build()) {
            return presigner
                    .presignGetObject(presign -> presign.signatureDuration(Duration.ofDays(1))
                            .getObjectRequest(
                                    request -> request.bucket(Workshop.BUCKET).key(object)))
                    .url()
                    .getFile();
        }
    }

    private static Server startVersitygw(Setup setup) throws IOException {
        int port = Server.freePort();
        Path directory = setup.workshop().directory();
        return Server.start(
                "versitygw",
                directory,
                port,
                List.of(
                        inCache("bin/versitygw").toString(),
                        "--access=" + KEY,
                        "--secret=" + KEY,
                        "--region=us-east-1",
                        "--port=127.0.0.1:" + port,
                        "--quiet",
                        "s3",
                        "--access=" + KEY,
                        "--secret=" + KEY,
                        "--region=us-east-1",
                        "--endpoint=" + setup.storeAddress(),
                        "--ssl-skip-verify",
                        "--use-path-style"));
    }
}
