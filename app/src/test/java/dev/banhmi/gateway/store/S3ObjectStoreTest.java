package dev.banhmi.gateway.store;

import static dev.banhmi.testkit.Patience.HANGS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.RecordedS3.Request;
import dev.banhmi.gateway.store.RecordedS3.Response;
import dev.banhmi.gateway.transfer.upload.LogOf;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over the wire, with the clients as they are configured, and what is made of the responses. */
@OverBothClients
class S3ObjectStoreTest {

    private static final int TRIES = 4;
    private static final String ETAG = "\"v1\"";
    private static final String SUM = WholeCrc32c.base64(
            List.of(new MemoryObjectStore.Piece(payload().length(), payload().crc32c())));
    private static final ObjectKey KEY = new ObjectKey("demo", "it");
    private static final MultipartUpload UPLOAD = new MultipartUpload(KEY, "upload-1");
    private static final Response STORED = Response.ok(Map.of("ETag", ETAG));
    private static final Response NAMELESS = Response.ok(Map.of());
    private static final Response COMPLETED = Response.xml(
            200, "<CompleteMultipartUploadResult><ETag>&quot;v1&quot;</ETag></CompleteMultipartUploadResult>");
    private static final Response HALF = Response.xml(200, "<CompleteMultipartUploadResult><ETag>&quot;v1");

    private final RecordedS3 s3 = RecordedS3.start();
    private final S3ObjectStore store;

    S3ObjectStoreTest(boolean wire) {
        store = new StoreConfiguration()
                .objectStore(new S3Properties(
                        s3.endpoint(),
                        "us-east-1",
                        true,
                        "id",
                        "secret",
                        false,
                        4,
                        HANGS,
                        HANGS.dividedBy(2),
                        TRIES,
                        Duration.ofMillis(1),
                        Duration.ofMillis(1),
                        HANGS,
                        HANGS,
                        HANGS,
                        null,
                        Duration.ofMinutes(5),
                        wire));
    }

    @AfterEach
    void close() {
        store.close();
        s3.close();
    }

    @Test
    void sendsAndReadsWhatIsKeptAsItIs() {
        ObjectAttributes kept = new ObjectAttributes(
                "Text/HTML; Charset=\"utf-8\" ; a=b",
                "attachment; filename=\"a  b\"",
                "no-store",
                "gzip",
                "vi, en",
                "0",
                Map.of());
        Response head = Response.ok(Map.of(
                "ETag", ETAG,
                "Content-Length", "0",
                "Content-Type", "Text/HTML; Charset=\"utf-8\" ; a=b",
                "Content-Disposition", "attachment; filename=\"a  b\"",
                "Cache-Control", "no-store",
                "Content-Encoding", "gzip",
                "Content-Language", "vi, en",
                "Expires", "0"));
        s3.says(
                STORED,
                Response.xml(
                        200, "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>"),
                head);

        store.put(KEY, payload(), kept, new WriteCondition.Always());
        store.beginUpload(KEY, kept);
        ObjectAttributes read = store.head(KEY).attributes();

        assertThat(read).isEqualTo(kept);
        for (Request request : s3.requests().subList(0, 2)) {
            assertThat(request.header("Content-Type")).hasValue(kept.contentType());
            assertThat(request.header("Content-Disposition")).hasValue(kept.contentDisposition());
            assertThat(request.header("Expires")).hasValue("0");
        }
    }

    /** A store's server may look the charset up, and refuse what it cannot find; which store it is, nobody knows. */
    @ParameterizedTest
    @CsvSource({
        "text/plain; charset=nonesuch, text/plain; banhmi-charset=nonesuch",
        "text/plain;Charset = \"no such\" ; a=b, text/plain;banhmi-Charset = \"no such\" ; a=b",
        "text/plain; charset=x-user-defined;charset=utf-8, text/plain; banhmi-charset=x-user-defined;charset=utf-8",
        "text/plain; charset=UTF-8, text/plain; charset=UTF-8",
        "text/plain; charset=, text/plain; charset=",
        "text/plain; charset, text/plain; charset",
        "x-charset/nonesuch; a-charset=nonesuch, x-charset/nonesuch; a-charset=nonesuch",
    })
    void keepsACharsetThatNobodyKnows(String type, String stored) {
        s3.says(
                STORED,
                Response.xml(
                        200, "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>"),
                Response.ok(Map.of("ETag", ETAG, "Content-Length", "0", "Content-Type", stored)));

        store.put(KEY, payload(), ObjectAttributes.ofType(type), new WriteCondition.Always());
        store.beginUpload(KEY, ObjectAttributes.ofType(type));

        assertThat(s3.requests())
                .allSatisfy(
                        request -> assertThat(request.header("Content-Type")).hasValue(stored));
        assertThat(store.head(KEY).attributes().contentType()).isEqualTo(type);
        try (ObjectContent content = store.get(KEY)) {
            assertThat(content.info().attributes().contentType()).isEqualTo(type);
            assertThat(content.info().response().headers()).containsEntry("content-type", type);
        }
    }

