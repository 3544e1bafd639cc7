package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.GeneratedContent;
import dev.banhmi.testkit.Patience;
import dev.banhmi.testkit.RawHttp;
import dev.banhmi.testkit.Seeds;
import dev.banhmi.testkit.StoreProcess;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** What is left of uploads in the launcher's data directory, however the launcher ends. */
class LauncherUploadsIT {

    private static final int PART = 8 << 20;
    private static final GeneratedContent CONTENT = new GeneratedContent(71, 3L * PART);
    private static final Pattern PART_FILE = Pattern.compile(".*-([0-9a-f]{56}|reports/\\d+)-\\d+");

    @TempDir
    private Path directory;

    /** How many uploads run when a launcher ends; a soak has more. */
    int uploads() {
        return 12;
    }

    @ParameterizedTest
    @ValueSource(strings = {"hashed", "plain"})
    void nothingIsLeftAfterKill9AndARestart(String layout) throws Exception {
        Map<String, String> environment = patient(Map.of("BANHMI_BUCKETS_DEMO_KEY_LAYOUT", layout));
        try (LauncherProcess killed = LauncherProcess.start(directory, environment, "--port=0");
                Uploads uploads = Uploads.begin(killed, uploads())) {
            awaitParts(uploads.parts());
            put(killed, "whole");
            placeWhatATrialLeaves();
            // Last, for the store gives it up after 30 s.
            try (Direct direct = Direct.put(killed, "reports/direct")) {
                Patience.await("the store writes the object", () -> files().toString(), () -> bytesOf("direct") > 0);
                assertThat(list(killed))
                        .as("objects while others are written")
                        .contains("\"name\":\"whole\"")
                        .containsOnlyOnce("\"name\":");
                killed.kill();
                assertThat(killed.awaitExit()).isEqualTo(137);
                direct.end().countDown();
                direct.assertFails();
            }
            assertThat(filesOfUploads()).as("what kill -9 leaves").isNotEmpty();
        }

        try (LauncherProcess next = LauncherProcess.start(directory, environment, "--port=0")) {
            assertThat(list(next)).contains("\"name\":\"whole\"").containsOnlyOnce("\"name\":");
            assertThat(files())
                    .singleElement()
                    .satisfies(file -> assertThat(file).hasContent("bytes"));
        }
    }

    @Test
    void nothingIsLeftAtTheExitByCtrlC() throws Exception {
        try (LauncherProcess launcher = LauncherProcess.startInForeground(
                        directory,
                        patient(Map.of(
                                "BANHMI_SHUTDOWN_INFLIGHTTIMEOUT",
                                "1s",
                                "BANHMI_SHUTDOWN_ABORTTIMEOUT",
                                Patience.HANGS.toSeconds() + "s")),
                        "--port=0");
                Uploads uploads = Uploads.begin(launcher, uploads())) {
            awaitParts(uploads.parts());

            launcher.interrupt();

            assertThat(launcher.awaitExit()).isZero();
            assertThat(files()).isEmpty();
            assertThat(launcher.output()).doesNotContain("shutting down with upload");
        }
    }

    @Test
    void aSecondLauncherIsRefusedAndChangesNothing() throws Exception {
        try (LauncherProcess first = LauncherProcess.start(directory, patient(Map.of()), "--port=0");
                RawHttp upload = upload(first, "parts", 2 * PART, true)) {
            awaitParts(1);
            try (LauncherProcess second = LauncherProcess.start(directory, "--port=0", "--bucket=other")) {
                assertThat(second.awaitExit()).isEqualTo(64);
                assertThat(second.output())
                        .contains("--data " + directory.resolve("data") + ": another launcher (process " + first.pid()
                                + ") has this directory; end that one, or --data DIR takes another directory")
                        .doesNotContain("\tat ");
            }
            assertThat(directory.resolve("data").resolve("other")).doesNotExist();
            try (InputStream bytes = CONTENT.open()) {
                bytes.skipNBytes(2L * PART);
                bytes.transferTo(upload.output());
            }
            assertThat(upload.response().status()).isEqualTo(201);
            assertThat(list(first)).contains("\"name\":\"parts\",\"size\":" + CONTENT.length());
        }
    }

    @Test
    void oneOfThoseThatStartAtOnceGetsTheDirectory() throws Exception {
        try (LauncherProcess one = LauncherProcess.start(directory, "--port=0");
                LauncherProcess two = LauncherProcess.start(directory, "--port=0");
                LauncherProcess three = LauncherProcess.start(directory, "--port=0")) {
            List<LauncherProcess> all = List.of(one, two, three);
            Patience.await(
                    "two have ended",
                    () -> "",
                    () -> all.stream().filter(LauncherProcess::hasEnded).count() == 2);
            List<LauncherProcess> running =
                    all.stream().filter(launcher -> !launcher.hasEnded()).toList();
            assertThat(running).hasSize(1);
            for (LauncherProcess launcher : all) {
                if (!running.contains(launcher)) {
                    assertThat(launcher.awaitExit()).isEqualTo(64);
                    assertThat(launcher.output()).contains("another launcher");
                }
            }
            put(running.getFirst(), "whole");
            assertThat(list(running.getFirst())).contains("\"name\":\"whole\"");
        }
    }

    /** With a gateway that gives up no client, however long it is silent: the others' parts may take long. */
    private static Map<String, String> patient(Map<String, String> environment) {
        Map<String, String> patient = new HashMap<>(environment);
        patient.put("BANHMI_TRANSFER_MAXIDLE", "30m");
        patient.put("BANHMI_SERVER_MINBODYRATE", "0");
        return patient;
    }

