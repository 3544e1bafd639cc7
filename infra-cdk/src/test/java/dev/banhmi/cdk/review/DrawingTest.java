package dev.banhmi.cdk.review;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.cdk.review.Drawing.Box;
import dev.banhmi.cdk.review.Drawing.Font;
import java.util.List;
import org.junit.jupiter.api.Test;

class DrawingTest {
    private final Drawing drawing = new Drawing();

    @Test
    void cutsATextThatIsLongerThanItsBox() {
        Box box = drawing.box("cell", 0, 0, 100, 30);
        drawing.text(box, Font.TEXT, 8, 20, "much too long for a box of this width");
        assertThat(drawing.svg("t", 200, 100)).contains("…").doesNotContain("width</text>");
        assertThat(drawing.problems()).isEmpty();
    }

    @Test
    void findsATextBelowItsBox() {
        drawing.text(drawing.box("cell", 0, 0, 100, 30), Font.TEXT, 8, 40, "low");
        assertThat(drawing.problems()).contains("\"low\" leaves its box");
    }

    @Test
    void findsTextsOverEachOther() {
        Box box = drawing.box("cell", 0, 0, 100, 60);
        drawing.text(box, Font.TEXT, 8, 20, "one");
        drawing.text(box, Font.TEXT, 12, 26, "two");
        assertThat(drawing.problems()).containsExactly("\"one\" covers \"two\"");
    }

    @Test
    void findsBoxesThatCutEachOtherAndBoxesOverATextOfTheOuterOne() {
        Box outer = drawing.box("area", 0, 0, 200, 100);
        drawing.text(outer, Font.TEXT, 8, 20, "covered");
        drawing.box("cell", 0, 0, 100, 50);
        drawing.box("cell", 90, 40, 50, 50);
        assertThat(drawing.problems())
                .contains("A box covers \"covered\"")
                .anyMatch(problem -> problem.endsWith("cut each other"));
    }

    @Test
    void findsAnArrowThroughAText() {
        drawing.text(drawing.box("cell", 0, 0, 100, 60), Font.TEXT, 8, 30, "struck");
        drawing.arrow(0, 25, 100, 25);
        assertThat(drawing.problems()).containsExactly("An arrow crosses \"struck\"");
    }

    @Test
    void writesMarkupInTextsAsText() {
        drawing.note("cell", 0, 0, 200, "<Bucket.Arn>", List.of("\"a\" & b"));
        assertThat(drawing.svg("t", 200, 100)).contains("&lt;Bucket.Arn&gt;", "&quot;a&quot; &amp; b");
    }
}
