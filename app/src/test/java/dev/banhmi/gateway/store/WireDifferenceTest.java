package dev.banhmi.gateway.store;

import static dev.banhmi.testkit.Patience.HANGS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.wire.BlockingWire;
import dev.banhmi.gateway.store.wire.WireSettings;
import dev.banhmi.testkit.Seeds;
import dev.banhmi.testkit.Thoroughness;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * The same random calls over the wire client and with the SDK's, against one store that says the same to both: what comes
 * out is the same.
 */
class WireDifferenceTest {

    private static final int TRIES = 3;
    private static final int CALLS = 2_000;

    private static final String OTHER_TIME = "Sun, 01 Nov 2026 12:00:00 GMT";

    private static final String XML = "<?xml version=\"1.0\"?>\n<Error><Code>%s</Code><Message>m</Message></Error>";

    private static final ObjectAttributes ATTRIBUTES = new ObjectAttributes(
            "text/plain", "attachment", "no-cache", "gzip", "en", "0", Map.of("one", "a  b", "other", "\"c\""));

    /** What each client says of itself and of this try, and what nobody but a proxy reads. */
    private static final Set<String> OWN = Set.of(
            "amz-sdk-invocation-id", "amz-sdk-request", "authorization", "connection", "user-agent", "x-amz-date");

    /** What a store may say to one try. Those that are marked make the wire client ask the SDK's. */
    private enum Saying {
        RIGHT,
        INTERIM_AND_RIGHT,
        SLOWLY_RIGHT,
        NO_SUCH_KEY,
        NO_SUCH_BUCKET,
        DENIED,
        PRECONDITION_FAILED,
        RANGE,
        MOVED,
        TEMPORARILY_MOVED,
        CLOCKS_DIFFER,
        SLOW_DOWN,
        INTERNAL_ERROR,
        BAD_GATEWAY,
        NOT_IMPLEMENTED,
        REFUSAL_WITHOUT_A_BODY,
        REFUSAL_IN_CHUNKS,
        REFUSAL_UNTIL_THE_END,
        REFUSAL_OF_NO_XML,
        TOO_LATE,
        NOTHING,
        HALF_A_HEAD,
        HALF_A_BODY,
        WITHOUT_A_VERSION,
        CHUNKS,
        NO_HTTP(true),
        BARE_LINE_FEEDS,
        TWO_LENGTHS(true);

        private final boolean surprises;

        Saying() {
            this(false);
        }

        Saying(boolean surprises) {
            this.surprises = surprises;
        }
    }

    enum Operation {
        GET,
        GET_RANGE,
        PUT,
        CREATE,
        PART
    }

    /** A call, and what the store says to its tries; the last saying is said to all that follow. */
    private record Call(Operation operation, String key, int size, List<Saying> sayings) {}

    /** What came out: bytes or a code, and how many tries the store has seen. */
    private record Outcome(String result, int tries) {}

    @Test
    void isTheSameOnBoth() throws NoSuchAlgorithmException {
        Random random = new Random(Seeds.seed(WireDifferenceTest.class));
        Map<String, Call> calls = new ConcurrentHashMap<>();
        Map<String, AtomicInteger> tries = new ConcurrentHashMap<>();
        Map<Saying, Integer> fallbacks = new TreeMap<>();
        AtomicInteger fell = new AtomicInteger();
        List<String> differences = new ArrayList<>();
        try (LyingS3 s3 = LyingS3.start(exchange -> respond(exchange, calls, tries));
                S3Client sdk = client(s3, TRIES);
                S3Client oneTry = client(s3, 1);
                BlockingWire wire = wire()) {
            // One for each: it remembers for a while why a bucket refuses.
            StoreCalls ofSdk = new StoreCalls(sdk, System::nanoTime);
            StoreCalls ofWire = new StoreCalls(sdk, System::nanoTime);
            ByteCalls withSdk = new SdkBytes(sdk, null);
            ByteCalls overWire = calls(s3, wire, sdk, oneTry, TRIES, fell);
            int count = Thoroughness.times(CALLS);
            for (int i = 0; i < count; i++) {
                Call call = next(random, i);
                Outcome one = outcome(ofSdk, "sdk/" + call.key(), call, calls, tries, withSdk);
                int before = fell.get();
                Outcome other = outcome(ofWire, "wire/" + call.key(), call, calls, tries, overWire);
                if (!other.equals(one)) {
                    differences.add(call + ": with the SDK " + one + ", over the wire " + other);
                }
                if (fell.get() > before) {
                    call.sayings().stream()
                            .filter(saying -> saying.surprises)
                            .findFirst()
                            .ifPresentOrElse(
                                    saying -> fallbacks.merge(saying, 1, Integer::sum),
                                    () -> assertThat(call)
                                            .as("fell back for nothing")
                                            .isNull());
                }
            }
            assertThat(differences).isEmpty();
            System.out.println("WireDifferenceTest: of " + count + " calls fell back " + fallbacks);
        }
    }

