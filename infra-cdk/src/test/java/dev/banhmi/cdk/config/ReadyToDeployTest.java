package dev.banhmi.cdk.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.banhmi.cdk.config.DeploymentConfig.Purpose;
import dev.banhmi.cdk.constructs.ImageArchitecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What separates a file that may be deployed from one that may only be looked at. */
class ReadyToDeployTest {
    private static final LocalDate TODAY = LocalDate.parse("2026-11-30");
    private static final String ACCOUNT = "210987654321";
    private static final String CERTIFICATE =
            "arn:aws:acm:us-east-1:" + ACCOUNT + ":certificate/1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed";
    private static final Pattern SCALAR = Pattern.compile("(?m)^( *[a-z0-9-]+): ([^#\\s].*)$");

    @TempDir
    private Path directory;

    /** As shipped, with what an operator fills in. */
    private String filled = "";

    @BeforeEach
    void fillIn() throws IOException {
        filled = shipped()
                .replace("account: REPLACE", "account: \"" + ACCOUNT + "\"")
                .replace("alarm-email: REPLACE", "alarm-email: oncall@banhmi.dev")
                .replace("amd64: REPLACE", "amd64: al2023-ami-ecs-hvm-2023.0.20261110-kernel-6.1-x86_64")
                .replace("arm64: REPLACE", "arm64: newest")
                .replace("certificate: REPLACE", "certificate: " + CERTIFICATE);
    }

    @Test
    void deploysProductionOnceEveryReplaceIsReplaced() throws IOException {
        DeploymentConfig config = read(filled, Purpose.DEPLOYMENT, TODAY);
        assertThat(config.account()).contains(ACCOUNT);
        assertThat(config.service().certificate()).contains(CERTIFICATE);
        assertThat(config.warnings()).isEmpty();
    }

    @Test
    void listsEveryReplaceThatIsLeftAndSaysHowToReviewThem() throws IOException {
        assertThatExceptionOfType(DeploymentException.class)
                .isThrownBy(() -> read(shipped(), Purpose.DEPLOYMENT, TODAY))
                .satisfies(refused -> assertThat(refused.problems())
                        .extracting(ConfigProblem::key)
                        .containsExactlyInAnyOrder(
                                "account",
                                "alarm-email",
                                "fleet.ami-release.amd64",
                                "fleet.ami-release.arm64",
                                "service.certificate"))
                .satisfies(refused -> assertThat(refused.problems())
                        .allMatch(problem -> problem.what().contains("-c example=true")));
        assertThat(read(shipped(), Purpose.EXAMPLE, TODAY).warnings()).hasSize(5);
    }