    @Test
    void pinsARangeToItsVersion() throws IOException {
        s3.says(new Response(
                206,
                Map.of("ETag", ETAG, "Content-Range", "bytes 2-4/9", "Last-Modified", "Sun, 01 Nov 2026 00:00:00 GMT"),
                "abc"));
        try (ObjectContent content = store.getRange(KEY, ETAG, 2, 4)) {
            assertThat(content.stream().readAllBytes()).isEqualTo("abc".getBytes(UTF_8));
            assertThat(content.info().size()).isEqualTo(9);
        }
        assertThat(s3.request().header("Range")).hasValue("bytes=2-4");
        assertThat(s3.request().header("If-Match")).hasValue(ETAG);
    }

    @Test
    void takesARangeOfWhateverIsThere() throws IOException {
        s3.says(new Response(
                206,
                Map.of("ETag", ETAG, "Content-Range", "bytes 6-8/9", "Last-Modified", "Sun, 01 Nov 2026 00:00:00 GMT"),
                "abc"));
        OpenRange range = store.getCurrentRange(KEY, "bytes=-3");
        try (ObjectContent content = range.content()) {
            assertThat(content.stream().readAllBytes()).isEqualTo("abc".getBytes(UTF_8));
            assertThat(content.info().size()).isEqualTo(9);
            assertThat(range.first()).isEqualTo(6);
            assertThat(range.length()).isEqualTo(3);
        }
        assertThat(s3.request().header("Range")).hasValue("bytes=-3");
        assertThat(s3.request().header("If-Match")).isEmpty();
    }

    /** Bytes 2 to 4 of 9 are asked for; whatever says that it is something else, or nothing of it, is not believed. */
    @ParameterizedTest
    @CsvSource({
        "200, , 9", // the range is ignored
        "200, , 3", // and the object is as long as the range
        "200, bytes 2-4/9, 3",
        "206, , 3", // as in multipart/byteranges
        "206, bytes 3-5/9, 3",
        "206, bytes 0-2/9, 3",
        "206, bytes 2-5/9, 4",
        "206, bytes 2-3/9, 2",
        "206, bytes 2-4/9, 4",
        "206, bytes 2-4/9, 2",
        "206, bytes 2-4/4, 3",
        "206, bytes 4-2/9, 3",
        "206, bytes 2-4/*, 3",
        "206, octets 2-4/9, 3",
        "206, bytes 2-4/99999999999999999999, 3",
        "203, bytes 2-4/9, 3",
    })
    void believesNoOtherBytesThanItAskedFor(int status, @Nullable String range, int length) {
        Map<String, String> headers = new HashMap<>(Map.of("ETag", ETAG));
        if (range != null) {
            headers.put("Content-Range", range);
        }
        s3.says(new Response(status, headers, "x".repeat(length)));
        assertFails(() -> store.getRange(KEY, ETAG, 2, 4), ErrorCode.STORE_FAULT);
    }

    @Test
    void believesNoOtherVersionThanItAskedFor() {
        s3.says(new Response(206, Map.of("ETag", "\"v2\"", "Content-Range", "bytes 2-4/9"), "abc"));
        assertFails(() -> store.getRange(KEY, ETAG, 2, 4), ErrorCode.PRECONDITION_FAILED);
    }

    /** A range is only a wish (RFC 9110, 14.2), and these are the bytes that were wished for. */
    @Test
    void takesTheWholeForARangeThatIsTheWhole() throws IOException {
        s3.says(new Response(200, Map.of("ETag", "v1"), "abc"));
        try (ObjectContent content = store.getRange(KEY, ETAG, 0, 2)) {
            assertThat(content.stream().readAllBytes()).isEqualTo("abc".getBytes(UTF_8));
        }
    }

