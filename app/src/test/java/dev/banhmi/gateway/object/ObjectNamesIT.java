package dev.banhmi.gateway.object;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.banhmi.gateway.access.ObjectName;
import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.object.ObjectClient.Response;
import dev.banhmi.gateway.store.KeyLayout;
import dev.banhmi.testkit.Emulator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every byte of a name counts, and nothing that is no name reaches anything. */
class ObjectNamesIT extends ObjectContract {

    /**
     * @param encoded as in the request
     * @param decoded what it means
     */
    record Name(String encoded, String decoded) {
        Name below(String directory) {
            return new Name(directory + encoded, directory + decoded);
        }
    }

    static final List<Name> NAMES = List.of(
            new Name("a//b", "a//b"),
            new Name("a/b", "a/b"),
            new Name("a/", "a/"),
            new Name("a;b", "a;b"),
            new Name("a;v=1/c", "a;v=1/c"),
            new Name("a+b", "a+b"),
            new Name("a%20b", "a b"),
            new Name("a%25b", "a%b"),
            new Name("a%252Fb", "a%2Fb"),
            new Name("a%5Cb", "a\\b"),
            new Name("a%3Fb%23c", "a?b#c"),
            new Name("A%2FB", "A/B"),
            new Name("...", "..."),
            new Name(".hidden/..x", ".hidden/..x"),
            new Name("ph%E1%BB%9F/b%C3%A1nh%20m%C3%AC%20%F0%9F%A5%96", "phở/bánh mì 🥖"));

    static final List<String> IMPOSSIBLE = List.of(
            "",
            ".",
            "..",
            "a/./b",
            "a/../b",
            "a/..",
            "./a",
            "%2e",
            "%2E%2e/x",
            "a/%2e%2e/b",
            "a/.%2e/b",
            "..%2Fdemo",
            "a%2F..%2Fb",
            "../../../status/healthcheck",
            "%2e%2e/%2e%2e/%2e%2e/status/healthcheck",
            "../../../../../../status/healthcheck",
            "%00",
            "a%0Ab",
            "a%0D%0Ab",
            "a%1Fb",
            "a%7F",
            "a%C2%85",
            "%",
            "a%2",
            "a%zz",
            "a%u0041",
            "%C3%28",
            "%FF",
            "%C0%AF",
            "%ED%A0%80",
            "%F5%80%80%80",
            "n".repeat(1025),
            "%E1%BB%9F".repeat(342));

    ObjectNamesIT(ObjectWorld world) {
        super(world);
    }

