package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class StartPageTest {

    private final StartPage page = StartPage.of(List.of("demo", "my-photos"));

    @Test
    void offersTheBucketsInTheirOrder() {
        assertThat(page.content()).contains("<option>demo</option><option>my-photos</option>");
    }

    @Test
    void allowsItsOwnStyleAndScriptByTheirHashesAndNothingElse() throws Exception {
        List<String> hashes = new ArrayList<>();
        for (String element : List.of("style", "script")) {
            List<String> found = Pattern.compile("<" + element + ">(.*?)</" + element + ">", Pattern.DOTALL)
                    .matcher(page.content())
                    .results()
                    .map(match -> match.group(1))
                    .toList();
            assertThat(found).as(element).hasSize(1);
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(found.getFirst().getBytes(StandardCharsets.UTF_8));
            hashes.add(element + "-src 'sha256-" + Base64.getEncoder().encodeToString(hash) + "'");
        }
        assertThat(page.policy().split("; "))
                .contains("default-src 'none'", "connect-src 'self'", "require-trusted-types-for 'script'")
                .containsAll(hashes)
                .noneMatch(directive -> directive.contains("unsafe") || directive.contains("*"));
        assertThat(Pattern.compile("(script|style)-src[^;]*")
                        .matcher(page.policy())
                        .results()
                        .map(MatchResult::group))
                .containsExactlyInAnyOrderElementsOf(hashes);
    }

    /** The policy would block them, and the page would lack what they do. */
    @Test
    void hasNeitherHandlersNorStylesInItsElementsNorAnythingFromElsewhere() {
        String elements = page.content()
                .replaceAll("(?s)<style>.*?</style>", "")
                .replaceAll("(?s)<script>.*?</script>", "")
                .replace("xmlns='http://www.w3.org/2000/svg'", "");
        assertThat(elements).doesNotContainPattern("\\son[a-z]+=|\\sstyle=|\\ssrc=|https?://");
    }

    /** What was stored by others is text, never markup. */
    @Test
    void writesNoMarkupFromItsScript() {
        assertThat(page.content())
                .doesNotContainPattern(
                        "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|eval\\(|createContextual");
    }
}
