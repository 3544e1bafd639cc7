package dev.banhmi.cdk.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.cdk.GeneratedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/*
 * cdk-nag's own suppressions stand in the templates as metadata, and apply to whatever comes to stand below the construct that carries
 * them. Here nothing is suppressed: the findings are compared with tables, so each reason belongs to one resource, one whose finding is
 * gone fails as well, and the templates say nothing of it.
 */
class CdkNagTest {
    static final List<String> ENVIRONMENTS = List.of("dev", "prod");

    private static final SortedSet<NagFinding> FINDINGS = new TreeSet<>();
    private static final List<NagReview.Verdict> VERDICTS = new ArrayList<>();
    private static SortedSet<String> nistRules = new TreeSet<>();

    @BeforeAll
    static void review(@TempDir Path directory) throws IOException {
        for (String environment : ENVIRONMENTS) {
            NagReview review = NagReview.of(environment, Files.createDirectory(directory.resolve(environment)));
            FINDINGS.addAll(review.findings());
            VERDICTS.addAll(review.verdicts());
        }
        nistRules = NistRules.names(directory.resolve("rules"));
    }

    @Test
    void everyFindingOfAwsSolutionsHasAReason() throws IOException {
        SortedSet<NagFinding> unexplained = new TreeSet<>(FINDINGS);
        unexplained.removeAll(AcceptedFindings.ofAwsSolutions().keySet());
        assertThat(unexplained).isEmpty();
    }

    @Test
    void noReasonOutlivesItsFinding() throws IOException {
        SortedSet<NagFinding> gone =
                new TreeSet<>(AcceptedFindings.ofAwsSolutions().keySet());
        gone.removeAll(FINDINGS);
        assertThat(gone).isEmpty();
    }

    @Test
    void everyReasonIsASentence() throws IOException {
        assertThat(AcceptedFindings.ofAwsSolutions().values()).allMatch(CdkNagTest::isSentence);
        assertThat(AcceptedFindings.ofNist().values()).allMatch(CdkNagTest::isSentence);
    }

    @Test
    void decidesEveryRuleOfNist() throws IOException {
        NistTable table = new NistTable(nistRules, VERDICTS, AcceptedFindings.ofNist());
        assertThat(nistRules).hasSizeGreaterThan(80).containsAll(table.unmet());
        assertThat(table.unmet()).isEqualTo(AcceptedFindings.ofNist().keySet());
    }

    @Test
    void theTableOfNistIsWhatTheTemplatesSay() throws IOException {
        String table = new NistTable(nistRules, VERDICTS, AcceptedFindings.ofNist()).markdown();
        new GeneratedFile(Path.of("../docs/nist-800-53.md")).agreesWith(table);
    }

    private static boolean isSentence(String reason) {
        return reason.length() >= 20 && reason.endsWith(".");
    }
}
