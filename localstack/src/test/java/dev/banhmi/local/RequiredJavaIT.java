package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequiredJavaIT {

    @TempDir
    private Path directory;

    /** That of Java 8 is 52 (JVMS 4.1). Nested jars that were compressed again could not be opened by Spring Boot's loader. */
    @Test
    void hasADoorThatEveryJavaFrom8CanLoadAndNestedJarsThatAreStored() throws IOException {
        try (JarFile jar = new JarFile(LauncherProcess.jar().toFile())) {
            String door = jar.getManifest().getMainAttributes().getValue("Main-Class");
            assertThat(door).isEqualTo("dev.banhmi.local.RequiredJava");
            try (DataInputStream content =
                    new DataInputStream(jar.getInputStream(jar.getJarEntry(door.replace('.', '/') + ".class")))) {
                content.skipNBytes(6);
                assertThat(content.readUnsignedShort()).isEqualTo(52);
            }
            assertThat(jar.stream().filter(entry -> entry.getName().endsWith(".jar")))
                    .isNotEmpty()
                    .allMatch(entry -> entry.getMethod() == ZipEntry.STORED);
        }
    }

    @Test
    void saysToAnOlderJavaWhichOneIsNeeded() throws Exception {
        List<Path> older = olderJavas();
        assumeThat(older)
                .as("no older Java is installed here; another test goes through the door as one")
                .isNotEmpty();
        for (Path home : older) {
            try (LauncherProcess launcher = LauncherProcess.startFromItsJar(home, directory)) {
                assertThat(launcher.awaitExit()).as(home.toString()).isEqualTo(78);
                assertThat(launcher.output())
                        .contains("needs Java 25 or newer; this is Java ")
                        .doesNotContain("\tat ", "Exception", "Error");
            }
        }
        assertThat(directory).isEmptyDirectory();
    }

    /** The same on a machine without any: this Java says that it is an older one. That Java 8 can load the door is shown above. */
    @Test
    void saysToAJavaThatCallsItselfOlderWhichOneIsNeeded() throws Exception {
        try (LauncherProcess launcher = LauncherProcess.startAsOlderJava(directory)) {
            assertThat(launcher.awaitExit()).isEqualTo(78);
            assertThat(launcher.output())
                    .startsWith("banhmi-local.jar needs Java 25 or newer; this is Java ")
                    .hasLineCount(2);
        }
        assertThat(directory).isEmptyDirectory();
    }

    /** Where {@code bin/find-jdk} looks, too; by the file that says a Java's version. Links to the same one count once. */
    private static List<Path> olderJavas() throws IOException {
        List<Path> homes = new ArrayList<>();
        String user = System.getProperty("user.home");
        for (String parent : List.of(
                "/usr/lib/jvm",
                "/usr/java",
                "/opt/java",
                user + "/.sdkman/candidates/java",
                user + "/.jdks",
                "/Library/Java/JavaVirtualMachines")) {
            if (Files.isDirectory(Path.of(parent))) {
                try (Stream<Path> found = Files.list(Path.of(parent))) {
                    found.flatMap(home -> Stream.of(home, home.resolve("Contents/Home")))
                            .forEach(homes::add);
                }
            }
        }
        List<Path> older = new ArrayList<>();
        for (Path home : homes) {
            Path release = home.resolve("release");
            if (Files.isExecutable(home.resolve("bin/java"))
                    && Files.isReadable(release)
                    && Files.readString(release)
                            .lines()
                            .anyMatch(line -> line.matches("JAVA_VERSION=\"(1\\.8|9|1[0-9]|2[0-4])\\b.*"))) {
                older.add(home.toRealPath());
            }
        }
        return older.stream().distinct().toList();
    }
}
