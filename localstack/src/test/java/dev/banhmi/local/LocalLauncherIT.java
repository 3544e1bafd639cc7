package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.Patience;
import dev.banhmi.testkit.RawHttp;
import dev.banhmi.testkit.StoreProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

class LocalLauncherIT {

    private static final String UNOWNED = "{\"status\":\"error\",\"payload\":\"Resource not found\"}";

    /** Where the launcher runs, and so where its data is by default. */
    @TempDir
    private Path directory;

    /** Commands that it finds before those of the system. */
    @TempDir
    private Path commands;

    @Test
    void printsCurlLinesThatWorkWhenPastedAndKeepsDataOverARestart() throws Exception {
        List<String> lines;
        // The first as a user starts it, by the door of the jar and Spring Boot's loader.
        try (LauncherProcess first = LauncherProcess.startFromItsJar(directory, "--port=0")) {
            String printed = first.awaitOutput("Try it:");
            assertThat(printed.lines().findFirst()).get().asString().contains("Not for production");
            lines = curlLines(printed);
            assertThat(lines).hasSize(3);
            assertThat(LauncherProcess.shell(lines.get(0))).contains("\"name\":\"hello\",\"size\":9");
            assertThat(LauncherProcess.shell(lines.get(1))).isEqualTo("banh mi!\n");
            assertThat(LauncherProcess.shell(lines.get(2))).contains("\"objects\":[{\"name\":\"hello\",\"size\":9");
            first.terminate();
            assertThat(first.awaitExit()).isZero();
        }
        assertThat(directory.resolve("data/demo")).isNotEmptyDirectory();

        // A browser that does not open is one line and no more.
        browser("exit 3");
        try (LauncherProcess second = LauncherProcess.start(
                directory, Map.of("PATH", path()), "--port=0", "--data", "data", "--open-browser")) {
            String printed = second.awaitOutput("No browser was opened");
            assertThat(printed).contains("open ended with 3): open " + second.awaitUrl() + "/ yourself.");
            assertThat(LauncherProcess.shell(curlLines(printed).get(1))).isEqualTo("banh mi!\n");
        }
    }

    @Test
    void servesEveryBucketAndAStartPageThatItOpens() throws Exception {
        Path opened = commands.resolve("opened");
        browser("printf '%s\\n' \"$@\" >" + opened);
        try (LauncherProcess launcher = LauncherProcess.start(
                        directory,
                        Map.of("PATH", path()),
                        "--port=0",
                        "--bucket=demo",
                        "--bucket=my-photos",
                        "--bucket=with.dots",
                        "--bucket=123",
                        "--open-browser");
                LauncherClient client = new LauncherClient(launcher.awaitUrl())) {
            String printed = launcher.output();
            for (String bucket : List.of("demo", "my-photos", "with.dots", "123")) {
                assertThat(printed).contains("\"" + bucket + "\"");
                String object = "/v1/objects/" + bucket + "/hello";
                assertThat(client.put(object, bucket).statusCode()).isEqualTo(201);
                assertThat(client.get(object).body()).isEqualTo(bucket);
                assertThat(directory.resolve("data").resolve(bucket)).isNotEmptyDirectory();
            }
            assertThat(client.get("/v1/objects/other/hello").statusCode()).isEqualTo(404);

            checkStartPage(client);
            // The fake command is started after the greeting, and is a process of its own.
            Patience.await("a browser was opened", () -> "", () -> Files.exists(opened) && Files.size(opened) > 0);
            assertThat(opened).hasContent(launcher.awaitUrl() + "/\n");
        }
    }

