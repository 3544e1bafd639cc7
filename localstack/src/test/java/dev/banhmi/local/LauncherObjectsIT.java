package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Objects in the launcher's own store, by its gateway: one launcher for all tests that do not prepare its directory. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LauncherObjectsIT {

    /** With hashed keys. */
    private static final String HASHED = "/v1/objects/demo";

    /** With names as keys. */
    private static final String PLAIN = "/v1/objects/names";

    private static final Map<String, String> NAMES_AS_KEYS = Map.of("BANHMI_BUCKETS_NAMES_KEY_LAYOUT", "plain");

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path directory;
    private final LauncherProcess launcher;
    private final LauncherClient client;

    LauncherObjectsIT(@TempDir Path directory) throws Exception {
        this.directory = directory;
        launcher = LauncherProcess.start(directory, NAMES_AS_KEYS, "--port=0", "--bucket=demo", "--bucket=names");
        try {
            client = new LauncherClient(launcher.awaitUrl());
        } catch (Throwable e) {
            launcher.close();
            throw e;
        }
    }

    @AfterAll
    void close() throws IOException {
        client.close();
        launcher.close();
    }

    /** The embedded store alone loses a quarter of them; and a completion of parts decides elsewhere than a put. */
    @ParameterizedTest
    @CsvSource({"40, 8, 120", "9437184, 3, 9"})
    void losesNoWriteOverANamedVersion(int size, int atOnce, int writes) throws Exception {
        String object = HASHED + "/counter-of-" + size;
        assertThat(client.putWhenAsked(object, counter(0, size)).status()).isEqualTo(201);
        AtomicInteger written = new AtomicInteger();
        List<Future<?>> writers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int writer = 0; writer < atOnce; writer++) {
                writers.add(threads.submit(() -> increment(object, size, written, writes)));
            }
        }
        for (Future<?> writer : writers) {
            writer.get();
        }
        assertThat(written.get()).isGreaterThanOrEqualTo(writes);
        assertThat(Integer.parseInt(client.get(object).body().strip()))
                .as("what all of them have written")
                .isEqualTo(written.get());
        try (Stream<Path> files = Files.walk(directory.resolve("data"))) {
            assertThat(files).noneMatch(file -> file.endsWith(".banhmi"));
        }
    }

    private int increment(String object, int size, AtomicInteger written, int writes) throws Exception {
        while (written.get() < writes) {
            HttpResponse<String> before = client.get(object);
            assertThat(before.statusCode()).isEqualTo(200);
            String next = counter(Integer.parseInt(before.body().strip()) + 1, size);
            String version = before.headers().firstValue("ETag").orElseThrow();
            LauncherClient.Told after = client.putWhenAsked(object, next, "If-Match", version);
            assertThat(after.status()).as(after.text()).isIn(200, 409, 412);
            if (after.status() == 200) {
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
        String innocent = PLAIN + "/dir/doc";
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
            refused(client.put(PLAIN + "/" + name, "8 bytes."), name);
        }
        refused(client.put(PLAIN + "/dir/doc/", ""), "dir/doc/");
        for (int bytes : new int[] {219, 255, 256}) {
            refused(client.put(PLAIN + "/" + "x".repeat(bytes), "x"), bytes + " bytes");
        }
        refused(client.putWhenAsked(PLAIN + "/" + "x".repeat(170), " ".repeat(9 << 20)), "in parts");
        refused(client.send("PUT", PLAIN + "/dir/doc/", "x-amz-copy-source", "/names/dir/doc"), "copy");
        assertThat(client.get(PLAIN + "/dir/doc/").statusCode()).isEqualTo(404);
        assertThat(client.send("HEAD", PLAIN + "/dir/doc/x").statusCode()).isEqualTo(404);
        assertThat(client.send("HEAD", PLAIN + "/a//b").statusCode()).isEqualTo(400);
        assertThat(client.send("DELETE", PLAIN + "/dir/doc/").statusCode()).isEqualTo(204);

        String many = PLAIN + "/many";
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
        assertThat(client.put(PLAIN + "/new", "x", "If-None-Match", "*").statusCode())
                .isEqualTo(201);
        assertThat(client.get(innocent).body()).isEqualTo("innocent");
        assertThat(client.get(PLAIN + "?prefix=dir/doc/").body()).contains("\"objects\":[]");
        for (String prefix : List.of("/", "/x", "a//")) {
            assertThat(client.get(PLAIN + "?prefix=" + prefix).body())
                    .as(prefix)
                    .contains("\"objects\":[]");
        }
    }

    private static void refused(HttpResponse<String> response, String what) {
        refused(new LauncherClient.Told(response.statusCode(), response.body()), what);
    }

    private static void refused(LauncherClient.Told told, String what) {
        assertThat(told.status()).as("%s: %s", what, told.text()).isEqualTo(400);
        assertThat(told.text()).as(what).contains("\"code\":\"INVALID_REQUEST\"");
    }

    /** Whatever somebody puts into the directory by hand, all else is listed, and every request gets a response that is no doubt. */
    @Test
    void servesWhatItCanOfADirectoryThatOthersHaveFilled(@TempDir Path filled) throws Exception {
        Path bucket = Files.createDirectories(filled.resolve("data").resolve("names"));
        Path closed = Files.createDirectory(bucket.resolve("closed"));
        Path secret = Files.writeString(bucket.resolve("secret"), "x");
        Files.writeString(closed.resolve("x"), "x");
        Files.writeString(bucket.resolve("a\uFFFEb"), "x");
        Files.writeString(bucket.resolve("c\u0002"), "x");
        Files.writeString(bucket.resolve("\uFFFF"), "last");
        Files.createSymbolicLink(bucket.resolve("self"), Path.of("self"));
        Files.createSymbolicLink(bucket.resolve("loop"), Path.of("."));
        Files.createSymbolicLink(bucket.resolve("outside"), Path.of(System.getProperty("java.home")));
        LauncherProcess.shell("mkfifo '" + bucket.resolve("fifo") + "'");
        Path unsearched = Files.createDirectory(bucket.resolve("unsearched"));
        Files.writeString(unsearched.resolve("y"), "y");
        Files.writeString(unsearched.resolve("z"), "z");
        Files.setPosixFilePermissions(closed, Set.of());
        Files.setPosixFilePermissions(unsearched, PosixFilePermissions.fromString("r--r--r--"));
        Files.setPosixFilePermissions(secret, Set.of());
        try (LauncherProcess restricted =
                        LauncherProcess.startAsNobodySpecial(filled, NAMES_AS_KEYS, "--port=0", "--bucket=names");
                LauncherClient caller = new LauncherClient(restricted.awaitUrl())) {
            for (int limit : new int[] {1, 2, 1000}) {
                assertThat(names(caller, limit)).containsExactly("a\uFFFEb", "c\u0002", "secret", "\uFFFF");
            }
            restricted.awaitOutput(closed + " cannot be read");
            assertThat(restricted.output().split(unsearched + " cannot be read", -1))
                    .as("one line, however often it is listed")
                    .hasSize(2);

            for (String name : List.of("self", "self/x", "loop", "loop/secret", "outside/release", "fifo", "fifo/x")) {
                String object = PLAIN + "/" + name;
                assertThat(caller.get(object).statusCode()).as(name).isEqualTo(404);
                assertThat(caller.send("HEAD", object).statusCode()).as(name).isEqualTo(404);
                assertThat(caller.send("DELETE", object).statusCode()).as(name).isEqualTo(204);
                refused(caller.put(object, "x"), name);
            }
            assertThat(bucket.resolve("fifo")).exists();

            String below = PLAIN + "/closed/x";
            denied(caller.get(below));
            denied(caller.put(below, "y"));
            denied(caller.send("DELETE", below));
            denied(caller.get(PLAIN + "/secret"));

            assertThat(caller.put(PLAIN + "/small", "x").statusCode()).isEqualTo(201);
            Files.setPosixFilePermissions(bucket, PosixFilePermissions.fromString("r-xr-xr-x"));
            denied(caller.put(PLAIN + "/small", "y"));
            denied(caller.put(PLAIN + "/in-parts", " ".repeat(9 << 20)));
            denied(caller.put(PLAIN + "/form", "a=1", "Content-Type", "application/x-www-form-urlencoded"));
        } finally {
            Files.setPosixFilePermissions(bucket, PosixFilePermissions.fromString("rwx------"));
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
            Files.setPosixFilePermissions(unsearched, PosixFilePermissions.fromString("rwx------"));
        }
        assertThat(closed.resolve("x")).hasContent("x");
    }

    /** A process without a locale, as in containers, has file names in ASCII. */
    @Test
    void listsTheRestWhereAFileHasANameThatTheLocaleCannotHold(@TempDir Path filled) throws Exception {
        Path bucket = Files.createDirectories(filled.resolve("data").resolve("names"));
        Files.writeString(bucket.resolve("ok.txt"), "y");
        LauncherProcess.shell("printf x >'" + bucket + "/B\u00E1nh.txt'; mkdir '" + bucket + "/\u00F1' && printf x >'"
                + bucket + "/\u00F1/x'; printf q >'" + bucket + "/'$'bad\\xff'");
        try (LauncherProcess ascii = startIn("C", filled);
                LauncherClient caller = new LauncherClient(ascii.awaitUrl())) {
            ascii.awaitOutput("File names here are ");
            for (int limit : new int[] {1, 1000}) {
                assertThat(names(caller, limit)).containsExactly("ok.txt");
            }
            ascii.awaitOutput("nh.txt: its name is no text");
            HttpResponse<String> other = caller.put(PLAIN + "/%C3%B1", "x");
            refused(other, "other");
            assertThat(other.body()).contains("a character that its file names cannot hold");
        }
        try (LauncherProcess unicode = startIn("C.UTF-8", filled);
                LauncherClient caller = new LauncherClient(unicode.awaitUrl())) {
            assertThat(names(caller, 1000)).containsExactly("B\u00E1nh.txt", "ok.txt", "\u00F1/x");
            unicode.awaitOutput("its name is no text");
            assertThat(unicode.output()).doesNotContain("File names here are ");
        }
    }

    private static LauncherProcess startIn(String locale, Path filled) throws IOException {
        Map<String, String> environment = new HashMap<>(NAMES_AS_KEYS);
        environment.put("LC_ALL", locale);
        return LauncherProcess.start(filled, environment, "--port=0", "--bucket=names");
    }

    /** A listing without an object that is there would be wrong, and nobody would know. */
    @Test
    void listsMoreDirectoriesInEachOtherThanItMayHaveFilesOpen(@TempDir Path filled) throws Exception {
        int files = 400;
        Path bucket = Files.createDirectories(filled.resolve("data").resolve("names"));
        String deep = "a/".repeat(files) + "leaf";
        Files.createDirectories(bucket.resolve("a/".repeat(files)));
        Files.writeString(bucket.resolve(deep), "x");
        Files.writeString(bucket.resolve("b"), "x");
        try (LauncherProcess limited =
                        LauncherProcess.startWithFewFiles(files, filled, NAMES_AS_KEYS, "--port=0", "--bucket=names");
                LauncherClient caller = new LauncherClient(limited.awaitUrl())) {
            for (int limit : new int[] {1, 1000}) {
                assertThat(names(caller, limit)).containsExactly(deep, "b");
            }
            assertThat(limited.output()).doesNotContain("cannot be read");
        }
    }

    /** The order of UTF-16 is another one. */
    @Test
    void listsEveryCommonPrefixOnce() throws Exception {
        List<String> prefixes = List.of("u/zz/", "u/\u20AC/", "u/\uFF5E/", "u/\uD800\uDC00/", "u/\uD83D\uDE00/");
        Path bucket = directory.resolve("data").resolve("names");
        for (String prefix : prefixes) {
            Files.writeString(Files.createDirectories(bucket.resolve(prefix)).resolve("o"), "x");
        }
        for (int limit = 1; limit <= prefixes.size(); limit++) {
            List<String> listed = new ArrayList<>();
            String cursor = "";
            do {
                HttpResponse<String> response = client.get(PLAIN + "?prefix=u/&delimiter=/&limit=" + limit + cursor);
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

    private static void denied(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(502);
        assertThat(response.body()).contains("\"code\":\"STORE_DENIED\"");
    }

    private static List<String> names(LauncherClient client, int limit) throws Exception {
        List<String> names = new ArrayList<>();
        Optional<String> cursor = Optional.of("");
        while (cursor.isPresent()) {
            HttpResponse<String> response = client.get(PLAIN + "?limit=" + limit + cursor.get());
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
        String dd = PLAIN + "/dd/";
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
            assertThat(client.put(dd, "", "If-None-Match", "*").statusCode()).isEqualTo(412);
            assertThat(client.send("DELETE", dd, header).statusCode())
                    .as("%s", condition)
                    .isEqualTo(204);
            assertThat(client.get(dd).statusCode()).isEqualTo(404);
            assertThat(client.put(dd, "", "If-None-Match", "*").statusCode()).isEqualTo(201);
        }
    }

    /** What curl, wget and a browser's forms call their bodies by themselves. */
    @Test
    void keepsForms() throws Exception {
        String object = launcher.awaitUrl() + HASHED + "/form";
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
