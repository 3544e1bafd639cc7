package dev.banhmi.drain;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.regions.Region;

/** Responds to requests from a script, without a connection; records the requests. */
final class ScriptedHttp implements SdkHttpClient {

    private final Function<String, Response> script;
    private final List<String> bodies = new ArrayList<>();

    record Response(int status, String body) {}

    /** Maps the decoded body of a request to its response. */
    ScriptedHttp(Function<String, Response> script) {
        this.script = script;
    }

    List<String> bodies() {
        return bodies;
    }

    AwsClients clients() {
        return AwsClients.over(
                this, StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")), Region.US_EAST_1);
    }

    static AwsCalls calls() {
        return calls(Duration.ofMinutes(1).toMillis());
    }

    static AwsCalls calls(long leftMillis) {
        return AwsCalls.ofSweep(new TimeLeft(() -> leftMillis), new Pace(() -> 0, time -> {
            throw new AssertionError("No test makes so many calls that one has to wait.");
        }));
    }

    static Response result(String action, String content) {
        return new Response(
                200,
                "<" + action + "Response><" + action + "Result>" + content + "</" + action
                        + "Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></" + action
                        + "Response>");
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() {
                String body = request.contentStreamProvider()
                        .map(content -> {
                            try (var stream = content.newStream()) {
                                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        })
                        .orElse("");
                String decoded = body.startsWith("{") ? body : URLDecoder.decode(body, StandardCharsets.UTF_8);
                bodies.add(decoded);
                Response response = script.apply(decoded);
                return HttpExecuteResponse.builder()
                        .response(SdkHttpResponse.builder()
                                .statusCode(response.status())
                                .build())
                        .responseBody(AbortableInputStream.create(
                                new ByteArrayInputStream(response.body().getBytes(StandardCharsets.UTF_8))))
                        .build();
            }

            @Override
            public void abort() {
                // There is nothing under way.
            }
        };
    }

    @Override
    public void close() {
        // There is nothing open.
    }
}
