package dev.banhmi.gateway.object;

import static dev.banhmi.gateway.object.ObjectWorld.HASHED;
import static dev.banhmi.gateway.object.ObjectWorld.freshName;
import static dev.banhmi.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.object.ObjectClient.Response;
import dev.banhmi.testkit.RawHttp;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads that break off leave what was there before them. */
class ObjectTruncationIT extends ObjectContract {

    private final String name = freshName();

    ObjectTruncationIT(ObjectWorld world) {
        super(world);
    }

    @ParameterizedTest(name = "{1} of {0} bytes missing, chunked: {2}")
    @CsvSource({
        "1000,500,false", "1000,1,false", "9437184,1,false", "9437184,2000000,false", "20971520,4,false",
        "1000,500,true", "1000,1,true", "9437184,1,true", "9437184,2000000,true", "20971520,4,true"
    })
    void storesNothingWhenTheRequestEndsEarly(int size, int missing, boolean chunked) throws IOException {
        byte[] old = {1, 2};
        boolean replaces = keepsWhatAnAbortedUploadWouldReplace(world) || size <= 8 * MEBIBYTE;
        if (replaces) {
            stored(HASHED, name, old);
        }
        byte[] sent = Arrays.copyOf(content(1, size), size - missing);
        try (RawHttp connection = RawHttp.connect(world.gateway().uri())) {
            if (chunked) {
                connection.send(head("Transfer-Encoding: chunked"));
                connection.send(Integer.toHexString(size) + "\r\n");
            } else {
                connection.send(head("Content-Length: " + size));
            }
            connection.send(sent);
            connection.endRequest();
            RawHttp.Response response = connection.responseIfAny();

            if (response != null) {
                assertBodilessProblem(Response.of(response), 400);
            }
        }
        world.assertNothingLeft();
        if (replaces) {
            assertHolds(HASHED, name, old);
        } else {
            assertMissing(HASHED, name);
        }
    }

    /** All bytes are there, but nothing says that these are all. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1_000, 8 * MEBIBYTE, 9 * MEBIBYTE})
    void storesNothingWithoutTheLastChunk(int size) throws IOException {
        try (RawHttp connection = RawHttp.connect(world.gateway().uri())) {
            connection.send(head("Transfer-Encoding: chunked"));
            if (size > 0) {
                connection.send(Integer.toHexString(size) + "\r\n");
                connection.send(content(1, size));
                connection.send("\r\n");
            }
            connection.endRequest();
            RawHttp.Response response = connection.responseIfAny();

            if (response != null) {
                assertBodilessProblem(Response.of(response), 400);
            }
        }
        world.assertNothingLeft();
        assertMissing(HASHED, name);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void abortsTheMultipartUploadWhenTheConnectionBreaks(boolean reset) throws IOException {
        try (RawHttp connection = RawHttp.connect(world.gateway().uri())) {
            connection.send(head("Content-Length: " + 40 * MEBIBYTE));
            connection.send(content(1, 30 * MEBIBYTE));
            // Without this the check below would hold for a gateway that sends nothing before it has all.
            await().untilAsserted(() ->
                    assertThat(world.store().openMultipartUploads(HASHED)).hasSize(1));
            if (reset) {
                connection.reset();
            }
        }
        await().untilAsserted(() ->
                assertThat(world.store().openMultipartUploads(HASHED)).isEmpty());
        assertMissing(HASHED, name);
    }

    private String head(String framing) {
        return client.requestHead(
                "PUT", ObjectClient.target(HASHED, name), "Content-Type: application/octet-stream", framing);
    }
}
