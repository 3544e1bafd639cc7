package dev.banhmi.gateway.object;

import static dev.banhmi.gateway.object.ObjectWorld.HASHED;
import static dev.banhmi.gateway.object.ObjectWorld.freshName;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.digest.Crc64Nvme;
import dev.banhmi.gateway.digest.DigestAlgorithm;
import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.object.ObjectClient.Response;
import dev.banhmi.testkit.Emulator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client says about its bytes is checked on the bytes that arrive, before anybody can see them. */
@InOwnWorlds(Emulator.S3PROXY)
class ObjectDigestsIT extends ObjectContract {

    private static final int CHUNK = 100_000;

    ObjectDigestsIT(ObjectWorld world) {
        super(world);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1_000, 9 * MEBIBYTE})
    void takesWhatIsTrue(int size) throws IOException {
        byte[] content = content(size + 1L, size);
        Map<String, String> digests = digestsOf(content);
        String headers = freshName();
        String trailers = freshName();
        List<String> pairs = new ArrayList<>();
        digests.forEach((field, value) -> pairs.addAll(List.of(field, value)));

        assertStatus(client.put(HASHED, headers, content, pairs.toArray(String[]::new)), 201);
        assertStatus(putWithTrailers(trailers, content, digests), 201);

        assertHolds(HASHED, headers, content);
        assertHolds(HASHED, trailers, content);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1_000, 9 * MEBIBYTE})
    void refusesWhatIsFalse(int size) throws IOException {
        byte[] content = content(size + 2L, size);
        byte[] other = content.clone();
        if (size > 0) {
            other[size - 1] ^= 1;
        } else {
            other = new byte[1];
        }
        String created = freshName();
        String kept = freshName();
        byte[] old = {1, 2, 3};
        stored(HASHED, kept, old);
        for (Map.Entry<String, String> digest : digestsOf(other).entrySet()) {
            String field = digest.getKey();

            assertProblem(client.put(HASHED, created, content, field, digest.getValue()), ErrorCode.CONTENT_MISMATCH);
            assertProblem(
                    client.putChunked(HASHED, kept, content, field, digest.getValue()), ErrorCode.CONTENT_MISMATCH);
            assertProblem(
                    putWithTrailers(created, content, Map.of(field, digest.getValue())), ErrorCode.CONTENT_MISMATCH);
        }
        assertMissing(HASHED, created);
        if (keepsWhatAnAbortedUploadWouldReplace(world) || size <= 8 * MEBIBYTE) {
            assertHolds(HASHED, kept, old);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 9 * MEBIBYTE})
    void refusesATrailerThatIsMissingOrMalformed(int size) throws IOException {
        byte[] content = content(size + 3L, size);
        String name = freshName();

        assertProblem(putWithTrailers(name, content, "Content-MD5", Map.of()), ErrorCode.INVALID_REQUEST);
        assertProblem(
                putWithTrailers(name, content, "Content-MD5", Map.of("Content-MD5", "abc")), ErrorCode.INVALID_REQUEST);

        assertMissing(HASHED, name);
    }

    /** Announced or not: what it says would not hold. */
    @ParameterizedTest
    @ValueSource(strings = {"x-amz-meta-a", "x-amz-tagging", "Digest", "If-Match", "Content-Type", "Host", "X-Unknown"})
    void refusesATrailerThatCarriesNoDigest(String field) throws IOException {
        byte[] content = content(4, 1_000);
        String name = freshName();
        Map<String, String> digests = digestsOf(content);
        Map<String, String> trailers = new LinkedHashMap<>(digests);
        trailers.put(field, "a");

        assertProblem(putWithTrailers(name, content, trailers), ErrorCode.UNSUPPORTED);
        assertProblem(
                putWithTrailers(name, content, String.join(", ", digests.keySet()), trailers), ErrorCode.UNSUPPORTED);

        assertMissing(HASHED, name);
    }

    private Response putWithTrailers(String name, byte[] content, Map<String, String> trailers) throws IOException {
        return putWithTrailers(name, content, String.join(", ", trailers.keySet()), trailers);
    }

    private Response putWithTrailers(String name, byte[] content, String announced, Map<String, String> trailers)
            throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int from = 0; from < content.length; from += CHUNK) {
            int count = Math.min(CHUNK, content.length - from);
            body.writeBytes((Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            body.write(content, from, count);
            body.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        StringBuilder end = new StringBuilder("0\r\n");
        trailers.forEach(
                (field, value) -> end.append(field).append(": ").append(value).append("\r\n"));
        body.writeBytes(end.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
        String head = client.requestHead(
                "PUT",
                ObjectClient.target(HASHED, name),
                "Content-Type: application/octet-stream",
                "Transfer-Encoding: chunked",
                "Trailer: " + announced);
        return client.raw(head, body.toByteArray());
    }

    private static Map<String, String> digestsOf(byte[] content) {
        Map<String, String> digests = new LinkedHashMap<>();
        digests.put(
                "Content-Digest",
                "sha-256=:" + hash("SHA-256", content) + ":, sha-512=:" + hash("SHA-512", content) + ":");
        digests.put("Repr-Digest", "sha-512=:" + hash("SHA-512", content) + ":");
        digests.put("Content-MD5", hash("MD5", content));
        digests.put("x-amz-checksum-crc32", crc(new CRC32(), Integer.BYTES, content));
        digests.put("x-amz-checksum-crc32c", crc(new CRC32C(), Integer.BYTES, content));
        digests.put("x-amz-checksum-crc64nvme", crc(new Crc64Nvme(), Long.BYTES, content));
        digests.put("x-amz-checksum-sha1", hash("SHA-1", content));
        digests.put("x-amz-checksum-sha256", hash("SHA-256", content));
        assertThat(digests.keySet())
                .as("every field that can carry a digest")
                .usingElementComparator(String.CASE_INSENSITIVE_ORDER)
                .hasSameElementsAs(DigestAlgorithm.fields());
        return digests;
    }

    private static String hash(String algorithm, byte[] content) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance(algorithm).digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }

    private static String crc(Checksum checksum, int bytes, byte[] content) {
        checksum.update(content, 0, content.length);
        byte[] value =
                ByteBuffer.allocate(Long.BYTES).putLong(checksum.getValue()).array();
        return Base64.getEncoder().encodeToString(Arrays.copyOfRange(value, Long.BYTES - bytes, Long.BYTES));
    }
}
