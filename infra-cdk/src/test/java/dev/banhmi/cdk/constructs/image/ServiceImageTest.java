package dev.banhmi.cdk.constructs.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import dev.banhmi.cdk.constructs.EveryApp;
import dev.banhmi.cdk.constructs.ImageArchitecture;
import dev.banhmi.cdk.constructs.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.ecr.Repository;
import software.amazon.awscdk.services.ecs.ContainerDefinitionOptions;
import software.amazon.awscdk.services.ecs.Ec2TaskDefinition;

class ServiceImageTest {
    private static final String DIGEST = "sha256:" + "0a".repeat(32);
    private static final String BUILD = "Build the image, or write it with docker save.";

    @TempDir
    private Path directory;

    @Test
    void readsTheArchitectureFromTheImagesOwnConfiguration() throws IOException {
        assertThat(ServiceImage.asset(ImageTar.write(directory, "linux", "arm64"))
                        .getArchitecture())
                .isEqualTo(ImageArchitecture.ARM64);
        assertThat(ServiceImage.asset(ImageTar.write(directory, "linux", "amd64"))
                        .getArchitecture())
                .isEqualTo(ImageArchitecture.AMD64);
    }

    @Test
    void anAssetIsPushedByCdkAndNeedsNoRepositoryOfOurs() throws IOException {
        Sandbox sandbox = Sandbox.plain();
        run(sandbox, ServiceImage.asset(ImageTar.write(directory, "linux", "amd64")));
        JsonNode template = sandbox.template();
        assertThat(Sandbox.resources(template, "AWS::ECR::Repository")).isEmpty();
        assertThat(container(template).toString()).contains("cdk-hnb659fds-container-assets-");
    }

    @Test
    void anImageOfARepositoryIsNamedByItsDigest() throws IOException {
        Sandbox sandbox = Sandbox.plain();
        Repository repository = ServiceImage.newRepository(sandbox.stack(), "Images", RemovalPolicy.RETAIN);
        ServiceImage image = ServiceImage.repository(repository, DIGEST, ImageTar.write(directory, "linux", "arm64"));
        run(sandbox, image);
        JsonNode template = sandbox.template();
        assertThat(container(template).toString()).contains("@" + DIGEST).doesNotContain("container-assets");
        assertThat(image.getArchitecture()).isEqualTo(ImageArchitecture.ARM64);
    }

    @Test
    void theArchitectureCanBeSaidWhereTheFileIsNotAtHand() {
        Sandbox sandbox = Sandbox.plain();
        Repository repository = ServiceImage.newRepository(sandbox.stack(), "Images", RemovalPolicy.RETAIN);
        assertThat(ServiceImage.repository(repository, DIGEST, ImageArchitecture.AMD64)
                        .getArchitecture())
                .isEqualTo(ImageArchitecture.AMD64);
    }

