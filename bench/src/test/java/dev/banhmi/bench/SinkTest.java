package dev.banhmi.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The framings that the sink takes apart. */
class SinkTest {

    @Test
    void leavesTheNextRequestOnTheConnection() throws IOException {
        InputStream connection = stream("bodyGET / HTTP/1.1");

        assertThat(new BoundedBody(connection, 4).readAllBytes()).asString().isEqualTo("body");
        assertThat(connection.readAllBytes()).asString().isEqualTo("GET / HTTP/1.1");
    }

    @Test
    void noticesABodyThatEndsEarly() {
        assertThatThrownBy(() -> new BoundedBody(stream("bod"), 4).readAllBytes())
                .hasMessageContaining("1 bytes");
    }

    @Test
    void takesChunksAndTrailersOffABody() throws IOException {
        InputStream body = new AwsChunkedBody(
                stream("a;chunk-signature=00\r\n0123456789\r\n1\r\n\n\r\n0\r\nx-amz-checksum-crc32c:AAAAAA==\r\n\r\n"));

        assertThat(body.readAllBytes()).asString().isEqualTo("0123456789\n");
    }

    @Test
    void noticesAChunkThatEndsEarly() {
        assertThatThrownBy(() -> new AwsChunkedBody(stream("a\r\n012")).readAllBytes())
                .hasMessageContaining("inside a chunk");
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }
}
