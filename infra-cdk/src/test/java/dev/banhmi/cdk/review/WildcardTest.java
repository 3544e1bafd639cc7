package dev.banhmi.cdk.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WildcardTest {
    private static final Wildcard WIDE =
            new Wildcard("s", "TaskRole", List.of("s3:PutObject", "s3:GetObject"), "<Objects.Arn>/*", List.of());

    @TempDir
    private Path directory;

    @Test
    void findsActionsAndResourcesAndManagedPoliciesAndGiftsToEverybody() {
        assertThat(Wildcard.of(Templates.everything()))
                .extracting(wildcard -> wildcard.holder() + ": "
                        + wildcard.actions().size() + " on " + wildcard.resource() + " " + wildcard.conditions())
                .containsExactly(
                        "TaskRole: 2 on <Objects.Arn>/* []",
                        "DrainRole: 6 on * [ecs:cluster]",
                        "DrainRole: 1 on * []",
                        "LettersPolicy: 1 on (for everybody) [aws:SourceArn]",
                        "HelperRole: 1 on arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole []");
    }

    @Test
    void takesNoDeniedWildcardForARight() {
        assertThat(Wildcard.of(role("{\"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\"}")))
                .isEmpty();
    }

    @Test
    void takesAnExclusionForAWildcard() {
        assertThat(Wildcard.of(role("{\"Effect\": \"Allow\", \"NotAction\": \"iam:*\", \"NotResource\": \"arn:a\"}")))
                .singleElement()
                .satisfies(wildcard -> {
                    assertThat(wildcard.actions()).containsExactly("* but iam:*");
                    assertThat(wildcard.resource()).isEqualTo("* but arn:a");
                });
    }

    @Test
    void namesOnlyTheWideActionsOnANamedResource() {
        assertThat(
                        Wildcard.of(
                                role(
                                        "{\"Effect\": \"Allow\", \"Action\": [\"s3:Get*\", \"s3:PutObject\"], \"Resource\": [\"arn:a\", \"arn:b\"]}")))
                .singleElement()
                .satisfies(wildcard -> {
                    assertThat(wildcard.actions()).containsExactly("s3:Get*");
                    assertThat(wildcard.resource()).isEqualTo("arn:a, arn:b");
                });
    }

    @Test
    void aReasonHoldsForItsHolderAndResourceAndActionsOnly() {
        assertThat(reason("TaskRole", "<Objects.Arn>/*", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"))
                .isTrue();
        assertThat(reason("OtherRole", "<Objects.Arn>/*", "s3:GetObject", "s3:PutObject"))
                .isFalse();
        assertThat(reason("TaskRole", "*", "s3:GetObject", "s3:PutObject")).isFalse();
        assertThat(reason("TaskRole", "<Objects.Arn>/*", "s3:GetObject")).isFalse();
    }

    @Test
    void readsBackTheEntriesThatItAsksFor() throws IOException {
        Path file = directory.resolve("reasons.yaml");
        Files.writeString(file, WildcardReasons.toFillIn(List.of(WIDE)).replace("reason:", "reason: said"));
        WildcardReasons reasons = WildcardReasons.read(file);
        assertThat(reasons.reason(WIDE)).contains("said");
        assertThat(reasons.unexplained(List.of(WIDE))).isEmpty();
        assertThat(reasons.unused(List.of(WIDE))).isEmpty();
        assertThat(reasons.unused(List.of())).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: b",
                "- holder: R",
                "- {holder: R, resource: '*', actions: a, reason: r}",
                "- {holder: R, resource: '*', actions: [a], reason: ' '}",
                "- {holder: R, resource: '*', actions: [a], reason: r, role: R}",
                "- [",
                "- {holder: R, holder: R, resource: '*', actions: [a], reason: r}"
            })
    void refusesAFileThatItDoesNotUnderstand(String yaml) throws IOException {
        Path file = directory.resolve("reasons.yaml");
        Files.writeString(file, yaml);
        assertThatThrownBy(() -> WildcardReasons.read(file))
                .isInstanceOf(ReviewException.class)
                .hasMessageContaining("reasons.yaml");
    }

    private static boolean reason(String holder, String resource, String... actions) {
        return new WildcardReasons(List.of(new WildcardReasons.Entry(holder, resource, Set.of(actions), "r")))
                .reason(WIDE)
                .isPresent();
    }

    private static Assembly role(String statement) {
        return Templates.assembly("{\"Role0A1B2C3D\": {\"Type\": \"AWS::IAM::Role\", \"Properties\": {\"Policies\":"
                + " [{\"PolicyName\": \"p\", \"PolicyDocument\": {\"Statement\": " + statement + "}}]}}}");
    }
}
