package dev.banhmi.gateway.store.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.testkit.Seeds;
import java.net.URI;
import java.net.URLDecoder;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/** Signatures are those of AWS's own examples and of the SDK. */
class RequestWriterTest {

    /** Of https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, 2026-11-30. */
    private static final Identity OF_THE_EXAMPLES =
            new Identity("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", null, "us-east-1");

    private static final Instant TIME_OF_THE_EXAMPLES = Instant.parse("2013-05-24T00:00:00Z");

    private static final BucketAddress BUCKET_OF_THE_EXAMPLES =
            new BucketAddress(true, "examplebucket.s3.amazonaws.com", 443, "");

    private static final String SHA256_OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private static final BucketAddress PATH_STYLE = new BucketAddress(false, "127.0.0.1", 9000, "/demo");

    private final RequestWriter writer = new RequestWriter(new SigningKeys());
    private final HeadBytes out = new HeadBytes();

    private static Stream<Arguments> examples() {
        return Stream.of(
                Arguments.of(
                        example("GET", "test.txt", "", SHA256_OF_NOTHING, new Field("range", "bytes=0-9")),
                        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
                Arguments.of(
                        example(
                                "PUT",
                                "test$file.text",
                                "",
                                "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
                                new Field("date", "Fri, 24 May 2013 00:00:00 GMT"),
                                new Field("x-amz-storage-class", "REDUCED_REDUNDANCY")),
                        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
                Arguments.of(
                        example("GET", "", "lifecycle=", SHA256_OF_NOTHING),
                        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
                Arguments.of(
                        example("GET", "", "max-keys=2&prefix=J", SHA256_OF_NOTHING),
                        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"));
    }

    private static RequestHead example(String method, String key, String query, String hash, Field... fields) {
        return new RequestHead(method, BUCKET_OF_THE_EXAMPLES, "/" + UriText.ofKey(key), query, hash, List.of(fields));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void signsTheExamplesOfAws(RequestHead head, String signature) {
        assertThat(written(head, OF_THE_EXAMPLES, TIME_OF_THE_EXAMPLES)).contains("Signature=" + signature + "\r\n");
    }

    /** https://docs.aws.amazon.com/general/latest/gr/signature-v4-examples.html, in the archive of 2022. */
    @ParameterizedTest
    @CsvSource({
        "20120215, f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d",
        "20150830, c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9"
    })
    void derivesTheKeysOfAws(String day, String key) {
        String secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        assertThat(new SigningKey(secret, day, "us-east-1", "iam").encoded())
                .isEqualTo(HexFormat.of().parseHex(key));
    }

    /** One writer for all of them, with two identities and days that alternate: what it keeps is never another's. */
    @Test
    void signsWhatTheSdkSigns() {
        Random random = new Random(Seeds.seed(RequestWriterTest.class));
        Instant start = Instant.parse("2026-11-30T23:59:00Z");
        for (int i = 0; i < 2_000; i++) {
            RequestHead head = RandomHeads.next(random);
            Identity identity = new Identity(
                    "AKID" + random.nextInt(2),
                    "secret" + random.nextInt(2),
                    random.nextBoolean() ? "session/token+" + random.nextInt(2) + "==" : null,
                    random.nextBoolean() ? "us-east-1" : "eu-west-3");
            Instant now = start.plusSeconds(random.nextInt(120));
            assertThat(fields(written(head, identity, now)))
                    .as("%d: %s", i, head)
                    .isEqualTo(bySdk(head, identity, now));
        }
    }

    /** Its own representation of the request, less what it adds for itself. */
    private static Map<String, String> bySdk(RequestHead head, Identity identity, Instant now) {
        BucketAddress address = head.address();
        SdkHttpRequest.Builder request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.fromValue(head.method()))
                .uri(URI.create("https://" + address.hostField()))
                .port(address.port())
                .encodedPath(head.path());
        if (!address.secure()) {
            // As the gateway has it signed, without the hash of the payload.
            request.putHeader("host", address.hostField());
        }
        for (String parameter :
                head.query().isEmpty() ? new String[0] : head.query().split("&")) {
            String[] both = parameter.split("=", 2);
            request.putRawQueryParameter(both[0], URLDecoder.decode(both[1], UTF_8));
        }
        head.fields().forEach(field -> request.putHeader(field.name(), field.value()));
        AwsCredentialsIdentity credentials = identity.sessionToken() == null
                ? AwsCredentialsIdentity.create(identity.accessKeyId(), identity.secretAccessKey())
                : AwsSessionCredentialsIdentity.create(
                        identity.accessKeyId(), identity.secretAccessKey(), identity.sessionToken());
        SdkHttpRequest signed = AwsV4HttpSigner.create()
                .sign(sign -> sign.identity(credentials)
                        .request(request.build())
                        .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(now, ZoneOffset.UTC))
                        .putProperty(AwsV4HttpSigner.REGION_NAME, identity.region())
                        .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "s3")
                        .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, false)
                        .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, false)
                        .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, false))
                .request();
        Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        signed.forEachHeader((name, values) -> fields.put(name, String.join(",", values)));
        return fields;
    }

