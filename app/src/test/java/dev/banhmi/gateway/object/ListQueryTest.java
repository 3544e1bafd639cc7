package dev.banhmi.gateway.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.Bucket;
import dev.banhmi.gateway.store.KeyLayout;
import dev.banhmi.gateway.store.ListPosition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListQueryTest {

    private static final Bucket PLAIN = new Bucket("demo", KeyLayout.PLAIN, 0, false);
    private static final Bucket HASHED = new Bucket("demo", KeyLayout.HASHED, 0, false);

    @Test
    void asksForTheFirstHundredByDefault() {
        assertThat(ListQuery.parse(HASHED, null))
                .isEqualTo(new ListQuery("", null, 100, null, new ListPosition.Start()));
        assertThat(ListQuery.parse(HASHED, "prefix=&delimiter=")).isEqualTo(ListQuery.parse(HASHED, null));
    }

    @Test
    void readsWhatIsAskedFor() {
        ListPosition behind = new ListPosition.After("häschen/1");
        String cursor = new ListCursor("demo", "a/b c", "/").at(behind);

        assertThat(ListQuery.parse(PLAIN, "prefix=a%2Fb+c&limit=1000&delimiter=/&cursor=" + cursor))
                .isEqualTo(new ListQuery("a/b c", "/", 1000, cursor, behind));
    }

    @Test
    void keepsBothKindsOfPositions() {
        ListCursor cursors = new ListCursor("demo", "", "");

        for (ListPosition position :
                new ListPosition[] {new ListPosition.After("ô/🥖"), new ListPosition.Continued("1/+=&")}) {
            assertThat(cursors.at(position)).matches("[A-Za-z0-9._-]+");
            assertThat(cursors.positionOf(cursors.at(position))).isEqualTo(position);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=1001", "limit=-1", "limit=ten", "limit=", "limit=99999999999"})
    void namesTheLimitThatIsNotAllowed(String query) {
        assertRefused(PLAIN, query, "limit is \"" + query.substring(6) + "\"", "1 to 1000");
    }

    /** The last but one is what a page gave before cursors had dots. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "%7F",
                "_w",
                "a+b",
                "k.00000000.",
                "k.00000000.YQ==",
                "x.00000000.YQ",
                "bmFtZS0x",
                "k.d0a80ea9._w"
            })
    void refusesACursorThatNoPageGave(String cursor) {
        assertRefused(PLAIN, "cursor=" + cursor, "cursor is", "without a cursor");
    }

    @Test
    void refusesACursorWithWhatNoKeyHas() {
        ListCursor cursors = new ListCursor("demo", "", "");
        String longest = "é".repeat(512);
        assertThat(cursors.positionOf(cursors.at(new ListPosition.After(longest))))
                .isEqualTo(new ListPosition.After(longest));
        for (ListPosition position : new ListPosition[] {
            new ListPosition.After("a\0b"), new ListPosition.After(longest + "a"), new ListPosition.Continued("a\0b")
        }) {
            assertRefused(PLAIN, "cursor=" + cursors.at(position), "cursor is", "no key of any object");
        }
    }

    @ParameterizedTest
    @CsvSource({"other, a/, /", "demo, a, /", "demo, a/, ''"})
    void refusesTheCursorOfAnotherListing(String bucket, String prefix, String delimiter) {
        String cursor = new ListCursor(bucket, prefix, delimiter).at(new ListPosition.After("a/1"));

        assertRefused(PLAIN, "prefix=a/&delimiter=/&cursor=" + cursor, "another bucket, prefix or delimiter");
    }

    @ParameterizedTest
    @CsvSource({"prefix=%zz, %zz, 0", "%=1, %, 0", "limit=1&limit=%, %, 0", "prefix=a+b%2, a+b%2, 3"})
    void refusesAQueryThatIsNotPercentEncoded(String query, String part, int position) {
        assertRefused(PLAIN, query, "\"" + part + "\" has a % at position " + position);
    }

    /** A repaired one would be the prefix of other names. */
    @ParameterizedTest
    @ValueSource(strings = {"%FF", "a%C3", "%C0%AF", "%ED%A0%80", "a%F5%80%80%80b", "%E2%82"})
    void refusesAQueryThatIsNotUtf8(String broken) {
        assertRefused(PLAIN, "prefix=" + broken, broken, "not UTF-8");
        assertRefused(PLAIN, broken + "=1", broken, "not UTF-8");
        assertRefused(PLAIN, "limit=1&cursor=" + broken, broken, "not UTF-8");
    }

    @Test
    void readsPlusAsASpaceAndItsEncodingAsAPlus() {
        assertThat(ListQuery.parse(PLAIN, "prefix=1+1%2B1%20=2").prefix()).isEqualTo("1 1+1 =2");
    }

    @Test
    void refusesWhatIsThereTwice() {
        assertRefused(PLAIN, "limit=1&limit=2", "\"limit\" is there twice", "\"1\" and \"2\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"//", "a", "%2F%2F", "%C3%A9"})
    void refusesADelimiterThatNotEveryStoreKnows(String delimiter) {
        assertRefused(PLAIN, "delimiter=" + delimiter, "delimiter is", "only \"/\" is allowed");
    }

    @ParameterizedTest
    @CsvSource({"prefix=a, prefix is \"a\"", "delimiter=/, delimiter is \"/\""})
    void refusesWhatHashesDoNotHave(String query, String named) {
        assertRefused(HASHED, query, named, "key-layout: hashed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..%2F", "a/../b", "./", "a/./", "%00", "a%0Ab", "%C2%80"})
    void refusesAPrefixThatNoNameHas(String prefix) {
        assertRefused(PLAIN, "prefix=" + prefix, "prefix is");
    }

    @Test
    void refusesAPrefixThatIsLongerThanAnyName() {
        assertRefused(PLAIN, "prefix=" + "%C3%A9".repeat(513), "1026 bytes", "1024");
        assertThat(ListQuery.parse(PLAIN, "prefix=" + "%C3%A9".repeat(512)).prefix())
                .hasSize(512);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/.", "a/..", ".", "..a", "...", "a/...//"})
    void takesAPrefixThatANameCanHave(String prefix) {
        assertThat(ListQuery.parse(PLAIN, "prefix=" + prefix).prefix()).isEqualTo(prefix);
    }

    private static void assertRefused(Bucket bucket, String query, String... inMessage) {
        assertThatThrownBy(() -> ListQuery.parse(bucket, query))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST))
                .hasMessageContainingAll(inMessage);
    }
}
