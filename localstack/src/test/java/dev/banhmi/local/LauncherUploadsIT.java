package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.GeneratedContent;
import dev.banhmi.testkit.Patience;
import dev.banhmi.testkit.RawHttp;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of uploads in the launcher's data directory, however the launcher ends. */
class LauncherUploadsIT {

    private static final int PART = 8 << 20;
    private static final GeneratedContent CONTENT = new GeneratedContent(71, 3L * PART);

    @TempDir
    private Path directory;

    @Test
    void nothingIsLeftAfterKill9AndARestart() throws Exception {
        try (LauncherProcess killed = LauncherProcess.start(directory, "--port=0");
                RawHttp _ = upload(killed, "parts", 2 * PART + 1000);
                RawHttp _ = upload(killed, "small", 0)) {
            awaitParts(2);
            // An object that is being written in one call, as the store does it, and one that is whole.
            Path unfinished = Files.writeString(
                    bucket().resolve("0123456789abcdef0123456789abcdef0123456789abcdef01234567"
                            + "-0b6b4bd5-92e4-4c8c-8b1f-5d5a4b1d7f10"),
                    "half");
            put(killed, "whole");
            killed.kill();
            assertThat(killed.awaitExit()).isEqualTo(137);
            assertThat(filesOfUploads()).hasSizeGreaterThanOrEqualTo(3);
            assertThat(unfinished).exists();
        }

        try (LauncherProcess next = LauncherProcess.start(directory, "--port=0")) {
            String url = url(next);
            assertThat(filesOfUploads()).isEmpty();
            assertThat(list(url)).contains("\"name\":\"whole\"").doesNotContain("parts", "small");
            assertThat(bucket()).isDirectoryContaining(Files::isRegularFile);
            assertThat(bucket().toFile().list()).hasSize(1);
        }
    }

    @Test
    void nothingIsLeftAtTheExitByCtrlC() throws Exception {
        try (LauncherProcess launcher = LauncherProcess.startInForeground(
                        directory, Map.of("BANHMI_SHUTDOWN_INFLIGHTTIMEOUT", "1s"), "--port=0");
                RawHttp _ = upload(launcher, "one", PART + 1000);
                RawHttp _ = upload(launcher, "two", 2 * PART + 1000)) {
            awaitParts(3);

            launcher.interrupt();

            assertThat(launcher.awaitExit()).isZero();
            assertThat(filesOfUploads()).isEmpty();
            assertThat(launcher.output()).doesNotContain("shutting down with upload");
        }
    }

    @Test
    void aSecondLauncherLeavesTheUploadsOfTheFirstAlone() throws Exception {
        try (LauncherProcess first = LauncherProcess.start(directory, "--port=0");
                RawHttp upload = upload(first, "parts", 2 * PART)) {
            awaitParts(1);
            try (LauncherProcess second = LauncherProcess.start(directory, "--port=0")) {
                second.awaitOutput("Try it:");
            }
            try (InputStream bytes = CONTENT.open()) {
                bytes.skipNBytes(2L * PART);
                bytes.transferTo(upload.output());
            }
            assertThat(upload.response().status()).isEqualTo(201);
            assertThat(list(url(first))).contains("\"name\":\"parts\",\"size\":" + CONTENT.length());
        }
    }

    private static String url(LauncherProcess launcher) throws Exception {
        return launcher.awaitOutput("Try it:").replaceFirst("(?s).* is ready on (\\S+).*", "$1");
    }

    /** Sends so much of an upload, and no more. */
    private static RawHttp upload(LauncherProcess launcher, String name, int sent) throws Exception {
        RawHttp upload = RawHttp.connect(URI.create(url(launcher)));
        upload.send("PUT /v1/objects/demo/" + name + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                + CONTENT.length() + "\r\n\r\n");
        try (InputStream bytes = CONTENT.open()) {
            upload.output().write(bytes.readNBytes(sent));
        }
        return upload;
    }

    private static void put(LauncherProcess launcher, String name) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest put = HttpRequest.newBuilder(URI.create(url(launcher) + "/v1/objects/demo/" + name))
                    .PUT(HttpRequest.BodyPublishers.ofString("bytes"))
                    .build();
            assertThat(client.send(put, BodyHandlers.ofString()).statusCode()).isEqualTo(201);
        }
    }

    private static String list(String url) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest list =
                    HttpRequest.newBuilder(URI.create(url + "/v1/objects/demo")).build();
            return client.send(list, BodyHandlers.ofString()).body();
        }
    }

    private void awaitParts(int count) throws Exception {
        Patience.await(
                count + " parts are in the store",
                () -> filesOfUploads().toString(),
                () -> filesOfUploads().stream()
                                .filter(name -> name.matches(".*-[0-9a-f]{56}-\\d+"))
                                .count()
                        >= count);
    }

    private List<String> filesOfUploads() {
        try (Stream<Path> files = Files.list(bucket())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(".mpus-") || name.startsWith(".s3proxy-mpu-stub-"))
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path bucket() {
        return directory.resolve("data").resolve("demo");
    }
}
