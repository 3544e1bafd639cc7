package dev.banhmi.gateway.object;

import static dev.banhmi.gateway.object.ObjectWorld.HASHED;
import static dev.banhmi.gateway.object.ObjectWorld.OFFLOADED;
import static dev.banhmi.gateway.object.ObjectWorld.freshName;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.object.ObjectClient.Response;
import dev.banhmi.testkit.RawHttp;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers of S3 expect of header fields and query parameters happens, or is refused by its name. */
class ObjectFieldsIT extends ObjectContract {

    private static final byte[] CONTENT = content(31, 10);
    private static final String FRAMED = "a;chunk-signature=0123\r\n0123456789\r\n0;chunk-signature=4567\r\n\r\n";

    private static final String[][] OVERRIDES = {
        {"content-type", "text/plain; charset=utf-8"},
        {"content-disposition", "attachment; filename=\"a+b c.txt\"; filename*=UTF-8''b%C3%A1nh"},
        {"cache-control", "private, max-age=7"},
        {"content-encoding", "identity"},
        {"content-language", "vi"},
        {"expires", "Sun, 06 Nov 2044 08:49:37 GMT"}
    };

    private final String name = freshName();

    ObjectFieldsIT(ObjectWorld world) {
        super(world);
    }

    @Test
    void replacesFieldsOfTheResponseAsS3Does() {
        Response stored = stored(
                HASHED, name, CONTENT, "Content-Type", "image/png", "Cache-Control", "no-store", "x-amz-meta-a", "b");
        String query = name + "?" + overrides();

        for (Response response : new Response[] {
            client.get(HASHED, query), client.head(HASHED, query), client.get(HASHED, query, "Range", "bytes=1-3")
        }) {
            for (String[] override : OVERRIDES) {
                assertThat(response.header(override[0])).as("%s", response).isEqualTo(override[1]);
            }
            assertThat(response.etag()).isEqualTo(stored.etag());
            assertThat(response.header("x-amz-meta-a")).isEqualTo("b");
        }
        assertThat(client.get(HASHED, query).body()).isEqualTo(CONTENT);
        assertThat(client.get(HASHED, name).header("cache-control")).isEqualTo("no-store");
        assertThat(client.get(HASHED, name + "?response-content-type=text/css").header("content-type"))
                .isEqualTo("text/css");
        assertProblem(client.get(HASHED, freshName() + "?" + overrides()), ErrorCode.OBJECT_NOT_FOUND);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "response-content-disposition=a%0D%0ASet-Cookie:%20x=y",
                "response-content-type=b%C3%A1nh",
                "response-expires=0",
                "response-cache-control=",
                "response-content-language=%zz"
            })
    void refusesWhatIsNotPossibleInAField(String query) throws IOException {
        stored(HASHED, name, CONTENT);

        Response response =
                client.raw(client.requestHead("GET", ObjectClient.target(HASHED, name) + "?" + query), new byte[0]);

        assertProblem(response, ErrorCode.INVALID_REQUEST);
        assertThat(response.headers()).doesNotContainKey("set-cookie");
    }

    /** Tomcat could not write the head, and its own refusal would have no field of ours. */
    @Test
    void boundsThemTogether() {
        stored(HASHED, name, CONTENT);
        String most = name + "?response-cache-control=" + "c".repeat(48) + "&response-content-disposition=";

        assertThat(client.get(HASHED, most + "d".repeat(2000)).header("content-disposition"))
                .hasSize(2000);
        for (int size : new int[] {2001, 8_000, 20_000}) {
            for (String query :
                    List.of(most + "d".repeat(size), name + "?response-content-type=" + "t".repeat(size + 48))) {
                Response refused = client.get(HASHED, query);
                assertProblem(refused, ErrorCode.INVALID_REQUEST);
                assertThat(refused.json().get("detail").asString()).contains("at most 2048");
                assertBodilessProblem(client.head(HASHED, query), 400);
            }
        }
    }

    /** The store gets to know them through the signed URL. */
    @Test
    void replacesFieldsOfTheStoresResponse() throws IOException {
        stored(OFFLOADED, name, CONTENT, "Content-Type", "image/png");

        Response redirect = client.get(
                OFFLOADED, name + "?offload&response-content-type=text/css&response-content-disposition=attachment");

        assertStatus(redirect, 307);
        URI location = URI.create(redirect.header("location"));
        try (RawHttp store = RawHttp.connect(location)) {
            store.send("GET " + location.getRawPath() + "?" + location.getRawQuery() + " HTTP/1.1\r\nHost: "
                    + location.getAuthority() + "\r\n\r\n");
            Response read = Response.of(store.response());
            assertStatus(read, 200);
            assertThat(read.header("content-type")).isEqualTo("text/css");
            assertThat(read.header("content-disposition")).isEqualTo("attachment");
            assertThat(read.body()).isEqualTo(CONTENT);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PUT,x-amz-tagging,a=b",
        "PUT,x-amz-storage-class,GLACIER",
        "PUT,x-amz-acl,public-read",
        "PUT,x-amz-server-side-encryption,aws:kms",
        "PUT,Digest,SHA-256=47DEQpj8HBSa",
        "PUT,x-amz-content-sha256,STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "GET,x-amz-expected-bucket-owner,123",
        "HEAD,x-amz-request-payer,requester",
        "DELETE,x-amz-if-match-size,10",
        "DELETE,x-amz-mfa,1"
    })
    void refusesFieldsThatItWouldIgnore(String method, String field, String value) throws IOException {
        stored(HASHED, name, CONTENT);
        String length = method.equals("PUT") ? "Content-Length: 3" : "x-a: b";

        // No body is sent: the refusal must come without it.
        Response response = client.raw(
                client.requestHead(method, ObjectClient.target(HASHED, name), length, field + ": " + value),
                new byte[0]);

        assertUnsupported(response, method, field);
        assertHolds(HASHED, name, CONTENT);
    }

    @ParameterizedTest
    @CsvSource({
        "PUT,partNumber=2&uploadId=x,partNumber",
        "PUT,tagging,tagging",
        "PUT,X-Amz-Signature=ab&X-Amz-Date=x,X-Amz-",
        "GET,versionId=x,versionId",
        "GET,partNumber=1,partNumber",
        "HEAD,versionId=x,versionId",
        "DELETE,versionId=x,versionId",
        "DELETE,uploadId=x,uploadId"
    })
    void refusesParametersThatItWouldIgnore(String method, String query, String named) throws IOException {
        stored(HASHED, name, CONTENT);

        Response response = client.raw(
                client.requestHead(method, ObjectClient.target(HASHED, name) + "?" + query, "Content-Length: 0"),
                new byte[0]);

        assertUnsupported(response, method, named);
        assertHolds(HASHED, name, CONTENT);
    }

    @Test
    void comparesTheHashThatASignatureCovers() throws IOException {
        String right = HexFormat.of().formatHex(sha256(CONTENT));

        assertStatus(client.put(HASHED, name, CONTENT, "x-amz-content-sha256", right), 201);
        assertStatus(client.put(HASHED, name, CONTENT, "x-amz-content-sha256", "UNSIGNED-PAYLOAD"), 200);
        assertProblem(
                client.put(HASHED, name, content(32, 10), "x-amz-content-sha256", right), ErrorCode.CONTENT_MISMATCH);
        assertProblem(
                client.put(
                        HASHED,
                        name,
                        FRAMED.getBytes(StandardCharsets.US_ASCII),
                        "x-amz-content-sha256",
                        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
                        "x-amz-decoded-content-length",
                        "10"),
                ErrorCode.UNSUPPORTED);
        assertHolds(HASHED, name, CONTENT);
    }

    private static void assertUnsupported(Response response, String method, String named) {
        if (method.equals("HEAD")) {
            assertBodilessProblem(response, 400);
        } else {
            assertProblem(response, ErrorCode.UNSUPPORTED);
            assertThat(response.json().get("detail").asString()).contains(named);
        }
    }

    private static String overrides() {
        StringBuilder query = new StringBuilder();
        for (String[] override : OVERRIDES) {
            query.append(query.isEmpty() ? "" : "&")
                    .append("response-")
                    .append(override[0])
                    .append('=')
                    .append(URLEncoder.encode(override[1], StandardCharsets.UTF_8));
        }
        return query.toString();
    }

    private static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
