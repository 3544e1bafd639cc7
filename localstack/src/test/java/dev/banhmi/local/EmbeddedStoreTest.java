package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.testkit.RawHttp;
import dev.banhmi.testkit.StoreProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * The embedded store at its own port: whoever has the keys of this start and asks for loopback gets in, and is told how a request has
 * ended.
 */
class EmbeddedStoreTest {

    @TempDir
    private Path data;

    private EmbeddedStore store;

    /** Modes that s3proxy takes for the canned ACL public-read-write, whatever the process's own umask is. */
    @BeforeEach
    void startWithFilesThatEverybodyMayReadAndWrite() throws IOException {
        Path bucket = Files.createDirectory(data.resolve("demo"));
        Path object = Files.writeString(bucket.resolve("doc"), "secret");
        if (Files.getFileStore(bucket).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(bucket, EnumSet.allOf(PosixFilePermission.class));
            Files.setPosixFilePermissions(object, EnumSet.allOf(PosixFilePermission.class));
        }
        store = EmbeddedStore.start(data);
    }

    @AfterEach
    void end() {
        store.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /",
                "GET /demo",
                "GET /demo/",
                "GET /demo?uploads",
                "GET /demo?acl",
                "GET /demo?versions",
                "GET /demo/doc",
                "GET /demo/doc?response-content-type=text/html",
                "GET /demo/missing",
                "GET /other",
                "GET /Not_A_Bucket",
                "GET /healthz",
                "HEAD /demo",
                "HEAD /demo/doc",
                "OPTIONS /demo/doc",
                "PUT /demo/anonymous",
                "PUT /new-bucket",
                "POST /demo",
                "POST /demo?delete",
                "DELETE /demo/doc",
                "DELETE /demo",
                "PATCH /demo/doc",
                "GET /demo?X-Amz-Algorithm=AWS4-HMAC-SHA256",
                "GET /demo?X-Amz-Algorithm=none",
                "GET /demo?AWSAccessKeyId=me&Signature=mine&Expires=9999999999",
            })
    void refusesWhoeverHasNoKeysWhateverModesTheFilesHave(String request) throws Exception {
        assertThat(status(request, "Host: " + store.endpoint().getAuthority())).isEqualTo(403);
        assertThat(data.resolve("demo")).isDirectoryContaining("glob:**/doc").isDirectoryNotContaining("glob:**/a*");
        assertThat(data).isDirectoryNotContaining("glob:**/new-bucket");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Basic bWU6bWU=",
                "Bearer token",
                "AWS me:c2lnbmF0dXJl",
                "AWS4-HMAC-SHA256 Credential=me/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00",
            })
    void refusesOtherKeys(String authorization) throws Exception {
        assertThat(status(
                        "GET /demo",
                        "Host: " + store.endpoint().getAuthority(),
                        "x-amz-date: 20260101T000000Z",
                        "Authorization: " + authorization))
                .isEqualTo(403);
    }

    /** A page that makes a name of its own resolve to loopback sends that name. */
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 200",
        "localhost, 200",
        "LOCALHOST, 200",
        "[::1], 200",
        "evil.example, 403",
        "demo, 403",
        "127.0.0.1.evil.example, 403",
        "localhost.evil.example, 403",
        "192.168.1.1, 403",
    })
    void letsOnlyRequestsForLoopbackIn(String host, int status) throws Exception {
        String target = signedFor(host);
        String header = "Host: " + host + ":" + store.endpoint().getPort();
        assertThat(status("GET " + target, header)).isEqualTo(status);
        if (status != 200) {
            assertThat(status("GET http://127.0.0.1" + target, header)).isNotEqualTo(200);
        }
    }

    @Test
    void refusesARequestThatNamesTwoHosts() throws Exception {
        String header = "Host: " + store.endpoint().getAuthority();
        assertThat(status("GET " + signedFor("127.0.0.1"), header, "Host: evil.example"))
                .isIn(400, 403);
        assertThat(status("GET http://evil.example" + signedFor("evil.example"), header))
                .isIn(400, 403);
    }

    /** s3proxy can say nothing but InternalError once it has begun a response with 200. */
    @Test
    void saysWhyAnUploadCannotBeCompleted() throws Exception {
        try (S3Client s3 = client()) {
            String id = s3.createMultipartUpload(upload -> upload.bucket("demo").key("a/b"))
                    .uploadId();
            String version = s3.uploadPart(
                            part -> part.bucket("demo").key("a/b").uploadId(id).partNumber(1),
                            RequestBody.fromString("part"))
                    .eTag();
            CompletedPart part =
                    CompletedPart.builder().partNumber(1).eTag(version).build();
            CompleteMultipartUploadRequest completion = CompleteMultipartUploadRequest.builder()
                    .bucket("demo")
                    .key("a/b")
                    .uploadId(id)
                    .multipartUpload(all -> all.parts(part))
                    .build();
            s3.putObject(put -> put.bucket("demo").key("a"), RequestBody.fromString("first"));

            assertThatThrownBy(() -> s3.completeMultipartUpload(completion))
                    .satisfies(StoreContract.refused("XMinioParentIsObject"));
            s3.deleteObject(delete -> delete.bucket("demo").key("a"));
            s3.completeMultipartUpload(completion);
            assertThat(s3.getObjectAsBytes(get -> get.bucket("demo").key("a/b")).asUtf8String())
                    .isEqualTo("part");
        }
    }

    /** What XML cannot carry, or reads as something else, and what a URL does. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0001",
                "\u0008",
                "\t",
                "\n",
                "\r",
                "\u001F",
                "\u007F",
                "\u0085",
                "\u2028",
                "\uFFFE",
                "\uFFFF",
                " ",
                "&",
                "<",
                "]]>",
                "+",
                "%",
                "%2F",
                "\uFEFF",
                "\u00E9",
                "\uD83C\uDF5E",
            })
    void goesOnBehindEveryName(String characters) throws Exception {
        List<String> keys = List.of("b" + characters, "c" + characters + "/d" + characters);
        for (String key : keys) {
            Path file = data.resolve("demo").resolve(key);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "by hand");
        }
        try (S3Client s3 = client()) {
            for (String delimiter : Arrays.asList(null, "/")) {
                List<String> listed = new ArrayList<>();
                s3.listObjectsV2Paginator(list -> list.bucket("demo")
                                .maxKeys(1)
                                .delimiter(delimiter)
                                .encodingType(EncodingType.URL))
                        .forEach(page -> {
                            page.contents().forEach(object -> listed.add(object.key()));
                            page.commonPrefixes().forEach(common -> listed.add(common.prefix()));
                        });
                assertThat(listed)
                        .containsExactly(
                                keys.getFirst(), delimiter == null ? keys.getLast() : "c" + characters + "/", "doc");
            }
        }
    }

    @Test
    void comparesADirectoryWithItsOwnVersion() {
        try (S3Client s3 = client()) {
            Runnable create = () -> s3.putObject(put -> put.bucket("demo").key("dd/"), RequestBody.empty());
            create.run();
            String version =
                    s3.headObject(head -> head.bucket("demo").key("dd/")).eTag();
            assertThat(version).isEqualTo("\"d41d8cd98f00b204e9800998ecf8427e\"");
            assertThat(s3.listObjectsV2(list -> list.bucket("demo").prefix("dd/"))
                            .contents())
                    .singleElement()
                    .satisfies(object -> assertThat(object.eTag()).isEqualTo(version));
            assertThat(s3.getObject(get -> get.bucket("demo").key("dd/").ifMatch(version))
                            .response()
                            .eTag())
                    .isEqualTo(version);
            for (String condition : List.of(version, version.replace("\"", ""), "*")) {
                s3.putObject(put -> put.bucket("demo").key("dd/").ifMatch(condition), RequestBody.empty());
                s3.deleteObject(delete -> delete.bucket("demo").key("dd/").ifMatch(condition));
                assertThatThrownBy(
                                () -> s3.headObject(head -> head.bucket("demo").key("dd/")))
                        .as(condition)
                        .satisfies(StoreContract.failed(404));
                assertThatThrownBy(() -> s3.putObject(
                                put -> put.bucket("demo").key("dd/").ifMatch(condition), RequestBody.empty()))
                        .as(condition)
                        .isInstanceOf(S3Exception.class);
                s3.putObject(put -> put.bucket("demo").key("dd/").ifNoneMatch("*"), RequestBody.empty());
            }
            String other = version.replace('d', 'e');
            List<Runnable> refused = List.of(
                    () -> s3.deleteObject(
                            delete -> delete.bucket("demo").key("dd/").ifMatch(other)),
                    () -> s3.putObject(put -> put.bucket("demo").key("dd/").ifMatch(other), RequestBody.empty()),
                    () -> s3.putObject(put -> put.bucket("demo").key("dd/").ifNoneMatch("*"), RequestBody.empty()),
                    () -> s3.putObject(put -> put.bucket("demo").key("dd/").ifNoneMatch(version), RequestBody.empty()),
                    () -> s3.getObject(get -> get.bucket("demo").key("dd/").ifMatch(other)));
            for (Runnable request : refused) {
                assertThatThrownBy(request::run).satisfies(StoreContract.failed(412));
            }
            assertThatThrownBy(() ->
                            s3.getObject(get -> get.bucket("demo").key("dd/").ifNoneMatch(version)))
                    .satisfies(StoreContract.failed(304));
            assertThat(s3.getObject(get -> get.bucket("demo").key("dd/").ifNoneMatch(other))
                            .response()
                            .contentLength())
                    .isZero();
        }
    }

    private S3Client client() {
        return StoreProcess.client(
                store.endpoint(), new StoreProcess.Credentials(store.accessKeyId(), store.secretAccessKey()));
    }

    /** The path and query of a listing that the store's keys have signed for this host. */
    private String signedFor(String host) {
        try (S3Presigner presigner = S3Presigner.builder()
                .endpointOverride(
                        URI.create("http://" + host + ":" + store.endpoint().getPort()))
                .region(Region.US_EAST_1)
                .serviceConfiguration(
                        S3Configuration.builder().pathStyleAccessEnabled(true).build())
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(store.accessKeyId(), store.secretAccessKey())))
                .build()) {
            URI signed = URI.create(presigner
                    .presignGetObject(request -> request.signatureDuration(Duration.ofMinutes(5))
                            .getObjectRequest(get -> get.bucket("demo").key("doc")))
                    .url()
                    .toString());
            return signed.getRawPath() + "?" + signed.getRawQuery();
        }
    }

    private int status(String requestLine, String... headers) throws IOException {
        try (RawHttp connection = RawHttp.connect(store.endpoint())) {
            connection.send(requestLine + " HTTP/1.1\r\n" + String.join("\r\n", headers)
                    + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            RawHttp.Response response = connection.response();
            if (response.status() != 200 && !requestLine.startsWith("HEAD ")) {
                String body = new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(body).as(requestLine).doesNotContain("secret", "doc</Key>");
            }
            return response.status();
        }
    }
}
