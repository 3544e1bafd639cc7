package dev.banhmi.gateway.object;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.access.ObjectName;
import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamesToDeleteTest {

    @Test
    void readsNamesInOrder() throws IOException {
        assertThat(read(" {\"names\" : [\"b\", \"a/\\u00e9\\ud83e\\udd56\", \"é\", \"\", \"b\"]}\n")
                        .names())
                .containsExactly("b", "a/é🥖", "é", "", "b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "~~ | an object is required, not nothing",
                "[] | an object is required, not a list",
                "\"a\" | an object is required, not a string",
                "{} | names is missing",
                "{\"names\":[]} | names is empty",
                "{\"names\":\"a\"} | a list as names is required, not a string",
                "{\"names\":null} | a list as names is required, not null",
                "{\"names\":[\"a\",1]} | a string as names[1] is required, not a number",
                "{\"names\":[\"a\",true]} | a string as names[1] is required, not true",
                "{\"names\":[[\"a\"]]} | a string as names[0] is required, not a list",
                "{\"names\":[{\"name\":\"a\"}]} | a string as names[0] is required, not an object",
                "{\"names\":[\"a\"],\"quiet\":true} | \"quiet\" is not a known property",
                "{\"Names\":[\"a\"]} | \"Names\" is not a known property",
                "{\"names\":[\"a\"],\"names\":[\"b\"]} | no JSON at line 1, column",
                "{\"names\":[\"a\"]}{} | something follows the object",
                "{\"names\":[\"a\"]}x | no JSON at line 1, column",
                "{\"names\":[\"a\",]} | no JSON at line 1, column",
                "{\"names\":[\"a\" | no JSON at line 1, column",
                "{\"names\":[\"\\ud83e\"]} | names[0] is \"\\ud83e\", half a character",
            })
    void saysWhatIsWrong(String body, String message) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST))
                .hasMessageContaining("{\"names\":[…]} with 1 to 1000 strings")
                .hasMessageContaining(message);
    }

    @Test
    void takesAThousandAndNotOneMore() throws IOException {
        assertThat(read(body(1000)).names()).hasSize(1000);
        assertThatThrownBy(() -> read(body(1001))).hasMessageContaining("more than 1000 names");
    }

    /** As a client writes them that escapes all but ASCII. */
    @Test
    void takesAThousandOfTheLongestNames() throws IOException {
        String name = "\\u00e9".repeat(512);

        assertThat(read("{\"names\":[" + String.join(",", Collections.nCopies(1000, '"' + name + '"')) + "]}")
                        .names())
                .hasSize(1000)
                .allMatch(one -> one.getBytes(UTF_8).length == ObjectName.MOST_BYTES);
    }

    @Test
    void refusesABodyWithoutEnd() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return ' ';
            }

            @Override
            public int read(byte[] target, int offset, int wanted) {
                Arrays.fill(target, offset, offset + wanted, (byte) ' ');
                return wanted;
            }
        };

        assertThatThrownBy(() -> NamesToDelete.read(endless))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TOO_LARGE))
                .hasMessageContaining("at most 4194304");
    }

    @Test
    void passesOnThatABodyBreaksOff() {
        IOException gone = new IOException("the client is gone");
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw gone;
            }

            @Override
            public int read(byte[] target, int offset, int wanted) throws IOException {
                throw gone;
            }
        };

        assertThatThrownBy(() -> NamesToDelete.read(
                        new SequenceInputStream(new ByteArrayInputStream("{\"names\":[".getBytes(UTF_8)), broken)))
                .isSameAs(gone);
    }

    /** Limits of the parser's own, which it reports in its own way. */
    @Test
    void saysThatANumberOrAPropertyIsTooLong() {
        String digits = "9".repeat(100_000);
        for (String body : List.of(
                "{\"names\":[" + digits + "]}",
                "{\"" + "n".repeat(100_000) + "\":[]}",
                "{\"names\":[" + digits + ".5e9]}",
                "{\"names\":[1e" + digits + "]}",
                "{\"names\":" + "[".repeat(100_000))) {
            assertThatThrownBy(() -> read(body))
                    .isInstanceOfSatisfying(
                            GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST))
                    .hasMessageContaining("{\"names\":[…]} with 1 to 1000 strings");
        }
    }

    /** Two spellings of one name would be two to whoever looks at what a client sends, and one object here. */
    @Test
    void takesUtf8AndNothingElse() {
        byte[] overlong = "{\"names\":[\"hell?A\"]}".getBytes(UTF_8);
        overlong[15] = (byte) 0xc1;
        overlong[16] = (byte) 0xb8;
        byte[] surrogates = "{\"names\":[\"??????\"]}".getBytes(UTF_8);
        byte[] halves = {(byte) 0xed, (byte) 0xa0, (byte) 0xbe, (byte) 0xed, (byte) 0xb5, (byte) 0x96};
        System.arraycopy(halves, 0, surrogates, 11, halves.length);
        String body = "{\"names\":[\"a\"]}";
        for (byte[] wrong : List.of(
                overlong,
                surrogates,
                body.getBytes(UTF_16BE),
                body.getBytes(UTF_16LE),
                body.getBytes(UTF_16),
                body.getBytes(Charset.forName("UTF-32BE")),
                body.getBytes(Charset.forName("UTF-32LE")),
                "{\"names\":[\"é\"]}".getBytes(ISO_8859_1))) {
            assertThatThrownBy(() -> NamesToDelete.read(new ByteArrayInputStream(wrong)))
                    .isInstanceOfSatisfying(
                            GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
        }
    }

    private static String body(int names) {
        return "{\"names\":[" + String.join(",", Collections.nCopies(names, "\"a\"")) + "]}";
    }

    private static NamesToDelete read(String body) throws IOException {
        return NamesToDelete.read(new ByteArrayInputStream(body.getBytes(UTF_8)));
    }
}