    /** Field by field, and in the same request line. */
    @ParameterizedTest
    @EnumSource
    void sendsWhatTheSdkSends(Operation operation) throws NoSuchAlgorithmException {
        Queue<String> heads = new ConcurrentLinkedQueue<>();
        ObjectKey key = new ObjectKey("demo", "a b//ü/../+&=~*'()");
        Call call = new Call(operation, key.key(), 10, List.of());
        try (LyingS3 s3 = LyingS3.start(exchange -> {
                    heads.add(exchange.head());
                    exchange.readBody();
                    say(exchange, call, Saying.RIGHT);
                });
                S3Client sdk = client(s3, 1);
                BlockingWire wire = wire()) {
            made(new SdkBytes(sdk, null), key, call);
            made(calls(s3, wire, sdk, sdk, 1, new AtomicInteger()), key, call);
        }
        assertThat(heads).hasSize(2);
        Map<String, String> bySdk = fields(heads.remove());
        assertThat(fields(heads.remove())).isEqualTo(bySdk);
    }

    private static Map<String, String> fields(String head) {
        Map<String, String> fields = new TreeMap<>();
        List<String> lines = head.lines().filter(line -> !line.isEmpty()).toList();
        fields.put("", lines.getFirst());
        for (String line : lines.subList(1, lines.size())) {
            int colon = line.indexOf(':');
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            if (!OWN.contains(name)) {
                fields.merge(name, line.substring(colon + 1).strip(), (one, other) -> one + "," + other);
            }
        }
        return fields;
    }

    private static WireCalls calls(
            LyingS3 s3, BlockingWire wire, S3Client sdk, S3Client oneTry, int tries, AtomicInteger fell) {
        return new WireCalls(
                wire,
                new WirePlaces(Region.US_EAST_1, s3.endpoint(), true, () -> AwsBasicCredentials.create("id", "secret")),
                new WireTries(strategy(tries), HANGS, HANGS, System::nanoTime, (_, _) -> fell.incrementAndGet()),
                new StoreClock(InstantSource.system()),
                new SdkBytes(sdk, null),
                new SdkBytes(oneTry, null),
                false);
    }

    private static Call next(Random random, int number) {
        Saying[] all = Saying.values();
        List<Saying> sayings = new ArrayList<>();
        for (int i = 0; i < TRIES; i++) {
            Saying saying = all[random.nextInt(all.length)];
            // Most calls meet a store that is right.
            sayings.add(random.nextInt(3) == 0 ? saying : Saying.RIGHT);
        }
        Operation operation = Operation.values()[random.nextInt(Operation.values().length)];
        String odd = List.of("", "/a b", "//", "/ü", "/+&=", "/..").get(random.nextInt(6));
        return new Call(operation, number + odd + "/" + number, random.nextInt(3) * random.nextInt(40_000), sayings);
    }

    private static Outcome outcome(
            StoreCalls judge,
            String key,
            Call call,
            Map<String, Call> calls,
            Map<String, AtomicInteger> tries,
            ByteCalls client) {
        String name = name(key);
        calls.put(name, call);
        tries.put(name, new AtomicInteger());
        ObjectKey object = new ObjectKey("demo", key);
        Supplier<String> one = () -> made(client, object, call);
        String result;
        try {
            result = switch (call.operation()) {
                case GET -> judge.make("GetObject", object, one);
                case GET_RANGE -> judge.makeOnVersion("GetObject", object, one);
                case PUT -> judge.writeOn(new WriteCondition.Always(), "PutObject", object, one);
                case CREATE -> judge.writeOn(new WriteCondition.IfAbsent(), "PutObject", object, one);
                case PART -> judge.make("UploadPart", object, one);
            };
        } catch (GatewayException e) {
            result = e.code().toString();
        }
        AtomicInteger seen = tries.get(name);
        return new Outcome(result, seen == null ? 0 : seen.get());
    }

