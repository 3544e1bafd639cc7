package dev.banhmi.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

class StoreFailuresTest {

    private static final String UPSTREAM = "secret upstream text";
    private static final ObjectKey KEY = new ObjectKey("demo", "hidden-key");

    @ParameterizedTest
    @CsvSource({
        "404, NoSuchKey, OBJECT_NOT_FOUND",
        "404, NoSuchBucket, STORE_BUCKET_MISSING",
        "404, , OBJECT_NOT_FOUND",
        "403, AccessDenied, STORE_DENIED",
        "403, , STORE_DENIED",
        "400, ExpiredToken, STORE_CREDENTIALS_EXPIRED",
        "400, TokenRefreshRequired, STORE_CREDENTIALS_EXPIRED",
        "403, InvalidAccessKeyId, STORE_CREDENTIALS_INVALID",
        "403, SignatureDoesNotMatch, STORE_CREDENTIALS_INVALID",
        "400, InvalidToken, STORE_CREDENTIALS_INVALID",
        "403, RequestTimeTooSkewed, STORE_CLOCK_SKEW",
        "400, AuthorizationHeaderMalformed, STORE_WRONG_REGION",
        "301, , STORE_WRONG_REGION",
        "403, InvalidObjectState, OBJECT_ARCHIVED",
        "401, , STORE_DENIED",
        "400, RequestTimeout, STORE_UNAVAILABLE",
        "400, EntityTooSmall, STORE_REFUSED",
        "400, InvalidArgument, STORE_REFUSED",
        "400, , STORE_REFUSED",
        "400, KeyTooLongError, INVALID_REQUEST",
        "400, MetadataTooLarge, INVALID_REQUEST",
        "400, XMinioInvalidObjectName, INVALID_REQUEST",
        "400, XMinioParentIsObject, INVALID_REQUEST",
        "409, XMinioObjectExistsAsDirectory, INVALID_REQUEST",
        "431, , INVALID_REQUEST",
        "405, MethodNotAllowed, STORE_REFUSED",
        "404, NoSuchUpload, STORE_FAULT",
        "408, , STORE_TIMEOUT",
        "400, BadDigest, STORE_FAULT",
        "301, PermanentRedirect, STORE_WRONG_REGION",
        "409, ConditionalRequestConflict, WRITE_CONFLICT",
        "412, PreconditionFailed, PRECONDITION_FAILED",
        "416, InvalidRange, RANGE_NOT_SATISFIABLE",
        "429, , STORE_THROTTLED",
        "500, InternalError, STORE_UNAVAILABLE",
        "502, , STORE_UNAVAILABLE",
        "503, SlowDown, STORE_THROTTLED",
        "503, , STORE_UNAVAILABLE",
        "503, ServiceUnavailable, STORE_UNAVAILABLE",
        "504, , STORE_TIMEOUT",
        "200, , STORE_FAULT"
    })
    void namesWhatTheStoreResponded(int status, String s3Code, ErrorCode expected) {
        AwsServiceException.Builder response =
                S3Exception.builder().statusCode(status).message(UPSTREAM);
        if (s3Code != null) {
            response.awsErrorDetails(AwsErrorDetails.builder()
                    .errorCode(s3Code)
                    .errorMessage(UPSTREAM)
                    .build());
        }
        assertTranslated(response.build(), expected);
    }

    static Stream<Arguments> failuresWithoutResponse() {
        return Stream.of(
                Arguments.of(ApiCallTimeoutException.create(1), ErrorCode.STORE_TIMEOUT),
                Arguments.of(ApiCallAttemptTimeoutException.create(1), ErrorCode.STORE_TIMEOUT),
                Arguments.of(client(new SocketTimeoutException(UPSTREAM)), ErrorCode.STORE_TIMEOUT),
                Arguments.of(client(new IOException(new InterruptedIOException(UPSTREAM))), ErrorCode.STORE_TIMEOUT),
                Arguments.of(client(new ConnectException(UPSTREAM)), ErrorCode.STORE_UNAVAILABLE),
                Arguments.of(client(new ConnectionRequestTimeoutException(UPSTREAM)), ErrorCode.STORE_TIMEOUT),
                Arguments.of(
                        SdkClientException.create("Unable to load credentials from any of the providers"),
                        ErrorCode.STORE_CREDENTIALS_INVALID),
                Arguments.of(SdkClientException.create(UPSTREAM), ErrorCode.STORE_UNAVAILABLE));
    }

    @ParameterizedTest
    @MethodSource("failuresWithoutResponse")
    void namesWhyThereWasNoResponse(SdkException failure, ErrorCode expected) {
        assertTranslated(failure, expected);
    }

    static Stream<Arguments> failuresBeforeTheFirstByte() {
        return Stream.of(
                Arguments.of(client(new ConnectException(UPSTREAM)), ErrorCode.STORE_UNREACHABLE),
                Arguments.of(client(new UnknownHostException(UPSTREAM)), ErrorCode.STORE_UNREACHABLE),
                Arguments.of(client(new ConnectTimeoutException(UPSTREAM)), ErrorCode.STORE_UNREACHABLE),
                Arguments.of(client(new SSLHandshakeException(UPSTREAM)), ErrorCode.STORE_UNREACHABLE),
                Arguments.of(client(new IOException(new ConnectionRequestTimeoutException(UPSTREAM))), ErrorCode.BUSY),
                Arguments.of(
                        SdkClientException.create("Unable to load credentials from any of the providers"),
                        ErrorCode.STORE_CREDENTIALS_INVALID));
    }

    @ParameterizedTest
    @MethodSource("failuresBeforeTheFirstByte")
    void saysThatNothingWasSent(SdkException failure, ErrorCode expected) {
        assertTranslated(failure, expected, false);
    }

    @Test
    void survivesAFailureWithoutAMessage() {
        assertTranslated(SdkClientException.builder().build(), ErrorCode.STORE_UNAVAILABLE);
        assertTranslated(SdkClientException.builder().build(), ErrorCode.STORE_UNREACHABLE, false);
    }

    private static SdkClientException client(Exception cause) {
        return SdkClientException.create(UPSTREAM, cause);
    }

    private static void assertTranslated(SdkException failure, ErrorCode expected) {
        assertTranslated(failure, expected, true);
    }

    private static void assertTranslated(SdkException failure, ErrorCode expected, boolean delivered) {
        GatewayException translated = StoreFailures.translate("GetObject", KEY, failure, delivered, false);
        assertThat(translated.code()).isEqualTo(expected);
        assertThat(translated).hasCause(failure);
        assertThat(translated.getMessage()).isNotBlank().doesNotContain(UPSTREAM, KEY.key());
    }
}
