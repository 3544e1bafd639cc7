package dev.banhmi.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.banhmi.cdk.constructs.ImageArchitecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeploymentConfigTest {
    @TempDir
    private Path directory;

    @Test
    void readsEveryKeyOfAFile() {
        assertThat(DeploymentConfig.read(Path.of("config"), "dev"))
                .isEqualTo(new DeploymentConfig(
                        "dev",
                        "us-east-1",
                        "10.1.0.0/16",
                        1,
                        Map.of(ImageArchitecture.AMD64, "t3.medium", ImageArchitecture.ARM64, "t4g.medium"),
                        1,
                        2,
                        1,
                        512,
                        1024));
    }

    @Test
    void listsEverythingThatIsWrongAtOnce() throws IOException {
        write("""
                region: Virginia
                regoin: us-east-1
                vpc-cidr: 10.1.0.0/24
                nat-gateways: 4
                instance-types:
                  amd64: t4g.medium
                  arm64: huge
                  riscv64: r1.large
                instances:
                  min: 3
                  max: 2
                  desired: 2
                tasks: many
                task-memory-mebibytes: 4
                """);
        assertThatExceptionOfType(DeploymentException.class)
                .isThrownBy(() -> DeploymentConfig.read(directory, "test"))
                .satisfies(error -> assertThat(error.problems())
                        .containsOnlyKeys(
                                "region",
                                "regoin",
                                "vpc-cidr",
                                "nat-gateways",
                                "instance-types.amd64",
                                "instance-types.arm64",
                                "instance-types.riscv64",
                                "instances.max",
                                "instances.desired",
                                "tasks",
                                "task-cpu-units",
                                "task-memory-mebibytes"))
                .withMessageContaining("test.yaml is wrong:\n")
                .withMessageContaining("\n  region: is \"Virginia\", expected a region such as us-east-1")
                .withMessageContaining("\n  regoin: is not a known key, expected one of instance-types, ")
                .withMessageContaining("\n  instances.max: is 2, expected 3 to 1000")
                .withMessageContaining(
                        "\n  instance-types.amd64: is \"t4g.medium\", which is of the other architecture")
                .withMessageContaining("\n  tasks: is many, expected a whole number")
                .withMessageContaining("\n  task-cpu-units: is missing");
    }

    @Test
    void reportsUnknownKeysInAFileThatIsRightOtherwise() throws IOException {
        write(Files.readString(Path.of("config/dev.yaml")) + "\nalarms: true\n");
        refuses("test", "alarms: is not a known key");
    }

    @Test
    void refusesAKeyThatStandsTwice() throws IOException {
        write("region: us-east-1\nregion: eu-west-1\n");
        refuses("test", "duplicate key region");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "- a\n", "text"})
    void refusesAFileThatIsNoMapping(String content) throws IOException {
        write(content);
        refuses("test", "test.yaml is not a YAML mapping");
    }

    @Test
    void refusesTextWhereAMappingBelongs() throws IOException {
        write("instances: 3\n");
        refuses("test", "instances: is 3, expected a mapping");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "staging"})
    void namesTheEnvironmentsThereAre(String environment) {
        assertThatExceptionOfType(DeploymentException.class)
                .isThrownBy(() -> DeploymentConfig.read(Path.of("config"), environment))
                .withMessage(
                        "No environment \"" + environment + "\" in config, choose one with -c env=<name>: dev, prod");
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

    private void write(String content) throws IOException {
        Files.writeString(directory.resolve("test.yaml"), content);
    }

    private void refuses(String environment, String why) {
        assertThatExceptionOfType(DeploymentException.class)
                .isThrownBy(() -> DeploymentConfig.read(directory, environment))
                .withMessageContaining(why);
    }
}