    @ParameterizedTest
    @CsvSource({"206, bytes 0-2/9", "206, bytes 3-5/6", "206, ", "200, bytes 0-2/3"})
    void believesNoPartToBeTheWhole(int status, @Nullable String range) {
        s3.says(new Response(
                status, range == null ? Map.of("ETag", ETAG) : Map.of("ETag", ETAG, "Content-Range", range), "abc"));
        assertFails(() -> store.get(KEY), ErrorCode.STORE_FAULT);
    }

    @ParameterizedTest
    @CsvSource({"206, bytes 0-2/9, 9", "206, bytes 6-8/8, 3", "206, , 3", "200, bytes 6-8/9, 3"})
    void believesNoRangeThatContradictsItself(int status, @Nullable String range, int length) {
        s3.says(new Response(
                status,
                range == null ? Map.of("ETag", ETAG) : Map.of("ETag", ETAG, "Content-Range", range),
                "x".repeat(length)));
        assertFails(() -> store.getCurrentRange(KEY, "bytes=-3"), ErrorCode.STORE_FAULT);
    }

    @ParameterizedTest
    @CsvSource({"'\"a b\"', 5", "'\"a\"b\"', 5", "'\"\u007f\"', 5", "'\"v1\"', -5"})
    void blamesTheStoreForFactsThatMakeNoSense(String etag, String length) {
        s3.says(Response.ok(Map.of("ETag", etag, "Content-Length", length)));
        assertFails(() -> store.head(KEY), ErrorCode.STORE_FAULT);
        if (length.equals("5")) {
            s3.says(new Response(200, Map.of("ETag", etag), "abcde"));
            assertFails(() -> store.get(KEY), ErrorCode.STORE_FAULT);
        }
    }

    @Test
    void blamesTheStoreForAnUploadWithoutAnId() {
        s3.says(Response.xml(200, "<InitiateMultipartUploadResult></InitiateMultipartUploadResult>"));
        assertFails(() -> store.beginUpload(KEY, ObjectAttributes.ofType("text/plain")), ErrorCode.STORE_FAULT);
    }

    /** A key may have characters that no XML can. */
    @Test
    void listsKeysEncoded() {
        s3.says(Response.xml(
                200,
                "<ListBucketResult><EncodingType>url</EncodingType><Prefix>a%2B</Prefix><Delimiter>%2F</Delimiter>"
                        + "<Contents><Key>a%2B%EF%BF%BE+b%20c</Key><Size>1</Size></Contents>"
                        + "<CommonPrefixes><Prefix>a%2B%EF%BF%BF/</Prefix></CommonPrefixes>"
                        + "<IsTruncated>true</IsTruncated><NextContinuationToken>a%2Bb+c</NextContinuationToken>"
                        + "</ListBucketResult>"));
        ObjectPage page = store.list(new ListRequest("demo", "a+", "/", new ListPosition.Start(), 2));
        assertThat(page.objects()).extracting(ListedObject::key).containsExactly("a+\uFFFE b c");
        assertThat(page.prefixes()).containsExactly("a+\uFFFF/");
        assertThat(page.next()).isEqualTo(new ListPosition.After("a+\uFFFF/\uDBFF\uDFFF"));
        assertThat(s3.request().target().getRawQuery()).contains("encoding-type=url");
    }

