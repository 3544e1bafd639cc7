package dev.banhmi.drain.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.aws.LambdaProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

class DrainJarIT {

    /** 10 MB: what is larger takes longer to fetch at a cold start. ECS alone has grown by 1 MB of model classes in 2026. */
    private static final long LARGEST = 10_000_000;

    private static List<String> names() {
        try (JarFile jar = new JarFile(LambdaProcess.jar().toFile())) {
            return jar.stream().map(JarEntry::getName).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void isNoLargerThanNineMegabytes() throws IOException {
        assertThat(Files.size(LambdaProcess.jar())).isLessThanOrEqualTo(LARGEST);
    }

    @Test
    void holdsTheHandlerAndTheActionsAndNoOtherHttpClientNorTestCode() {
        assertThat(names())
                .contains("dev/banhmi/drain/DrainHandler.class", "META-INF/banhmi/iam-actions.json")
                .contains("software/amazon/awssdk/http/urlconnection/UrlConnectionHttpClient.class")
                .noneMatch(name -> name.startsWith("io/netty/")
                        || name.startsWith("org/apache/http")
                        || name.startsWith("org/apache/hc")
                        || name.startsWith("org/junit/")
                        || name.startsWith("dev/banhmi/drain/process/")
                        || name.startsWith("com/amazonaws/services/lambda/runtime/api/client/"));
    }

    @Test
    void describesTheEndpointsOfTheTwoServicesThatAreCalled() {
        assertThat(names().stream()
                        .filter(name -> name.startsWith("software/amazon/awssdk/regions/servicemetadata/"))
                        .filter(name -> name.endsWith(".class")))
                .containsExactlyInAnyOrder(
                        "software/amazon/awssdk/regions/servicemetadata/AutoscalingServiceMetadata.class",
                        "software/amazon/awssdk/regions/servicemetadata/EcsServiceMetadata.class");
    }

    @Test
    void holdsEveryClassOnce() {
        assertThat(names().stream().filter(name -> name.endsWith(".class"))).doesNotHaveDuplicates();
    }
}
