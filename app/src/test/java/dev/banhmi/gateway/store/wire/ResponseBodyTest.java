package dev.banhmi.gateway.store.wire;

import static dev.banhmi.gateway.store.wire.ResponseParserTest.bytes;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.testkit.Seeds;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A body ends where its response says, and no byte behind it is taken for one of it. */
class ResponseBodyTest {

    @Test
    void takesALengthAndLeavesTheRest() throws MalformedResponseException {
        ResponseBody body = new ResponseBody(new Framing.Length(5));
        ByteBuffer arrived = bytes("right" + "HTTP/1.1 200 OK");
        assertThat(taken(body, arrived)).isEqualTo("right");
        assertThat(body.isWhole()).isTrue();
        assertThat(body.run()).isZero();
        assertThat(arrived.position()).isEqualTo(5);
    }

    @Test
    void takesNothingWhereNoneMayBe() throws MalformedResponseException {
        for (Framing framing : new Framing[] {new Framing.None(), new Framing.Length(0)}) {
            ResponseBody body = new ResponseBody(framing);
            assertThat(body.isWhole()).isTrue();
            ByteBuffer arrived = bytes("HTTP/1.1 200 OK");
            assertThat(taken(body, arrived)).isEmpty();
            assertThat(arrived.position()).isZero();
        }
    }

    @Test
    void takesAllUntilTheEnd() throws MalformedResponseException {
        ResponseBody body = new ResponseBody(new Framing.UntilEnd());
        assertThat(taken(body, bytes("all"))).isEqualTo("all");
        assertThat(body.isWhole()).isFalse();
        body.end();
        assertThat(body.isWhole()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5\r\nright\r\n0\r\n\r\n",
                "5\r\nright\r\n000\r\n\r\n",
                "0005\r\nright\r\n0\r\n\r\n",
                "2\r\nri\r\n3\r\nght\r\n0\r\n\r\n",
                "5;a=b\r\nright\r\n0;c\r\n\r\n",
                "5 ;a=b\r\nright\r\n0\r\n\r\n",
                "5\r\nright\r\n0\r\nx-amz-checksum-crc32c: AAAAAA==\r\nMore: yes\r\n\r\n"
            })
    void takesChunks(String chunks) throws MalformedResponseException {
        for (int piece = 1; piece <= chunks.length(); piece++) {
            ResponseBody body = new ResponseBody(new Framing.Chunks());
            StringBuilder taken = new StringBuilder();
            String all = chunks + "HTTP/1.1 200 OK";
            int at = 0;
            while (!body.isWhole()) {
                ByteBuffer arrived = bytes(all.substring(at, Math.min(at + piece, all.length())));
                taken.append(taken(body, arrived));
                at += arrived.position();
            }
            assertThat(taken).hasToString("right");
            assertThat(at).isEqualTo(chunks.length());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n",
                "x\r\n",
                "-5\r\nright",
                "+5\r\nright",
                "0x5\r\nright",
                "5\nright",
                " 5\r\nright",
                "5\rright",
                ";a=b\r\nright",
                "5\r\nright0\r\n\r\n",
                "5\r\nrightx\r\n0\r\n\r\n",
                "5\r\nright\n0\r\n\r\n",
                "5\r\nright\r\n0\r\na: b\n\r\n",
                "1000000000000000\r\n",
                "ffffffffffffffff\r\n"
            })
    void refusesWhatIsNoChunk(String chunks) {
        ResponseBody body = new ResponseBody(new Framing.Chunks());
        assertThatThrownBy(() -> taken(body, bytes(chunks))).isInstanceOf(MalformedResponseException.class);
    }

    @Test
    void readsNoEndlessLine() {
        for (String begin : new String[] {"5;", "0\r\nTrailer: ", "0\r\n"}) {
            ResponseBody body = new ResponseBody(new Framing.Chunks());
            ByteBuffer endless = bytes(begin + "a: b\r\n".repeat(10_000));
            ByteBuffer long5 = bytes(begin + "x".repeat(60_000));
            assertThatThrownBy(() -> taken(body, begin.equals("5;") ? long5 : endless))
                    .isInstanceOf(MalformedResponseException.class)
                    .hasMessageContaining("too long");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "5\r\n", "5\r\nrig", "5\r\nright", "5\r\nright\r\n", "5\r\nright\r\n0\r\n"})
    void isNotWholeWhereChunksBreakOff(String chunks) throws MalformedResponseException {
        ResponseBody body = new ResponseBody(new Framing.Chunks());
        taken(body, bytes(chunks));
        assertThat(body.isWhole()).isFalse();
        assertThatThrownBy(body::end).isInstanceOf(MalformedResponseException.class);
    }

    @Test
    void isNotWholeWhereALengthBreaksOff() throws MalformedResponseException {
        ResponseBody body = new ResponseBody(new Framing.Length(5));
        taken(body, bytes("righ"));
        assertThatThrownBy(body::end).isInstanceOf(MalformedResponseException.class);
    }

    /** A length beyond 2³¹, without its bytes. */
    @Test
    void countsWhatIsReadPastIt() throws MalformedResponseException {
        long length = 5L << 30;
        ResponseBody body = new ResponseBody(new Framing.Length(length));
        taken(body, bytes("right"));
        assertThat(body.run()).isEqualTo(length - 5);
        body.ran(length - 6);
        assertThat(body.isWhole()).isFalse();
        assertThatThrownBy(() -> body.ran(2)).isInstanceOf(IllegalArgumentException.class);
        body.ran(1);
        assertThat(body.isWhole()).isTrue();
    }

    /** Random chunks in random pieces into a buffer of random size, against what was put in. */
    @Test
    void givesBackWhatWasPutInChunks() throws MalformedResponseException {
        Random random = new Random(Seeds.seed(ResponseBodyTest.class));
        for (int round = 0; round < 500; round++) {
            StringBuilder content = new StringBuilder();
            StringBuilder chunks = new StringBuilder();
            for (int i = random.nextInt(6); i > 0; i--) {
                String chunk = "c".repeat(random.nextInt(40)) + (char) ('a' + random.nextInt(26)) + "\r\n0\r\n";
                content.append(chunk);
                chunks.append(String.format(Locale.ROOT, "%x\r\n%s\r\n", chunk.length(), chunk));
            }
            chunks.append("0\r\n\r\n");
            ResponseBody body = new ResponseBody(new Framing.Chunks());
            StringBuilder taken = new StringBuilder();
            int at = 0;
            ByteBuffer to = ByteBuffer.allocate(1 + random.nextInt(50));
            while (!body.isWhole()) {
                ByteBuffer arrived =
                        bytes(chunks.substring(at, Math.min(chunks.length(), at + 1 + random.nextInt(60))));
                int count = body.take(arrived, to);
                at += arrived.position();
                assertThat(to.position()).isEqualTo(count);
                taken.append(new String(to.array(), 0, count, ISO_8859_1));
                to.clear();
            }
            assertThat(taken).hasToString(content.toString());
            assertThat(at).isEqualTo(chunks.length());
        }
    }

    private static String taken(ResponseBody body, ByteBuffer arrived) throws MalformedResponseException {
        ByteBuffer to = ByteBuffer.allocate(1 << 10);
        int count = body.take(arrived, to);
        assertThat(to.position()).isEqualTo(count);
        return new String(to.array(), 0, count, ISO_8859_1);
    }
}
