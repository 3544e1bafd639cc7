package dev.banhmi.gateway.object;

import static dev.banhmi.gateway.object.ObjectWorld.HASHED;
import static dev.banhmi.gateway.object.ObjectWorld.freshName;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.object.ObjectClient.Response;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading one range of an object, or several. */
class ObjectRangeIT extends ObjectContract {

    private static final int SIZE = 300_000;

    private static final Pattern PART = Pattern.compile(
            "--([0-9a-zA-Z]+)\r\nContent-Type: ([^\r]+)\r\nContent-Range: bytes (\\d+)-(\\d+)/(\\d+)\r\n\r\n");

    private final String name = freshName();

    ObjectRangeIT(ObjectWorld world) {
        super(world);
    }

    @ParameterizedTest
    @CsvSource({
        "0-0, 0, 1",
        "0-299999, 0, 300000",
        "0-, 0, 300000",
        "299999-, 299999, 1",
        "100-199, 100, 100",
        "100000-900000, 100000, 200000",
        "-1, 299999, 1",
        "-1000, 299000, 1000",
        "-900000, 0, 300000",
        "0-9223372036854775807, 0, 300000",
        "299999-99999999999999999999, 299999, 1",
        "'0-9, 10-19, 5-12', 0, 20",
        "'5-6, 400000-', 5, 2"
    })
    void sendsOneRange(String range, int first, int length) {
        byte[] content = content(3, SIZE);
        Response put = stored(HASHED, name, content, "Content-Type", "text/plain");

        Response response = client.get(HASHED, name, "Range", "bytes=" + range);

        assertStatus(response, 206);
        assertThat(response.body()).isEqualTo(Arrays.copyOfRange(content, first, first + length));
        assertThat(response.headers())
                .containsEntry("content-range", "bytes " + first + "-" + (first + length - 1) + "/" + SIZE)
                .containsEntry("content-length", Integer.toString(length))
                .containsEntry("content-type", "text/plain")
                .containsEntry("etag", put.etag())
                .containsKey("last-modified");
    }

    @Test
    void sendsRangesAcrossTheSeamsOfParts() {
        byte[] content = content(4, 20 * MEBIBYTE);
        stored(HASHED, name, content);
        for (int seam : new int[] {8 * MEBIBYTE, 16 * MEBIBYTE}) {
            Response response = client.get(HASHED, name, "Range", "bytes=" + (seam - 5) + "-" + (seam + 4));

            assertStatus(response, 206);
            assertThat(response.body()).isEqualTo(Arrays.copyOfRange(content, seam - 5, seam + 5));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lines=0-1",
                "bytes",
                "bytes=",
                "bytes=5-4",
                "bytes=a-b",
                "bytes=0-1;2-3",
                "bytes=0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14,16-16,18-18,20-20,22-22,24-24,26-26,28-28,30-30,32-32"
            })
    void sendsTheWholeObjectForWhatIsNoRangeOrTooMany(String range) {
        byte[] content = content(5, 1_000);
        stored(HASHED, name, content);

        Response response = client.get(HASHED, name, "Range", range);

        assertStatus(response, 200);
        assertThat(response.body()).isEqualTo(content);
        assertThat(response.headers()).doesNotContainKey("content-range");
    }

    @ParameterizedTest
    @CsvSource({"1000,1000-", "1000,1000-2000", "1000,-0", "0,0-", "0,0-0", "1000,'5000-, 6000-7000'"})
    void says416WithTheSize(int size, String range) {
        stored(HASHED, name, content(6, size));

        Response response = client.get(HASHED, name, "Range", "bytes=" + range);

        assertProblem(response, ErrorCode.RANGE_NOT_SATISFIABLE);
        assertThat(response.header("content-range")).isEqualTo("bytes */" + size);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0-0,2-2",
                "0-99,200-299,-100",
                "299000-,100-199,0-9",
                "1-100000, 50000-150000, 200000-250000",
                "0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14,16-16,18-18,20-20,22-22,24-24,26-26,28-28,30-30"
            })
    void sendsSeveralRanges(String ranges) {
        byte[] content = content(8, SIZE);
        String etag =
                stored(HASHED, name, content, "Content-Type", "text/plain").etag();

        Response response = client.get(HASHED, name, "Range", "bytes=" + ranges);

        assertStatus(response, 206);
        assertThat(response.headers()).containsEntry("etag", etag).doesNotContainKey("content-range");
        List<int[]> parts = partsOf(response, content, "text/plain");
        assertThat(parts.stream().map(part -> part[0] + "-" + part[1])).containsExactlyElementsOf(expected(ranges));
    }

    private static List<String> expected(String ranges) {
        return switch (ranges) {
            case "0-99,200-299,-100" -> List.of("0-99", "200-299", "299900-299999");
            case "299000-,100-199,0-9" -> List.of("299000-299999", "100-199", "0-9");
            case "1-100000, 50000-150000, 200000-250000" -> List.of("1-150000", "200000-250000");
            default -> List.of(ranges.split(","));
        };
    }

    /** Compares the bytes of every part, and allows nothing between them. */
    private static List<int[]> partsOf(Response response, byte[] content, String contentType) {
        String type = response.header("content-type");
        assertThat(type).startsWith("multipart/byteranges; boundary=");
        String boundary = type.substring(type.indexOf('=') + 1);
        assertThat(response.header("content-length")).isEqualTo(Integer.toString(response.body().length));
        String body = new String(response.body(), ISO_8859_1);
        List<int[]> parts = new ArrayList<>();
        int position = 0;
        Matcher part = PART.matcher(body);
        while (part.find(position) && part.start() == position) {
            assertThat(part.group(1)).isEqualTo(boundary);
            assertThat(part.group(2)).isEqualTo(contentType);
            assertThat(part.group(5)).isEqualTo(Integer.toString(content.length));
            int first = Integer.parseInt(part.group(3));
            int last = Integer.parseInt(part.group(4));
            int end = part.end() + last - first + 1;
            assertThat(Arrays.copyOfRange(response.body(), part.end(), end))
                    .as("part %d-%d", first, last)
                    .isEqualTo(Arrays.copyOfRange(content, first, last + 1));
            assertThat(body.startsWith("\r\n--" + boundary, end))
                    .as("end of part %d-%d", first, last)
                    .isTrue();
            position = end + 2;
            parts.add(new int[] {first, last});
        }
        assertThat(body.substring(position)).isEqualTo("--" + boundary + "--\r\n");
        return parts;
    }
}
