package dev.banhmi.bench;

import dev.banhmi.bench.load.Content;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The bare SDK: a process that does nothing but send objects and parts from memory, or fetch objects and drop them, with the HTTP client,
 * the sizes, the checksum and the concurrency of the gateway. Its CPU time is the lower bound for any gateway on this SDK.
 */
final class SdkClient {

    private static final int PART = 8 << 20;
    private static final int PARTS_AT_ONCE = 4;
    private static final int BUFFER = 64 << 10;

    private SdkClient() {}

    /**
     * What to do, in one line of words.
     *
     * @param work PUT sends, GET fetches, CHECK fetches once and answers the CRC32C
     * @param key of the object
     * @param range to fetch, as the header has it; "-" for the whole object
     * @param size bytes to send at a time; more than a part go as parts
     * @param threads that do it, ignored for parts
     * @param times how often in all; 0 for as long as the time lasts
     * @param millis after which nothing begins, if {@code times} is 0
     */
    record Job(Work work, String key, String range, long size, int threads, long times, long millis) {

        enum Work {
            GET,
            PUT,
            CHECK
        }

        String toLine() {
            return work + " " + key + " " + (range.isEmpty() ? "-" : range) + " " + size + " " + threads + " " + times
                    + " " + millis;
        }

        static Job parse(String line) {
            String[] words = line.split(" ", -1);
            return new Job(
                    Work.valueOf(words[0]),
                    words[1],
                    words[2].equals("-") ? "" : words[2],
                    Long.parseLong(words[3]),
                    Integer.parseInt(words[4]),
                    Long.parseLong(words[5]),
                    Long.parseLong(words[6]));
        }
    }

    /**
     * Does a {@link Job} per line of standard input, and answers with how often it was done.
     *
     * @param arguments the store's address
     * @throws IOException when standard input or a download fails
     * @throws InterruptedException when interrupted
     * @throws ExecutionException when a request fails
     */
    public static void main(String[] arguments) throws IOException, InterruptedException, ExecutionException {
        try (S3Client s3 = client(URI.create(arguments[0]));
                BufferedReader jobs = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = jobs.readLine(); line != null; line = jobs.readLine()) {
                Job job = Job.parse(line);
                System.out.println(
                        switch (job.work()) {
                            case CHECK -> checksum(s3, job);
                            case GET -> repeat(job, job.threads(), () -> fetch(s3, job, new CRC32C(), false));
                            case PUT -> put(s3, job);
                        });
            }
        }
    }

    private static String put(S3Client s3, Job job) throws InterruptedException, ExecutionException {
        if (job.size() <= PART) {
            byte[] object = Content.block((int) job.size());
            return repeat(job, job.threads(), () -> sendObject(s3, job.key(), object));
        }
        byte[] part = Content.block(PART);
        long parts = job.times() * (job.size() / PART);
        AtomicLong number = new AtomicLong();
        Job inParts = new Job(job.work(), job.key(), job.range(), PART, PARTS_AT_ONCE, parts, 0);
        repeat(
                inParts,
                PARTS_AT_ONCE,
                () -> sendPart(s3, job.key(), part, 1 + (int) (number.getAndIncrement() % 10_000)));
        return Long.toString(job.times());
    }

    private static String repeat(Job job, int threads, Step step) throws InterruptedException, ExecutionException {
        long end = System.nanoTime() + job.millis() * 1_000_000;
        AtomicLong begun = new AtomicLong();
        try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
            List<Future<Long>> counts = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                counts.add(workers.submit(() -> {
                    long done = 0;
                    while (job.times() > 0 ? begun.getAndIncrement() < job.times() : System.nanoTime() < end) {
                        step.run();
                        done++;
                    }
                    return done;
                }));
            }
            long sum = 0;
            for (Future<Long> count : counts) {
                sum += count.get();
            }
            return Long.toString(sum);
        }
    }

    /** One request. */
    @FunctionalInterface
    private interface Step {

        void run() throws IOException;
    }

    private static String checksum(S3Client s3, Job job) throws IOException {
        CRC32C crc = new CRC32C();
        fetch(s3, job, crc, true);
        return Workshop.base64(crc.getValue());
    }

    private static void fetch(S3Client s3, Job job, CRC32C crc, boolean counted) throws IOException {
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = s3.getObject(
                request -> request.bucket(Workshop.BUCKET)
                        .key(job.key())
                        .range(job.range().isEmpty() ? null : job.range()),
                ResponseTransformer.toInputStream())) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (counted) {
                    crc.update(buffer, 0, count);
                }
            }
        }
    }

    private static void sendObject(S3Client s3, String key, byte[] object) {
        s3.putObject(request -> request.bucket(Workshop.BUCKET).key(key).checksumCRC32C(crc32c(object)), body(object));
    }

    private static void sendPart(S3Client s3, String key, byte[] part, int number) {
        s3.uploadPart(
                request -> request.bucket(Workshop.BUCKET)
                        .key(key)
                        .uploadId("1")
                        .partNumber(number)
                        .checksumCRC32C(crc32c(part)),
                body(part));
    }

    private static RequestBody body(byte[] bytes) {
        return RequestBody.fromContentProvider(
                () -> new ByteArrayInputStream(bytes), bytes.length, "application/octet-stream");
    }

    private static String crc32c(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return Workshop.base64(crc.getValue());
    }

    private static S3Client client(URI endpoint) {
        return S3Client.builder()
                .httpClientBuilder(Apache5HttpClient.builder().expectContinueEnabled(false))
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .forcePathStyle(true)
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("cost", "cost")))
                .build();
    }
}