    @ParameterizedTest
    @ValueSource(strings = {"latest", "sha256:abc", "@sha256:00", ""})
    void refusesWhatIsNoDigest(String digest) {
        Sandbox sandbox = Sandbox.plain();
        Repository repository = ServiceImage.newRepository(sandbox.stack(), "Images", RemovalPolicy.RETAIN);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ServiceImage.repository(repository, digest, ImageArchitecture.AMD64))
                .withMessage("ServiceImage: digest is \"" + digest
                        + "\", allowed is sha256: and 64 hexadecimal digits. Use the one that docker push prints; a"
                        + " tag is not enough, it can be moved.");
    }

    @Test
    void refusesADigestThatIsKnownOnlyAtDeploymentBecauseCdkTakesItForATag() {
        Sandbox sandbox = Sandbox.plain();
        Repository repository = ServiceImage.newRepository(sandbox.stack(), "Images", RemovalPolicy.RETAIN);
        String later = Fn.importValue("later");
        assertThat(sandbox.stack()
                        .resolve(repository.repositoryUriForTagOrDigest(later))
                        .toString())
                .doesNotContain("@");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ServiceImage.repository(repository, later, ImageArchitecture.AMD64))
                .withMessageContaining("allowed is sha256: and 64 hexadecimal digits");
    }

    @Test
    void itsRepositoryHoldsWhatWasScannedAndCannotBeReplaced() {
        Sandbox sandbox = Sandbox.plain();
        ServiceImage.newRepository(sandbox.stack(), "Images", RemovalPolicy.RETAIN);
        JsonNode template = sandbox.template();
        JsonNode repository = Sandbox.only(template, "AWS::ECR::Repository");
        assertThat(repository.path("ImageTagMutability").asText()).isEqualTo("IMMUTABLE");
        assertThat(repository
                        .path("ImageScanningConfiguration")
                        .path("ScanOnPush")
                        .asBoolean())
                .isTrue();
        assertThat(repository
                        .path("LifecyclePolicy")
                        .path("LifecyclePolicyText")
                        .asText())
                .contains("\"tagStatus\":\"untagged\",\"countType\":\"sinceImagePushed\",\"countNumber\":7")
                .contains("\"tagStatus\":\"any\",\"countType\":\"imageCountMoreThan\",\"countNumber\":100");
        assertThat(repository.path("EmptyOnDelete").asBoolean()).isFalse();
        assertThat(Sandbox.resources(template, "AWS::ECR::Repository"))
                .extracting(resource -> resource.path("DeletionPolicy").asText())
                .containsExactly("Retain");
    }

    @Test
    void aRepositoryThatGoesWithItsStackTakesItsImagesWithIt() {
        Sandbox sandbox = Sandbox.plain();
        ServiceImage.newRepository(sandbox.stack(), "Images", RemovalPolicy.DESTROY);
        JsonNode template = sandbox.template();
        assertThat(Sandbox.only(template, "AWS::ECR::Repository")
                        .path("EmptyOnDelete")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void itsResourcesAreTheSameWhateverTheFeatureFlags() throws IOException {
        Path tar = ImageTar.write(directory, "linux", "amd64");
        JsonNode resources = EveryApp.resources(sandbox -> {
            Repository repository = ServiceImage.newRepository(sandbox.stack(), "Images", RemovalPolicy.DESTROY);
            run(sandbox, ServiceImage.repository(repository, DIGEST, tar));
        });
        assertThat(EveryApp.names(resources)).contains("Images2D38C313");
    }

    static Stream<Broken> archives() {
        return Stream.of(
                new Broken(Map.of("a.txt", "a"), "without an entry \"manifest.json\", allowed is an image archive"),
                new Broken(
                        Map.of("manifest.json", "[{\"Config\":\"gone.json\"}]"),
                        "without an entry \"gone.json\", allowed is an image archive"),
                new Broken(Map.of("manifest.json", "[{"), "is not JSON, allowed is an image archive"),
                new Broken(Map.of("manifest.json", "[{},{}]"), "with 2 images, allowed is exactly one image"),
                new Broken(config("windows", "amd64"), "for \"windows\", allowed is an image for linux"),
                new Broken(config("linux", "riscv64"), "for the architecture \"riscv64\", allowed is amd64 or arm64"));
    }

    /** An archive and why it is refused. */
    record Broken(Map<String, String> entries, String why) {}

    @ParameterizedTest
    @MethodSource("archives")
    void refusesAnArchiveThatCannotRun(Broken archive) throws IOException {
        refuses(
                ImageTar.writeEntries(directory, TarArchiveOutputStream.LONGFILE_ERROR, archive.entries()),
                archive.why());
    }

    @Test
    void saysHowToBuildAMissingImage() {
        refuses(directory.resolve("none.tar"), "none.tar, which is missing, allowed is an image archive");
    }

    @Test
    void refusesAFileThatIsNoArchive() throws IOException {
        refuses(
                Files.writeString(directory.resolve("image.tar"), "x".repeat(2000)),
                "is not an octal number, allowed is an image archive");
    }

    private static Map<String, String> config(String system, String architecture) {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("c.json", "{\"os\":\"" + system + "\",\"architecture\":\"" + architecture + "\"}");
        entries.put("manifest.json", "[{\"Config\":\"c.json\"}]");
        return entries;
    }

    private static void refuses(Path tar, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ServiceImage.asset(tar))
                .withMessageStartingWith("ServiceImage: tar is " + tar)
                .withMessageContaining(why)
                .withMessageEndingWith(BUILD);
    }

    private static void run(Sandbox sandbox, ServiceImage image) {
        Ec2TaskDefinition.Builder.create(sandbox.stack(), "Task")
                .build()
                .addContainer(
                        "gateway",
                        ContainerDefinitionOptions.builder()
                                .image(image.getContainerImage())
                                .memoryLimitMiB(128)
                                .build());
    }

    private static JsonNode container(JsonNode template) {
        return Sandbox.only(template, "AWS::ECS::TaskDefinition")
                .path("ContainerDefinitions")
                .path(0)
                .path("Image");
    }
}
