package dev.banhmi.gateway.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;

/** What would change the meaning of a request is done or refused by its name, and nothing else is refused. */
class ObjectRequestTest {

    private static final String SHA_OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /** All that https://docs.aws.amazon.com/AmazonS3/latest/API has for objects and that nothing here honours. */
    private static final List<String> FIELDS_OF_S3 = List.of(
            "x-amz-abort-date",
            "x-amz-acl",
            "x-amz-bypass-governance-retention",
            "x-amz-checksum-algorithm",
            "x-amz-checksum-md5",
            "x-amz-checksum-sha512",
            "x-amz-checksum-type",
            "x-amz-checksum-xxhash64",
            "x-amz-copy-source-range",
            "x-amz-copy-source-server-side-encryption-customer-key",
            "x-amz-decoded-content-length",
            "x-amz-expected-bucket-owner",
            "x-amz-grant-read",
            "x-amz-if-match-last-modified-time",
            "x-amz-if-match-size",
            "x-amz-mfa",
            "x-amz-object-lock-mode",
            "x-amz-optional-object-attributes",
            "x-amz-rename-source",
            "x-amz-request-payer",
            "x-amz-server-side-encryption",
            "x-amz-server-side-encryption-customer-key",
            "x-amz-source-expected-bucket-owner",
            "x-amz-tagging",
            "x-amz-tagging-directive",
            "x-amz-trailer",
            "x-amz-website-redirect-location",
            "x-amz-write-offset-bytes",
            "x-amz-not-invented-yet");

    private static final List<String> PARAMETERS_OF_S3 = List.of(
            "acl",
            "append",
            "attributes",
            "legal-hold",
            "partNumber",
            "renameObject",
            "restore",
            "retention",
            "select",
            "tagging",
            "torrent",
            "uploadId",
            "uploads",
            "versionId",
            "X-Amz-Signature",
            "X-Amz-Credential",
            "_");

