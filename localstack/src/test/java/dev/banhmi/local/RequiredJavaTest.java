package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequiredJavaTest {

    @ParameterizedTest
    @CsvSource({"1.8, 8", "9, 9", "11, 11", "17, 17", "24, 24", "25, 25", "26, 26"})
    void readsBothFormsOfAVersion(String specification, int version) {
        assertThat(RequiredJava.versionOf(specification)).isEqualTo(version);
    }

    @Test
    void saysWhichJavaIsNeededAndWhichThisIs() {
        assertThat(RequiredJava.complaint("17.0.13", "/opt/java"))
                .contains("needs Java 25 or newer; this is Java 17.0.13 (/opt/java)")
                .contains("https://adoptium.net");
    }

    /** A message on any terminal, also where the encoding is not known. */
    @Test
    void complainsInAscii() {
        assertThat(RequiredJava.complaint("17", "/opt/java")).isASCII();
    }

    @Test
    void asksForTheJavaThatTheLauncherIsCompiledFor() throws IOException {
        try (DataInputStream launcher = new DataInputStream(
                Objects.requireNonNull(LocalLauncher.class.getResourceAsStream("LocalLauncher.class")))) {
            launcher.skipNBytes(6);
            // The major version of a class file is 44 above that of Java (JVMS 4.1).
            assertThat(launcher.readUnsignedShort() - 44).isEqualTo(RequiredJava.VERSION);
        }
    }
}
