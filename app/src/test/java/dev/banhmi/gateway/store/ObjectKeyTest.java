package dev.banhmi.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ObjectKeyTest {

    /** The 2018 API takes any key, and a plain layout keeps it as it is. */
    @Test
    void isOneLineOfTheLogWhateverTheCallerNamedIt() {
        assertThat(new ObjectKey("demo", "bánh mì/1")).hasToString("demo/bánh mì/1");
        assertThat(new ObjectKey("demo", "a\r\nERROR\u001b[31m\u007f\u0085b").toString())
                .isEqualTo("demo/a  ERROR [31m  b");
    }

    @Test
    void hasNoCharacterThatAViewerTakesForTheEndOfALine() {
        for (char c = 0; c < Character.MIN_SURROGATE; c++) {
            boolean ends = Character.isISOControl(c)
                    || Character.getType(c) == Character.LINE_SEPARATOR
                    || Character.getType(c) == Character.PARAGRAPH_SEPARATOR;
            assertThat(new ObjectKey("demo", "a" + c + "b").toString())
                    .as("U+%04X", (int) c)
                    .isEqualTo("demo/a" + (ends ? ' ' : c) + "b");
        }
    }
}
