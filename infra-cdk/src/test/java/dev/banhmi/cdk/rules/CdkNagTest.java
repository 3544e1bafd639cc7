package dev.banhmi.cdk.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.cdk.GeneratedFile;
import dev.banhmi.cdk.SynthesizedAssembly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * cdk-nag's own suppressions are written to the templates as metadata, and apply to whatever is later added below the construct that
 * carries them. Here nothing is suppressed: the findings are compared with tables, so each reason belongs to one resource, one whose
 * finding is gone fails as well, and the templates say nothing of it.
 */
@TestInstance(Lifecycle.PER_CLASS)
class CdkNagTest {
    private SortedSet<NagFinding> findings = Collections.emptySortedSet();
    private List<NagReview.Verdict> verdicts = List.of();
    private SortedSet<String> nistRules = Collections.emptySortedSet();

    @BeforeAll
    void review(@TempDir Path directory) throws IOException {
        SortedSet<NagFinding> found = new TreeSet<>();
        List<NagReview.Verdict> passed = new ArrayList<>();
        for (String environment : SynthesizedAssembly.environments()) {
            NagReview review = NagReview.of(environment, Files.createDirectory(directory.resolve(environment)));
            found.addAll(review.findings());
            passed.addAll(review.verdicts());
        }
        findings = Collections.unmodifiableSortedSet(found);
        verdicts = List.copyOf(passed);
        nistRules = Collections.unmodifiableSortedSet(NistRules.names(directory.resolve("rules")));
    }

    @Test
    void everyFindingOfAwsSolutionsHasAReason() throws IOException {
        SortedSet<NagFinding> unexplained = new TreeSet<>(findings);
        unexplained.removeAll(AcceptedFindings.ofAwsSolutions().keySet());
        assertThat(unexplained).isEmpty();
    }

    @Test
    void noReasonOutlivesItsFinding() throws IOException {
        SortedSet<NagFinding> gone =
                new TreeSet<>(AcceptedFindings.ofAwsSolutions().keySet());
        gone.removeAll(findings);
        assertThat(gone).isEmpty();
    }

    @Test
    void everyReasonIsASentence() throws IOException {
        assertThat(AcceptedFindings.ofAwsSolutions().values()).allMatch(CdkNagTest::isSentence);
        assertThat(AcceptedFindings.ofNist().values()).allMatch(CdkNagTest::isSentence);
    }

    @Test
    void decidesEveryRuleOfNist() throws IOException {
        NistTable table = new NistTable(nistRules, verdicts, AcceptedFindings.ofNist());
        assertThat(nistRules).hasSizeGreaterThan(80).containsAll(table.unmet());
        assertThat(table.unmet()).isEqualTo(AcceptedFindings.ofNist().keySet());
    }

    @Test
    void theTableOfNistIsWhatTheTemplatesSay() throws IOException {
        String table = new NistTable(nistRules, verdicts, AcceptedFindings.ofNist()).markdown();
        new GeneratedFile(Path.of("../docs/nist-800-53.md")).agreesWith(table);
    }

    private static boolean isSentence(String reason) {
        return reason.length() >= 20 && reason.endsWith(".");
    }
}
