package dev.banhmi.bench;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32C;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The bare SDK: a process that does nothing but send parts from memory, with the same HTTP client, the same sizes, the same checksum and
 * the same concurrency as the gateway. Its CPU time is the lower bound for any gateway on this SDK.
 */
final class SdkUploader {

    private static final int PART = 8 << 20;
    private static final int AT_ONCE = 4;

    private SdkUploader() {}

    /**
     * Sends as many parts as each line of the standard input says, and appends a line to a file after each.
     *
     * @param arguments the store's address, the file
     * @throws IOException when standard input or the file fails
     * @throws InterruptedException when interrupted
     * @throws ExecutionException when a part fails
     */
    public static void main(String[] arguments) throws IOException, InterruptedException, ExecutionException {
        byte[] part = new byte[PART];
        new Random(PART).nextBytes(part);
        try (S3Client s3 = client(URI.create(arguments[0]));
                ExecutorService senders = Executors.newFixedThreadPool(AT_ONCE);
                BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            StringBuilder done = new StringBuilder();
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                List<Future<?>> sent = new ArrayList<>();
                for (int number = 1; number <= Integer.parseInt(order); number++) {
                    int partNumber = number;
                    sent.add(senders.submit(() -> send(s3, part, partNumber)));
                }
                for (Future<?> one : sent) {
                    one.get();
                }
                Files.writeString(Path.of(arguments[1]), done.append("done\n"));
            }
        }
    }

    private static void send(S3Client s3, byte[] part, int number) {
        CRC32C crc = new CRC32C();
        crc.update(part);
        s3.uploadPart(
                request -> request.bucket(Workshop.BUCKET)
                        .key("sdk")
                        .uploadId("1")
                        .partNumber(number)
                        .checksumCRC32C(Workshop.base64(crc.getValue())),
                RequestBody.fromContentProvider(
                        () -> new ByteArrayInputStream(part), part.length, "application/octet-stream"));
    }

    private static S3Client client(URI endpoint) {
        return S3Client.builder()
                .httpClientBuilder(Apache5HttpClient.builder().expectContinueEnabled(false))
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .forcePathStyle(true)
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("cost", "cost")))
                .build();
    }
}
