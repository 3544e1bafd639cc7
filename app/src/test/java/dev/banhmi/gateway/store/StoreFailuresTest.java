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
        "403, SignatureDoesNotMatch, STORE_DENIED",
        "403, InvalidObjectState, OBJECT_ARCHIVED",
        "401, , STORE_DENIED",
        "400, RequestTimeout, STORE_TIMEOUT",
        "400, EntityTooSmall, STORE_REFUSED",
        "400, InvalidArgument, STORE_REFUSED",
        "400, , STORE_REFUSED",
        "405, MethodNotAllowed, STORE_REFUSED",
        "404, NoSuchUpload, STORE_FAULT",
        "408, , STORE_TIMEOUT",
        "400, BadDigest, STORE_FAULT",
        "301, PermanentRedirect, STORE_FAULT",
        "409, ConditionalRequestConflict, WRITE_CONFLICT",
        "412, PreconditionFailed, PRECONDITION_FAILED",
        "416, InvalidRange, RANGE_NOT_SATISFIABLE",
        "429, , STORE_UNAVAILABLE",
        "500, InternalError, STORE_UNAVAILABLE",
        "502, , STORE_UNAVAILABLE",
        "503, SlowDown, STORE_UNAVAILABLE",
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
                Arguments.of(client(new UnknownHostException(UPSTREAM)), ErrorCode.STORE_UNAVAILABLE),
                Arguments.of(
                        SdkClientException.create("Unable to load credentials from any of the providers"),
                        ErrorCode.STORE_DENIED),
                Arguments.of(SdkClientException.create(UPSTREAM), ErrorCode.STORE_UNAVAILABLE));
    }

    @ParameterizedTest
    @MethodSource("failuresWithoutResponse")
    void namesWhyThereWasNoResponse(SdkException failure, ErrorCode expected) {
        assertTranslated(failure, expected);
    }

    @Test
    void survivesAFailureWithoutAMessage() {
        assertTranslated(SdkClientException.builder().build(), ErrorCode.STORE_UNAVAILABLE);
    }

    private static SdkClientException client(Exception cause) {
        return SdkClientException.create(UPSTREAM, cause);
    }

    private static void assertTranslated(SdkException failure, ErrorCode expected) {
        GatewayException translated = StoreFailures.translate("GetObject", KEY, failure);
        assertThat(translated.code()).isEqualTo(expected);
        assertThat(translated).hasCause(failure);
        assertThat(translated.getMessage()).isNotBlank().doesNotContain(UPSTREAM, KEY.key());
    }
}
