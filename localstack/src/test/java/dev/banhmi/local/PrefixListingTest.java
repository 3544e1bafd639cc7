package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PrefixListingTest extends StoreContract {

    /** To s3proxy a dot is the directory. */
    @Test
    void listsWhatStartsWithADot() {
        for (String key : List.of("..a", ".env", "a", "d/.x", "d/..y", "d/z", "e.", "e.f")) {
            put(key, "x");
        }
        assertThat(listed(".", 1000)).containsExactly("..a", ".env");
        assertThat(listed("..", 1000)).containsExactly("..a");
        assertThat(listed("d/.", 1000)).containsExactly("d/..y", "d/.x");
        assertThat(listed("d/.", 1)).containsExactly("d/..y", "d/.x");
        assertThat(listed("e.", 1)).containsExactly("e.", "e.f");
        for (String none : List.of("/", "a//", "./", "d/../", "d/./.")) {
            assertThat(listed(none, 1000)).as(none).isEmpty();
        }
    }
}
