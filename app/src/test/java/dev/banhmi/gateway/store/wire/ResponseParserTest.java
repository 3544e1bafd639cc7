package dev.banhmi.gateway.store.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.testkit.Seeds;
import java.nio.ByteBuffer;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A head is understood in one way or not at all. */
class ResponseParserTest {

    private static final String CONTINUE = "HTTP/1.1 100 Continue\r\nx: y\r\n\r\n";

    @Test
    void readsAHeadAndNothingBehindIt() throws MalformedResponseException {
        ByteBuffer arrived = bytes("HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length:  5 \t\r\nX-Empty:\r\n\r\nhello");
        ResponseHead head = parsed(new ResponseParser().parse(arrived));
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.isPersistent()).isTrue();
        assertThat(head.framing()).isEqualTo(new Framing.Length(5));
        assertThat(head.fields().first("etag")).isEqualTo("\"1\"");
        assertThat(head.fields().first("x-empty")).isEmpty();
        assertThat(head.fields().first("x-absent")).isNull();
        assertThat(arrived.remaining()).isEqualTo(5);
    }

    /** Byte by byte, and in any other pieces. */
    @Test
    void readsAHeadInPieces() throws MalformedResponseException {
        Random random = new Random(Seeds.seed(ResponseParserTest.class));
        String head = CONTINUE + "HTTP/1.1 206 Partial Content\r\nETag: \"1\"\r\nContent-Length: 5\r\n\r\n";
        for (int most = 1; most <= head.length(); most++) {
            ResponseParser parser = new ResponseParser();
            int at = 0;
            ResponseHead parsed = null;
            while (at < head.length()) {
                assertThat(parsed).isNull();
                int end = Math.min(head.length(), at + 1 + random.nextInt(most));
                parsed = parser.parse(bytes(head.substring(at, end)));
                at = end;
            }
            assertThat(parsed(parsed).status()).isEqualTo(206);
            assertThat(parser.interim()).isEqualTo(1);
        }
    }

    /** Tomcat gives no reason, and some servers not even the space before it. */
    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 ", "HTTP/1.1 200", "HTTP/1.1 200 OK fine", "HTTP/1.1 200 \u00fc"})
    void readsAStatusLine(String line) throws MalformedResponseException {
        assertThat(parse(line + "\r\n\r\n").status()).isEqualTo(200);
    }

    @Test
    void readsLinesThatEndInLineFeedsAlone() throws MalformedResponseException {
        ByteBuffer arrived = bytes("HTTP/1.1 200 OK\nETag: \"1\"\nContent-Length: 5\r\n\nright");
        assertThat(parsed(new ResponseParser().parse(arrived)).framing()).isEqualTo(new Framing.Length(5));
        assertThat(arrived.remaining()).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n",
                "HTTP/1.1\r\n",
                "HTTP/1.1 \r\n",
                "HTTP/1.1 20\r\n",
                "HTTP/1.1 2000\r\n",
                "HTTP/1.1 2x0\r\n",
                "HTTP/1.1 000\r\n",
                "HTTP/1.1 099\r\n",
                "HTTP/1.1 600\r\n",
                "HTTP/1.1 101 Switching Protocols\r\n",
                "HTTP/1.1  200\r\n",
                "HTTP/2 200\r\n",
                "HTTP/2.0 200\r\n",
                "HTTP/1.2 200\r\n",
                "http/1.1 200\r\n",
                " HTTP/1.1 200\r\n",
                "ICY 200 OK\r\n",
                "what is this?\r\n",
                "HTTP/1.1 200 O\u0000K\r\n"
            })
    void refusesAStatusLine(String line) {
        assertThatThrownBy(() -> new ResponseParser().parse(bytes(line)))
                .isInstanceOf(MalformedResponseException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no colon\r\n",
                ": no name\r\n",
                "Na me: v\r\n",
                "Name : v\r\n",
                " folded\r\n",
                "\tfolded\r\n",
                "N\u00e4me: v\r\n",
                "Name: v\rw\r\n",
                "Name: a\u0000b\r\n",
                "Name: a\u007fb\r\n",
                "Name: a\u001bb\r\n"
            })
    void refusesAField(String line) {
        assertThatThrownBy(() -> new ResponseParser().parse(bytes("HTTP/1.1 200 OK\r\nA: b\r\n" + line + "\r\n")))
                .isInstanceOf(MalformedResponseException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\nContent-Length: 5",
                "Content-Length: 5\r\nContent-Length: 6",
                "Content-Length: 5\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: identity",
                "Content-Length: 5, 5",
                "Content-Length: -1",
                "Content-Length: +5",
                "Content-Length: 0x5",
                "Content-Length:",
                "Content-Length: 5 5",
                "Content-Length: 9223372036854775808",
                "Content-Length: 1234567890123456789"
            })
    void refusesALengthThatCanBeReadInTwoWays(String fields) {
        assertThatThrownBy(() -> parse("HTTP/1.1 200 OK\r\n" + fields + "\r\n\r\n"))
                .isInstanceOf(MalformedResponseException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1 200, Content-Length: 0, Length[length=0]",
        "HTTP/1.1 200, Content-Length: 123456789012345678, Length[length=123456789012345678]",
        "HTTP/1.1 200, Transfer-Encoding: Chunked, Chunks[]",
        "HTTP/1.1 200, X: y, UntilEnd[]",
        "HTTP/1.0 200, X: y, UntilEnd[]",
        "HTTP/1.1 204, Content-Length: 5, None[]",
        "HTTP/1.1 304, Transfer-Encoding: chunked, None[]",
        "HTTP/1.1 412, Content-Length: 5, Length[length=5]"
    })
    void knowsWhereTheBodyEnds(String status, String field, String framing) throws MalformedResponseException {
        assertThat(parse(status + " x\r\n" + field + "\r\n\r\n").framing()).hasToString(framing);
    }

    @Test
    void refusesChunksInHttp10() {
        assertThatThrownBy(() -> parse("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"))
                .isInstanceOf(MalformedResponseException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1, X: y, true",
        "HTTP/1.1, Connection: keep-alive, true",
        "HTTP/1.1, Connection: close, false",
        "HTTP/1.1, 'Connection: x, Close', false",
        "HTTP/1.0, X: y, false",
        "HTTP/1.0, Connection: keep-alive, false"
    })
    void knowsWhetherTheConnectionStays(String version, String field, boolean stays) throws MalformedResponseException {
        assertThat(parse(version + " 200 OK\r\n" + field + "\r\n\r\n").isPersistent())
                .isEqualTo(stays);
    }

    @Test
    void takesSixteenInterimResponsesAndNoMore() throws MalformedResponseException {
        assertThat(parse(CONTINUE.repeat(16) + "HTTP/1.1 200 OK\r\n\r\n").status())
                .isEqualTo(200);
        assertThatThrownBy(() -> parse(CONTINUE.repeat(17) + "HTTP/1.1 200 OK\r\n\r\n"))
                .isInstanceOf(MalformedResponseException.class)
                .hasMessageContaining("interim");
    }

    /** What it says of a body, an interim response does not have. */
    @Test
    void takesNothingOfAnInterimResponse() throws MalformedResponseException {
        ResponseHead head =
                parse("HTTP/1.1 103 Early Hints\r\nContent-Length: 9\r\nETag: \"x\"\r\n\r\nHTTP/1.1 200 OK\r\n\r\n");
        assertThat(head.fields().first("etag")).isNull();
        assertThat(head.framing()).isEqualTo(new Framing.UntilEnd());
    }

    @Test
    void keepsNoMoreThanItsBound() throws MalformedResponseException {
        String field = "X: " + "v".repeat(1_000) + "\r\n";
        assertThat(parse("HTTP/1.1 200 OK\r\n" + field.repeat(60) + "\r\n")
                        .fields()
                        .size())
                .isEqualTo(60);
        ByteBuffer endless = bytes("HTTP/1.1 200 OK\r\n" + field.repeat(100));
        assertThatThrownBy(() -> new ResponseParser().parse(endless)).isInstanceOf(MalformedResponseException.class);
        assertThat(endless.position()).isEqualTo(ResponseParser.MOST_HEAD + 1);
    }

    /** Bytes of UTF-8 in metadata, too: the SDK shows each as one character. */
    @Test
    void readsValuesAsIso88591() throws MalformedResponseException {
        assertThat(parse("HTTP/1.1 200 OK\r\nx-amz-meta-a: \u00c3\u00bc\r\n\r\n")
                        .fields()
                        .first("x-amz-meta-a"))
                .isEqualTo("\u00c3\u00bc");
    }

    /** Whatever is sent, it reads no byte twice, ends at the empty line and throws nothing else. */
    @Test
    void survivesNoise() {
        Random random = new Random(Seeds.seed("ResponseParserTest.survivesNoise"));
        String right = CONTINUE + "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 5\r\n\r\n";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder noisy = new StringBuilder(right);
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                noisy.setCharAt(random.nextInt(noisy.length()), (char) random.nextInt(256));
            }
            ByteBuffer arrived = bytes(noisy.toString());
            try {
                ResponseHead head = new ResponseParser().parse(arrived);
                if (head != null) {
                    assertThat(noisy.substring(0, arrived.position()).replace("\r", ""))
                            .endsWith("\n\n");
                    assertThat(head.status()).isBetween(200, 599);
                }
            } catch (MalformedResponseException e) {
                assertThat(e).hasMessageNotContaining("\"1\"");
            }
        }
    }

    private static ResponseHead parse(String head) throws MalformedResponseException {
        return parsed(new ResponseParser().parse(bytes(head)));
    }

    private static ResponseHead parsed(@Nullable ResponseHead head) {
        if (head == null) {
            throw new AssertionError("the head is not complete");
        }
        return head;
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(ISO_8859_1));
    }
}