    /** Uploads that wait for their clients, each after another number of bytes. */
    private record Uploads(List<RawHttp> clients, int parts) implements AutoCloseable {

        static Uploads begin(LauncherProcess launcher, int count) throws Exception {
            Random random = new Random(Seeds.seed(LauncherUploadsIT.class));
            List<RawHttp> clients = new ArrayList<>();
            int parts = 0;
            for (int i = 0; i < count; i++) {
                // From the head to the last byte but one, and everything between.
                int sent = (int) ((CONTENT.length() - 1) * i / (count - 1));
                sent = Math.max(0, sent - random.nextInt(1000));
                clients.add(upload(launcher, "reports/" + i, sent, random.nextBoolean()));
                // A body that has a second part is an upload in parts.
                parts += sent > PART ? sent / PART : 0;
            }
            return new Uploads(clients, parts);
        }

        @Override
        public void close() throws IOException {
            for (RawHttp client : clients) {
                client.close();
            }
        }
    }

    /** A write to the store itself of which the last byte does not come. */
    private record Direct(S3Client s3, CompletableFuture<?> response, CountDownLatch end) implements AutoCloseable {

        static Direct put(LauncherProcess launcher, String key) throws Exception {
            Matcher keys = Pattern.compile("AWS_ACCESS_KEY_ID=(\\S+) AWS_SECRET_ACCESS_KEY=(\\S+) AWS_REGION=\\S+"
                            + " aws --endpoint-url (\\S+) s3 ls")
                    .matcher(launcher.awaitOutput("Try it:"));
            assertThat(keys.find()).isTrue();
            S3Client s3 = StoreProcess.client(
                    URI.create(keys.group(3)), new StoreProcess.Credentials(keys.group(1), keys.group(2)));
            CountDownLatch end = new CountDownLatch(1);
            InputStream body = new SequenceInputStream(new ByteArrayInputStream(new byte[1 << 20]), new Stopped(end));
            CompletableFuture<?> response = CompletableFuture.supplyAsync(
                    () -> s3.putObject(
                            request -> request.bucket("demo").key(key),
                            RequestBody.fromInputStream(body, (1 << 20) + 1)),
                    task -> Thread.ofVirtual().start(task));
            return new Direct(s3, response, end);
        }

        void assertFails() {
            assertThat(response.handle((_, failure) -> failure).join()).isNotNull();
        }

        @Override
        public void close() {
            end.countDown();
            response.handle((_, _) -> "").join();
            s3.close();
        }
    }

    /** Has one more byte, which does not come. */
    private static final class Stopped extends InputStream {

        private final CountDownLatch end;

        Stopped(CountDownLatch end) {
            this.end = end;
        }

        @Override
        public int read() throws IOException {
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
            return -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return length == 0 ? 0 : read();
        }
    }

    /** Sends so much of an upload, and no more. */
    private static RawHttp upload(LauncherProcess launcher, String name, int sent, boolean announced) throws Exception {
        RawHttp upload = RawHttp.connect(URI.create(launcher.awaitUrl()));
        upload.send("PUT /v1/objects/demo/" + name + " HTTP/1.1\r\nHost: localhost\r\n"
                + (announced ? "Content-Length: " + CONTENT.length() : "Transfer-Encoding: chunked") + "\r\n\r\n");
        try (InputStream bytes = CONTENT.open()) {
            byte[] body = bytes.readNBytes(sent);
            if (!announced && sent > 0) {
                upload.send(Integer.toHexString(sent) + "\r\n");
            }
            upload.output().write(body);
        }
        return upload;
    }

    private static void put(LauncherProcess launcher, String name) throws Exception {
        try (LauncherClient client = new LauncherClient(launcher.awaitUrl())) {
            assertThat(client.put("/v1/objects/demo/" + name, "bytes").statusCode())
                    .isEqualTo(201);
        }
    }

    private static String list(LauncherProcess launcher) throws Exception {
        try (LauncherClient client = new LauncherClient(launcher.awaitUrl())) {
            return client.get("/v1/objects/demo").body();
        }
    }

    /** As the store keeps it while the gateway tries the bucket's conditional writes. */
    private void placeWhatATrialLeaves() throws IOException {
        Path races = Files.createDirectories(bucket().resolve(".banhmi").resolve("races"));
        Files.writeString(races.resolve("0b6b4bd5-92e4-4c8c-8b1f-5d5a4b1d7f10"), "bytes");
    }

    private void awaitParts(int count) throws Exception {
        Patience.await(
                count + " parts are in the store",
                () -> filesOfUploads().toString(),
                () -> filesOfUploads().stream()
                                .filter(name -> PART_FILE.matcher(name).matches())
                                .count()
                        >= count);
    }

    /** Whatever s3proxy has that is not whole, or belongs to an upload. */
    private List<String> filesOfUploads() {
        return files().stream()
                .map(file -> bucket().relativize(file).toString())
                .filter(name -> name.startsWith(".mpus-") || name.startsWith(".s3proxy-mpu-stub-"))
                .toList();
    }

    private List<Path> files() {
        try (Stream<Path> files = Files.walk(bucket())) {
            return files.filter(Files::isRegularFile).toList();
        } catch (UncheckedIOException | IOException e) {
            // A directory was removed meanwhile.
            return files();
        }
    }

    private long bytesOf(String name) throws IOException {
        long bytes = 0;
        for (Path file : files()) {
            if (file.toString().contains(name) && Files.exists(file)) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    private Path bucket() {
        return directory.resolve("data").resolve("demo");
    }
}
