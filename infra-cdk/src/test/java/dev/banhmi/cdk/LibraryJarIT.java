package dev.banhmi.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** The packaged library, as another app takes it: a jar and a POM. */
class LibraryJarIT {
    private static final String CONSTRUCTS = "dev/banhmi/cdk/constructs/";
    private static final String DRAIN = CONSTRUCTS + "drain/banhmi-drain.jar";

    @ParameterizedTest
    @ValueSource(strings = {"banhmi-cdk.jar", "banhmi-cdk-sources.jar"})
    void holdsConstructsOnly(String jar) throws IOException {
        assertThat(files(jar))
                .anyMatch(file -> file.startsWith(CONSTRUCTS + "ImageArchitecture."))
                .allMatch(file -> file.startsWith(CONSTRUCTS) || file.startsWith("META-INF/"));
    }

    @Test
    void explainsConstructsOnly() throws IOException {
        assertThat(files("banhmi-cdk-javadoc.jar"))
                .contains(CONSTRUCTS + "ImageArchitecture.html")
                .noneMatch(file -> file.startsWith("dev/") && !file.startsWith(CONSTRUCTS))
                .noneMatch(file -> file.contains("AddressPlan"));
    }

    @Test
    void carriesTheDrainThatTheBuildMade() throws IOException {
        try (JarFile jar = new JarFile("target/banhmi-cdk.jar")) {
            assertThat(jar.getInputStream(jar.getEntry(DRAIN)))
                    .hasBinaryContent(Files.readAllBytes(Path.of("../lambda-drain/target/banhmi-drain.jar")));
        }
    }

    @Test
    void leavesTheConstructsOfTheAppToTheLibrary() throws IOException {
        assertThat(files("banhmi-cdk-app.jar"))
                .contains("dev/banhmi/cdk/BanhmiApp.class")
                .noneMatch(file -> file.startsWith(CONSTRUCTS));
    }

    @Test
    void bringsCdkAndConstructsAndNeedsNoParent() throws IOException, ParserConfigurationException, SAXException {
        Element project = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(Path.of("target/banhmi-cdk.pom").toFile())
                .getDocumentElement();
        assertThat(project.getElementsByTagName("parent").getLength()).isZero();
        assertThat(project.getElementsByTagName("dependencyManagement").getLength())
                .isZero();
        NodeList dependencies = project.getElementsByTagName("dependency");
        Map<String, String> brought = new TreeMap<>();
        for (int i = 0; i < dependencies.getLength(); i++) {
            Element dependency = (Element) dependencies.item(i);
            if (!text(dependency, "optional").equals("true")
                    && text(dependency, "scope").equals("compile")) {
                brought.put(text(dependency, "artifactId"), text(dependency, "version"));
            }
        }
        assertThat(brought).containsOnlyKeys("aws-cdk-lib", "constructs");
        assertThat(brought.values()).allMatch(version -> version.matches("[0-9.]+"));
    }

    private static String text(Element parent, String tag) {
        NodeList found = parent.getElementsByTagName(tag);
        return found.getLength() == 0 ? "" : found.item(0).getTextContent();
    }

    private static List<String> files(String jar) throws IOException {
        List<String> names = new ArrayList<>();
        try (JarFile opened = new JarFile(Path.of("target", jar).toFile())) {
            opened.stream()
                    .filter(entry -> !entry.isDirectory())
                    .map(ZipEntry::getName)
                    .forEach(names::add);
        }
        return names;
    }
}
