package dev.banhmi.gateway.legacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UploadMetadataTest {

    private static final String GOOD = "{\"bucket\":\"b\",\"key\":\"k\",\"size\":10,\"parts\":2}";

    @Test
    void readsTheFourProperties() {
        assertThat(parse(GOOD)).isEqualTo(new UploadMetadata("b", "k", 10, 2));
    }

    @Test
    void takesTheTwoOptionalPropertiesOf2018() {
        assertThat(parse("{\"last_part\":0,\"mpu_id\":\"\",\"parts\":1,\"size\":0,\"key\":\"ä/ö\",\"bucket\":\"b\"}"))
                .isEqualTo(new UploadMetadata("b", "ä/ö", 0, 1));
    }

    @Test
    void takesSizesBeyondTheRangeOfAnInt() {
        assertThat(parse(GOOD.replace("10", Long.toString(Long.MAX_VALUE))).size())
                .isEqualTo(Long.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "\"text\"",
                "7",
                "{",
                GOOD + "x",
                GOOD + GOOD,
                GOOD + ",",
                "{'bucket':'b'}",
                "{\"bucket\":\"b\",\"key\":\"k\",\"key\":\"l\",\"size\":10,\"parts\":2}",
                "{\"bucket\":\"b\",\"key\":\"k\",\"size\":NaN,\"parts\":2}",
                "{\"bucket\":\"b\",\"key\":\"k\",\"size\":010,\"parts\":2}"
            })
    void refusesWhatIsNotOneJsonObject(String json) {
        assertRefused(json, "The first part is not a JSON object.");
    }

    @Test
    void refusesJsonThatIsNestedTooDeeplyOrHasEndlessNumbers() {
        assertRefused("[".repeat(30_000), "lists in lists without end");
        assertRefused(GOOD.replace("10", "1".repeat(5_000)), "a number that is too long");
        assertRefused(GOOD.replace("10", "1".repeat(900)), "size must be a whole number");
    }

    /** Two spellings of one key would be two to whoever looks at what a client sends, and one object here. */
    @Test
    void takesUtf8AndNothingElse() {
        byte[] overlong = GOOD.replace("\"k\"", "\"??\"").getBytes(StandardCharsets.ISO_8859_1);
        int at = new String(overlong, StandardCharsets.ISO_8859_1).indexOf("??");
        overlong[at] = (byte) 0xc1;
        overlong[at + 1] = (byte) 0xab;
        for (byte[] wrong :
                List.of(overlong, GOOD.getBytes(StandardCharsets.UTF_16LE), GOOD.getBytes(StandardCharsets.UTF_16BE))) {
            assertThatThrownBy(() -> UploadMetadata.parse(wrong)).isInstanceOf(GatewayException.class);
        }
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
        byte[] json = GOOD.replace("k\"", "\u00e4\"").getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> UploadMetadata.parse(json)).isInstanceOf(GatewayException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"bucket\":\"b\", | | bucket is missing",
                "\"key\":\"k\", | | key is missing",
                "\"size\":10, | | size is missing",
                ",\"parts\":2 | | parts is missing",
                "\"b\" | \"\" | bucket must be a string that is not empty",
                "\"k\" | \"\" | key must be a string that is not empty",
                "\"k\" | 7 | key must be a string that is not empty",
                "\"k\" | null | key must be a string that is not empty",
                ":10 | :-1 | size must be a whole number from 0",
                ":10 | :1.5 | size must be a whole number from 0",
                ":10 | :\"10\" | size must be a whole number from 0",
                ":10 | :true | size must be a whole number from 0",
                ":10 | :9223372036854775808 | size must be a whole number from 0",
                ":10 | :1e400 | size must be a whole number from 0",
                ":2 | :0 | parts must be a whole number from 1",
                ":2 | :-9223372036854775809 | parts must be a whole number from 1",
                ":2 | :2,\"mpu_id\":7 | mpu_id must be a string",
                ":2 | :2,\"mpu_id\":null | mpu_id must be a string",
                ":2 | :2,\"last_part\":\"1\" | last_part must be a whole number from 0",
                ":2 | :2,\"acl\":\"x\" | acl is not a known property",
                "bucket | Bucket | Bucket is not a known property"
            })
    void saysWhichPropertyIsWrong(String old, String replacement, String problem) {
        assertRefused(GOOD.replace(old, replacement == null ? "" : replacement), problem);
    }

    /** Floats, even whole ones: 2018 clients send integers, and 5e6 may have lost its last digits on the way. */
    @ParameterizedTest
    @ValueSource(strings = {"10.0", "1e1", "1E+1"})
    void refusesNumbersWithAFractionOrAnExponent(String number) {
        assertRefused(GOOD.replace("10", number), "size must be a whole number from 0");
    }

    @Test
    void reportsAllProblemsAtOnce() {
        assertThatThrownBy(() -> parse("{\"bucket\":1,\"size\":-1,\"parts\":0,\"x\":1,\"y\":1}"))
                .hasMessage("Wrong metadata: x is not a known property; y is not a known property;"
                        + " bucket must be a string that is not empty; key is missing;"
                        + " size must be a whole number from 0; parts must be a whole number from 1.");
    }

    /** Half a surrogate pair has no UTF-8 form: Java writes a question mark, so that different keys would share one object. */
    @Test
    void refusesAKeyThatHasNoUtf8Form() {
        assertRefused(GOOD.replace("\"k\"", "\"\\ud83e\""), "key must be a string that can be written in UTF-8");
    }

    private static void assertRefused(String json, String message) {
        assertThatThrownBy(() -> parse(json))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST))
                .hasMessageContaining(message);
    }

    private static UploadMetadata parse(String json) {
        return UploadMetadata.parse(json.getBytes(StandardCharsets.UTF_8));
    }
}