    private static void checkStartPage(LauncherClient client) throws Exception {
        HttpResponse<String> page = client.get("/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .startsWith("<!doctype html>")
                .contains(
                        "<option>demo</option><option>my-photos</option><option>with.dots</option><option>123</option>");
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=utf-8");
        assertThat(page.headers().firstValue("Content-Security-Policy"))
                .get()
                .asString()
                .startsWith("default-src 'none'; ")
                .contains("; script-src 'sha256-", "; style-src 'sha256-")
                .doesNotContain("unsafe");
        assertThat(page.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(page.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
        assertThat(page.headers().firstValue("Cache-Control")).hasValue("no-store");

        HttpResponse<String> head = client.send("HEAD", "/");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("Content-Length"))
                .isEqualTo(page.headers().firstValue("Content-Length"));

        // Everything else is handled as by the gateway's own jar.
        for (String path : List.of("//", "/index.html", "/start-page.js", "/;", "/local/")) {
            HttpResponse<String> unowned = client.get(path);
            assertThat(unowned.statusCode()).as(path).isEqualTo(404);
            assertThat(unowned.body()).as(path).isEqualTo(UNOWNED);
        }
        for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS")) {
            HttpResponse<String> unowned = client.send(method, "/");
            assertThat(unowned.statusCode()).as(method).isEqualTo(404);
            assertThat(unowned.body()).as(method).isEqualTo(UNOWNED);
        }
    }

    @Test
    void respondsToItsOwnNamesAndChangesNothingForPagesOfOthers() throws Exception {
        try (LauncherProcess launcher =
                LauncherProcess.start(directory, "--port=0", "--host-name=box.local", "--host-name=[fd00::7]")) {
            String printed = launcher.awaitOutput("Try it:");
            URI management = URI.create(printed.replaceFirst("(?s).*Metrics (\\S+).*", "$1"));
            String metrics = "GET /actuator/prometheus HTTP/1.1\r\nHost: ";
            assertThat(status(management, metrics + "evil.example")).isEqualTo(421);
            assertThat(status(management, metrics + "localhost:1")).isEqualTo(200);

            URI gateway = URI.create(launcher.awaitUrl());
            String port = ":" + gateway.getPort();
            for (String host : List.of(
                    "localhost",
                    "LOCALHOST" + port,
                    "localhost.",
                    "127.0.0.1" + port,
                    "[::1]" + port,
                    "[0:0:0:0:0:0:0:1]:1",
                    "box.local:80",
                    "[fd00:0:0:0:0:0:0:7]")) {
                assertThat(status(gateway, "GET /v1/objects/demo HTTP/1.1\r\nHost: " + host))
                        .as(host)
                        .isEqualTo(200);
            }
            for (String host :
                    List.of("evil.example" + port, "localhost.evil.example", "127.0.0.1.nip.io" + port, "")) {
                for (String request : List.of(
                        "GET / HTTP/1.1",
                        "GET /v1/objects/demo HTTP/1.1",
                        "GET /file/status?bucket=demo&key=x HTTP/1.1",
                        "DELETE /v1/objects/demo/x HTTP/1.1",
                        "GET /livez HTTP/1.1")) {
                    assertThat(status(gateway, request + "\r\nHost: " + host))
                            .as(request + " to " + host)
                            .isEqualTo(421);
                }
            }
            String put = "PUT /v1/objects/demo/page HTTP/1.1\r\nContent-Length: 0\r\nHost: 127.0.0.1" + port;
            for (String origin :
                    List.of("null", "http://evil.example", "http://localhost" + port, "http://127.0.0.1")) {
                assertThat(status(gateway, put + "\r\nOrigin: " + origin))
                        .as(origin)
                        .isEqualTo(403);
            }
            assertThat(status(
                            gateway,
                            "OPTIONS /v1/objects/demo/page HTTP/1.1\r\nHost: 127.0.0.1" + port
                                    + "\r\nOrigin: http://evil.example\r\nAccess-Control-Request-Method: PUT"))
                    .as("no preflight succeeds")
                    .isEqualTo(405);
            assertThat(status(gateway, put + "\r\nOrigin: http://127.0.0.1" + port))
                    .isEqualTo(201);
            assertThat(status(gateway, put)).isEqualTo(200);
        }
    }

    @Test
    void honoursWhatSettingsSayOfItsBucketsAndNamesWhatItDoesNotUse() throws Exception {
        Map<String, String> environment = Map.of(
                "BANHMI_BUCKETS_DEMO_KEY_LAYOUT", "plain",
                "BANHMI_S3_SECRET_ACCESS_KEY", "s3cret",
                "BANHMI_S3_REGION", "us-east-1",
                "BANHMI_CORS_ALLOWED_ORIGINS", "http://evil.example",
                "SERVER_PORT", "1");
        try (LauncherProcess launcher =
                        LauncherProcess.start(directory, environment, "--port=0", "--bucket=demo", "--bucket=b.c");
                LauncherClient client = new LauncherClient(launcher.awaitUrl())) {
            // The last of them, which are sorted.
            String printed = launcher.awaitOutput("\"SERVER_PORT\"");
            assertThat(printed.lines().filter(line -> line.startsWith("Not used: ")))
                    .hasSize(3)
                    .anyMatch(line -> line.contains("banhmi.s3.secret-access-key"))
                    .anyMatch(line -> line.contains("banhmi.cors.allowed-origins"))
                    .anyMatch(line -> line.contains("\"SERVER_PORT\""));
            assertThat(printed).doesNotContain("s3cret");
            for (String bucket : List.of("demo", "b.c")) {
                assertThat(client.put("/v1/objects/" + bucket + "/by/name", "x").statusCode())
                        .isEqualTo(201);
            }
            assertThat(directory.resolve("data/demo/by/name")).hasContent("x");
            assertThat(directory.resolve("data/b.c/by")).doesNotExist();
            assertThat(client.get("/v1/objects/other").body()).contains("these are: b.c, demo.");

            Matcher line = Pattern.compile("AWS_ACCESS_KEY_ID=(\\S+) AWS_SECRET_ACCESS_KEY=(\\S+) AWS_REGION=us-east-1"
                            + " aws --endpoint-url (\\S+) s3 ls s3://demo")
                    .matcher(printed);
            assertThat(line.find()).isTrue();
            try (S3Client store = StoreProcess.client(
                    URI.create(line.group(3)), new StoreProcess.Credentials(line.group(1), line.group(2)))) {
                assertThat(store.listObjectsV2(list -> list.bucket("demo")).contents())
                        .extracting(S3Object::key)
                        .containsExactly("by/name");
            }
        }
    }

    /** Puts a command where the launcher looks for one that opens a browser, on Linux and on macOS. */
    private void browser(String line) throws IOException {
        for (String name : List.of("xdg-open", "open")) {
            Path file = Files.writeString(commands.resolve(name), "#!/bin/sh\n" + line + "\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private String path() {
        return commands + ":" + System.getenv("PATH");
    }

    /** Of a request that the JDK's client would not send: with a Host and an Origin of the test's choice. */
    private static int status(URI gateway, String head) throws IOException {
        try (RawHttp connection = RawHttp.connect(gateway)) {
            connection.send(head + "\r\nConnection: close\r\n\r\n");
            return connection.response().status();
        }
    }

    private static List<String> curlLines(String printed) {
        return printed.lines()
                .map(String::trim)
                .filter(line -> line.contains("curl "))
                .toList();
    }
}