    @ParameterizedTest
    @ValueSource(strings = {ObjectWorld.HASHED, ObjectWorld.PLAIN})
    void keepsAllNamesApart(String bucket) {
        String directory = UUID.randomUUID() + "/";
        List<Name> names = new ArrayList<>();
        NAMES.stream()
                .map(name -> name.below(directory))
                .filter(name -> canHold(bucket, name.decoded()))
                .forEach(names::add);
        // Segments of 103 characters, because a file system takes 255.
        String longest = directory + ("n".repeat(102) + "/").repeat(12).substring(0, 1024 - directory.length() - 1);
        names.add(new Name(longest + "%7E", longest + "~"));
        if (canHold(bucket, "/" + directory)) {
            names.add(new Name("/" + directory + "x", "/" + directory + "x"));
        }
        for (Name name : names) {
            Response created = client.put(bucket, name.encoded(), name.decoded().getBytes(UTF_8));
            assertThat(created.status()).as("PUT %s: %s", name, created).isEqualTo(201);
            assertThat(created.json().get("name").asString()).isEqualTo(name.decoded());
            assertThat(created.json().get("bucket").asString()).isEqualTo(bucket);
        }
        assertThat(longest.length() + 1).isEqualTo(ObjectName.MOST_BYTES);
        for (Name name : names) {
            assertHolds(bucket, name.encoded(), name.decoded().getBytes(UTF_8));
            assertStatus(client.head(bucket, name.encoded()), 200);
            assertThat(world.store()
                            .s3()
                            .headObject(request -> request.bucket(bucket).key(key(bucket, name.decoded())))
                            .metadata())
                    .containsEntry(
                            "banhmi-name",
                            Base64.getUrlEncoder()
                                    .withoutPadding()
                                    .encodeToString(name.decoded().getBytes(UTF_8)));
        }
        for (int next = 0; next < names.size(); next++) {
            assertStatus(client.delete(bucket, names.get(next).encoded()), 204);
            assertMissing(bucket, names.get(next).encoded());
            for (Name other : names.subList(next + 1, names.size())) {
                assertThat(client.head(bucket, other.encoded()).status())
                        .as("%s after DELETE of %s", other, names.get(next))
                        .isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {ObjectWorld.HASHED, ObjectWorld.PLAIN})
    void takesEverySpellingOfAName(String bucket) {
        String directory = UUID.randomUUID() + "/";
        byte[] content = {1, 2, 3};
        stored(bucket, directory + "a/b~c", content);

        for (String spelling : List.of("a%2Fb~c", "a%2fb%7ec", "%61/%62%7E%63", "a/b~c?x-id=GetObject")) {
            assertHolds(bucket, directory + spelling, content);
        }
        assertHolds(bucket, directory.replace("/", "%2F") + "a/b~c", content);
    }

    @Test
    void takesAnAbsoluteTarget() throws IOException {
        String name = ObjectWorld.freshName();
        byte[] content = {4, 5};
        stored(ObjectWorld.HASHED, name, content);

        Response response = client.raw(
                client.requestHead("GET", world.gateway().uri() + ObjectClient.target(ObjectWorld.HASHED, name)),
                new byte[0]);

        assertStatus(response, 200);
        assertThat(response.body()).isEqualTo(content);
    }

    /** Tomcat ends these itself; whose shape the response has, ObjectProblemsIT says. */
    @ParameterizedTest
    @ValueSource(strings = {"a\\b", "a|b", "a\"b", "a{b}", "a^b", "a b", "b\u00e1nh", "\u0001", "a\u0000b"})
    void refusesWhatIsNoHttp(String raw) throws IOException {
        String target = ObjectClient.target(ObjectWorld.HASHED, raw);
        for (String method : List.of("GET", "PUT", "DELETE")) {
            assertStatus(client.raw(client.requestHead(method, target, "Content-Length: 0"), new byte[0]), 400);
        }
    }

    /** s3proxy takes a key that ends in a slash for a directory, reports success and keeps no byte. */
    @Test
    void doesNotBelieveAStoreThatKeepsFewerBytes() {
        assumeThat(world.store().emulator())
                .as("S3Mock keeps every byte of every key")
                .isEqualTo(Emulator.S3PROXY);
        String name = UUID.randomUUID() + "/";

        assertProblem(client.put(ObjectWorld.PLAIN, name, new byte[] {1, 2}), ErrorCode.STORE_FAULT);
    }

    /** With a path's parameters stripped it would be a dot segment; here it is four bytes of a name. */
    @Test
    void keepsAParameterInItsPlace() {
        String name = UUID.randomUUID() + "/..;/x";
        stored(ObjectWorld.HASHED, name, new byte[] {6});

        assertHolds(ObjectWorld.HASHED, name, new byte[] {6});
        assertMissing(ObjectWorld.HASHED, name.replace("..;/", ""));
        assertMissing(ObjectWorld.HASHED, "..;/..;/..;/status/healthcheck");
    }

    @ParameterizedTest
    @FieldSource("IMPOSSIBLE")
    void refusesWhatIsNoName(String encoded) throws IOException {
        String target = ObjectClient.target(ObjectWorld.HASHED, encoded);
        for (String method : List.of("GET", "PUT", "DELETE")) {
            Response response = client.raw(client.requestHead(method, target, "Content-Length: 0"), new byte[0]);
            assertProblem(response, ErrorCode.INVALID_REQUEST);
        }
        assertBodilessProblem(client.raw(client.requestHead("HEAD", target), new byte[0]), 400);
    }

    /** The emulators' gaps: both refuse empty segments, s3proxy has directories where S3 has keys, S3Mock refuses a backslash. */
    private boolean canHold(String bucket, String name) {
        if (bucket.equals(ObjectWorld.HASHED)) {
            return true;
        }
        boolean gap = world.store().emulator() == Emulator.S3PROXY ? name.endsWith("/") : name.contains("\\");
        return !gap && !name.contains("//") && !name.startsWith("/");
    }

    private static String key(String bucket, String name) {
        return bucket.equals(ObjectWorld.PLAIN) ? KeyLayout.PLAIN.keyOf(name) : KeyLayout.HASHED.keyOf(name);
    }
}