    @Test
    void writesWhatIsSentInTheOrderOfItsNames() {
        RequestHead head = RequestHead.ofGet(PATH_STYLE, "a b/ü", "\"1\"", "bytes=0-9");
        assertThat(written(head, new Identity("id", "secret", null, "us-east-1"), TIME_OF_THE_EXAMPLES))
                .startsWith("""
                    GET /demo/a%20b/%C3%BC HTTP/1.1\r
                    host: 127.0.0.1:9000\r
                    if-match: "1"\r
                    range: bytes=0-9\r
                    user-agent: banhmi-gateway\r
                    x-amz-checksum-mode: ENABLED\r
                    x-amz-content-sha256: UNSIGNED-PAYLOAD\r
                    x-amz-date: 20130524T000000Z\r
                    authorization: AWS4-HMAC-SHA256 Credential=id/20130524/us-east-1/s3/aws4_request,\
                    """)
                .endsWith("\r\n\r\n");
    }

    @Test
    void writesAPart() {
        RequestHead head = RequestHead.ofPart(PATH_STYLE, "k", "up/load=1", 7, 5L << 30, "AAAAAA==");
        assertThat(written(head, OF_THE_EXAMPLES, TIME_OF_THE_EXAMPLES))
                .startsWith("PUT /demo/k?partNumber=7&uploadId=up%2Fload%3D1 HTTP/1.1\r\n")
                .contains("content-length: 5368709120\r\n", "x-amz-checksum-crc32c: AAAAAA==\r\n")
                .doesNotContain("expect");
    }

    /** What is signed has both slashes; on their way one could be lost. */
    @Test
    void keepsTwoSlashesApart() {
        RequestHead head = RequestHead.ofGet(PATH_STYLE, "/a//b///c", null, null);
        assertThat(written(head, OF_THE_EXAMPLES, TIME_OF_THE_EXAMPLES))
                .startsWith("GET /demo/%2Fa/%2Fb/%2F/c HTTP/1.1\r\n");
    }

    @Test
    void usesWhatItKeepsForEachSignatureAnew() {
        RequestHead head = RequestHead.ofGet(PATH_STYLE, "k", null, null);
        String first = written(head, OF_THE_EXAMPLES, TIME_OF_THE_EXAMPLES);
        RequestHead longer = RequestHead.ofGet(PATH_STYLE, "longer".repeat(500), null, null);
        String ofAnotherDay = written(longer, OF_THE_EXAMPLES, Instant.EPOCH);
        assertThat(written(head, OF_THE_EXAMPLES, TIME_OF_THE_EXAMPLES)).isEqualTo(first);

        HeadBytes anew = new HeadBytes();
        new RequestWriter(new SigningKeys()).write(longer, OF_THE_EXAMPLES, Instant.EPOCH, anew);
        assertThat(ofAnotherDay).isEqualTo(anew.toString());
    }

    @Test
    void refusesAKeyThatUtf8CannotExpress() {
        assertThatThrownBy(() -> RequestHead.ofGet(PATH_STYLE, "half \ud83d", null, null))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private String written(RequestHead head, Identity identity, Instant now) {
        writer.write(head, identity, now, out);
        return out.toString();
    }

    /** The fields of a head, by name. */
    private static Map<String, String> fields(String head) {
        return head.lines()
                .skip(1)
                .filter(line -> !line.isEmpty() && !line.startsWith("user-agent:"))
                .map(line -> line.split(": ", 2))
                .collect(Collectors.toMap(
                        line -> line[0],
                        line -> line[1],
                        (one, other) -> one + "," + other,
                        () -> new TreeMap<>(String.CASE_INSENSITIVE_ORDER)));
    }

    /** Requests as the gateway makes them, and odder ones. */
    private static final class RandomHeads {

        private static final String[] TEXTS = {
            "a", "b c", "/", "//", "..", "ü", "漢", "🎈", "+", "%2F", "~", "*", "'", "!", "(x)", "&=?#", ";", "\\",
            "\u0001"
        };

        static RequestHead next(Random random) {
            boolean pathStyle = random.nextBoolean();
            boolean secure = random.nextBoolean();
            int port = random.nextInt(3) == 0 ? 9000 : secure ? 443 : 80;
            BucketAddress address = new BucketAddress(
                    secure,
                    pathStyle ? "store.example" : "demo.store.example",
                    port,
                    pathStyle ? "/demo" : random.nextInt(4) == 0 ? "/behind/a" : "");
            String key = "k" + text(random);
            List<Field> fields = new ArrayList<>();
            if (random.nextBoolean()) {
                fields.add(new Field("x-amzn-trace-id", "1"));
            }
            if (random.nextBoolean()) {
                fields.add(new Field("x-amz-meta-odd", "a  b\t \tc   \"d   e\""));
            }
            return switch (random.nextInt(3)) {
                case 0 ->
                    RequestHead.ofGet(
                            address,
                            key,
                            random.nextBoolean() ? "\"" + random.nextInt() + "\"" : null,
                            random.nextBoolean() ? "bytes=" + random.nextInt(10) + "-" : null);
                case 1 -> RequestHead.ofPut(address, key, random.nextLong(1L << 40), "AAAAAA==", fields);
                default ->
                    RequestHead.ofPart(
                            address,
                            key,
                            "id" + text(random),
                            1 + random.nextInt(10_000),
                            random.nextLong(1L << 33),
                            "AAAAAA==");
            };
        }

        private static String text(Random random) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(6); i > 0; i--) {
                text.append(TEXTS[random.nextInt(TEXTS.length)]);
            }
            return text.toString();
        }
    }
}