    private static String made(ByteCalls client, ObjectKey key, Call call) {
        Payload payload = payload(call.size());
        return switch (call.operation()) {
            case GET -> read(client.get(key, null, null));
            case GET_RANGE -> read(client.get(key, "\"right\"", "bytes=0-9"));
            case PUT ->
                client.put(key, payload, ATTRIBUTES, new WriteCondition.Always())
                        .etag();
            case CREATE ->
                client.put(key, payload, ATTRIBUTES, new WriteCondition.IfAbsent())
                        .etag();
            case PART -> client.uploadPart(new MultipartUpload(key, "upload"), 1, payload);
        };
    }

    /** All that was read of an object, with what became of the rest. */
    private static String read(ResponseInputStream<GetObjectResponse> object) {
        StringBuilder read = new StringBuilder(
                object.response().eTag() + " " + object.response().contentLength());
        try (object) {
            read.append(' ').append(new String(object.readAllBytes(), UTF_8).hashCode());
        } catch (IOException e) {
            read.append(" and broke off");
        }
        return read.toString();
    }

    /** Which call a key belongs to: the client, and the number at its end. */
    private static String name(String path) {
        String client = path.contains("wire/") ? "wire/" : "sdk/";
        return client + path.substring(path.lastIndexOf('/') + 1);
    }

    private static void respond(LyingS3.Exchange exchange, Map<String, Call> calls, Map<String, AtomicInteger> tries)
            throws IOException {
        String target = exchange.head().split(" ", 3)[1];
        String name = name(target.contains("?") ? target.substring(0, target.indexOf('?')) : target);
        Call call = calls.get(name);
        AtomicInteger seen = tries.get(name);
        if (call == null || seen == null) {
            // It asks for a bucket, to know why it was refused.
            exchange.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            return;
        }
        exchange.readBody();
        int number = seen.getAndIncrement();
        say(exchange, call, call.sayings().get(Math.min(number, TRIES - 1)));
    }

