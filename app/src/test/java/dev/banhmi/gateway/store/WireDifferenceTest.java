package dev.banhmi.gateway.store;

import static dev.banhmi.testkit.Patience.HANGS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.wire.BlockingWire;
import dev.banhmi.gateway.store.wire.WireSettings;
import dev.banhmi.testkit.Seeds;
import dev.banhmi.testkit.Thoroughness;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.SdkGlobalTime;
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

    /** Of which each connection costs a handshake. */
    private static final int CALLS_UNDER_TLS = 500;

    /** Of a call whose outcome is a matter of time. */
    private static final int ATTEMPTS = 10;

    /** More than the clients have in their buffers, and less than the sockets take. */
    private static final int LARGE = 300_000;

    private static final String OTHER_TIME = "Sun, 01 Nov 2026 12:00:00 GMT";

    /** All that S3 says of an object, and some of it in ways that S3 would not choose. */
    private static final String ALL_FIELDS = """
        x-amz-request-id: 4442587FB7D0A2F9\r
        X-AMZ-ID-2:   over there\t\r
        Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r
        Content-Type: text/plain;charset=utf-8\r
        content-disposition: attachment; filename="a  b"\r
        Cache-Control: no-store\r
        Cache-Control: private\r
        Content-Encoding: gzip\r
        Content-Language: vi, en\r
        Expires: 0\r
        x-amz-meta-One: 1\r
        X-AMZ-META-empty:\r
        x-amz-meta-twice: a\r
        x-amz-meta-twice: b\r
        x-amz-meta-old: caf\u00e9\r
        x-amz-version-id: v1\r
        x-amz-storage-class: GLACIER_IR\r
        x-amz-server-side-encryption: aws:kms\r
        x-amz-checksum-type: FULL_OBJECT\r
        x-amz-checksum-crc32c: AAAAAA==\r
        x-amz-checksum-sha256: of-parts-2\r
        """;

    private static final AwsCredentials KEYS = AwsBasicCredentials.create("id", "secret");

    private static final ObjectAttributes ATTRIBUTES = new ObjectAttributes(
            "text/plain", "attachment", "no-cache", "gzip", "en", "0", Map.of("one", "a  b", "other", "\"c\""));

    /** What each client says of itself and of this try, and what nobody but a proxy reads. */
    private static final Set<String> OWN = Set.of(
            "amz-sdk-invocation-id", "amz-sdk-request", "authorization", "connection", "user-agent", "x-amz-date");

    /** What a store may say to one try. Those that are marked make the wire client ask the SDK's. */
    private enum Saying {
        RIGHT,
        ALL_THAT_S3_SAYS,
        DATE_OF_WORDS,
        INTERIM_AND_RIGHT,
        SLOWLY_RIGHT,
        NO_SUCH_KEY,
        NO_SUCH_BUCKET,
        DENIED,
        PRECONDITION_FAILED,
        RANGE,
        WRONG_SUM,
        WRONG_LENGTH,
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
        REFUSAL_THAT_BREAKS_OFF,
        REFUSAL_THAT_BREAKS_OFF_IN_ITS_TEXT,
        REFUSAL_THAT_BREAKS_OFF_BEFORE_ITS_TEXT,
        REFUSAL_WITH_MORE_THAN_S3_SAYS,
        REFUSAL_WITH_SOMETHING_BEHIND_IT,
        REFUSAL_OF_NO_XML,
        TOO_LATE,
        NOTHING,
        HALF_A_HEAD,
        HALF_A_BODY,
        TOO_LONG_A_BODY,
        OTHER_BYTES,
        WITHOUT_A_VERSION,
        CHUNKS,
        OBJECT_IN_CHUNKS,
        NO_CONTENT,
        NOT_MODIFIED,
        OLD_HTTP,
        EARLY_REFUSAL,
        EARLY_SLOW_DOWN,
        EARLY_REFUSAL_AND_END,
        EARLY_SUCCESS,
        EARLY_SUCCESS_AND_END,
        EARLY_TOO_LATE_AND_END,
        EARLY_END,
        NO_HTTP(true),
        BARE_LINE_FEEDS,
        TWO_LENGTHS(true),
        NO_LENGTH_OF_ALL(true),
        NEGATIVE_LENGTH(true),
        OTHER_CODING(true),
        BLANK_BEFORE_COLON(true),
        OTHER_PROTOCOL(true),
        INTERIM_WITHOUT_END(true);

        private final boolean surprises;

        Saying() {
            this(false);
        }

        Saying(boolean surprises) {
            this.surprises = surprises;
        }

        /** Whether it is said before the second half of a body is sent. */
        private boolean isEarly() {
            return name().startsWith("EARLY");
        }
    }

    enum Operation {
        GET,
        GET_RANGE,
        PUT,
        CREATE,
        PART;

        private boolean isRead() {
            return this == GET || this == GET_RANGE;
        }
    }

    /** A call, and what the store says to its tries; the last saying is said to all that follow. */
    private record Call(Operation operation, String key, int size, List<Saying> sayings) {

        private Saying saying(int number) {
            return sayings.get(Math.min(number, sayings.size() - 1));
        }

        /** Whether what the store says early may be late: the system is free to take its time with it. */
        private boolean isOfTime() {
            return !operation.isRead() && sayings.stream().anyMatch(Saying::isEarly);
        }
    }

    /**
     * A call as one client makes it: what the store has seen of it, which of the client's tries have had their say, and
     * the store's threads that are at it.
     */
    private record Made(Call call, AtomicInteger tries, List<CountDownLatch> said, Phaser underWay) {

        static Made of(Call call) {
            return new Made(
                    call,
                    new AtomicInteger(),
                    Stream.generate(() -> new CountDownLatch(1))
                            .limit(TRIES + 1L)
                            .toList(),
                    new Phaser(1));
        }

        /**
         * The second half waits for what the store says early. The first byte is the number of the try, which the store
         * cannot count: one over a connection that it has closed never gets there.
         */
        private Payload payload() {
            byte[] bytes = new byte[call.size()];
            CRC32C sum = new CRC32C();
            sum.update(bytes);
            AtomicInteger begun = new AtomicInteger();
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
                    if (!call.isOfTime()) {
                        return new ByteArrayInputStream(bytes);
                    }
                    int number = Math.min(begun.getAndIncrement(), TRIES);
                    byte[] numbered = bytes.clone();
                    numbered[0] = (byte) number;
                    return OutOfStepStoreTest.payload(numbered, said.get(number))
                            .newStream();
                }
            };
        }

        /** Until the store has closed what it closes: a client that comes later is sure to see it. */
        private void awaitStore() {
            int phase = underWay.arrive();
            try {
                underWay.awaitAdvanceInterruptibly(phase, HANGS.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException | TimeoutException e) {
                throw new AssertionError("the store is still at " + call, e);
            }
        }
    }

    /** All that was read of an object, with what became of the rest. */
    private record Read(SentRange sent, ObjectInfo info, int bytes, boolean brokeOff) {}

    /** What came out, and how many tries the store has seen. */
    private record Outcome(Object result, int tries) {}

    /** The calls of a test by their names. */
    private final Map<String, Made> calls = new ConcurrentHashMap<>();

    /** How many are made. */
    int calls(boolean tls) {
        return Thoroughness.times(tls ? CALLS_UNDER_TLS : CALLS);
    }

    /** The SDK keeps it for the whole process: a client that comes later would take its first 403 for one of the clock's. */
    @AfterEach
    void putBackTheClockOfTheSdk() {
        SdkGlobalTime.setGlobalTimeOffset(0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isTheSameOnBoth(boolean tls) throws IOException {
        Random random = new Random(Seeds.seed(WireDifferenceTest.class));
        Map<Saying, Integer> fallbacks = new TreeMap<>();
        WireFallbacks counted = new WireFallbacks(System::nanoTime);
        List<String> differences = new ArrayList<>();
        try (LyingS3 s3 = LyingS3.start(OneTry.listen(tls), tls ? "https" : "http", this::respond);
                S3Client sdk = client(s3, TRIES, KEYS);
                S3Client oneTry = client(s3, 1, KEYS);
                BlockingWire wire = wire()) {
            // One for each: it remembers for a minute why a bucket refuses. No time passes, so both ask at the same
            // call.
            StoreCalls ofSdk = new StoreCalls(sdk, () -> 0);
            StoreCalls ofWire = new StoreCalls(sdk, () -> 0);
            ByteCalls withSdk = new SdkBytes(sdk, null);
            ByteCalls overWire = overWire(wire, sdk, oneTry, TRIES, KEYS, counted);
            int count = calls(tls);
            Call previous = null;
            for (int i = 0; i < count; i++) {
                Call call = next(random, i);
                Outcome one = outcome(ofSdk, "sdk/" + call.key(), call, withSdk);
                double before = fallen(counted);
                Outcome other = outcome(ofWire, "wire/" + call.key(), call, overWire);
                for (int again = 0; call.isOfTime() && !other.equals(one) && again < ATTEMPTS; again++) {
                    System.out.println("WireDifferenceTest: again " + call + ": " + one + ", " + other);
                    one = outcome(ofSdk, "sdk/" + call.key(), call, withSdk);
                    other = outcome(ofWire, "wire/" + call.key(), call, overWire);
                }
                if (!other.equals(one)) {
                    differences.add(
                            call + " behind " + previous + ": with the SDK " + one + ", over the wire " + other);
                }
                if (fallen(counted) > before) {
                    call.sayings().stream()
                            .filter(saying -> saying.surprises)
                            .findFirst()
                            .ifPresentOrElse(
                                    saying -> fallbacks.merge(saying, 1, Integer::sum),
                                    () -> differences.add(call + ": fell back for nothing"));
                }
                previous = call;
            }
            assertThat(differences).isEmpty();
            System.out.println("WireDifferenceTest: of " + count + " calls" + (tls ? " under TLS" : "") + " fell back "
                    + fallbacks);
        }
    }

    private static double fallen(WireFallbacks counted) {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        counted.bindTo(registry);
        return registry.get("banhmi.store.wire.fallbacks").functionCounters().stream()
                .mapToDouble(FunctionCounter::count)
                .sum();
    }

    /** Field by field, and in the same request line; with keys that stay, and with those of a session. */
    @ParameterizedTest
    @EnumSource
    void sendsWhatTheSdkSends(Operation operation) throws IOException {
        for (AwsCredentials keys : List.of(KEYS, AwsSessionCredentials.create("id", "secret", "a/session+token=="))) {
            Queue<String> heads = new ConcurrentLinkedQueue<>();
            ObjectKey key = new ObjectKey("demo", "a b//ü/../+&=~*'()");
            Made made = Made.of(new Call(operation, key.key(), 10, List.of(Saying.RIGHT)));
            try (LyingS3 s3 = LyingS3.start(exchange -> {
                        heads.add(exchange.head());
                        say(exchange, made, 0);
                    });
                    S3Client sdk = client(s3, 1, keys);
                    BlockingWire wire = wire()) {
                make(new SdkBytes(sdk, null), key, made);
                make(overWire(wire, sdk, sdk, 1, keys, new WireFallbacks(System::nanoTime)), key, made);
            }
            assertThat(heads).hasSize(2);
            Map<String, String> bySdk = fields(heads.remove());
            assertThat(fields(heads.remove())).isEqualTo(bySdk);
            assertThat(bySdk.containsKey("x-amz-security-token")).isEqualTo(keys instanceof AwsSessionCredentials);
        }
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

    private static WireCalls overWire(
            BlockingWire wire, S3Client sdk, S3Client oneTry, int tries, AwsCredentials keys, WireFallbacks fallbacks) {
        return new WireCalls(
                wire,
                new WirePlaces(sdk, true, () -> keys),
                new WireTries(strategy(tries), HANGS, HANGS, System::nanoTime, fallbacks),
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
            // Most calls meet a store that is right, and few one that surprises.
            sayings.add(random.nextInt(saying.surprises ? 9 : 3) == 0 ? saying : Saying.RIGHT);
        }
        Operation operation = Operation.values()[random.nextInt(Operation.values().length)];
        String odd = List.of("", "/a b", "//", "/ü", "/+&=", "/..").get(random.nextInt(6));
        Call small =
                new Call(operation, number + odd + "/" + number, random.nextInt(3) * random.nextInt(40_000), sayings);
        return small.isOfTime() ? new Call(operation, small.key(), LARGE, sayings) : small;
    }

    private Outcome outcome(StoreCalls judge, String key, Call call, ByteCalls client) {
        Made made = Made.of(call);
        calls.put(name(key), made);
        ObjectKey object = new ObjectKey("demo", key);
        Supplier<Object> one = () -> make(client, object, made);
        Object result;
        try {
            result = switch (call.operation()) {
                case GET -> judge.make("GetObject", object, one);
                case GET_RANGE -> judge.makeOnVersion("GetObject", object, one);
                case PUT -> judge.writeOn(new WriteCondition.Always(), "PutObject", object, one);
                case CREATE -> judge.writeOn(new WriteCondition.IfAbsent(), "PutObject", object, one);
                case PART -> judge.make("UploadPart", object, one);
            };
        } catch (GatewayException e) {
            result = e.code();
        }
        made.awaitStore();
        return new Outcome(result, made.tries().get());
    }

    private static Object make(ByteCalls client, ObjectKey key, Made made) {
        return switch (made.call().operation()) {
            case GET -> read(client.get(key, null, null));
            case GET_RANGE -> read(client.get(key, "\"right\"", "bytes=0-9"));
            case PUT -> client.put(key, made.payload(), ATTRIBUTES, new WriteCondition.Always());
            case CREATE -> client.put(key, made.payload(), ATTRIBUTES, new WriteCondition.IfAbsent());
            case PART -> client.uploadPart(new MultipartUpload(key, "upload"), 1, made.payload());
        };
    }

    private static Object read(ResponseInputStream<GetObjectResponse> object) {
        SentRange sent;
        ObjectInfo info;
        try {
            sent = SentRange.of(object.response());
            info = ObjectInfos.of(object.response(), sent.total());
        } catch (IllegalArgumentException e) {
            object.abort();
            return "makes no sense: " + e.getMessage();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        boolean brokeOff = false;
        try (object) {
            object.transferTo(bytes);
        } catch (IOException e) {
            brokeOff = true;
        }
        return new Read(sent, info, Arrays.hashCode(bytes.toByteArray()), brokeOff);
    }

    /** Which call a key belongs to: the client, and the number at its end. */
    private static String name(String path) {
        String client = path.contains("wire/") ? "wire/" : "sdk/";
        return client + path.substring(path.lastIndexOf('/') + 1);
    }

    private void respond(LyingS3.Exchange exchange) throws IOException {
        String target = exchange.head().split(" ", 3)[1];
        Made made = calls.get(name(target.contains("?") ? target.substring(0, target.indexOf('?')) : target));
        boolean isRead = exchange.method().equals("GET");
        if (made == null || (isRead && !made.call().operation().isRead())) {
            // It asks for a bucket, or reads what it may not write, to know why it was refused.
            exchange.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            return;
        }
        made.underWay().register();
        try {
            say(exchange, made, made.tries().getAndIncrement());
        } finally {
            made.underWay().arriveAndDeregister();
        }
    }

    private static void say(LyingS3.Exchange exchange, Made made, int number) throws IOException {
        Call call = made.call();
        Saying saying = call.saying(number);
        boolean isEarly = saying.isEarly() && !call.operation().isRead();
        CountDownLatch said = made.said().get(call.isOfTime() ? first(exchange) : TRIES);
        if (!isEarly) {
            said.countDown();
            exchange.readBody();
        }
        try {
            say(exchange, call, saying);
        } finally {
            said.countDown();
        }
        if (isEarly) {
            // What the client sends nevertheless is no other request.
            exchange.readBody();
        }
    }

    /** The first byte of the body, which is left where it is. */
    private static int first(LyingS3.Exchange exchange) throws IOException {
        exchange.in().mark(1);
        int first = exchange.in().read();
        exchange.in().reset();
        if (first < 0) {
            throw new EOFException("the client has closed the connection");
        }
        return first;
    }

    private static void say(LyingS3.Exchange exchange, Call call, Saying saying) throws IOException {
        boolean isRead = call.operation().isRead();
        boolean ranged = call.operation() == Operation.GET_RANGE;
        String body = isRead ? "0123456789".repeat(ranged ? 1 : 1 + call.size() / 10) : "";
        String status =
                ranged ? "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-9/100\r\n" : "HTTP/1.1 200 OK\r\n";
        String fields = status + "ETag: \"right\"\r\n";
        String length = length(body.length());
        // Who sends a body that is refused uses the connection no more. Without a word of its end the SDK's client
        // would
        // lose its next try on any other, which the wire client does not: BlockingWireTest.
        String end = isRead ? "Connection: close\r\n" : "";
        switch (saying) {
            case RIGHT, EARLY_SUCCESS -> exchange.say(fields, length, "\r\n", body);
            // Of a response to a write the SDK unpacks what is not there.
            case ALL_THAT_S3_SAYS ->
                exchange.say(
                        fields,
                        isRead ? ALL_FIELDS : ALL_FIELDS.replace("Content-Encoding: gzip\r\n", ""),
                        length,
                        "\r\n",
                        body);
            case DATE_OF_WORDS -> exchange.say(fields, "Last-Modified: yesterday\r\n", length, "\r\n", body);
            case INTERIM_AND_RIGHT -> exchange.say("HTTP/1.1 100 Continue\r\n\r\n", fields, length, "\r\n", body);
            case SLOWLY_RIGHT -> {
                for (String piece : List.of("HTTP/1", fields.substring(6), length, "\r", "\n", body)) {
                    exchange.say(piece);
                }
            }
            case NO_SUCH_KEY -> refuse(exchange, "404 Not Found", "NoSuchKey");
            case NO_SUCH_BUCKET -> refuse(exchange, "404 Not Found", "NoSuchBucket");
            case DENIED, EARLY_REFUSAL -> refuse(exchange, "403 Forbidden", "AccessDenied");
            case PRECONDITION_FAILED -> refuse(exchange, "412 Precondition Failed", "PreconditionFailed");
            case RANGE -> refuse(exchange, "416 Range Not Satisfiable", "InvalidRange");
            case WRONG_SUM -> refuse(exchange, "400 Bad Request", "BadDigest");
            case WRONG_LENGTH -> refuse(exchange, "400 Bad Request", "IncompleteBody");
            case MOVED -> refuse(exchange, "301 Moved Permanently", "PermanentRedirect");
            case TEMPORARILY_MOVED -> refuse(exchange, "307 Temporary Redirect", "TemporaryRedirect");
            // Both sign the next try by this one.
            case CLOCKS_DIFFER -> refuse(exchange, "403 Forbidden\r\nDate: " + OTHER_TIME, "RequestTimeTooSkewed");
            case SLOW_DOWN, EARLY_SLOW_DOWN -> refuse(exchange, "503 Slow Down", "SlowDown");
            case INTERNAL_ERROR -> refuse(exchange, "500 Internal Server Error", "InternalError");
            case BAD_GATEWAY -> exchange.say("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
            case NOT_IMPLEMENTED -> refuse(exchange, "501 Not Implemented", "NotImplemented");
            case REFUSAL_WITHOUT_A_BODY -> exchange.say("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
            case REFUSAL_IN_CHUNKS -> {
                String xml = xml("AccessDenied");
                exchange.say(
                        "HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n",
                        Integer.toHexString(xml.length()),
                        "\r\n",
                        xml,
                        "\r\n0\r\n\r\n");
            }
            case REFUSAL_UNTIL_THE_END -> {
                exchange.say("HTTP/1.1 404 Not Found\r\n\r\n", xml("NoSuchKey"));
                exchange.out().close();
            }
            case REFUSAL_THAT_BREAKS_OFF -> {
                exchange.say("HTTP/1.1 400 Bad Request\r\nContent-Length: 500\r\n\r\n", xml("ExpiredToken"));
                exchange.out().close();
            }
            case REFUSAL_THAT_BREAKS_OFF_IN_ITS_TEXT -> {
                String xml = xml("ExpiredToken");
                // Of a read, whose status says enough, the SDK makes a response without sense of it.
                exchange.say(
                        "HTTP/1.1 400 Bad Request\r\n",
                        length(xml.length()),
                        "\r\n",
                        isRead ? "" : xml.substring(0, xml.indexOf("<Message>")));
                exchange.out().close();
            }
            case REFUSAL_THAT_BREAKS_OFF_BEFORE_ITS_TEXT -> {
                exchange.say("HTTP/1.1 400 Bad Request\r\nContent-Length: 500\r\n\r\n");
                exchange.out().close();
            }
            case REFUSAL_WITH_MORE_THAN_S3_SAYS ->
                text(
                        exchange,
                        xml("NoSuchKey").replace("<Message>", "<More><Code>AccessDenied</Code></More><Message>"));
            case REFUSAL_WITH_SOMETHING_BEHIND_IT -> text(exchange, xml("NoSuchKey") + "and more");
            case REFUSAL_OF_NO_XML -> text(exchange, "what?");
            case TOO_LATE -> exchange.say("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
            case EARLY_TOO_LATE_AND_END -> {
                exchange.say("HTTP/1.1 408 Request Timeout\r\n", end, "Content-Length: 0\r\n\r\n");
                exchange.out().close();
            }
            case EARLY_REFUSAL_AND_END -> {
                refuse(exchange, isRead ? "403 Forbidden\r\nConnection: close" : "403 Forbidden", "AccessDenied");
                exchange.out().close();
            }
            case EARLY_SUCCESS_AND_END -> {
                exchange.say(fields, end, length, "\r\n", body);
                exchange.out().close();
            }
            case NOTHING, EARLY_END -> exchange.out().close();
            case HALF_A_HEAD -> {
                exchange.say(fields);
                exchange.out().close();
            }
            case HALF_A_BODY -> {
                exchange.say(fields, length(body.length() + 5), "\r\n", body);
                exchange.out().close();
            }
            case TOO_LONG_A_BODY -> exchange.say(fields, length, "\r\n", body, "and more");
            case OTHER_BYTES ->
                exchange.say(
                        fields.replace("bytes 0-9/100", "bytes 10-19/100"),
                        length(body.length() + 1),
                        "\r\n",
                        body,
                        "x");
            case WITHOUT_A_VERSION -> exchange.say(status, length, "\r\n", body);
            case CHUNKS -> exchange.say(status, "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
            case NO_HTTP -> exchange.say("what is this?\r\n");
            case BARE_LINE_FEEDS -> exchange.say((fields + length + "\r\n").replace("\r\n", "\n"), body);
            case TWO_LENGTHS -> exchange.say(fields, length, length, "\r\n", body);
            case NO_LENGTH_OF_ALL -> exchange.say(fields, "Content-Length: ten\r\n\r\n", body);
            case NEGATIVE_LENGTH -> exchange.say(fields, "Content-Length: -5\r\n\r\n", body);
            case OBJECT_IN_CHUNKS -> exchange.say(fields, "Transfer-Encoding: chunked\r\n\r\n", chunks(body));
            case OTHER_CODING -> exchange.say(fields, length, "Transfer-Encoding: gzip, chunked\r\n\r\n", chunks(body));
            case NO_CONTENT -> exchange.say("HTTP/1.1 204 No Content\r\nETag: \"right\"\r\n", length, "\r\n");
            case NOT_MODIFIED -> exchange.say("HTTP/1.1 304 Not Modified\r\nETag: \"right\"\r\n", length, "\r\n");
            case OLD_HTTP -> exchange.say(fields.replace("HTTP/1.1", "HTTP/1.0"), length, "\r\n", body);
            case BLANK_BEFORE_COLON -> exchange.say(fields, length.replace(":", " :"), "\r\n", body);
            case OTHER_PROTOCOL -> exchange.say("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n");
            case INTERIM_WITHOUT_END ->
                exchange.say("HTTP/1.1 100 Continue\r\n\r\n".repeat(20), fields, length, "\r\n", body);
        }
    }

    private static String chunks(String body) {
        String end = "0\r\n\r\n";
        return body.isEmpty() ? end : Integer.toHexString(body.length()) + "\r\n" + body + "\r\n" + end;
    }

    private static String length(int bytes) {
        return "Content-Length: " + bytes + "\r\n";
    }

    private static String xml(String code) {
        return "<?xml version=\"1.0\"?>\n<Error><Code>" + code + "</Code><Message>m</Message></Error>";
    }

    private static void refuse(LyingS3.Exchange exchange, String status, String code) throws IOException {
        String xml = xml(code);
        exchange.say("HTTP/1.1 ", status, "\r\nx-amz-request-id: 1\r\n", length(xml.length()), "\r\n", xml);
    }

    private static void text(LyingS3.Exchange exchange, String text) throws IOException {
        exchange.say("HTTP/1.1 404 Not Found\r\n", length(text.length()), "\r\n", text);
    }

    private static BlockingWire wire() {
        return new BlockingWire(
                new WireSettings(
                        4, HANGS, HANGS, Duration.ofSeconds(60), Duration.ofMinutes(5), OneTry.Tls.KEYS.context()),
                InstantSource.system(),
                System::nanoTime);
    }

    private static S3Client client(LyingS3 s3, int tries, AwsCredentials keys) {
        return S3Client.builder()
                .httpClientBuilder(new EndedTryHttpClient.Builder(new StoreHttpClient.Builder(
                        4,
                        HANGS,
                        HANGS,
                        new NotedTlsStrategy(new DefaultClientTlsStrategy(OneTry.Tls.KEYS.context())),
                        ProxyConfiguration.builder().build())))
                .forcePathStyle(true)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .endpointOverride(s3.endpoint())
                .putAuthScheme(new UnsignedPayloadAuthScheme())
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(keys))
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
