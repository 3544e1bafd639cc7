package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.ShippedArchive;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What the launcher's jar holds, and what is written down about it. */
class PackagedJarIT {

    private final ShippedArchive jar = new ShippedArchive(Path.of(System.getProperty("banhmi.local.jar", "")));

    @Test
    void holdsExactlyTheLibrariesOfItsBillOfMaterials() {
        assertThat(jar.libraries()).hasSizeGreaterThan(50).isEqualTo(jar.billOfMaterials());
    }
}