    private static void say(LyingS3.Exchange exchange, Call call, Saying saying) throws IOException {
        boolean isRead = exchange.method().equals("GET");
        boolean ranged = call.operation() == Operation.GET_RANGE;
        String body = isRead ? "0123456789".repeat(ranged ? 1 : 1 + call.size() / 10) : "";
        String range = "Content-Range: bytes 0-9/100\r\n";
        String status = ranged ? "HTTP/1.1 206 Partial Content\r\n" + range : "HTTP/1.1 200 OK\r\n";
        String fields = status + "ETag: \"right\"\r\n";
        String length = "Content-Length: " + body.length() + "\r\n";
        switch (saying) {
            case RIGHT -> exchange.say(fields, length, "\r\n", body);
            case INTERIM_AND_RIGHT -> exchange.say("HTTP/1.1 100 Continue\r\n\r\n", fields, length, "\r\n", body);
            case SLOWLY_RIGHT -> {
                for (String piece : List.of("HTTP/1", fields.substring(6), length, "\r", "\n", body)) {
                    exchange.say(piece);
                }
            }
            case NO_SUCH_KEY -> refuse(exchange, "404 Not Found", "NoSuchKey");
            case NO_SUCH_BUCKET -> refuse(exchange, "404 Not Found", "NoSuchBucket");
            case DENIED -> refuse(exchange, "403 Forbidden", "AccessDenied");
            case PRECONDITION_FAILED -> refuse(exchange, "412 Precondition Failed", "PreconditionFailed");
            case RANGE -> refuse(exchange, "416 Range Not Satisfiable", "InvalidRange");
            case MOVED -> refuse(exchange, "301 Moved Permanently", "PermanentRedirect");
            case TEMPORARILY_MOVED -> refuse(exchange, "307 Temporary Redirect", "TemporaryRedirect");
            // Both sign the next try by this one.
            case CLOCKS_DIFFER -> refuse(exchange, "403 Forbidden\r\nDate: " + OTHER_TIME, "RequestTimeTooSkewed");
            case SLOW_DOWN -> refuse(exchange, "503 Slow Down", "SlowDown");
            case INTERNAL_ERROR -> refuse(exchange, "500 Internal Server Error", "InternalError");
            case BAD_GATEWAY -> exchange.say("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
            case NOT_IMPLEMENTED -> refuse(exchange, "501 Not Implemented", "NotImplemented");
            case REFUSAL_WITHOUT_A_BODY -> exchange.say("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
            case REFUSAL_IN_CHUNKS -> {
                String xml = String.format(Locale.ROOT, XML, "AccessDenied");
                exchange.say(
                        "HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n",
                        Integer.toHexString(xml.length()),
                        "\r\n",
                        xml,
                        "\r\n0\r\n\r\n");
            }
            case REFUSAL_UNTIL_THE_END -> {
                exchange.say("HTTP/1.1 404 Not Found\r\n\r\n" + String.format(Locale.ROOT, XML, "NoSuchKey"));
                exchange.out().close();
            }
            case REFUSAL_OF_NO_XML -> exchange.say("HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nwhat?");
            case TOO_LATE -> exchange.say("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
            case NOTHING -> exchange.out().close();
            case HALF_A_HEAD -> {
                exchange.say(fields);
                exchange.out().close();
            }
            case HALF_A_BODY -> {
                exchange.say(fields, "Content-Length: " + (body.length() + 5) + "\r\n\r\n", body);
                exchange.out().close();
            }
            case WITHOUT_A_VERSION -> exchange.say(status, length, "\r\n", body);
            case CHUNKS -> exchange.say(status, "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
            case NO_HTTP -> exchange.say("what is this?\r\n");
            case BARE_LINE_FEEDS -> exchange.say((fields + length + "\r\n").replace("\r\n", "\n"), body);
            case TWO_LENGTHS -> exchange.say(fields, length, length, "\r\n", body);
        }
    }

    private static void refuse(LyingS3.Exchange exchange, String status, String code) throws IOException {
        String xml = String.format(Locale.ROOT, XML, code);
        exchange.say(
                "HTTP/1.1 ", status, "\r\nx-amz-request-id: 1\r\nContent-Length: " + xml.length() + "\r\n\r\n", xml);
    }

    private static Payload payload(int length) {
        byte[] bytes = new byte[length];
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        return new Payload() {
            @Override
            public long length() {
                return bytes.length;
            }

            @Override
            public Crc32c crc32c() {
                return Crc32c.of(sum);
            }

            @Override
            public InputStream newStream() {
                return new ByteArrayInputStream(bytes);
            }
        };
    }

    private static BlockingWire wire() throws NoSuchAlgorithmException {
        return new BlockingWire(
                new WireSettings(
                        4, HANGS, HANGS, Duration.ofSeconds(60), Duration.ofMinutes(5), SSLContext.getDefault()),
                InstantSource.system(),
                System::nanoTime);
    }

    private static S3Client client(LyingS3 s3, int tries) {
        return S3Client.builder()
                .httpClientBuilder(new EndedTryHttpClient.Builder(new StoreHttpClient.Builder(
                        4,
                        HANGS,
                        HANGS,
                        new NotedTlsStrategy(DefaultClientTlsStrategy.createSystemDefault()),
                        ProxyConfiguration.builder().build())))
                .forcePathStyle(true)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .endpointOverride(s3.endpoint())
                .putAuthScheme(new UnsignedPayloadAuthScheme())
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "secret")))
                .overrideConfiguration(override -> override.addExecutionInterceptor(new WholeResponseInterceptor())
                        .addExecutionInterceptor(new BoundedResponseInterceptor())
                        .addExecutionInterceptor(new WithoutExpectInterceptor())
                        .retryStrategy(strategy(tries)))
                .build();
    }

    private static StandardRetryStrategy strategy(int tries) {
        BackoffStrategy pauses = BackoffStrategy.exponentialDelay(Duration.ofMillis(1), Duration.ofMillis(1));
        return AwsRetryStrategy.standardRetryStrategy().toBuilder()
                .maxAttempts(tries)
                .retryOnException(StoreFailures::isWorthAnotherTry)
                .backoffStrategy(pauses)
                .throttlingBackoffStrategy(pauses)
                .circuitBreakerEnabled(false)
                .build();
    }
}