    @ParameterizedTest
    @EnumSource
    void refusesEveryFieldOfS3ThatItDoesNotHonour(ObjectRequest kind) {
        for (String field : FIELDS_OF_S3) {
            assertUnsupported(kind, request(null, field, "x"), field);
            assertUnsupported(kind, request(null, "X-Amz-" + field.substring(6), "x"), field);
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesEveryParameterOfS3ThatItDoesNotHonour(ObjectRequest kind) {
        for (String parameter : PARAMETERS_OF_S3) {
            assertUnsupported(kind, request(parameter), parameter);
            assertUnsupported(kind, request(parameter + "=1"), parameter);
            assertUnsupported(kind, request("x-id=GetObject&" + parameter + "="), parameter);
        }
    }

    /** They would be ignored, and the listing be another than the one that was asked for. */
    @ParameterizedTest
    @CsvSource({
        "continuation-token, use cursor",
        "encoding-type, JSON strings",
        "marker, use cursor",
        "max-keys, use limit",
        "start-after, use cursor",
        "uploads, not listed",
        "versions, not listed"
    })
    void saysWhatToUseInsteadOfS3sParametersOfAListing(String parameter, String instead) {
        assertUnsupported(ObjectRequest.LIST, request(parameter + "=1"), "\"" + parameter + "\"");
        assertUnsupported(ObjectRequest.LIST, request(parameter), instead);
        assertUnsupported(ObjectRequest.LIST, request(parameter), "supported here: prefix, delimiter, limit, cursor");
    }

    @ParameterizedTest
    @ValueSource(strings = {"?%6Fffload", "a=b&%6f%66%66%6C%6F%61%64=true", "offload", "offload=%74rue", "offload="})
    void seesOffloadHoweverItIsWritten(String query) {
        assertThat(OffloadEndpoint.isAskedFor(query.replace("?", ""))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"offload=1", "%6Fffload=false", "offload=%00"})
    void refusesOtherValuesOfOffload(String query) {
        assertThatThrownBy(() -> OffloadEndpoint.isAskedFor(query)).hasMessageContaining("it has no value, or true");
    }

    @ParameterizedTest
    @EnumSource
    void letsPassWhatSaysNothingAboutTheObject(ObjectRequest kind) {
        MockHttpServletRequest request = request("&&x-id=GetObject&&&");
        for (String field : List.of(
                "x-amz-date",
                "X-Amz-Security-Token",
                "x-amz-user-agent",
                "X-Amz-Cf-Id",
                "x-amzn-trace-id",
                "amz-sdk-invocation-id",
                "x-forwarded-for",
                "Authorization")) {
            request.addHeader(field, "x");
        }
        request.addHeader("x-amz-content-sha256", SHA_OF_NOTHING);

        assertThatCode(() -> kind.require(request)).doesNotThrowAnyException();
    }

    @Test
    void hasForEachKindWhatTheOthersHaveNot() {
        assertUnsupported(ObjectRequest.GET, request("prefix=a"), "prefix");
        assertUnsupported(ObjectRequest.LIST, request("offload"), "offload");
        assertUnsupported(ObjectRequest.PUT, request("response-content-type=text/html"), "response-content-type");
        assertUnsupported(ObjectRequest.GET, request(null, "x-amz-meta-a", "b"), "x-amz-meta-a");
        assertUnsupported(ObjectRequest.GET, request(null, "x-amz-checksum-crc32c", "b"), "x-amz-checksum-crc32c");
        assertUnsupported(
                ObjectRequest.DELETE, request(null, "x-amz-storage-class", "STANDARD"), "x-amz-storage-class");
        assertUnsupported(ObjectRequest.PUT, request(null, "x-amz-checksum-mode", "ENABLED"), "x-amz-checksum-mode");
    }

    @ParameterizedTest
    @CsvSource({
        "PUT,x-amz-storage-class,STANDARD,GLACIER",
        "GET,x-amz-checksum-mode,ENABLED,DISABLED",
        "HEAD,x-amz-checksum-mode,ENABLED,enabled"
    })
    void grantsTheValueThatIsTrueAnyway(ObjectRequest kind, String field, String granted, String refused) {
        assertThatCode(() -> kind.require(request(null, field, granted))).doesNotThrowAnyException();
        assertUnsupported(kind, request(null, field, refused), field);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Digest",
                "x-amz-checksum-sha512",
                "crc32c, X-Amz-Checksum-Md5",
                "If-Match",
                "Content-MD5, X-Unknown"
            })
    void refusesTrailersThatWouldBeDropped(String trailers) {
        assertUnsupported(ObjectRequest.PUT, request(null, "Trailer", trailers), "trailer");
    }

    @Test
    void refusesTheDigestThatIsObsolete() {
        assertUnsupported(ObjectRequest.PUT, request(null, "Digest", "SHA-256=x"), "Repr-Digest");
    }

    @Test
    void requiresTheChecksumThatAnSdkNames() {
        String name = "x-amz-sdk-checksum-algorithm";
        MockHttpServletRequest withHeader = request(null, name, "CRC32C");
        withHeader.addHeader("x-amz-checksum-crc32c", "AAAAAA==");
        MockHttpServletRequest withTrailer = request(null, name, "SHA256");
        withTrailer.addHeader("Trailer", "X-Amz-Checksum-Sha256");

        assertThatCode(() -> ObjectRequest.PUT.require(withHeader)).doesNotThrowAnyException();
        assertThatCode(() -> ObjectRequest.PUT.require(withTrailer)).doesNotThrowAnyException();
        assertRefuses(ErrorCode.INVALID_REQUEST, ObjectRequest.PUT, request(null, name, "CRC32"), "crc32");
        assertUnsupported(ObjectRequest.PUT, request(null, name, "MD5"), "MD5");
    }

    @Test
    void refusesFramedBodiesAndHashesOfBodiesThatAreNotThere() {
        for (ObjectRequest kind : ObjectRequest.values()) {
            if (kind != ObjectRequest.PUT && kind != ObjectRequest.DELETE_MANY) {
                MockHttpServletRequest framed =
                        request(null, "x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
                assertUnsupported(kind, framed, "aws-chunked");
                MockHttpServletRequest other = request(null, "x-amz-content-sha256", "0".repeat(64));
                assertRefuses(ErrorCode.CONTENT_MISMATCH, kind, other, "x-amz-content-sha256");
            }
        }
    }

    private static MockHttpServletRequest request(@Nullable String query, String... field) {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.setQueryString(query);
        if (field.length > 0) {
            request.addHeader(field[0], field[1]);
        }
        return request;
    }

    private static void assertUnsupported(ObjectRequest kind, MockHttpServletRequest request, String named) {
        assertRefuses(ErrorCode.UNSUPPORTED, kind, request, named);
    }

    private static void assertRefuses(
            ErrorCode code, ObjectRequest kind, MockHttpServletRequest request, String named) {
        assertThatThrownBy(() -> kind.require(request))
                .as("%s with %s", kind, named)
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining(named)
                .extracting(failure -> ((GatewayException) failure).code())
                .isEqualTo(code);
    }
}
