package dev.banhmi.gateway.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.error.GatewayException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListQueryTest {

    @Test
    void asksForTheFirstHundredByDefault() {
        assertThat(ListQuery.parse(null)).isEqualTo(new ListQuery("", 100, null));
    }

    @Test
    void readsWhatIsAskedFor() {
        String cursor = ListQuery.cursorAfter("häschen/1");

        assertThat(ListQuery.parse("prefix=a%2Fb+c&limit=1000&other&cursor=" + cursor))
                .isEqualTo(new ListQuery("a/b c", 1000, "häschen/1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=1001", "limit=-1", "limit=ten", "limit=", "limit=99999999999"})
    void namesTheLimitThatIsNotAllowed(String query) {
        assertThatThrownBy(() -> ListQuery.parse(query))
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("limit is \"" + query.substring(6) + "\"")
                .hasMessageContaining("1 to 1000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cursor=", "cursor=%7F", "cursor=_w", "cursor=a b"})
    void refusesACursorThatNoPageGave(String query) {
        assertThatThrownBy(() -> ListQuery.parse(query))
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("cursor is");
    }

    @Test
    void refusesAQueryThatIsNotPercentEncoded() {
        assertThatThrownBy(() -> ListQuery.parse("prefix=%zz"))
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("prefix=%zz");
    }
}
