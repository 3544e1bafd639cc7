package dev.banhmi.gateway.store;

import static dev.banhmi.testkit.Patience.HANGS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.RecordedS3.Request;
import dev.banhmi.gateway.store.RecordedS3.Response;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a copy sends over the wire, and what is made of responses that begin with 200 whatever follows. */
class S3ObjectCopiesTest {

    private static final ObjectKey KEY = new ObjectKey("demo", "it");
    private static final CopySource SOURCE =
            new CopySource(new ObjectKey("photos", "ph\u1edf/a b+c?d#e%41"), "\"v1\"", 100, null);
    private static final MultipartUpload UPLOAD = new MultipartUpload(KEY, "upload-1");
    private static final ObjectAttributes ATTRIBUTES = new ObjectAttributes(
            "text/html; charset=utf-8", "inline", "no-store", "gzip", "vi", "0", Map.of("color", "green"));
    private static final String FAILED =
            "<Error><Code>InternalError</Code><Message>after the headers were sent</Message></Error>";

    private final RecordedS3 s3 = RecordedS3.start();
    private final S3ObjectStore store = new StoreConfiguration()
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
                    2,
                    Duration.ofMillis(1),
                    Duration.ofMillis(1),
                    HANGS,
                    HANGS,
                    HANGS,
                    null,
                    Duration.ofMinutes(5),
                    false));
    private final ObjectCopies copies = store.copies();

    @AfterEach
    void close() {
        store.close();
        s3.close();
    }

    @Test
    void pinsTheSourceAndReplacesWhatIsKeptWithIt() {
        s3.says(Response.xml(
                200,
                "<CopyObjectResult><ETag>&quot;v2&quot;</ETag><ChecksumCRC32C>AAAAAA==</ChecksumCRC32C>"
                        + "<ChecksumType>FULL_OBJECT</ChecksumType></CopyObjectResult>"));

        StoredVersion version = copies.copy(SOURCE, KEY, ATTRIBUTES);

        assertThat(version).isEqualTo(new StoredVersion("\"v2\"", null, "AAAAAA=="));
        Request request = s3.request();
        assertThat(request.method()).isEqualTo("PUT");
        assertThat(request.target().getRawPath()).isEqualTo("/demo/it");
        assertThat(request.text()).isEmpty();
        assertHas(request, "x-amz-copy-source", "photos/ph%E1%BB%9F/a%20b%2Bc%3Fd%23e%2541");
        assertHas(request, "x-amz-copy-source-if-match", "\"v1\"");
        assertHas(request, "x-amz-metadata-directive", "REPLACE");
        assertHas(request, "x-amz-tagging-directive", "REPLACE");
        assertHas(request, "x-amz-checksum-algorithm", "CRC32C");
        assertHas(request, "x-amz-meta-color", "green");
        assertHas(request, "Content-Type", "text/html; charset=utf-8");
        assertHas(request, "Content-Disposition", "inline");
        assertHas(request, "Cache-Control", "no-store");
        assertHas(request, "Content-Encoding", "gzip");
        assertHas(request, "Content-Language", "vi");
        assertHas(request, "Expires", "0");
    }

    @Test
    void believesNoChecksumOfChecksums() {
        s3.says(Response.xml(
                200,
                "<CopyObjectResult><ETag>&quot;v2&quot;</ETag><ChecksumCRC32C>AAAAAA==</ChecksumCRC32C>"
                        + "<ChecksumType>COMPOSITE</ChecksumType></CopyObjectResult>"));

        assertThat(copies.copy(SOURCE, KEY, ATTRIBUTES).reportedCrc32c()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {FAILED, "<CopyObjectResult/>", "<CopyPartResult/>", "<CompleteMultipartUploadResult/>", ""})
    void takesNoOtherBodyOfA200ForSuccess(String body) {
        s3.says(body.isEmpty() ? Response.ok(Map.of()) : Response.xml(200, body));

        assertFails(() -> copies.copy(SOURCE, KEY, ATTRIBUTES));
        assertFails(() -> copies.copyPart(SOURCE, UPLOAD, 1, 0, 100));
        assertFails(() -> copies.completeCopy(UPLOAD, List.of(), null, new WriteCondition.Always()));
    }

    @Test
    void takesNoHalfResponseForSuccess() {
        s3.says(Response.xml(200, "<CopyObjectResult><ETag>&quot;v").breakingOff());
        assertThatThrownBy(() -> copies.copy(SOURCE, KEY, ATTRIBUTES))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OUTCOME_UNKNOWN));
        s3.says(Response.xml(200, "<CopyPartResult><ETag>&quot;v").breakingOff());
        assertFails(() -> copies.copyPart(SOURCE, UPLOAD, 1, 0, 100));
    }

    @Test
    void namesTheRangeOfAPartUnlessItIsTheWhole() {
        s3.says(
                Response.xml(
                        200,
                        "<CopyPartResult><ETag>&quot;p1&quot;</ETag><ChecksumCRC32C>AAAAAA==</ChecksumCRC32C></CopyPartResult>"));

        assertThat(copies.copyPart(SOURCE, UPLOAD, 1, 0, 100)).isEqualTo(new CopiedPart(1, "\"p1\"", 100, "AAAAAA=="));
        copies.copyPart(SOURCE, UPLOAD, 2, 40, 60);

        Request whole = s3.requests().getFirst();
        assertThat(whole.header("x-amz-copy-source-range")).isEmpty();
        assertThat(whole.target().getQuery().split("&")).contains("partNumber=1", "uploadId=upload-1");
        Request part = s3.requests().getLast();
        assertHas(part, "x-amz-copy-source-range", "bytes=40-99");
        assertHas(part, "x-amz-copy-source-if-match", "\"v1\"");
    }

    @Test
    void letsTheStoreVerifyTheSumThatIsKnown() {
        s3.says(Response.xml(
                200, "<CompleteMultipartUploadResult><ETag>&quot;v2-1&quot;</ETag></CompleteMultipartUploadResult>"));
        CopiedPart known = new CopiedPart(1, "\"p1\"", 100, "AAAAAA==");
        CopiedPart unknown = new CopiedPart(1, "\"p1\"", 100, null);

        copies.completeCopy(UPLOAD, List.of(known), "AAAAAA==", new WriteCondition.IfAbsent());
        copies.completeCopy(UPLOAD, List.of(unknown), null, new WriteCondition.IfMatch("\"v0\""));

        Request first = s3.requests().getFirst();
        assertHas(first, "x-amz-checksum-crc32c", "AAAAAA==");
        assertHas(first, "If-None-Match", "*");
        assertThat(first.text()).contains("<ChecksumCRC32C>AAAAAA==</ChecksumCRC32C>");
        Request second = s3.requests().getLast();
        assertThat(second.header("x-amz-checksum-crc32c")).isEmpty();
        assertHas(second, "If-Match", "\"v0\"");
        assertThat(second.text()).contains("p1").doesNotContain("Checksum");
    }

    @Test
    void saysThatTheSourceIsAnotherVersion() {
        s3.says(Response.error(412, "PreconditionFailed"));

        assertThatThrownBy(() -> copies.copy(SOURCE, KEY, ATTRIBUTES))
                .isInstanceOf(GatewayException.class)
                .extracting(failure -> ((GatewayException) failure).code())
                .isEqualTo(ErrorCode.PRECONDITION_FAILED);
    }

    private static void assertHas(Request request, String header, String value) {
        assertThat(request.header(header)).as(header).hasValue(value);
    }

    private static void assertFails(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(GatewayException.class)
                .extracting(failure -> ((GatewayException) failure).code())
                .isIn(ErrorCode.STORE_FAULT, ErrorCode.STORE_UNAVAILABLE);
    }
}
