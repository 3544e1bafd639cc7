package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.banhmi.testkit.Patience;
import dev.banhmi.testkit.RawHttp;
import dev.banhmi.testkit.StoreProcess;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

class LocalLauncherIT {

    private static final Path JAVA = Path.of(System.getProperty("java.home"));
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
        try (LauncherProcess first = LauncherProcess.start(directory, "--port=0")) {
            String printed = first.awaitOutput("Try it:");
            assertThat(printed.lines().findFirst()).get().asString().contains("Not for production");
            lines = curlLines(printed);
            assertThat(lines).hasSize(3);
            assertThat(run(lines.get(0))).contains("\"name\":\"hello\",\"size\":9");
            assertThat(run(lines.get(1))).isEqualTo("banh mi!\n");
            assertThat(run(lines.get(2))).contains("\"objects\":[{\"name\":\"hello\",\"size\":9");
            first.terminate();
            assertThat(first.awaitExit()).isZero();
        }
        assertThat(directory.resolve("data/demo")).isNotEmptyDirectory();

        // A browser that does not open is one line and no more.
        browser("exit 3");
        try (LauncherProcess second = LauncherProcess.start(
                JAVA, directory, Map.of("PATH", path()), "--port=0", "--data", "data", "--open-browser")) {
            String printed = second.awaitOutput("No browser was opened");
            assertThat(printed).contains("open ended with 3): open " + urlIn(printed) + "/ yourself.");
            assertThat(run(curlLines(printed).get(1))).isEqualTo("banh mi!\n");
        }
    }

    @Test
    void servesEveryBucketAndAStartPageThatItOpens() throws Exception {
        Path opened = commands.resolve("opened");
        browser("printf '%s\\n' \"$@\" >" + opened);
        try (LauncherProcess launcher = LauncherProcess.start(
                        JAVA,
                        directory,
                        Map.of("PATH", path()),
                        "--port=0",
                        "--bucket=demo",
                        "--bucket=my-photos",
                        "--bucket=with.dots",
                        "--bucket=123",
                        "--open-browser");
                HttpClient client = HttpClient.newHttpClient()) {
            String printed = launcher.awaitOutput("Try it:");
            String url = urlIn(printed);

            for (String bucket : List.of("demo", "my-photos", "with.dots", "123")) {
                assertThat(printed).contains("\"" + bucket + "\"");
                URI object = URI.create(url + "/v1/objects/" + bucket + "/hello");
                HttpRequest put = HttpRequest.newBuilder(object)
                        .PUT(BodyPublishers.ofString(bucket))
                        .build();
                assertThat(client.send(put, BodyHandlers.ofString()).statusCode())
                        .isEqualTo(201);
                assertThat(get(client, object.toString()).body()).isEqualTo(bucket);
                assertThat(directory.resolve("data").resolve(bucket)).isNotEmptyDirectory();
            }
            assertThat(get(client, url + "/v1/objects/other/hello").statusCode())
                    .isEqualTo(404);

            checkStartPage(client, url);
            // The fake command is started after the greeting, and is a process of its own.
            Patience.await("a browser was opened", () -> "", () -> Files.exists(opened) && Files.size(opened) > 0);
            assertThat(opened).hasContent(url + "/\n");
        }
    }

    private static void checkStartPage(HttpClient client, String url) throws Exception {
        HttpResponse<String> page = get(client, url + "/");
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

        HttpResponse<String> head = send(client, "HEAD", url + "/");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("Content-Length"))
                .isEqualTo(page.headers().firstValue("Content-Length"));

        // Everything else is handled as by the gateway's own jar.
        for (String path : List.of("//", "/index.html", "/start-page.js", "/;", "/local/")) {
            HttpResponse<String> unowned = get(client, url + path);
            assertThat(unowned.statusCode()).as(path).isEqualTo(404);
            assertThat(unowned.body()).as(path).isEqualTo(UNOWNED);
        }
        for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS")) {
            HttpResponse<String> unowned = send(client, method, url + "/");
            assertThat(unowned.statusCode()).as(method).isEqualTo(404);
            assertThat(unowned.body()).as(method).isEqualTo(UNOWNED);
        }
    }

    /** The embedded store alone loses a quarter of them; and a completion of parts decides elsewhere than a put. */
    @ParameterizedTest
    @CsvSource({"40, 8, 120", "9437184, 3, 9"})
    void losesNoWriteOverANamedVersion(int size, int atOnce, int writes) throws Exception {
        try (LauncherProcess launcher = LauncherProcess.start(directory, "--port=0");
                HttpClient client = HttpClient.newHttpClient()) {
            URI object = URI.create(urlIn(launcher.awaitOutput("Try it:")) + "/v1/objects/demo/counter");
            assertThat(put(client, object, counter(0, size)).statusCode()).isEqualTo(201);
            AtomicInteger written = new AtomicInteger();
            List<Future<?>> writers = new ArrayList<>();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int writer = 0; writer < atOnce; writer++) {
                    writers.add(threads.submit(() -> increment(client, object, size, written, writes)));
                }
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
            assertThat(written.get()).isGreaterThanOrEqualTo(writes);
            assertThat(Integer.parseInt(get(client, object.toString()).body().strip()))
                    .as("what all of them have written")
                    .isEqualTo(written.get());
            try (Stream<Path> files = Files.walk(directory.resolve("data"))) {
                assertThat(files).noneMatch(file -> file.endsWith(".banhmi"));
            }
        }
    }

    private static int increment(HttpClient client, URI object, int size, AtomicInteger written, int writes)
            throws Exception {
        while (written.get() < writes) {
            HttpResponse<String> before = get(client, object.toString());
            assertThat(before.statusCode()).isEqualTo(200);
            String next = counter(Integer.parseInt(before.body().strip()) + 1, size);
            String version = before.headers().firstValue("ETag").orElseThrow();
            HttpResponse<String> after = put(client, object, next, "If-Match", version);
            assertThat(after.statusCode()).as(after.body()).isIn(200, 409, 412);
            if (after.statusCode() == 200) {
                written.incrementAndGet();
            }
        }
        return written.get();
    }

    private static String counter(int value, int size) {
        return " ".repeat(size - 10) + "%010d".formatted(value);
    }

    /** The client that is refused before its body waits for that, instead of losing its connection in the middle. */
    private static HttpResponse<String> put(HttpClient client, URI object, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(object).expectContinue(true).PUT(BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    /** Where names are paths, some are not possible; none is taken for another, and nothing of an object is lost in silence. */
    @Test
    void refusesWhatAFileCannotHold() throws Exception {
        try (LauncherProcess launcher = LauncherProcess.start(
                        JAVA, directory, Map.of("BANHMI_BUCKETS_DEMO_KEY_LAYOUT", "plain"), "--port=0");
                HttpClient client = HttpClient.newHttpClient()) {
            String bucket = urlIn(launcher.awaitOutput("Try it:")) + "/v1/objects/demo";
            URI innocent = URI.create(bucket + "/dir/doc");
            assertThat(put(client, innocent, "innocent").statusCode()).isEqualTo(201);

            for (String name : List.of(
                    "dir/doc/", "dir/doc/x", "dir", "q/", ".banhmi", ".mpus-x", ".s3proxy-slash", "/x", "a//b")) {
                refused(put(client, URI.create(bucket + "/" + name), "8 bytes."), name);
            }
            refused(put(client, URI.create(bucket + "/dir/doc/"), ""), "dir/doc/");
            for (int bytes : new int[] {219, 255, 256}) {
                refused(put(client, URI.create(bucket + "/" + "x".repeat(bytes)), "x"), bytes + " bytes");
            }
            refused(put(client, URI.create(bucket + "/" + "x".repeat(170)), " ".repeat(9 << 20)), "in parts");
            HttpRequest copy = HttpRequest.newBuilder(URI.create(bucket + "/dir/doc/"))
                    .header("x-amz-copy-source", "/demo/dir/doc")
                    .PUT(BodyPublishers.noBody())
                    .build();
            refused(client.send(copy, BodyHandlers.ofString()), "copy");
            assertThat(get(client, bucket + "/dir/doc/").statusCode()).isEqualTo(404);
            assertThat(send(client, "HEAD", bucket + "/dir/doc/x").statusCode()).isEqualTo(404);
            assertThat(send(client, "HEAD", bucket + "/a//b").statusCode()).isEqualTo(400);
            assertThat(send(client, "DELETE", bucket + "/dir/doc/").statusCode())
                    .isEqualTo(204);

            URI many = URI.create(bucket + "/many");
            for (int length : new int[] {2_000, 7_000, 8_200}) {
                String disposition = "attachment; filename=" + "x".repeat(length);
                HttpResponse<String> response =
                        put(client, many, "x", "Content-Disposition", disposition, "Cache-Control", "x".repeat(2_000));
                if (response.statusCode() == 400) {
                    refused(response, length + " bytes of metadata");
                } else {
                    HttpResponse<String> kept = get(client, many.toString());
                    assertThat(kept.headers().firstValue("Content-Disposition")).hasValue(disposition);
                    assertThat(kept.headers().firstValue("Cache-Control")).hasValue("x".repeat(2_000));
                }
            }
            assertThat(put(client, URI.create(bucket + "/new"), "x", "If-None-Match", "*")
                            .statusCode())
                    .isEqualTo(201);
            assertThat(get(client, innocent.toString()).body()).isEqualTo("innocent");
            assertThat(get(client, bucket + "?prefix=dir/doc/").body()).contains("\"objects\":[]");
            for (String prefix : List.of("/", "/x", "a//")) {
                assertThat(get(client, bucket + "?prefix=" + prefix).body())
                        .as(prefix)
                        .contains("\"objects\":[]");
            }
        }
    }

    private static void refused(HttpResponse<String> response, String what) {
        assertThat(response.statusCode()).as("%s: %s", what, response.body()).isEqualTo(400);
        assertThat(response.body()).as(what).contains("\"code\":\"INVALID_REQUEST\"");
    }

    /** What curl, wget and a browser's forms call their bodies by themselves. */
    @Test
    void keepsForms() throws Exception {
        try (LauncherProcess launcher = LauncherProcess.start(directory, "--port=0")) {
            String object = urlIn(launcher.awaitOutput("Try it:")) + "/v1/objects/demo/form";
            assertThat(run("curl -X PUT -d a=1 -d b=%20 " + object)).contains("\"size\":9");
            assertThat(run("curl " + object)).isEqualTo("a=1&b=%20");
            assertThat(run("printf 'x\\ny' | curl -X PUT --data-binary @- " + object))
                    .contains("\"size\":3");
            assertThat(run("curl " + object)).isEqualTo("x\ny");
            assertThat(run("curl -X PUT -F name=value " + object)).contains("multipart/form-data; boundary=");
            assertThat(run("curl -X PUT -d '' " + object)).contains("\"size\":0");
            assertThat(run("curl -i " + object)).contains("Content-Type: application/x-www-form-urlencoded");
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

            URI gateway = URI.create(urlIn(printed));
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
        try (LauncherProcess launcher = LauncherProcess.start(
                        JAVA, directory, environment, "--port=0", "--bucket=demo", "--bucket=b.c");
                HttpClient client = HttpClient.newHttpClient()) {
            // The last of them, which are sorted.
            String printed = launcher.awaitOutput("\"SERVER_PORT\"");
            assertThat(printed.lines().filter(line -> line.startsWith("Not used: ")))
                    .hasSize(3)
                    .anyMatch(line -> line.contains("banhmi.s3.secret-access-key"))
                    .anyMatch(line -> line.contains("banhmi.cors.allowed-origins"))
                    .anyMatch(line -> line.contains("\"SERVER_PORT\""));
            assertThat(printed).doesNotContain("s3cret");
            String url = urlIn(printed);
            for (String bucket : List.of("demo", "b.c")) {
                HttpRequest put = HttpRequest.newBuilder(URI.create(url + "/v1/objects/" + bucket + "/by/name"))
                        .PUT(BodyPublishers.ofString("x"))
                        .build();
                assertThat(client.send(put, BodyHandlers.ofString()).statusCode())
                        .isEqualTo(201);
            }
            assertThat(directory.resolve("data/demo/by/name")).hasContent("x");
            assertThat(directory.resolve("data/b.c/by")).doesNotExist();
            assertThat(get(client, url + "/v1/objects/other").body()).contains("these are: b.c, demo.");

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

    @Test
    void refusesSettingsOfABucketThatItDoesNotHave() throws Exception {
        try (LauncherProcess launcher = LauncherProcess.start(
                JAVA, directory, Map.of("BANHMI_BUCKETS_PHOTOS_KEY_LAYOUT", "plain"), "--port=0")) {
            assertThat(launcher.awaitExit()).isEqualTo(78);
            assertThat(launcher.output())
                    .contains("banhmi.buckets.photos: the buckets here are demo; --bucket photos adds this one")
                    .doesNotContain("\tat ");
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void saysWhichPortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            assertThat(refusal("--port=" + port))
                    .contains("--port " + port + ": the gateway cannot listen on 127.0.0.1:" + port)
                    .contains("--port 0 a free one");
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void saysWhichDirectoryCannotBeUsed() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "in the way");
        assertThat(refusal("--port=0", "--data", file.resolve("below").toString()))
                .contains("--data " + file.resolve("below") + ": " + file + " is not a directory");
        if (Files.isDirectory(Path.of("/proc/self"))) {
            assertThat(refusal("--port=0", "--data=/proc/banhmi"))
                    .contains("--data /proc/banhmi: /proc/banhmi cannot be created");
        }
        assertThat(directory).isDirectoryNotContaining(entry -> !entry.equals(file));
    }

    @Test
    void namesEveryOptionThatIsWrong() throws Exception {
        assertThat(refusal(
                        "--port=http",
                        "--bucket=Demo",
                        "--bucket=ok1",
                        "--bucket=ok1",
                        "--host-name=*",
                        "--open-browser=yes",
                        "-v"))
                .contains("--port http: ", "--bucket Demo: ", "--bucket ok1: ", "--host-name *: ")
                .contains("--open-browser=yes: ", "-v: ")
                .contains("usage: java -jar banhmi-local.jar");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void explainsItselfAndEndsWithZero() throws Exception {
        try (LauncherProcess launcher = LauncherProcess.start(directory, "--help")) {
            assertThat(launcher.awaitExit()).isZero();
            assertThat(launcher.output())
                    .contains(
                            "--port NUMBER",
                            "--data DIR",
                            "--bucket NAME",
                            "--host-name NAME",
                            "--open-browser",
                            "--help");
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void takesItsDirectoriesBackWhenTheGatewayDoesNotStart() throws Exception {
        try (LauncherProcess launcher =
                LauncherProcess.start(JAVA, directory, Map.of("BANHMI_NONSENSE", "1"), "--port=0")) {
            assertThat(launcher.awaitExit()).isEqualTo(78);
            assertThat(launcher.output()).contains("Not for production", "BANHMI_NONSENSE: there is no such setting");
        }
        assertThat(directory).isEmptyDirectory();
    }

    /** That of Java 8 is 52 (JVMS 4.1). Nested jars that were compressed again could not be opened by Spring Boot's loader. */
    @Test
    void hasADoorThatEveryJavaFrom8CanLoadAndNestedJarsThatAreStored() throws IOException {
        try (JarFile jar = new JarFile(LauncherProcess.jar().toFile())) {
            String door = jar.getManifest().getMainAttributes().getValue("Main-Class");
            assertThat(door).isEqualTo("dev.banhmi.local.RequiredJava");
            try (DataInputStream content =
                    new DataInputStream(jar.getInputStream(jar.getJarEntry(door.replace('.', '/') + ".class")))) {
                content.skipNBytes(6);
                assertThat(content.readUnsignedShort()).isEqualTo(52);
            }
            assertThat(jar.stream().filter(entry -> entry.getName().endsWith(".jar")))
                    .isNotEmpty()
                    .allMatch(entry -> entry.getMethod() == ZipEntry.STORED);
        }
    }

    @Test
    void saysToAnOlderJavaWhichOneIsNeeded() throws Exception {
        List<Path> older = olderJavas();
        assumeThat(older)
                .as("no older Java is installed here; another test goes through the door as one")
                .isNotEmpty();
        for (Path home : older) {
            try (LauncherProcess launcher = LauncherProcess.start(home, directory, Map.of())) {
                assertThat(launcher.awaitExit()).as(home.toString()).isEqualTo(78);
                assertThat(launcher.output())
                        .contains("needs Java 25 or newer; this is Java ")
                        .doesNotContain("\tat ", "Exception", "Error");
            }
        }
        assertThat(directory).isEmptyDirectory();
    }

    /** The same on a machine without any: this Java says that it is an older one. That Java 8 can load the door is shown above. */
    @Test
    void saysToAJavaThatCallsItselfOlderWhichOneIsNeeded() throws Exception {
        try (LauncherProcess launcher = LauncherProcess.startAsOlderJava(directory)) {
            assertThat(launcher.awaitExit()).isEqualTo(78);
            assertThat(launcher.output())
                    .startsWith("banhmi-local.jar needs Java 25 or newer; this is Java ")
                    .hasLineCount(2);
        }
        assertThat(directory).isEmptyDirectory();
    }

    /** Where {@code bin/find-jdk} looks, too; by the file that says a Java's version. Links to the same one count once. */
    private static List<Path> olderJavas() throws IOException {
        List<Path> homes = new ArrayList<>();
        String user = System.getProperty("user.home");
        for (String parent : List.of(
                "/usr/lib/jvm",
                "/usr/java",
                "/opt/java",
                user + "/.sdkman/candidates/java",
                user + "/.jdks",
                "/Library/Java/JavaVirtualMachines")) {
            if (Files.isDirectory(Path.of(parent))) {
                try (Stream<Path> found = Files.list(Path.of(parent))) {
                    found.flatMap(home -> Stream.of(home, home.resolve("Contents/Home")))
                            .forEach(homes::add);
                }
            }
        }
        List<Path> older = new ArrayList<>();
        for (Path home : homes) {
            Path release = home.resolve("release");
            if (Files.isExecutable(home.resolve("bin/java"))
                    && Files.isReadable(release)
                    && Files.readString(release)
                            .lines()
                            .anyMatch(line -> line.matches("JAVA_VERSION=\"(1\\.8|9|1[0-9]|2[0-4])\\b.*"))) {
                older.add(home.toRealPath());
            }
        }
        return older.stream().distinct().toList();
    }

    /** What it prints when it ends with 64, which has no stack trace. */
    private String refusal(String... options) throws Exception {
        try (LauncherProcess launcher = LauncherProcess.start(directory, options)) {
            assertThat(launcher.awaitExit()).isEqualTo(64);
            assertThat(launcher.output()).contains("Not for production").doesNotContain("\tat ", "Exception");
            return launcher.output();
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

    private static String urlIn(String printed) {
        return printed.replaceFirst("(?s).* is ready on (\\S+).*", "$1");
    }

    /** Of a request that the JDK's client would not send: with a Host and an Origin of the test's choice. */
    private static int status(URI gateway, String head) throws IOException {
        try (RawHttp connection = RawHttp.connect(gateway)) {
            connection.send(head + "\r\nConnection: close\r\n\r\n");
            return connection.response().status();
        }
    }

    private static HttpResponse<String> get(HttpClient client, String url) throws IOException, InterruptedException {
        return send(client, "GET", url);
    }

    private static HttpResponse<String> send(HttpClient client, String method, String url)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .method(method, BodyPublishers.noBody())
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    private static List<String> curlLines(String printed) {
        return printed.lines()
                .map(String::trim)
                .filter(line -> line.contains("curl "))
                .toList();
    }

    private static String run(String line) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("bash", "-c", line.replaceFirst("curl", "curl --silent --show-error"))
                .redirectErrorStream(true)
                .start();
        String printed = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).as(printed).isZero();
        return printed;
    }
}
