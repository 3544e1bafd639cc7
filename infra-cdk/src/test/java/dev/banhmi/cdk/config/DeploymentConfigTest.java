package dev.banhmi.cdk.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.banhmi.cdk.config.DeploymentConfig.Fleet;
import dev.banhmi.cdk.config.DeploymentConfig.FlowLogs;
import dev.banhmi.cdk.config.DeploymentConfig.Network;
import dev.banhmi.cdk.config.DeploymentConfig.OnRemoval;
import dev.banhmi.cdk.config.DeploymentConfig.Purpose;
import dev.banhmi.cdk.config.DeploymentConfig.Scaling;
import dev.banhmi.cdk.config.DeploymentConfig.Service;
import dev.banhmi.cdk.config.DeploymentConfig.VolumeKey;
import dev.banhmi.cdk.constructs.ImageArchitecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeploymentConfigTest {
    private static final String RELEASE = "al2023-ami-ecs-hvm-2023.0.20251108-kernel-6.1-";
    private static final Clock TODAY = Clock.fixed(Instant.parse("2026-11-30T12:00:00Z"), ZoneOffset.UTC);

    @TempDir
    private Path directory;

    @Test
    void readsEveryKeyOfProduction() {
        DeploymentConfig config = DeploymentConfig.read(Path.of("config"), "prod", Purpose.EXAMPLE, TODAY);
        assertThat(config.environment()).isEqualTo("prod");
        assertThat(config.isExample()).isTrue();
        assertThat(config.region()).isEqualTo("us-east-1");
        assertThat(config.account()).isEmpty();
        assertThat(config.onRemoval()).isEqualTo(OnRemoval.KEEP);
        assertThat(config.isDisposable()).isFalse();
        assertThat(config.isProtected()).isFalse();
        assertThat(config.alarmEmail()).contains("whoever-is-on-call@example.com");
        assertThat(config.network()).isEqualTo(new Network("10.1.0.0/16", 3, 3, FlowLogs.REJECTED));
        assertThat(config.oldVersionsDays()).isEqualTo(30);
        assertThat(config.imageDigest()).isEmpty();
        assertThat(config.fleet())
                .isEqualTo(new Fleet(
                        Map.of(
                                ImageArchitecture.AMD64, List.of("m6i.large", "m5.large"),
                                ImageArchitecture.ARM64, List.of("m7g.large", "m6g.large")),
                        Map.of(
                                ImageArchitecture.AMD64, RELEASE + "x86_64",
                                ImageArchitecture.ARM64, RELEASE + "arm64"),
                        90,
                        3,
                        20,
                        2048,
                        7600,
                        Scaling.MANAGED,
                        new VolumeKey(false, Optional.empty())));
        assertThat(config.service())
                .isEqualTo(
                        new Service(
                                3,
                                20,
                                1024,
                                3072,
                                Duration.ofMinutes(15),
                                Optional.of(
                                        "arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-4000-8000-000000000000")));
        assertThat(config.budget().maxRequestDuration()).isEqualTo(Duration.ofMinutes(15));
        assertThat(config.budget().tasks()).isEqualTo(3);
        assertThat(config.budget().instances()).isEqualTo(3);
    }

    @Test
    void readsThatThereIsNoneOfSomething() {
        DeploymentConfig config = DeploymentConfig.read(Path.of("config"), "dev", Purpose.DEPLOYMENT, TODAY);
        assertThat(config.isExample()).isFalse();
        assertThat(config.account()).isEmpty();
        assertThat(config.isDisposable()).isTrue();
        assertThat(config.isProtected()).isFalse();
        assertThat(config.alarmEmail()).isEmpty();
        assertThat(config.oldVersionsDays()).isZero();
        assertThat(config.fleet().amiRelease(ImageArchitecture.AMD64)).isEmpty();
        assertThat(config.service().certificate()).isEmpty();
        assertThat(config.fleet().instanceTypes(ImageArchitecture.ARM64)).containsExactly("t4g.medium");
        assertThat(config.warnings()).isEmpty();
    }

    /** What the list of the library knows, the file may name. */
    @Test
    void readsEveryInstanceTypeThatIsKnown() throws IOException {
        Map<Boolean, List<String>> known =
                Files.readAllLines(Path.of("src/main/resources/dev/banhmi/cdk/constructs/fleet/instance-types.tsv"))
                        .stream()
                        .map(line -> line.split("\t", -1))
                        .collect(Collectors.partitioningBy(
                                columns -> columns[1].equals("arm64"),
                                Collectors.mapping(columns -> columns[0], Collectors.toList())));
        change("amd64: [t3.medium]", "amd64: " + known.get(false));
        change("arm64: [t4g.medium]", "arm64: " + known.get(true));
        assertThat(read().fleet().instanceTypes(ImageArchitecture.AMD64))
                .isEqualTo(known.get(false))
                .hasSizeGreaterThan(700)
                .contains("u7in-32tb.224xlarge", "p6-b300.48xlarge");
        assertThat(read().fleet().instanceTypes(ImageArchitecture.ARM64))
                .isEqualTo(known.get(true))
                .hasSizeGreaterThan(200);
    }

    @Test
    void readsTheImageOfARepository() throws IOException {
        String digest = "sha256:" + "0a".repeat(32);
        change("image: asset", "image: " + digest);
        assertThat(read().imageDigest()).contains(digest);
    }

    @Test
    void readsWhoseKeyTheVolumesHave() throws IOException {
        String shipped = Files.readString(Path.of("config/dev.yaml"));
        write(shipped);
        assertThat(read().fleet().volumeKey()).isEqualTo(new VolumeKey(false, Optional.empty()));
        change("volume-key: account", "volume-key: own");
        assertThat(read().fleet().volumeKey()).isEqualTo(new VolumeKey(true, Optional.empty()));
        write(shipped);
        String arn = "arn:aws:kms:us-east-1:210987654321:key/mrk-1b9d6bcdbbfd4b2d9b5dab8dfbbd4bed";
        change("volume-key: account", "volume-key: " + arn);
        assertThat(read().fleet().volumeKey()).isEqualTo(new VolumeKey(false, Optional.of(arn)));
    }

    @Test
    void readsWhichFlowsAreLogged() throws IOException {
        change("flow-logs: rejected", "flow-logs: all");
        assertThat(read().network().flowLogs()).isEqualTo(FlowLogs.ALL);
    }

    @Test
    void listsEverythingThatIsWrongWithItsLine() throws IOException {
        write("""
                # A comment counts.
                region: Virginia
                regoin: us-east-1
                on-removal: perhaps
                alarm-email: nobody
                network:
                  cidr: 10.1.0.0/8
                  zones: 7
                  nat-gateways: three
                objects: 3
                image: latest
                fleet:
                  instance-types:
                    amd64: [t4g.medium, huge]
                    arm64: m7g.large
                    riscv64: [r1.large]
                  ami-release:
                    amd64: ami-12345678
                  min-instances: 3
                  max-instances: 2
                  min-instances: 4
                  instance-cpu-units: 2048
                  instance-memory-mebibytes: 99999999999
                  scaling:
                service:
                  min-tasks: 1
                  max-tasks: []
                  cpu-units: "512"
                  memory-mebibytes: 1024
                  max-request-duration: 2h
                  accepted-request-duration: 10
                  certificate: mine
                """);
        assertThatExceptionOfType(DeploymentException.class)
                .isThrownBy(this::read)
                .withMessageStartingWith(directory.resolve("test.yaml") + " is wrong:\n  line 1, account: ")
                .satisfies(error -> assertThat(error.problems())
                        .extracting(ConfigProblem::toString)
                        .containsExactly(
                                "line 1, account: is missing",
                                "line 1, protection: is missing",
                                "line 2, region: is \"Virginia\", expected a region such as us-east-1",
                                "line 3, regoin: is not a known key, expected one of region, account, on-removal,"
                                        + " protection, alarm-email,"
                                        + " network, objects, image, fleet, service",
                                "line 4, on-removal: is \"perhaps\", expected delete or keep",
                                "line 5, alarm-email: is \"nobody\", expected an address, or none",
                                "line 6, network.flow-logs: is missing",
                                "line 7, network.cidr: is \"10.1.0.0/8\", expected a range of /16 to /28 such as"
                                        + " 10.1.0.0/16",
                                "line 8, network.zones: is \"7\", expected a whole number, 2 to 6",
                                "line 9, network.nat-gateways: is \"three\", expected a whole number, 0 to 6",
                                "line 10, objects: is \"3\", expected a mapping",
                                "line 11, image: is \"latest\", expected asset, or sha256: and 64 hexadecimal digits",
                                "line 12, fleet.ami-max-age-days: is missing",
                                "line 12, fleet.volume-key: is missing",
                                "line 14, fleet.instance-types.amd64: is \"huge\", expected an instance type such as"
                                        + " m7g.large",
                                "line 14, fleet.instance-types.amd64: is \"t4g.medium\", which is of the other"
                                        + " architecture",
                                "line 15, fleet.instance-types.arm64: is \"m7g.large\", expected a list, each an"
                                        + " instance type such as m7g.large",
                                "line 16, fleet.instance-types.riscv64: is not a known key, expected one of amd64,"
                                        + " arm64",
                                "line 17, fleet.ami-release.arm64: is missing",
                                "line 18, fleet.ami-release.amd64: is \"ami-12345678\", expected newest, or a release"
                                        + " al2023-ami-ecs-hvm-…",
                                "line 20, fleet.max-instances: is \"2\", expected a whole number, 3 to 1000",
                                "line 21, fleet.min-instances: is set in line 19 already",
                                "line 23, fleet.instance-memory-mebibytes: is \"99999999999\", expected a whole number,"
                                        + " 256 to 25165824",
                                "line 24, fleet.scaling: is empty, expected managed or steps",
                                "line 27, service.max-tasks: is a list, expected a whole number, 1 to 5000",
                                "line 28, service.cpu-units: is \"512\", expected a whole number, 128 to 196608",
                                "line 30, service.max-request-duration: is \"2h\", expected a number with its unit"
                                        + " such as"
                                        + " 900s, 15m or 1h, 31s to 3600s",
                                "line 31, service.accepted-request-duration: is \"10\", expected max, or a number with"
                                        + " its unit such as 900s, 15m or 1h, 31s to 3600s",
                                "line 32, service.certificate: is \"mine\", expected the ARN of a certificate of"
                                        + " ACM, or"
                                        + " none"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nat-gateways: 1    | nat-gateways: 2       | network.nat-gateways: is 2, expected 0, 1 or as many"
                        + " as zones: 3",
                "certificate: none  | certificate:"
                        + " arn:aws:acm:eu-west-1:111122223333:certificate/00000000-0000-4000-8000-000000000000"
                        + " | expected one of the region us-east-1",
                "max-request-duration: 15m | longest: 15m | service.max-request-duration: is missing",
                "max-request-duration: 15m | max-request-duration: 1h | maxRequestDuration 3600 s + maxIdle 60 s ="
                        + " 3660 s",
                "memory-mebibytes: 1024 | memory-mebibytes: 4000 | Take larger instances."
            })
    void findsWhatOnlySeveralKeysTogetherGetWrong(String before, String after, String why) throws IOException {
        change(before, after);
        refuses(why);
    }

    @Test
    void writesTheArithmeticOfABudgetThatDoesNotFit() throws IOException {
        change("min-tasks: 1", "min-tasks: 8");
        change("max-tasks: 2", "max-tasks: 8");
        assertThatExceptionOfType(DeploymentException.class)
                .isThrownBy(this::read)
                .satisfies(error -> assertThat(error.problems()).hasSize(1))
                .withMessageContaining("service.max-request-duration: leaves no budget for a drain.")
                .withMessageContaining("tasks 8");
    }

    @ParameterizedTest
    @CsvSource({"900s, 900", "31s, 31", "59m, 3540", "15m, 900"})
    void readsTheLongestRequestWithItsUnit(String text, long seconds) throws IOException {
        change("max-request-duration: 15m", "max-request-duration: " + text);
        // Short ones leave the shutdown less time than it has by default.
        if (seconds < 60) {
            refuses("maxRequestDuration 31 s");
        } else {
            assertThat(read().budget().maxRequestDuration()).isEqualTo(Duration.ofSeconds(seconds));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"900", "15 m", "1.5h", "PT15M", "30s", "3601s", "[15m]", "15d", "-1m", ""})
    void refusesALongestRequestWithoutAUnitOrOutOfBounds(String text) throws IOException {
        change("max-request-duration: 15m", "max-request-duration: " + text);
        refuses("service.max-request-duration: is ");
        refuses("expected a number with its unit such as 900s, 15m or 1h, 31s to 3600s");
    }

    @ParameterizedTest
    @CsvSource({"max, 900", "10m, 600", "900s, 900", "60s, 60"})
    void readsWhatIsAcceptedOfTheLongestRequest(String text, long seconds) throws IOException {
        change("accepted-request-duration: max", "accepted-request-duration: " + text);
        assertThat(read().service().acceptedRequestDuration()).isEqualTo(Duration.ofSeconds(seconds));
        assertThat(read().budget().maxRequestDuration()).isEqualTo(Duration.ofMinutes(15));
    }

    /** What is longer would be cut, and with less than its shutdown waits for, the gateway does not start. */
    @ParameterizedTest
    @CsvSource({"901s, 901", "59m, 3540", "59s, 59", "31s, 31"})
    void refusesToAcceptWhatTheBudgetHasNoTimeFor(String text, long seconds) throws IOException {
        change("accepted-request-duration: max", "accepted-request-duration: " + text);
        refuses("service.accepted-request-duration: is " + seconds
                + "s, expected max, or 60s to 900s, the max-request-duration");
    }

    @Test
    void saysWhatTheFormerKeyOfTheLongestRequestIsCalledNow() throws IOException {
        change("max-request-duration: 15m", "max-request-seconds: 600");
        assertThatExceptionOfType(DeploymentException.class)
                .isThrownBy(this::read)
                .satisfies(error -> assertThat(error.problems())
                        .extracting(ConfigProblem::toString)
                        .singleElement()
                        .asString()
                        .endsWith(
                                ", service.max-request-seconds: has been renamed to max-request-duration and takes a unit,"
                                        + " write"
                                        + " max-request-duration: 600s"));
    }

    @Test
    void reportsUnknownKeysInAFileThatIsRightOtherwise() throws IOException {
        change("image: asset", "image: asset\nalarms: true");
        refuses("alarms: is not a known key");
    }

    @Test
    void namesTheLineThatIsNoYaml() throws IOException {
        write("region: us-east-1\nnetwork: {cidr\nfleet: ]\n");
        refuses("test.yaml cannot be read: ");
        refuses("line 3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "- a\n", "text"})
    void refusesAFileThatIsNoMapping(String content) throws IOException {
        write(content);
        refuses("test.yaml is not a YAML mapping");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "staging"})
    void namesTheEnvironmentsThereAre(String environment) {
        assertThatExceptionOfType(DeploymentException.class)
                .isThrownBy(() -> DeploymentConfig.read(Path.of("config"), environment, Purpose.DEPLOYMENT, TODAY))
                .withMessage(
                        "No environment \"" + environment + "\" in config, choose one with -c env=<name>: dev, prod");
    }

    @Test
    void refusesAnEnvironmentThatNamesNoStack() throws IOException {
        Files.copy(Path.of("config/dev.yaml"), directory.resolve("Dev_1.yaml"));
        assertThatExceptionOfType(DeploymentException.class)
                .isThrownBy(() -> DeploymentConfig.read(directory, "Dev_1", Purpose.DEPLOYMENT, TODAY))
                .withMessageContaining(
                        "names the environment \"Dev_1\", expected 1 to 16 lower-case letters and digits");
    }

    @ParameterizedTest
    @ValueSource(strings = {"t4g.small", "m7g.large", "c7gn.xlarge", "im4gn.large", "g5g.xlarge", "a1.medium"})
    void knowsGravitonByItsName(String type) {
        assertThat(ImageArchitecture.ofInstanceType(type)).isEqualTo(ImageArchitecture.ARM64);
    }

    @ParameterizedTest
    @ValueSource(strings = {"t3.small", "m6i.large", "g5.xlarge", "g4dn.xlarge", "c7a.large"})
    void knowsTheOthersByTheirNames(String type) {
        assertThat(ImageArchitecture.ofInstanceType(type)).isEqualTo(ImageArchitecture.AMD64);
    }

    /** The environment "test": as dev, but for one value; changes add up. */
    private void change(String before, String after) throws IOException {
        Path test = directory.resolve("test.yaml");
        String content = Files.readString(Files.exists(test) ? test : Path.of("config/dev.yaml"));
        assertThat(content).contains(before);
        write(content.replace(before, after));
    }

    private void write(String content) throws IOException {
        Files.writeString(directory.resolve("test.yaml"), content);
    }

    private DeploymentConfig read() {
        return DeploymentConfig.read(directory, "test", Purpose.DEPLOYMENT, TODAY);
    }

    private void refuses(String why) {
        assertThatExceptionOfType(DeploymentException.class)
                .isThrownBy(this::read)
                .withMessageContaining(why);
    }
}
