package dev.banhmi.gateway.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.access.ObjectName;
import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.testkit.Seeds;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserMetadataTest {

    private static final ObjectName NAME = new ObjectName("báo/cáo.pdf");

    private final long seed = Seeds.seed(UserMetadataTest.class);
    private final Random random = new Random(seed);

    @Test
    void keepsWhatBelongsToTheObjectAndNothingElse() {
        UserMetadata metadata = of(Map.of(
                "Content-Type", List.of("text/html"),
                "Content-Disposition", List.of("attachment; filename=\"a b\""),
                "cache-control", List.of("no-cache", "private"),
                "Content-Encoding", List.of("gzip"),
                "CONTENT-LANGUAGE", List.of("vi", "en"),
                "expires", List.of("Sunday, 06-Nov-94 08:49:37 GMT"),
                "X-Amz-Meta-Owner", List.of(" Linh "),
                "x-amz-meta-tags", List.of("a", "b"),
                "X-Amz-Acl", List.of("public-read"),
                "Host", List.of("h")));
        assertThat(metadata.standard())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "Content-Type", "text/html",
                        "Content-Disposition", "attachment; filename=\"a b\"",
                        "Cache-Control", "no-cache, private",
                        "Content-Encoding", "gzip",
                        "Content-Language", "vi, en",
                        "Expires", "Sun, 06 Nov 1994 08:49:37 GMT"));
        assertThat(metadata.user()).containsExactlyInAnyOrderEntriesOf(Map.of("owner", "Linh", "tags", "a,b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "", "tomorrow", "Sun, 06 Nov 1994 08:49:37 +0000"})
    void refusesAnExpiryThatIsNoDate(String value) {
        assertRefuses(() -> of(Map.of("Expires", List.of(value))), "Expires", "HTTP date");
    }

    @Test
    void keepsTheNameAmongItAndShowsItNowhere() {
        Map<String, String> stored =
                of(Map.of("x-amz-meta-owner", List.of("Linh"))).stored(NAME);
        assertThat(stored)
                .containsExactlyInAnyOrderEntriesOf(Map.of("owner", "Linh", "banhmi-name", "YsOhby9jw6FvLnBkZg"));
        assertThat(UserMetadata.nameOf(stored)).isEqualTo(NAME);
        assertThat(UserMetadata.nameOf(Map.of("Banhmi-Name", "YsOhby9jw6FvLnBkZg")))
                .isEqualTo(NAME);
        assertThat(UserMetadata.shown(stored)).isEqualTo(Map.of("x-amz-meta-owner", "Linh"));
        assertThat(UserMetadata.shown(Map.of("Banhmi-Name", "x", "Owner", "y")))
                .isEqualTo(Map.of("x-amz-meta-owner", "y"));
    }

    /** Where a store says what HTTP cannot, it would become another field, or two. */
    @ParameterizedTest
    @ValueSource(strings = {"b\u000B", "b c", "b:", "", "b\r\nx", "bánh"})
    void showsNoNameThatNoFieldCanHave(String name) {
        assertThat(UserMetadata.shown(Map.of(name, "x", "Owner", "y"))).isEqualTo(Map.of("x-amz-meta-owner", "y"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "***", "YQ=Q", "_w", "Li4", "AA"})
    void takesNoNameThatItCouldNotHaveWritten(String value) {
        assertThat(UserMetadata.nameOf(Map.of("banhmi-name", value))).isNull();
    }

    @Test
    void anObjectOf2018HasNoName() {
        assertThat(UserMetadata.nameOf(Map.of())).isNull();
        assertThat(UserMetadata.nameOf(Map.of("owner", "Linh"))).isNull();
    }

    @Test
    void countsTheLimitOfTheStoreInBytes() {
        // 22 bytes of x-amz-meta-banhmi-name and 4 of its value, 12 of x-amz-meta-k, 59 of the mark: 1,951 are left.
        ObjectName name = new ObjectName("abc");
        UserMetadata most = of(Map.of("x-amz-meta-k", List.of("v".repeat(1951))));
        assertThat(most.stored(name)).hasSize(2);
        assertRefuses(
                () -> of(Map.of("x-amz-meta-k", List.of("v".repeat(1952)))).stored(name), "2049 bytes", "at most 2048");
        assertRefuses(() -> most.stored(new ObjectName("abcd")), "2050 bytes", "at most 2048");
    }

    @Test
    void everyNameFitsWithoutOtherMetadata() {
        for (int round = 0; round < 1_000; round++) {
            StringBuilder text = new StringBuilder();
            while (text.length() < 300) {
                text.append((char) (0xa1 + random.nextInt(0xd800 - 0xa1)));
            }
            ObjectName name = new ObjectName(text.toString());
            assertThat(UserMetadata.nameOf(of(Map.of()).stored(name)))
                    .as("seed %d", seed)
                    .isEqualTo(name);
        }
        ObjectName longest = new ObjectName("n".repeat(1024));
        assertThat(UserMetadata.nameOf(of(Map.of()).stored(longest))).isEqualTo(longest);
    }

    @Test
    void refusesWhatCannotComeBackUnchanged() {
        assertRefuses(() -> of(Map.of("x-amz-meta-a", List.of("é"))), "x-amz-meta-a", "ASCII");
        assertRefuses(() -> of(Map.of("Content-Type", List.of("text/plain\u0000"))), "Content-Type", "\\u0000");
        assertRefuses(() -> of(Map.of("Content-Type", List.of("a/b", "c/d"))), "Content-Type", "2 times");
        assertRefuses(() -> of(Map.of("X-Amz-Meta-Banhmi-Name", List.of("x"))), "x-amz-meta-banhmi-name", "reserved");
        assertRefuses(() -> of(Map.of("x-amz-meta-", List.of("x"))), "a name must follow");
    }

    @Test
    void readsAHeaderOnceWhenItIsNamedTwice() {
        UserMetadata metadata = UserMetadata.of(
                List.of("x-amz-meta-a", "X-Amz-Meta-A"),
                field -> field.equalsIgnoreCase("x-amz-meta-a") ? List.of("1", "2") : List.of(),
                Instant.EPOCH);
        assertThat(metadata.user()).isEqualTo(Map.of("a", "1,2"));
    }

    private static UserMetadata of(Map<String, List<String>> headers) {
        Map<String, List<String>> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        byName.putAll(headers);
        return UserMetadata.of(headers.keySet(), field -> byName.getOrDefault(field, List.of()), Instant.EPOCH);
    }

    private static void assertRefuses(ThrowingCallable call, String... parts) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST))
                .hasMessageContainingAll(parts);
    }
}
