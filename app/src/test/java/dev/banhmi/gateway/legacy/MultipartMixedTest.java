package dev.banhmi.gateway.legacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.testkit.Seeds;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartMixedTest {

    private static final String TYPE = "multipart/mixed; boundary=XX";
    private static final String OCTETS = "Content-Type: application/octet-stream\r\n";

    @Test
    void joinsThePartsInOrder() throws IOException {
        assertThat(fileOf(TYPE, body("XX", "ab", "", "c"))).isEqualTo("abc");
    }

    @Test
    void readsAnEmptyFileInOneEmptyPart() throws IOException {
        assertThat(fileOf(TYPE, body("XX", ""))).isEmpty();
    }

    @Test
    void skipsPreambleAndEpilogue() throws IOException {
        assertThat(fileOf(TYPE, "preamble\r\n--X\r\n" + body("XX", "abc") + "epilogue --XX"))
                .isEqualTo("abc");
    }

    @Test
    void needsNoLineEndAfterTheLastBoundary() throws IOException {
        String body = body("XX", "abc");
        assertThat(fileOf(TYPE, body.substring(0, body.length() - 2))).isEqualTo("abc");
    }

    /** The parser looks for an empty line, and the first one is then in the data or nowhere. */
    @ParameterizedTest
    @ValueSource(strings = {"abc", "abc\r\n\r\ndef", "\r\n\r\n"})
    void refusesPartsWithoutHeadersRatherThanLoseTheirFirstBytes(String part) {
        assertThatThrownBy(() -> fileOf(TYPE, body("XX", part).replace(OCTETS, "")))
                .isInstanceOfSatisfying(GatewayException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
                    assertThat(e).hasMessageContaining("each part needs a Content-Type");
                });
    }

    /** The announced size is that of what is left. */
    @Test
    void takesNoBytesOfAPartForHeaders() {
        String body = "--XX\r\nContent-Type: application/json\r\n\r\n"
                + "{\"bucket\":\"demo\",\"key\":\"k\",\"size\":8,\"parts\":1}"
                + "\r\n--XX\r\n\r\nAAAA\r\n\r\nbanh mi!\r\n--XX--\r\n";
        assertThatThrownBy(() -> fileOf(TYPE, body))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "multipart/mixed; boundary=\"XX\"",
                "Multipart/Mixed; charset=utf-8; Boundary=XX",
                "multipart/mixed;boundary=XX; x=y"
            })
    void takesTheBoundaryQuotedOrNotAndInAnyPlace(String type) throws IOException {
        assertThat(fileOf(type, body("XX", "abc"))).isEqualTo("abc");
    }

    @Test
    void takesABoundaryWithAllCharactersThatQuotesAllow() throws IOException {
        String boundary = "'()+_,-./:=? 0aZ";
        assertThat(fileOf("multipart/mixed; boundary=\"" + boundary + "\"", body(boundary, "abc")))
                .isEqualTo("abc");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "multipart/mixed",
                "multipart/mixed; boundary=",
                "multipart/mixed; boundary=\"\"",
                "multipart/form-data; boundary=XX",
                "application/json; boundary=XX",
                "multipart",
                "*/*; boundary=XX"
            })
    void refusesAnyOtherContentType(String type) {
        assertRefused(ErrorCode.INVALID_REQUEST, () -> fileOf(type, body("XX", "abc")));
    }

    @Test
    void refusesARequestWithoutContentType() {
        assertRefused(ErrorCode.INVALID_REQUEST, () -> fileOf(null, body("XX", "abc")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "--XX", "--XX--\r\n", "--YY\r\n\r\nabc\r\n--YY--\r\n"})
    void refusesABodyWithoutAPart(String body) {
        assertRefused(ErrorCode.INVALID_REQUEST, () -> fileOf(TYPE, body));
    }

    @Test
    void refusesMetadataOfAnotherType() {
        String body = body("XX", "abc");
        assertRefused(ErrorCode.INVALID_REQUEST, () -> fileOf(TYPE, body.replace("application/json", "text/plain")));
        assertRefused(
                ErrorCode.INVALID_REQUEST, () -> fileOf(TYPE, body.replace("Content-Type: application/json\r\n", "")));
    }

    @Test
    void takesMetadataWithACharset() throws IOException {
        assertThat(fileOf(TYPE, body("XX", "abc").replace("application/json", "Application/JSON; charset=utf-8")))
                .isEqualTo("abc");
    }

    @Test
    void refusesMetadataOrHeadersThatAreTooLarge() {
        String body = body("XX", "abc");
        assertRefused(ErrorCode.INVALID_REQUEST, () -> fileOf(TYPE, body.replace("{", "{" + " ".repeat(70_000))));
        assertRefused(
                ErrorCode.INVALID_REQUEST, () -> fileOf(TYPE, body.replace(OCTETS, "X: " + "y".repeat(9000) + "\r\n")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"base64", "quoted-printable", "x", ""})
    void refusesEncodedParts(String encoding) {
        assertRefused(ErrorCode.INVALID_REQUEST, () -> fileOf(TYPE, encodedAs(encoding)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"binary", "7bit", "8BIT", "Binary"})
    void takesPartsThatOnlySayThatTheyAreRaw(String encoding) throws IOException {
        assertThat(fileOf(TYPE, encodedAs(encoding))).isEqualTo("abc");
    }

    @Test
    void refusesMoreOrFewerPartsOrBytesThanAnnounced() {
        assertRefused(ErrorCode.CONTENT_MISMATCH, () -> fileOf(TYPE, body("XX", 3, 1, List.of("ab", "c"))));
        assertRefused(ErrorCode.CONTENT_MISMATCH, () -> fileOf(TYPE, body("XX", 3, 3, List.of("ab", "c"))));
        assertRefused(ErrorCode.CONTENT_MISMATCH, () -> fileOf(TYPE, body("XX", 4, 2, List.of("ab", "c"))));
        assertRefused(ErrorCode.CONTENT_MISMATCH, () -> fileOf(TYPE, body("XX", 2, 2, List.of("ab", "c"))));
        assertRefused(ErrorCode.CONTENT_MISMATCH, () -> fileOf(TYPE, body("XX", 0, 1, List.of())));
    }

    @Test
    void neverEndsOrdinarilyWhenTheBodyIsCutAnywhere() {
        byte[] whole = bytes(body("XX", "abcd", "\r\n--X", "ef"));
        // The last four bytes are "--" and a line end, which need not be there.
        for (int cut = 0; cut < whole.length - 2; cut++) {
            InputStream part = new ByteArrayInputStream(whole, 0, cut);
            assertThatThrownBy(() -> read(TYPE, part))
                    .as("cut after %d of %d bytes", cut, whole.length)
                    .isInstanceOfAny(GatewayException.class, IOException.class);
        }
    }

    @Test
    void refusesABoundaryLineThatGoesOn() {
        assertThatThrownBy(() -> fileOf(TYPE, body("XX", "ab\r\n--XXY\r\n\r\ncd")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void passesOnWhatTheConnectionThrows() {
        byte[] start = bytes(body("XX", "abcdef").substring(0, 140));
        IOException reset = new IOException("reset");
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw reset;
            }

            @Override
            public int read(byte[] target, int offset, int wanted) throws IOException {
                throw reset;
            }
        };
        assertThatThrownBy(() -> read(TYPE, new SequenceInputStream(new ByteArrayInputStream(start), broken)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void findsRandomPartsInReadsOfAnySize() throws IOException {
        long seed = Seeds.seed(MultipartMixedTest.class);
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            String boundary = randomBoundary(random);
            List<byte[]> parts = new ArrayList<>();
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            int count = 1 + random.nextInt(5);
            for (int i = 0; i < count; i++) {
                byte[] part = withoutBoundary(randomPart(random, boundary), boundary);
                parts.add(part);
                expected.writeBytes(part);
            }
            byte[] body = multipart(boundary, expected.size(), count, parts);

            byte[] actual = read("multipart/mixed; boundary=" + boundary, new ShortReads(body, random));

            assertThat(Arrays.equals(actual, expected.toByteArray()))
                    .as("seed %d round %d", seed, round)
                    .isTrue();
        }
    }

    @Test
    void failsAgainWhenItIsReadAgainAfterAFailure() throws IOException {
        MultipartMixed parts =
                MultipartMixed.open(TYPE, new ByteArrayInputStream(bytes(body("XX", 3, 3, List.of("abc")))));
        InputStream file = parts.file(parts.metadata());
        assertThatThrownBy(file::readAllBytes).isInstanceOf(GatewayException.class);
        assertThatThrownBy(file::read).isInstanceOfAny(GatewayException.class, IOException.class);
    }

    private static String randomBoundary(Random random) {
        String alphabet = random.nextBoolean() ? "-a" : "-abcdef0123456789";
        StringBuilder boundary = new StringBuilder("b");
        for (int length = 1 + random.nextInt(60); boundary.length() < length; ) {
            boundary.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return boundary.toString();
    }

    /** Bytes of which many look like the start of a boundary, some of them around the parser's own buffer size. */
    private static byte[] randomPart(Random random, String boundary) {
        ByteArrayOutputStream part = new ByteArrayOutputStream();
        String delimiter = "\r\n--" + boundary;
        int size = random.nextInt(4) == 0 ? 64 * 1024 - 300 + random.nextInt(600) : random.nextInt(500);
        while (part.size() < size) {
            switch (random.nextInt(5)) {
                case 0 -> part.writeBytes(bytes(delimiter.substring(0, random.nextInt(delimiter.length()))));
                case 1 -> part.writeBytes(bytes("\r\r\n\n--"));
                case 2 -> part.writeBytes(bytes(delimiter.substring(1)));
                default -> {
                    byte[] noise = new byte[random.nextInt(1 + size / 4)];
                    random.nextBytes(noise);
                    part.writeBytes(noise);
                }
            }
        }
        return part.toByteArray();
    }

    /** A part cannot contain its delimiter, nor begin with it right behind the headers' own line end. */
    private static byte[] withoutBoundary(byte[] part, String boundary) {
        String text = new String(part, StandardCharsets.ISO_8859_1);
        String delimiter = "\r\n--" + boundary;
        while (("\r\n" + text).contains(delimiter)) {
            text = ("\r\n" + text)
                    .replace(delimiter, "")
                    .transform(rest -> rest.startsWith("\r\n") ? rest.substring(2) : rest);
        }
        return bytes(text);
    }

    private static String encodedAs(String encoding) {
        return body("XX", "abc").replace(OCTETS, OCTETS + "content-transfer-encoding: " + encoding + "\r\n");
    }

    private static String body(String boundary, String... parts) {
        return body(boundary, String.join("", parts).length(), parts.length, List.of(parts));
    }

    private static String body(String boundary, long size, long count, List<String> parts) {
        List<byte[]> raw = parts.stream().map(MultipartMixedTest::bytes).toList();
        return new String(multipart(boundary, size, count, raw), StandardCharsets.ISO_8859_1);
    }

    private static byte[] multipart(String boundary, long size, long count, List<byte[]> parts) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(bytes("--" + boundary + "\r\nContent-Type: application/json\r\n\r\n"
                + "{\"bucket\":\"b\",\"key\":\"k\",\"size\":" + size + ",\"parts\":" + count + "}"));
        for (byte[] part : parts) {
            body.writeBytes(bytes("\r\n--" + boundary + "\r\n" + OCTETS + "\r\n"));
            body.writeBytes(part);
        }
        body.writeBytes(bytes("\r\n--" + boundary + "--\r\n"));
        return body.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String fileOf(@Nullable String type, String body) throws IOException {
        return new String(read(type, new ByteArrayInputStream(bytes(body))), StandardCharsets.ISO_8859_1);
    }

    private static byte[] read(@Nullable String type, InputStream body) throws IOException {
        MultipartMixed parts = MultipartMixed.open(type, body);
        return parts.file(parts.metadata()).readAllBytes();
    }

    private static void assertRefused(ErrorCode code, Reading reading) {
        assertThatThrownBy(reading::read)
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private interface Reading {
        String read() throws IOException;
    }

    private static final class ShortReads extends ByteArrayInputStream {

        private final Random random;

        ShortReads(byte[] bytes, Random random) {
            super(bytes);
            this.random = random;
        }

        @Override
        public synchronized int read(byte[] target, int offset, int wanted) {
            return super.read(target, offset, Math.min(wanted, 1 + random.nextInt(random.nextBoolean() ? 3 : 5000)));
        }
    }
}
