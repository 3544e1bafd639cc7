package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Objects in the launcher's own store, by its gateway. */
class LauncherObjectsIT {

    private static final Path JAVA = Path.of(System.getProperty("java.home"));

    private static final String BUCKET = "/v1/objects/demo";
    private static final String COUNTER = BUCKET + "/counter";

    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir
    private Path directory;

    /** The embedded store alone loses a quarter of them; and a completion of parts decides elsewhere than a put. */
    @ParameterizedTest
    @CsvSource({"40, 8, 120", "9437184, 3, 9"})
    void losesNoWriteOverANamedVersion(int size, int atOnce, int writes) throws Exception {
        try (LauncherProcess launcher = LauncherProcess.start(directory, "--port=0");
                LauncherClient client = new LauncherClient(launcher.awaitUrl())) {
            assertThat(client.put(COUNTER, counter(0, size)).statusCode()).isEqualTo(201);
            AtomicInteger written = new AtomicInteger();
            List<Future<?>> writers = new ArrayList<>();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int writer = 0; writer < atOnce; writer++) {
                    writers.add(threads.submit(() -> increment(client, size, written, writes)));
                }
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
            assertThat(written.get()).isGreaterThanOrEqualTo(writes);
            assertThat(Integer.parseInt(client.get(COUNTER).body().strip()))
                    .as("what all of them have written")
                    .isEqualTo(written.get());
            try (Stream<Path> files = Files.walk(directory.resolve("data"))) {
                assertThat(files).noneMatch(file -> file.endsWith(".banhmi"));
            }
        }
    }

    private static int increment(LauncherClient client, int size, AtomicInteger written, int writes) throws Exception {
        while (written.get() < writes) {
            HttpResponse<String> before = client.get(COUNTER);
            assertThat(before.statusCode()).isEqualTo(200);
            String next = counter(Integer.parseInt(before.body().strip()) + 1, size);
            String version = before.headers().firstValue("ETag").orElseThrow();
            HttpResponse<String> after = client.put(COUNTER, next, "If-Match", version);
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

    /** Where names are paths, some are not possible; none is taken for another, and nothing of an object is lost in silence. */
    @Test
    void refusesWhatAFileCannotHold() throws Exception {
        try (LauncherProcess launcher = LauncherProcess.start(
                        JAVA, directory, Map.of("BANHMI_BUCKETS_DEMO_KEY_LAYOUT", "plain"), "--port=0");
                LauncherClient client = new LauncherClient(launcher.awaitUrl())) {
            String innocent = BUCKET + "/dir/doc";
            assertThat(client.put(innocent, "innocent").statusCode()).isEqualTo(201);

            for (String name : List.of(
                    "dir/doc/",
                    "dir/doc/x",
                    "dir",
                    "q/",
                    ".banhmi",
                    ".mpus-x",
                    "new/.mpus-x/y",
                    ".s3proxy-slash",
                    "new/.s3proxy-slash",
                    "/x",
                    "a//b")) {
                refused(client.put(BUCKET + "/" + name, "8 bytes."), name);
            }
            refused(client.put(BUCKET + "/dir/doc/", ""), "dir/doc/");
            for (int bytes : new int[] {219, 255, 256}) {
                refused(client.put(BUCKET + "/" + "x".repeat(bytes), "x"), bytes + " bytes");
            }
            refused(client.put(BUCKET + "/" + "x".repeat(170), " ".repeat(9 << 20)), "in parts");
            refused(client.send("PUT", BUCKET + "/dir/doc/", "x-amz-copy-source", "/demo/dir/doc"), "copy");
            assertThat(client.get(BUCKET + "/dir/doc/").statusCode()).isEqualTo(404);
            assertThat(client.send("HEAD", BUCKET + "/dir/doc/x").statusCode()).isEqualTo(404);
            assertThat(client.send("HEAD", BUCKET + "/a//b").statusCode()).isEqualTo(400);
            assertThat(client.send("DELETE", BUCKET + "/dir/doc/").statusCode()).isEqualTo(204);

            String many = BUCKET + "/many";
            for (int length : new int[] {2_000, 7_000, 8_200}) {
                String disposition = "attachment; filename=" + "x".repeat(length);
                HttpResponse<String> response =
                        client.put(many, "x", "Content-Disposition", disposition, "Cache-Control", "x".repeat(2_000));
                if (response.statusCode() == 400) {
                    refused(response, length + " bytes of metadata");
                } else {
                    HttpResponse<String> kept = client.get(many);
                    assertThat(kept.headers().firstValue("Content-Disposition")).hasValue(disposition);
                    assertThat(kept.headers().firstValue("Cache-Control")).hasValue("x".repeat(2_000));
                }
            }
            assertThat(client.put(BUCKET + "/new", "x", "If-None-Match", "*").statusCode())
                    .isEqualTo(201);
            assertThat(client.get(innocent).body()).isEqualTo("innocent");
            assertThat(client.get(BUCKET + "?prefix=dir/doc/").body()).contains("\"objects\":[]");
            for (String prefix : List.of("/", "/x", "a//")) {
                assertThat(client.get(BUCKET + "?prefix=" + prefix).body())
                        .as(prefix)
                        .contains("\"objects\":[]");
            }
        }
    }

    private static void refused(HttpResponse<String> response, String what) {
        assertThat(response.statusCode()).as("%s: %s", what, response.body()).isEqualTo(400);
        assertThat(response.body()).as(what).contains("\"code\":\"INVALID_REQUEST\"");
    }

    /** Whatever somebody puts into the directory by hand, all else is listed, and every request gets a response that is no doubt. */
    @Test
    void servesWhatItCanOfADirectoryThatOthersHaveFilled() throws Exception {
        Path bucket = Files.createDirectories(directory.resolve("data").resolve("demo"));
        Path closed = Files.createDirectory(bucket.resolve("closed"));
        Path secret = Files.writeString(bucket.resolve("secret"), "x");
        Files.writeString(closed.resolve("x"), "x");
        Files.writeString(bucket.resolve("a\uFFFEb"), "x");
        Files.writeString(bucket.resolve("c\u0002"), "x");
        Files.writeString(bucket.resolve("\uFFFF"), "last");
        Files.createSymbolicLink(bucket.resolve("self"), Path.of("self"));
        Files.createSymbolicLink(bucket.resolve("loop"), Path.of("."));
        Files.createSymbolicLink(bucket.resolve("outside"), JAVA);
        LauncherProcess.shell("mkfifo '" + bucket.resolve("fifo") + "'");
        Files.setPosixFilePermissions(closed, Set.of());
        Files.setPosixFilePermissions(secret, Set.of());
        try (LauncherProcess launcher = LauncherProcess.startAsNobodySpecial(
                        directory, Map.of("BANHMI_BUCKETS_DEMO_KEY_LAYOUT", "plain"), "--port=0");
                LauncherClient client = new LauncherClient(launcher.awaitUrl())) {
            for (int limit : new int[] {1, 2, 1000}) {
                assertThat(names(client, limit)).containsExactly("a\uFFFEb", "c\u0002", "secret", "\uFFFF");
            }
            launcher.awaitOutput(closed + " cannot be read");

            for (String name : List.of("self", "self/x", "loop", "loop/secret", "outside/release", "fifo", "fifo/x")) {
                String object = BUCKET + "/" + name;
                assertThat(client.get(object).statusCode()).as(name).isEqualTo(404);
                assertThat(client.send("HEAD", object).statusCode()).as(name).isEqualTo(404);
                assertThat(client.send("DELETE", object).statusCode()).as(name).isEqualTo(204);
                refused(client.put(object, "x"), name);
            }
            assertThat(bucket.resolve("fifo")).exists();

            String below = BUCKET + "/closed/x";
            denied(client.get(below));
            denied(client.put(below, "y"));
            denied(client.send("DELETE", below));
            denied(client.get(BUCKET + "/secret"));

            assertThat(client.put(BUCKET + "/small", "x").statusCode()).isEqualTo(201);
            Files.setPosixFilePermissions(bucket, PosixFilePermissions.fromString("r-xr-xr-x"));
            denied(client.put(BUCKET + "/small", "y"));
            denied(client.put(BUCKET + "/in-parts", " ".repeat(9 << 20)));
            denied(client.put(BUCKET + "/form", "a=1", "Content-Type", "application/x-www-form-urlencoded"));
        } finally {
            Files.setPosixFilePermissions(bucket, PosixFilePermissions.fromString("rwx------"));
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
        }
        assertThat(closed.resolve("x")).hasContent("x");
    }

    /** A process without a locale, as in containers, has file names in ASCII. */
    @Test
    void listsTheRestWhereAFileHasANameThatTheLocaleCannotHold() throws Exception {
        Path bucket = Files.createDirectories(directory.resolve("data").resolve("demo"));
        Files.writeString(bucket.resolve("ok.txt"), "y");
        LauncherProcess.shell("printf x >'" + bucket + "/B\u00E1nh.txt'; mkdir '" + bucket + "/\u00F1' && printf x >'"
                + bucket + "/\u00F1/x'; printf q >'" + bucket + "/'$'bad\\xff'");
        try (LauncherProcess launcher = LauncherProcess.start(
                        JAVA, directory, Map.of("BANHMI_BUCKETS_DEMO_KEY_LAYOUT", "plain", "LC_ALL", "C"), "--port=0");
                LauncherClient client = new LauncherClient(launcher.awaitUrl())) {
            launcher.awaitOutput("File names here are ");
            for (int limit : new int[] {1, 1000}) {
                assertThat(names(client, limit)).containsExactly("ok.txt");
            }
            launcher.awaitOutput("nh.txt: its name is no text");
            HttpResponse<String> other = client.put(BUCKET + "/%C3%B1", "x");
            refused(other, "other");
            assertThat(other.body()).contains("a character that its file names cannot hold");
        }
        try (LauncherProcess launcher = LauncherProcess.start(
                        JAVA,
                        directory,
                        Map.of("BANHMI_BUCKETS_DEMO_KEY_LAYOUT", "plain", "LC_ALL", "C.UTF-8"),
                        "--port=0");
                LauncherClient client = new LauncherClient(launcher.awaitUrl())) {
            assertThat(names(client, 1000)).containsExactly("B\u00E1nh.txt", "ok.txt", "\u00F1/x");
            launcher.awaitOutput("its name is no text");
            assertThat(launcher.output()).doesNotContain("File names here are ");
        }
    }

    /** A listing without an object that is there would be wrong, and nobody would know. */
    @Test
    void listsMoreDirectoriesInEachOtherThanItMayHaveFilesOpen() throws Exception {
        int files = 256;
        Path bucket = Files.createDirectories(directory.resolve("data").resolve("demo"));
        String deep = "a/".repeat(files) + "leaf";
        Path leaf = bucket.resolve(deep);
        Files.createDirectories(leaf.getParent());
        Files.writeString(leaf, "x");
        Files.writeString(bucket.resolve("b"), "x");
        try (LauncherProcess launcher = LauncherProcess.startWithFewFiles(
                        files, directory, Map.of("BANHMI_BUCKETS_DEMO_KEY_LAYOUT", "plain"), "--port=0");
                LauncherClient client = new LauncherClient(launcher.awaitUrl())) {
            for (int limit : new int[] {1, 1000}) {
                assertThat(names(client, limit)).containsExactly(deep, "b");
            }
            assertThat(launcher.output()).doesNotContain("cannot be read");
        }
    }

    /** The order of UTF-16 is another one. */
    @Test
    void listsEveryCommonPrefixOnce() throws Exception {
        List<String> prefixes = List.of("u/zz/", "u/\u20AC/", "u/\uFF5E/", "u/\uD800\uDC00/", "u/\uD83D\uDE00/");
        Path bucket = directory.resolve("data").resolve("demo");
        for (String prefix : prefixes) {
            Files.writeString(Files.createDirectories(bucket.resolve(prefix)).resolve("o"), "x");
        }
        try (LauncherProcess launcher = LauncherProcess.start(
                        JAVA, directory, Map.of("BANHMI_BUCKETS_DEMO_KEY_LAYOUT", "plain"), "--port=0");
                LauncherClient client = new LauncherClient(launcher.awaitUrl())) {
            for (int limit = 1; limit <= prefixes.size(); limit++) {
                List<String> listed = new ArrayList<>();
                String cursor = "";
                do {
                    HttpResponse<String> response =
                            client.get(BUCKET + "?prefix=u/&delimiter=/&limit=" + limit + cursor);
                    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
                    JsonNode page = JSON.readTree(response.body());
                    page.get("prefixes").forEach(prefix -> listed.add(prefix.asString()));
                    cursor = page.has("cursor")
                            ? "&cursor=" + URLEncoder.encode(page.get("cursor").asString(), StandardCharsets.UTF_8)
                            : "";
                } while (!cursor.isEmpty());
                assertThat(listed).as("by %d", limit).containsExactlyElementsOf(prefixes);
            }
        }
    }

    private static void denied(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(502);
        assertThat(response.body()).contains("\"code\":\"STORE_DENIED\"");
    }

    private static List<String> names(LauncherClient client, int limit) throws Exception {
        List<String> names = new ArrayList<>();
        Optional<String> cursor = Optional.of("");
        while (cursor.isPresent()) {
            HttpResponse<String> response = client.get(BUCKET + "?limit=" + limit + cursor.get());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            JsonNode page = JSON.readTree(response.body());
            page.get("objects").forEach(object -> names.add(object.get("name").asString()));
            cursor = page.has("cursor")
                    ? Optional.of(
                            "&cursor=" + URLEncoder.encode(page.get("cursor").asString(), StandardCharsets.UTF_8))
                    : Optional.empty();
        }
        return names;
    }

    @Test
    void comparesADirectoryWithItsOwnVersion() throws Exception {
        try (LauncherProcess launcher = LauncherProcess.start(
                        JAVA, directory, Map.of("BANHMI_BUCKETS_DEMO_KEY_LAYOUT", "plain"), "--port=0");
                LauncherClient client = new LauncherClient(launcher.awaitUrl())) {
            String dd = BUCKET + "/dd/";
            HttpResponse<String> created = client.put(dd, "");
            assertThat(created.statusCode()).isEqualTo(201);
            String version = created.headers().firstValue("ETag").orElseThrow();
            for (List<String> condition : List.of(
                    List.of("If-Match", version),
                    List.of("If-Match", "*"),
                    List.of("If-Unmodified-Since", "Fri, 31 Dec 2100 23:59:59 GMT"))) {
                String[] header = condition.toArray(String[]::new);
                assertThat(client.send("DELETE", dd, "If-Match", "\"other\"").statusCode())
                        .isEqualTo(412);
                assertThat(client.put(dd, "", header).statusCode())
                        .as("%s", condition)
                        .isEqualTo(200);
                assertThat(client.put(dd, "", "If-None-Match", "*").statusCode())
                        .isEqualTo(412);
                assertThat(client.send("DELETE", dd, header).statusCode())
                        .as("%s", condition)
                        .isEqualTo(204);
                assertThat(client.get(dd).statusCode()).isEqualTo(404);
                assertThat(client.put(dd, "", "If-None-Match", "*").statusCode())
                        .isEqualTo(201);
            }
        }
    }

    /** What curl, wget and a browser's forms call their bodies by themselves. */
    @Test
    void keepsForms() throws Exception {
        try (LauncherProcess launcher = LauncherProcess.start(directory, "--port=0")) {
            String object = launcher.awaitUrl() + BUCKET + "/form";
            assertThat(LauncherProcess.shell("curl -X PUT -d a=1 -d b=%20 " + object))
                    .contains("\"size\":9");
            assertThat(LauncherProcess.shell("curl " + object)).isEqualTo("a=1&b=%20");
            assertThat(LauncherProcess.shell("printf 'x\\ny' | curl -X PUT --data-binary @- " + object))
                    .contains("\"size\":3");
            assertThat(LauncherProcess.shell("curl " + object)).isEqualTo("x\ny");
            assertThat(LauncherProcess.shell("curl -X PUT -F name=value " + object))
                    .contains("multipart/form-data; boundary=");
            assertThat(LauncherProcess.shell("curl -X PUT -d '' " + object)).contains("\"size\":0");
            assertThat(LauncherProcess.shell("curl -i " + object))
                    .contains("Content-Type: application/x-www-form-urlencoded");
        }
    }
}
