package dev.banhmi.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntityTagTest {

    private static final EntityTag STRONG = new EntityTag("1", false);
    private static final EntityTag WEAK = new EntityTag("1", true);

    @Test
    void comparesAsTheTableOfRfc9110() {
        EntityTag otherWeak = new EntityTag("2", true);
        assertThat(WEAK.matchesStrongly(WEAK)).isFalse();
        assertThat(WEAK.matchesWeakly(WEAK)).isTrue();
        assertThat(WEAK.matchesStrongly(otherWeak)).isFalse();
        assertThat(WEAK.matchesWeakly(otherWeak)).isFalse();
        assertThat(WEAK.matchesStrongly(STRONG)).isFalse();
        assertThat(STRONG.matchesStrongly(WEAK)).isFalse();
        assertThat(WEAK.matchesWeakly(STRONG)).isTrue();
        assertThat(STRONG.matchesStrongly(STRONG)).isTrue();
        assertThat(STRONG.matchesWeakly(STRONG)).isTrue();
    }

    @Test
    void readsLists() {
        assertThat(EntityTag.parse("If-Match", "*")).isEqualTo(new EntityTag.Condition(true, List.of()));
        assertThat(EntityTag.parse("If-Match", " * ")).isEqualTo(new EntityTag.Condition(true, List.of()));
        assertThat(EntityTag.parse("If-Match", "\"1\"").tags()).containsExactly(STRONG);
        assertThat(EntityTag.parse("If-Match", "\"1\" ,\tW/\"1\",,\"\",\"a,b\",\"*\",\"é\"")
                        .tags())
                .containsExactly(
                        STRONG,
                        WEAK,
                        new EntityTag("", false),
                        new EntityTag("a,b", false),
                        new EntityTag("*", false),
                        new EntityTag("é", false));
    }

    /** S3's own clients send them so. */
    @Test
    void readsTagsWithoutTheirQuotes() {
        assertThat(EntityTag.parse("If-Match", "1").tags()).containsExactly(STRONG);
        assertThat(EntityTag.parse("If-Match", " 1 , W/1,\"1\", d41d8cd98f00b204e9800998ecf8427e-2,aGk+/w==")
                        .tags())
                .containsExactly(
                        STRONG,
                        WEAK,
                        STRONG,
                        new EntityTag("d41d8cd98f00b204e9800998ecf8427e-2", false),
                        new EntityTag("aGk+/w==", false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ",",
                "\"",
                "\"1",
                "1\"",
                "w/\"1\"",
                "W/",
                "W/ \"1\"",
                "\"1\" \"2\"",
                "\"1\"x",
                "*,\"1\"",
                "\"1\",*",
                "**",
                "\"a b\"",
                "\"a\u007f\"",
                "\"a\tb\"",
                "'1'"
            })
    void refusesMalformedLists(String value) {
        assertThatThrownBy(() -> EntityTag.parse("If-Match", value))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST))
                .hasMessageContaining("If-Match");
    }

    @Test
    void readsWhatStoresReport() {
        assertThat(EntityTag.ofStore("\"1\"")).isEqualTo(STRONG);
        assertThat(EntityTag.ofStore("1")).isEqualTo(STRONG);
        assertThat(EntityTag.ofStore("W/\"1\"")).isEqualTo(WEAK);
        assertThat(EntityTag.ofStore("\"1-2\"").header()).isEqualTo("\"1-2\"");
        assertThat(WEAK.header()).isEqualTo("W/\"1\"");
        assertThatThrownBy(() -> EntityTag.ofStore("a\"b")).isInstanceOf(IllegalArgumentException.class);
    }
}