    /** A store that does not know the parameter lists them as they are. */
    @Test
    void takesKeysAsTheyAreWhenTheStoreDoesNotSayThatTheyAreEncoded() {
        s3.says(Response.xml(
                200,
                "<ListBucketResult><Contents><Key>a+b%20c%zz</Key></Contents>"
                        + "<CommonPrefixes><Prefix>d%2F+/</Prefix></CommonPrefixes></ListBucketResult>"));
        ObjectPage page = store.list(new ListRequest("demo", "", "/", new ListPosition.Start(), 2));
        assertThat(page.objects()).extracting(ListedObject::key).containsExactly("a+b%20c%zz");
        assertThat(page.prefixes()).containsExactly("d%2F+/");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<EncodingType>url</EncodingType><Contents><Key>a%zz</Key></Contents>",
                "<Contents><Size>1</Size></Contents>",
                "<CommonPrefixes></CommonPrefixes>"
            })
    void blamesTheStoreForAListingThatMakesNoSense(String entries) {
        s3.says(Response.xml(200, "<ListBucketResult>" + entries + "</ListBucketResult>"));
        assertFails(
                () -> store.list(new ListRequest("demo", "", "/", new ListPosition.Start(), 2)), ErrorCode.STORE_FAULT);
    }

    /** The SDK would keep all of it. */
    @Test
    void readsNoResponseLongerThanAnyOfS3s() {
        String endless = "x".repeat(BoundedResponseInterceptor.LONGEST);
        s3.says(Response.xml(
                200, "<ListBucketResult><Contents><Key>" + endless + "</Key></Contents></ListBucketResult>"));
        assertFails(
                () -> store.list(new ListRequest("demo", "", "/", new ListPosition.Start(), 2)), ErrorCode.STORE_FAULT);
        assertThat(s3.requests()).as("it is not asked again").hasSize(1);

        s3.says(Response.xml(403, "<Error><Code>" + endless + "</Code></Error>"));
        // Its status is all that is known of it.
        assertFails(() -> store.get(KEY), ErrorCode.STORE_DENIED);
    }

    @Test
    void readsALongPageWhole() {
        String entry = "<Contents><Key>" + "k".repeat(3_000) + "%d</Key><Size>1</Size><ETag>\"" + "0".repeat(32)
                + "\"</ETag><LastModified>2026-11-30T00:00:00.000Z</LastModified><StorageClass>STANDARD</StorageClass>"
                + "</Contents>";
        StringBuilder entries = new StringBuilder();
        for (int i = 0; i < 1_000; i++) {
            entries.append(entry.replace("%d", Integer.toString(i)));
        }
        s3.says(Response.xml(200, "<ListBucketResult>" + entries + "</ListBucketResult>"));
        assertThat(store.list(new ListRequest("demo", "", null, new ListPosition.Start(), 1_000))
                        .objects())
                .hasSize(1_000);
    }

    /** Of all of an object, and of bytes that a version has. */
    @Test
    void blamesTheStoreForARangeThatWasNotRequested() {
        s3.says(Response.error(416, "InvalidRange"));
        assertFails(() -> store.get(KEY), ErrorCode.STORE_FAULT);
        assertFails(() -> store.getRange(KEY, ETAG, 0, 1), ErrorCode.STORE_FAULT);
        assertFails(() -> store.getCurrentRange(KEY, "bytes=9-"), ErrorCode.RANGE_NOT_SATISFIABLE);
    }

    /** A store that has an address of its own may be one that reads forms. */
    @Test
    void putsEverythingButForms() {
        assertThat(store.canPut(ObjectAttributes.ofType("text/plain"))).isTrue();
        assertThat(store.canPut(ObjectAttributes.ofType("multipart/form-data; boundary=x")))
                .isFalse();
    }

    @Test
    void asksForTheReasonThatAResponseToHeadCannotGive() {
        s3.says(new Response(403, Map.of(), ""), Response.error(403, "InvalidAccessKeyId"));
        assertFails(() -> store.head(KEY), ErrorCode.STORE_CREDENTIALS_INVALID);
        assertThat(s3.requests()).extracting(Request::method).containsExactly("HEAD", "GET");
    }

    /** Nothing can be read where something is to be written for the first time. */
    @Test
    void takesAnObjectThatIsNotThereForNoReasonOfAWrite() {
        s3.says(new Response(403, Map.of(), ""), Response.error(404, "NoSuchKey"));
        assertFails(
                () -> store.put(KEY, payload(), ObjectAttributes.ofType("text/plain"), new WriteCondition.Always()),
                ErrorCode.STORE_DENIED);
        assertThat(s3.requests()).extracting(Request::method).containsExactly("PUT", "GET");
    }

    /** A listing looks at a thousand objects, and what refuses one of them refuses all. */
    @Test
    void asksForAReasonOnceForManyLooks() {
        s3.says(new Response(400, Map.of(), ""), Response.error(400, "ExpiredToken"), new Response(400, Map.of(), ""));
        for (int look = 0; look < 5; look++) {
            assertFails(() -> store.head(KEY), ErrorCode.STORE_CREDENTIALS_EXPIRED);
        }
        assertThat(s3.requests())
                .extracting(Request::method)
                .containsExactly("HEAD", "GET", "HEAD", "HEAD", "HEAD", "HEAD");
    }

    @Test
    void pinsALookToItsVersion() {
        s3.says(Response.ok(Map.of("ETag", ETAG, "Content-Length", "5")));
        assertThat(store.headVersion(KEY, ETAG).size()).isEqualTo(5);
        assertThat(s3.request().header("If-Match")).hasValue(ETAG);
    }

    @Test
    void sendsBodiesAtOnceUnhashedAndWithTheirSum() {
        s3.says(STORED);
        store.put(KEY, payload(), ObjectAttributes.ofType("text/plain"), new WriteCondition.Always());
        store.uploadPart(UPLOAD, 7, payload());
        assertThat(s3.requests()).hasSize(2).allSatisfy(request -> {
            assertThat(request.text()).isEqualTo("some bytes");
            assertThat(request.header("Expect")).isEmpty();
            assertThat(request.header("x-amz-content-sha256")).hasValue("UNSIGNED-PAYLOAD");
            assertThat(request.header("x-amz-checksum-crc32c")).hasValue(SUM);
        });
        assertThat(s3.requests().getLast().target().getQuery()).contains("partNumber=7", "uploadId=upload-1");
    }

    /** S3 itself has another type for a whole object than for one in parts, and other stores have others. */
    @Test
    void namesATypeWhereTheCallerNamesNone() {
        ObjectAttributes none = new ObjectAttributes(null, null, null, null, null, null, Map.of());
        s3.says(STORED);
        store.put(KEY, payload(), none, new WriteCondition.Always());
        assertThat(s3.request().header("Content-Type")).hasValue("application/octet-stream");
        s3.says(Response.xml(
                200, "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>"));
        store.beginUpload(KEY, none);
        assertThat(s3.requests().getLast().header("Content-Type")).hasValue("application/octet-stream");
    }

    /** From 1 MiB on the SDK would wait for a word of the store before it sends them. */
    @Test
    void sendsLargeBodiesAtOnce() {
        String large = "x".repeat(2 << 20);
        s3.says(STORED);
        store.put(KEY, payload(large), ObjectAttributes.ofType("text/plain"), new WriteCondition.Always());
        store.uploadPart(UPLOAD, 7, payload(large));
        assertThat(s3.requests()).hasSize(2).allSatisfy(request -> {
            assertThat(request.text()).hasSize(large.length());
            assertThat(request.header("Expect")).isEmpty();
        });
    }

    @Test
    void sendsTheConditionWithTheWrite() {
        s3.says(STORED);
        store.put(KEY, payload(), ObjectAttributes.ofType("text/plain"), new WriteCondition.IfAbsent());
        s3.says(COMPLETED);
        complete(new WriteCondition.IfAbsent());
        complete(new WriteCondition.IfMatch(ETAG));
        List<Request> requests = s3.requests();
        assertThat(requests.get(0).header("If-None-Match")).hasValue("*");
        assertThat(requests.get(1).header("If-None-Match")).hasValue("*");
        assertThat(requests.get(2).header("If-None-Match")).isEmpty();
        assertThat(requests.get(2).header("If-Match")).hasValue(ETAG);
    }

    @Test
    void sendsTheSumOfTheWholeAndOfEachPartWithComplete() {
        s3.says(COMPLETED);
        assertThat(complete(new WriteCondition.Always()).etag()).isEqualTo(ETAG);
        Request request = s3.request();
        assertThat(request.header("x-amz-checksum-crc32c")).hasValue("AAAAAQ==");
        assertThat(request.header("x-amz-checksum-type")).hasValue("FULL_OBJECT");
        assertThat(request.text())
                .containsSubsequence(
                        "a1",
                        "<ChecksumCRC32C>AAAAAg==<",
                        "<PartNumber>1<",
                        "a2",
                        "<ChecksumCRC32C>AAAAAw==<",
                        "<PartNumber>2<");
    }

    @Test
    void listsFromThePositionThatIsAskedFor() {
        s3.says(Response.xml(
                200,
                "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>a+b/c="
                        + "</NextContinuationToken></ListBucketResult>"));
        ListPosition next =
                requireNonNull(store.list(new ListRequest("demo", "a b/", "/", new ListPosition.After("a b/é"), 7))
                        .next());
        assertThat(next).isEqualTo(new ListPosition.Continued("a+b/c="));
        s3.says(Response.xml(200, "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"));
        assertThat(store.list(new ListRequest("demo", "", null, next, 1000)).next())
                .isNull();
        assertThat(s3.requests().get(0).target().getRawQuery())
                .contains("prefix=a%20b%2F", "delimiter=%2F", "start-after=a%20b%2F%C3%A9", "max-keys=7")
                .doesNotContain("continuation-token");
        assertThat(s3.requests().get(1).target().getRawQuery())
                .contains("continuation-token=a%2Bb%2Fc%3D", "max-keys=1000")
                .doesNotContain("start-after", "delimiter");
    }

    @Test
    void takesAnErrorIn200ForAFailure() {
        s3.says(Response.error(200, "InternalError"));
        assertFails(() -> complete(new WriteCondition.Always()), ErrorCode.STORE_FAULT);
    }

    @Test
    void takesACompletionThatNamesNoVersionForAFailure() {
        s3.says(Response.xml(200, "<CompleteMultipartUploadResult></CompleteMultipartUploadResult>"));
        assertFails(() -> complete(new WriteCondition.Always()), ErrorCode.STORE_FAULT);
    }

    @Test
    void asksAgainWhenAResponseEndsWithinItsXml() {
        s3.says(HALF, COMPLETED);
        assertThat(complete(new WriteCondition.Always()).etag()).isEqualTo(ETAG);
        assertThat(s3.requests()).hasSize(2);
    }

    @Test
    void givesUpWhenItsXmlAlwaysEndsTooEarly() {
        s3.says(HALF);
        assertFails(() -> complete(new WriteCondition.Always()), ErrorCode.OUTCOME_UNKNOWN);
        assertThat(s3.requests()).hasSize(TRIES);
    }

    /** That is no exception of the SDK's own, and it does not try again by itself. */
    @Test
    void knowsNoOutcomeWhenTheConnectionEndsBeforeTheXml() {
        s3.says(Response.ok(Map.of("Content-Type", "application/xml")).breakingOff());
        assertFails(() -> complete(new WriteCondition.Always()), ErrorCode.OUTCOME_UNKNOWN);
    }

    @Test
    void asksAgainWhenAResponseBreaksOffWithinItsHeaders() {
        s3.says(NAMELESS, STORED);
        assertThat(store.put(KEY, payload(), ObjectAttributes.ofType("text/plain"), new WriteCondition.Always())
                        .etag())
                .isEqualTo(ETAG);
        s3.says(NAMELESS, STORED);
        assertThat(store.uploadPart(UPLOAD, 1, payload()).etag()).isEqualTo(ETAG);
        s3.says(Response.ok(Map.of("Content-Length", "5")), Response.ok(Map.of("ETag", ETAG, "Content-Length", "5")));
        assertThat(store.head(KEY).etag()).isEqualTo(ETAG);
        assertThat(s3.requests()).hasSize(6);
    }

    @Test
    void doesNotBelieveAResponseThatAlwaysLacksAField() {
        s3.says(NAMELESS);
        assertFails(() -> store.uploadPart(UPLOAD, 1, payload()), ErrorCode.STORE_FAULT);
        assertThat(s3.requests()).hasSize(TRIES);
    }

    @Test
    void believesAnEmptyObjectWithoutAVersion() {
        s3.says(Response.ok(Map.of("Content-Length", "0")));
        assertThat(store.head(KEY).size()).isZero();
        assertThat(store.head(KEY).etag()).isEqualTo("\"d41d8cd98f00b204e9800998ecf8427e\"");
    }

    @ParameterizedTest
    @CsvSource({"500, InternalError", "503, SlowDown", "503, ServiceUnavailable", "502, ''"})
    void triesAgainWhatMayPass(int status, String code) {
        Response failure = Response.error(status, code);
        s3.says(failure, failure, failure, STORED);
        assertThat(store.uploadPart(UPLOAD, 1, payload()).etag()).isEqualTo(ETAG);
        assertThat(s3.requests()).hasSize(TRIES);
    }

    @Test
    void givesUpAfterItsTries() {
        s3.says(Response.error(503, "SlowDown"));
        assertFails(() -> store.uploadPart(UPLOAD, 1, payload()), ErrorCode.STORE_THROTTLED);
        assertThat(s3.requests()).hasSize(TRIES);
    }

    /** The SDK's own token bucket would be empty before the last of these. */
    @Test
    void neverRunsOutOfTriesForAllCallsTogether() {
        for (int call = 0; call < 60; call++) {
            Response failure = Response.error(500, "InternalError");
            s3.says(failure, failure, failure, STORED);
            assertThat(store.uploadPart(UPLOAD, 1, payload()).etag()).isEqualTo(ETAG);
        }
    }

    @ParameterizedTest
    @CsvSource({"InvalidArgument, STORE_REFUSED", "EntityTooLarge, STORE_REFUSED", "KeyTooLongError, INVALID_REQUEST"})
    void takesARefusalForFinal(String code, ErrorCode expected) {
        s3.says(Response.error(400, code));
        assertFails(this::put, expected);
        assertThat(s3.requests()).hasSize(1);
    }

    @Test
    void doubtsARefusalAfterATryThatFailed() {
        s3.says(Response.error(500, "InternalError"), Response.error(400, "InvalidArgument"));
        assertFails(this::put, ErrorCode.OUTCOME_UNKNOWN);
    }

    /** The version may be gone because the first try has removed it. */
    @ParameterizedTest
    @CsvSource({"412, PreconditionFailed", "404, NoSuchKey", "403, AccessDenied", "500, InternalError"})
    void doesNotKnowWhetherADeletionIsDoneAfterATryThatFailed(int status, String code) {
        s3.says(Response.error(500, "InternalError"), Response.error(status, code));
        assertFails(() -> store.delete(KEY, new WriteCondition.IfMatch(ETAG)), ErrorCode.OUTCOME_UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource({
        "412, PreconditionFailed, PRECONDITION_FAILED",
        "404, NoSuchKey, PRECONDITION_FAILED",
        "403, AccessDenied, STORE_DENIED"
    })
    void knowsThatADeletionIsNotDoneWhenItIsRefusedAtOnce(int status, String code, ErrorCode told) {
        s3.says(Response.error(status, code));
        assertFails(() -> store.delete(KEY, new WriteCondition.IfMatch(ETAG)), told);
    }

    /** Whoever has removed it. */
    @Test
    void takesAMissingObjectForADeletionThatIsDone() {
        s3.says(Response.error(500, "InternalError"), Response.error(404, "NoSuchKey"));
        store.delete(KEY, new WriteCondition.Always());
        assertThat(s3.requests()).hasSize(2);
    }

    @Test
    void namesAnUploadThatMayHaveBegunWithoutAnId() {
        ObjectKey key = new ObjectKey("demo", "begun without an id");
        s3.says(Response.error(500, "InternalError"), Response.error(403, "AccessDenied"));
        try (LogOf log = LogOf.linesWith(key.key())) {
            assertFails(() -> store.beginUpload(key, ObjectAttributes.ofType("text/plain")), ErrorCode.STORE_DENIED);
            assertThat(log.events()).singleElement().asString().contains("left to the bucket's lifecycle rule");
        }
    }

    /** A response whose facts cannot be read must not keep its connection: there are four. */
    @ParameterizedTest
    @ValueSource(strings = {"bytes 0-9/*", "bytes x-9/10", "nonsense"})
    void givesTheConnectionBackWhenAResponseMakesNoSense(String range) {
        s3.says(new Response(206, Map.of("ETag", ETAG, "Content-Range", range), "x".repeat(10)));
        for (int call = 0; call < 6; call++) {
            assertFails(() -> store.getCurrentRange(KEY, "bytes=0-9"), ErrorCode.STORE_FAULT);
        }
    }

    @Test
    void takesDamagedBytesForAFaultThatMayPass() {
        s3.says(Response.error(400, "BadDigest"));
        assertFails(this::put, ErrorCode.STORE_FAULT);
    }

    @Test
    void abortsWhatIsGoneAlready() {
        s3.says(Response.error(404, "NoSuchUpload"));
        store.abortUpload(UPLOAD);
        assertThat(s3.request().method()).isEqualTo("DELETE");
        assertThat(s3.request().target().getQuery()).contains("uploadId=upload-1");
    }

    private void put() {
        store.put(KEY, payload(), ObjectAttributes.ofType("text/plain"), new WriteCondition.Always());
    }

    private StoredVersion complete(WriteCondition condition) {
        List<UploadedPart> parts = List.of(
                new UploadedPart(1, "\"a1\"", 5L << 20, new Crc32c(2)),
                new UploadedPart(2, "\"a2\"", 10, new Crc32c(3)));
        return store.completeUpload(UPLOAD, parts, new Crc32c(1), condition);
    }

    private static void assertFails(ThrowingCallable call, ErrorCode code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private static Payload payload() {
        return payload("some bytes");
    }

    private static Payload payload(String text) {
        byte[] bytes = text.getBytes(UTF_8);
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
}
