package dev.banhmi.gateway.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.testkit.Seeds;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DigestsTest {

    private static final byte[] CONTENT = "123456789".getBytes(StandardCharsets.US_ASCII);

    /** Of "123456789", by sha256sum, sha512sum, sha1sum and md5sum. */
    private static final String SHA_256 = "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=";

    private static final String SHA_512 =
            "2eZ2LdHI6vbWGzxhkvxAjU1tXxF20MKRabwk5xw/J0rSf81YEbMT1oH35V7ALXPUmclUVba1u1A6z1dPuo/+hQ==";

    private final long seed = Seeds.seed(DigestsTest.class);
    private final Random random = new Random(seed);

    @ParameterizedTest
    @CsvSource({
        "content-digest, sha-256=:FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=:, SHA_256",
        "repr-digest, sha-256=:FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=:;p=1, SHA_256",
        "content-digest, sha-512=:2eZ2LdHI6vbWGzxhkvxAjU1tXxF20MKRabwk5xw/J0rSf81YEbMT1oH35V7ALXPUmclUVba1u1A6z1dPuo/+hQ==:, SHA_512",
        "content-md5, JfnnlDI7RTiF9RgfG2JNCw==, MD5",
        "x-amz-checksum-crc32, y/Q5Jg==, CRC32",
        "x-amz-checksum-crc32c, 4waSgw==, CRC32C",
        "x-amz-checksum-crc64nvme, rosUhgp5mIg=, CRC64NVME",
        "x-amz-checksum-sha1, 98O8HYCOBHMq32eZZczDTKeuNEE=, SHA_1",
        "x-amz-checksum-sha256, ' FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU= ', SHA_256"
    })
    void acceptsTheRightDigestAndRefusesAllOthers(String field, String value, DigestAlgorithm algorithm) {
        Digests digests = Digests.of(headers(field, value));
        assertThat(digests.expectations()).singleElement().satisfies(expectation -> {
            assertThat(expectation.algorithm()).isEqualTo(algorithm);
            assertThat(expectation.field()).isEqualTo(field);
        });
        digests.verify(fed(digests, CONTENT), DigestsTest::none);
        for (int bit = 0; bit < CONTENT.length * 8; bit++) {
            byte[] damaged = CONTENT.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertFails(ErrorCode.CONTENT_MISMATCH, () -> digests.verify(fed(digests, damaged), DigestsTest::none));
        }
        assertFails(ErrorCode.CONTENT_MISMATCH, () -> digests.verify(fed(digests, new byte[0]), DigestsTest::none));
    }

    @Test
    void saysWhatWasExpectedAndWhatCame() {
        Digests digests = Digests.of(headers("x-amz-checksum-crc32c", "AAAAAA=="));
        assertThatThrownBy(() -> digests.verify(fed(digests, CONTENT), DigestsTest::none))
                .hasMessage("The crc32c of the content is 4waSgw==, but x-amz-checksum-crc32c announced AAAAAA==.");
    }

    @Test
    void computesOnlyWhatIsAskedFor() {
        Digests none = Digests.of(DigestsTest::none);
        assertThat(none.start().isEmpty()).isTrue();
        none.verify(fed(none, CONTENT), DigestsTest::none);
        assertThat(Digests.of(headers("content-digest", "sha-256=:" + SHA_256 + ":"))
                        .start()
                        .isEmpty())
                .isFalse();
    }

    @Test
    void ignoresAlgorithmsThatItDoesNotKnow() {
        Digests digests = Digests.of(
                headers("content-digest", "id-x=\"a, b\", md5=:AAAA:, sha-256=:" + SHA_256 + ":, crc32c=(1 2)"));
        assertThat(digests.expectations())
                .containsExactly(new DigestExpectation(DigestAlgorithm.SHA_256, "content-digest", SHA_256));
    }

    /** Whoever announces a digest would take the response for a verified one. */
    @ParameterizedTest
    @ValueSource(strings = {"", " ", "unixsum=:AAAA:", "md5=:AAAA:, crc32c=:AAAA:"})
    void refusesAFieldOfWhichNothingCanBeVerified(String value) {
        for (String field : DigestAlgorithm.dictionaries()) {
            assertThatThrownBy(() -> Digests.of(headers(field, value)))
                    .isInstanceOfSatisfying(
                            GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST))
                    .hasMessageContaining(field)
                    .hasMessageEndingWith(
                            "; a dictionary with %s is required.",
                            Stream.of(DigestAlgorithm.values())
                                    .map(DigestAlgorithm::dictionaryKey)
                                    .filter(key -> key != null)
                                    .map(key -> key + "=:Base64:")
                                    .collect(Collectors.joining(" or ")));
            Digests announced = Digests.of(headers("trailer", field));
            assertFails(
                    ErrorCode.INVALID_REQUEST, () -> announced.verify(fed(announced, CONTENT), headers(field, value)));
        }
        for (String field : DigestAlgorithm.fields()) {
            assertFails(ErrorCode.INVALID_REQUEST, () -> Digests.of(headers(field, "")));
        }
    }

    @Test
    void verifiesEverythingThatIsAnnounced() {
        Map<String, List<String>> fields = Map.of(
                "content-digest", List.of("sha-256=:" + SHA_256 + ":", "sha-512=:" + SHA_512 + ":"),
                "x-amz-checksum-crc32c", List.of("4waSgw=="),
                "x-amz-checksum-crc32", List.of("AAAAAA=="));
        Digests digests = Digests.of(field -> fields.getOrDefault(field, List.of()));
        assertThat(digests.expectations()).hasSize(4);
        assertThatThrownBy(() -> digests.verify(fed(digests, CONTENT), DigestsTest::none))
                .hasMessageContaining("x-amz-checksum-crc32 ");
    }

    @ParameterizedTest
    @CsvSource({
        "content-digest, sha-256",
        "content-digest, sha-256=abc",
        "content-digest, sha-256=:AAAA:",
        "content-digest, sha-256=:A:",
        "content-digest, sha-256:AAAA",
        "content-digest, SHA-256=:AAAA:",
        "repr-digest, 'sha-256=:AAAA:,'",
        "content-md5, AAAA",
        "content-md5, ''",
        "content-md5, 25f9e794323b453885f5181f1b624d0b",
        "x-amz-checksum-crc32, AAAAAAAA",
        "x-amz-checksum-crc32c, é",
        "x-amz-checksum-crc64nvme, 4waSgw==",
        "x-amz-checksum-sha1, -_-_",
        "x-amz-checksum-sha256, 'AAAA,AAAA'"
    })
    void refusesAValueThatCannotBeRight(String field, String value) {
        assertThatThrownBy(() -> Digests.of(headers(field, value)))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST))
                .hasMessageContaining(field);
    }

    @Test
    void verifiesTrailersThatWereAnnounced() {
        Digests crc = Digests.of(headers("trailer", "Expires, X-Amz-Checksum-CRC64NVME"));
        crc.verify(fed(crc, CONTENT), headers("x-amz-checksum-crc64nvme", "rosUhgp5mIg="));
        assertFails(
                ErrorCode.CONTENT_MISMATCH,
                () -> crc.verify(fed(crc, CONTENT), headers("x-amz-checksum-crc64nvme", "AAAAAAAAAAA=")));

        Digests dictionary = Digests.of(headers("trailer", "Content-Digest"));
        dictionary.verify(fed(dictionary, CONTENT), headers("content-digest", "sha-256=:" + SHA_256 + ":"));
        dictionary.verify(fed(dictionary, CONTENT), headers("content-digest", "sha-512=:" + SHA_512 + ":"));
        assertFails(
                ErrorCode.CONTENT_MISMATCH,
                () -> dictionary.verify(
                        fed(dictionary, new byte[1]), headers("content-digest", "sha-512=:" + SHA_512 + ":")));
        assertFails(
                ErrorCode.INVALID_REQUEST,
                () -> dictionary.verify(fed(dictionary, CONTENT), headers("content-digest", "sha-512=:AAAA:")));
    }

    @Test
    void refusesATrailerThatWasNotAnnouncedOrDidNotCome() {
        Digests none = Digests.of(DigestsTest::none);
        assertFails(
                ErrorCode.INVALID_REQUEST,
                () -> none.verify(fed(none, CONTENT), headers("x-amz-checksum-crc32c", "4waSgw==")));
        Digests announced = Digests.of(headers("trailer", "x-amz-checksum-crc32c"));
        assertFails(ErrorCode.INVALID_REQUEST, () -> announced.verify(fed(announced, CONTENT), DigestsTest::none));
    }

    @Test
    void doesNotDependOnHowTheContentIsCut() {
        for (int round = 0; round < 200; round++) {
            byte[] content = new byte[random.nextInt(5_000)];
            random.nextBytes(content);
            Set<DigestAlgorithm> all = EnumSet.allOf(DigestAlgorithm.class);
            RunningDigests cut = new RunningDigests(all);
            for (int from = 0; from < content.length; ) {
                int length = 1 + random.nextInt(content.length - from);
                if (random.nextBoolean()) {
                    cut.update(content, from, length);
                } else {
                    ByteBuffer buffer = random.nextBoolean()
                            ? ByteBuffer.wrap(content, from, length)
                            : ByteBuffer.allocateDirect(length)
                                    .put(content, from, length)
                                    .flip();
                    int position = buffer.position();
                    cut.update(buffer);
                    assertThat(buffer.position()).as("seed %d", seed).isEqualTo(position);
                    assertThat(buffer.remaining()).as("seed %d", seed).isEqualTo(length);
                }
                from += length;
            }
            RunningDigests whole = new RunningDigests(all);
            whole.update(content, 0, content.length);
            for (DigestAlgorithm algorithm : all) {
                String announced = computed(whole, algorithm);
                assertThat(computed(cut, algorithm))
                        .as("seed %d, %s", seed, algorithm)
                        .isEqualTo(announced);
            }
        }
    }

    @Test
    void takesNothingAfterTheEnd() {
        Digests digests = Digests.of(headers("x-amz-checksum-crc32c", "4waSgw=="));
        RunningDigests running = fed(digests, CONTENT);
        digests.verify(running, DigestsTest::none);
        digests.verify(running, DigestsTest::none);
        assertThatThrownBy(() -> running.update(CONTENT, 0, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> running.update(ByteBuffer.wrap(CONTENT))).isInstanceOf(IllegalStateException.class);
    }

    /** The message of a mismatch is the only place that shows what was computed. */
    private static String computed(RunningDigests digests, DigestAlgorithm algorithm) {
        try {
            digests.verify(List.of(new DigestExpectation(algorithm, "test", "never")));
            throw new AssertionError("never equals a digest");
        } catch (GatewayException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static List<String> none(String field) {
        return List.of();
    }

    private static RunningDigests fed(Digests digests, byte[] content) {
        RunningDigests running = digests.start();
        running.update(content, 0, content.length);
        return running;
    }

    private static Function<String, List<String>> headers(String field, String value) {
        return asked -> asked.equals(field) ? List.of(value) : List.of();
    }

    private static void assertFails(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
