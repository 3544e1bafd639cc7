package dev.banhmi.gateway.store.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.Seeds;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.checksums.DefaultChecksumAlgorithm;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** A body with its sum behind it is, byte by byte, what the SDK makes of it. */
class TrailerBodyTest {

    private static final int CHUNK = TrailerBody.CHUNK;

    /** Of the catalogue of CRC algorithms: the sum of these nine digits is E3069283. */
    @Test
    void endsWithTheSum() {
        assertThat(new String(encoded("123456789".getBytes(ISO_8859_1), new Random(1)), ISO_8859_1))
                .isEqualTo("9\r\n123456789\r\n0\r\nx-amz-checksum-crc32c:4waSgw==\r\n\r\n");
    }

    @Test
    void sendsNoChunkOfNothing() {
        assertThat(new String(encoded(new byte[0], new Random(1)), ISO_8859_1))
                .isEqualTo("0\r\nx-amz-checksum-crc32c:AAAAAA==\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 17})
    void isWhatTheSdkSends(int length) throws IOException {
        Random random = new Random(Seeds.seed(TrailerBodyTest.class));
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        SignedRequest bySdk = bySdk(bytes);
        byte[] encoded = encoded(bytes, random);
        try (InputStream payload = bySdk.payload().orElseThrow().newStream()) {
            assertThat(encoded).isEqualTo(payload.readAllBytes());
        }
        for (Field field : TrailerBody.fields(length)) {
            assertThat(bySdk.request().firstMatchingHeader(field.name()))
                    .as(field.name())
                    .hasValue(field.value());
        }
        assertThat(bySdk.request().firstMatchingHeader("x-amz-content-sha256"))
                .hasValue(RequestHead.UNSIGNED_WITH_TRAILER);
    }

    /** Without the bytes, of which there are too many. */
    @Test
    void knowsItsLengthAheadOfAnySize() {
        long parts = 5L << 30;
        long chunks = parts / CHUNK;
        long end = "0\r\nx-amz-checksum-crc32c:AAAAAA==\r\n\r\n".length();
        assertThat(TrailerBody.encodedLength(parts)).isEqualTo(parts + chunks * "20000\r\n\r\n".length() + end);
        assertThat(TrailerBody.fields(parts)).contains(new Field("x-amz-decoded-content-length", "5368709120"));
    }

    private static SignedRequest bySdk(byte[] bytes) {
        SdkHttpRequest request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.PUT)
                .uri(URI.create("https://demo.s3.amazonaws.com/k"))
                .putHeader("content-length", Integer.toString(bytes.length))
                .build();
        return AwsV4HttpSigner.create()
                .sign(sign -> sign.identity(AwsCredentialsIdentity.create("id", "secret"))
                        .request(request)
                        .payload(() -> new ByteArrayInputStream(bytes))
                        .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))
                        .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1")
                        .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "s3")
                        .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, false)
                        .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, false)
                        .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, false)
                        .putProperty(AwsV4FamilyHttpSigner.CHUNK_ENCODING_ENABLED, true)
                        .putProperty(AwsV4FamilyHttpSigner.CHECKSUM_ALGORITHM, DefaultChecksumAlgorithm.CRC32C));
    }

    /** In pieces of random size into room of random size. */
    private static byte[] encoded(byte[] bytes, Random random) {
        TrailerBody body = new TrailerBody(bytes.length);
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        int most = random.nextBoolean() ? 50_000 : 200_000;
        int at = 0;
        for (int steps = 0; !body.isWhole(); steps++) {
            assertThat(steps).isLessThan(1_000_000);
            ByteBuffer plain = ByteBuffer.wrap(bytes, at, Math.min(bytes.length - at, 1 + random.nextInt(most)));
            ByteBuffer to = ByteBuffer.allocate(1 + random.nextInt(most));
            body.encode(plain, to);
            at = plain.position();
            sent.write(to.array(), 0, to.position());
        }
        assertThat(at).isEqualTo(bytes.length);
        assertThat((long) sent.size()).isEqualTo(TrailerBody.encodedLength(bytes.length));
        assertThat(List.of(TrailerBody.fields(bytes.length).get(1)))
                .containsExactly(new Field("content-length", Integer.toString(sent.size())));
        return sent.toByteArray();
    }
}
