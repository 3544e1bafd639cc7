package dev.banhmi.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LeftBehindTest {

    @Test
    void forgivesWhatWasThereWhenTheTestBegan() {
        List<String> present = new ArrayList<>(List.of("of an earlier test"));
        LeftBehind left = new LeftBehind(() -> List.copyOf(present));
        left.begin();
        left.assertNothingNew();
    }

    @Test
    void waitsUntilWhatIsNewHasGone() {
        AtomicInteger looks = new AtomicInteger();
        LeftBehind left = new LeftBehind(() -> switch (looks.getAndIncrement()) {
            case 0 -> List.of();
            case 1, 2 -> List.of("of this test");
            default -> List.of();
        });
        left.begin();
        left.assertNothingNew();
        assertThat(looks).hasValue(4);
    }
}
