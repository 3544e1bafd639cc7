package dev.banhmi.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.ChildProcess;
import dev.banhmi.testkit.ShippedArchive;
import org.junit.jupiter.api.Test;

/** What the gateway's jar holds, and what is written down about it. */
class PackagedJarIT {

    private final ShippedArchive jar =
            new ShippedArchive(ChildProcess.artifactsDirectory().resolve("banhmi-gateway.jar"));

    @Test
    void holdsNoEmulatorAndNoTest() {
        assertThat(jar.entries())
                .anyMatch(entry -> entry.endsWith("dev/banhmi/gateway/GatewayApplication.class"))
                .noneMatch(entry -> entry.matches(
                        "(?i:.*(s3proxy|s3mock|testkit|junit|assertj|awaitility|archunit).*)|.*(Test|IT)\\.class"));
    }

    @Test
    void holdsExactlyTheLibrariesOfItsBillOfMaterials() {
        assertThat(jar.libraries()).hasSizeGreaterThan(50).isEqualTo(jar.billOfMaterials());
    }
}
