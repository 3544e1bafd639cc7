package dev.banhmi.gateway.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.Seeds;
import java.text.ParseException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StructuredDictionaryTest {

    private final long seed = Seeds.SEED;
    private final Random random = new Random(seed);

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "`` ~ {}",
                "` ` ~ {}",
                "a=:YQ==: ~ {a=Optional[YQ==]}",
                "a=:: ~ {a=Optional[]}",
                "a=:YQ==:,b=:Yg==: ~ {a=Optional[YQ==], b=Optional[Yg==]}",
                "a=:YQ==:\t, \tb ~ {a=Optional[YQ==], b=Optional.empty}",
                "a=:YQ==:, a=:Yg==: ~ {a=Optional[Yg==]}",
                "a=:YQ==:, a=1 ~ {a=Optional.empty}",
                "a=:YQ==:;p;q=\"x,:\"; r=?1, *b-_.9=2 ~ {a=Optional[YQ==], *b-_.9=Optional.empty}",
                "a=\"x, b=:YQ==:\\\"\\\\\" ~ {a=Optional.empty}",
                "a=(:YQ==: \"),\" 1;p=2  tok);q=1, b=() ~ {a=Optional.empty, b=Optional.empty}",
                "a=-12.345, b=?0, c=*t/x:y, d=@-1, e=%\"f%c3%bc, \", f=999999999999999 ~ {a=Optional.empty,"
                        + " b=Optional.empty, c=Optional.empty, d=Optional.empty, e=Optional.empty, f=Optional.empty}",
            })
    void readsByteSequencesAndSkipsTheRest(String text, String expected) throws ParseException {
        assertThat(StructuredDictionary.parse(text)).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",",
                "a,",
                "a,,b",
                "a b",
                "A=1",
                "1=1",
                "=1",
                "a=",
                "a =1",
                "a= 1",
                "a=:YQ==",
                "a=:Y Q:",
                "a=:Y-Q_:",
                "a=\"x",
                "a=\"x\\",
                "a=\"\\x\"",
                "a=\"é\"",
                "a=(1",
                "a=(1,2)",
                "a=(1\"x\")",
                "a=((1))",
                "a=?2",
                "a=?",
                "a=-",
                "a=1.",
                "a=1.2345",
                "a=1234567890123.1",
                "a=1234567890123456",
                "a=@1.5x",
                "a=@",
                "a=%x",
                "a=%\"",
                "a=%\"%F\"",
                "a=%\"%FF\"",
                "a;",
                "a;P",
                "a;p=",
                "a=1;;p",
                "\ta=1",
                "a=1\n",
                "a=}"
            })
    void refusesWhatIsNoDictionary(String text) {
        assertThatThrownBy(() -> StructuredDictionary.parse(text)).isInstanceOf(ParseException.class);
    }

    @Test
    void endsOnAnyText() {
        String alphabet = "ab=:;,\"\\()?@%-.*1 \t{é\u0000";
        int read = 0;
        for (int round = 0; round < 50_000; round++) {
            StringBuilder text = new StringBuilder("a=");
            for (int length = random.nextInt(10); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                assertThat(StructuredDictionary.parse(text.toString()))
                        .as("seed %d, %s", seed, text)
                        .isNotEmpty();
                read++;
            } catch (ParseException e) {
                assertThat(e.getErrorOffset()).as("seed %d, %s", seed, text).isBetween(0, text.length());
            }
        }
        assertThat(read).as("seed %d", seed).isPositive();
    }
}