    /** Whichever key it is: a text that marks a gap is no value. */
    @Test
    void deploysNoReplaceAtAnyKey() throws IOException {
        List<String> taken = new ArrayList<>();
        Matcher scalar = SCALAR.matcher(filled);
        int keys = 0;
        while (scalar.find()) {
            String changed = filled.substring(0, scalar.start(2)) + "REPLACE" + filled.substring(scalar.end(2));
            keys++;
            try {
                read(changed, Purpose.DEPLOYMENT, TODAY);
                taken.add(scalar.group());
            } catch (DeploymentException refused) {
                assertThat(refused).hasMessageContaining("REPLACE");
            }
        }
        assertThat(keys).isGreaterThan(20);
        assertThat(taken).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "account, \"111122223333\"",
        "account, \"123456789012\"",
        "alarm-email, oncall@example.com",
        "alarm-email, oncall@mail.example.org",
        "alarm-email, oncall@banhmi.example",
        "certificate, arn:aws:acm:us-east-1:111122223333:certificate/1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed",
        "certificate, arn:aws:acm:us-east-1:210987654321:certificate/00000000-0000-4000-8000-000000000000",
        "certificate, arn:aws:acm:us-east-1:210987654321:certificate/12345678-1234-1234-1234-123456789012",
        "volume-key, arn:aws:kms:us-east-1:111122223333:key/1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"
    })
    void deploysNothingThatDocumentationReserves(String key, String value) throws IOException {
        String changed = with(key, value);
        refuses(changed, key + ": is ");
        refuses(changed, "which is an example's");
        String reviewed = changed.replace("account: \"" + ACCOUNT + "\"", "account: REPLACE")
                .replace("certificate: " + CERTIFICATE, "certificate: none");
        assertThat(read(reviewed, Purpose.EXAMPLE, TODAY).warnings())
                .anyMatch(warning -> warning.contains("which is an example's"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"any", "12345678901", "0x123456789a", "21098765432a", "arn:aws:iam::210987654321:root", "none"})
    void namesTheAccountOfWhatIsKept(String account) throws IOException {
        refuses(with("account", "\"" + account + "\""), "account: is \"" + account + "\"");
    }

    @Test
    void deploysWhatIsDisposableToAnyAccount() throws IOException {
        String disposable = with("on-removal", "delete").replace("account: \"" + ACCOUNT + "\"", "account: any");
        assertThat(read(disposable, Purpose.DEPLOYMENT, TODAY).account()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "arn:aws:acm:eu-west-1:210987654321:certificate/1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed, the region us-east-1",
        "arn:aws-cn:acm:us-east-1:210987654321:certificate/1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed, the partition aws",
        "arn:aws:acm:us-east-1:210987654322:certificate/1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed, the account 210987654321"
    })
    void refusesACertificateThatTheLoadBalancerCannotUse(String certificate, String expected) throws IOException {
        refuses(with("certificate", certificate), "expected one of " + expected);
    }

    @ParameterizedTest
    @CsvSource({
        "arn:aws:kms:eu-west-1:210987654321:key/1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed, expected one of the region us-east-1",
        "arn:aws-cn:kms:us-east-1:210987654321:key/1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed, expected one of the partition aws",
        "arn:aws:kms:us-east-1:210987654321:alias/volumes, 'expected account, own, or the ARN of a KMS key'",
        "none, 'expected account, own, or the ARN of a KMS key'"
    })
    void refusesAKeyThatNoVolumeCanHave(String key, String expected) throws IOException {
        refuses(with("volume-key", key), "fleet.volume-key: is \"" + key + "\", " + expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "us-east-1",
                "ap-southeast-7",
                "mx-central-1",
                "us-gov-west-1",
                "cn-northwest-1",
                "us-iso-east-1",
                "us-isob-east-1",
                "eu-isoe-west-1",
                "us-isof-south-1",
                "eusc-de-east-1",
                "ca-west-12"
            })
    void takesEveryFormOfARegion(String region) throws IOException {
        String changed = with("region", region).replace("certificate: " + CERTIFICATE, "certificate: none");
        assertThat(read(changed, Purpose.DEPLOYMENT, TODAY).region()).isEqualTo(region);
    }

    @ParameterizedTest
    @ValueSource(strings = {"us-east-1a", "us-east", "US-EAST-1", "useast1", "us-east-1 ", "aws-global", "local"})
    void refusesWhatIsNoRegion(String region) throws IOException {
        refuses(with("region", "\"" + region + "\""), "region: is \"" + region + "\"");
    }

    @ParameterizedTest
    @CsvSource({
        "us-east-1, aws",
        "us-gov-west-1, aws-us-gov",
        "cn-north-1, aws-cn",
        "us-iso-east-1, aws-iso",
        "us-isob-east-1, aws-iso-b",
        "eusc-de-east-1, aws-eusc"
    })
    void knowsThePartitionOfARegion(String region, String partition) {
        assertThat(Region.partition(region)).isEqualTo(partition);
    }

    @ParameterizedTest
    @CsvSource({"0, true", "90, true", "91, false", "755, false", "-1, true", "-2, false"})
    void deploysAReleaseUpToItsStatedAge(int days, boolean deployed) throws IOException {
        LocalDate today = LocalDate.parse("2026-11-10").plusDays(days);
        if (deployed) {
            assertThat(read(filled, Purpose.DEPLOYMENT, today).fleet().amiRelease(ImageArchitecture.AMD64))
                    .isPresent();
        } else {
            assertThatExceptionOfType(DeploymentException.class)
                    .isThrownBy(() -> read(filled, Purpose.DEPLOYMENT, today))
                    .withMessageContaining("fleet.ami-release.amd64: is \"al2023-ami-ecs-hvm-2023.0.20261110")
                    .withMessageContaining(days > 0 ? days + " days old on " + today : "released after " + today);
            assertThat(read(filled, Purpose.EXAMPLE, today).warnings())
                    .singleElement()
                    .asString()
                    .contains("fleet.ami-release.amd64");
        }
    }

    @Test
    void deploysAnOlderReleaseOnlyWhereTheFileSaysSo() throws IOException {
        LocalDate later = LocalDate.parse("2026-11-10").plusDays(120);
        assertThat(read(with("ami-max-age-days", "120"), Purpose.DEPLOYMENT, later)
                        .fleet()
                        .amiMaxAgeDays())
                .isEqualTo(120);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "al2023-ami-ecs-hvm-2023.0.20261399-kernel-6.1-x86_64",
                "al2023-ami-ecs-hvm-2023.0.kernel-6.1-x86_64",
                "al2023-ami-ecs-hvm-2023.0.20261110-kernel-6.1-arm64",
                "al2023-ami-ecs-hvm-latest"
            })
    void refusesAReleaseWhoseNameSaysNoDateOrAnotherArchitecture(String name) throws IOException {
        refuses(
                filled.replace("al2023-ami-ecs-hvm-2023.0.20261110-kernel-6.1-x86_64", name),
                "fleet.ami-release.amd64: is \"" + name + "\"");
    }

    @Test
    void protectsNothingThatIsRemovedWithItsStack() throws IOException {
        refuses(
                with("on-removal", "delete").replace("protection: off", "protection: on"),
                "protection: is \"on\" beside on-removal: delete");
        assertThat(read(with("protection", "on"), Purpose.DEPLOYMENT, TODAY).isProtected())
                .isTrue();
    }

    private static String shipped() throws IOException {
        return Files.readString(Path.of("config/prod.yaml"));
    }

    private String with(String key, String value) {
        Matcher matcher = Pattern.compile("(?m)^( *" + key + "): .*$").matcher(filled);
        assertThat(matcher.find()).isTrue();
        return matcher.replaceFirst(Matcher.quoteReplacement(matcher.group(1) + ": " + value));
    }

    private void refuses(String content, String why) {
        assertThatExceptionOfType(DeploymentException.class)
                .isThrownBy(() -> read(content, Purpose.DEPLOYMENT, TODAY))
                .withMessageContaining(why);
    }

    private DeploymentConfig read(String content, Purpose purpose, LocalDate today) throws IOException {
        Files.writeString(directory.resolve("prod.yaml"), content);
        return DeploymentConfig.read(
                directory, "prod", purpose, Clock.fixed(Instant.parse(today + "T12:00:00Z"), ZoneOffset.UTC));
    }
}
