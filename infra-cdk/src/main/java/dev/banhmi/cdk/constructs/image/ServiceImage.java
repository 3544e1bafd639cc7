package dev.banhmi.cdk.constructs.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.banhmi.cdk.constructs.ImageArchitecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.ecr.IRepository;
import software.amazon.awscdk.services.ecr.LifecycleRule;
import software.amazon.awscdk.services.ecr.Repository;
import software.amazon.awscdk.services.ecr.RepositoryEncryption;
import software.amazon.awscdk.services.ecr.TagMutability;
import software.amazon.awscdk.services.ecr.TagStatus;
import software.amazon.awscdk.services.ecs.ContainerImage;
import software.constructs.Construct;

/**
 * A container image and the processor architecture that its own configuration names, so that it need not be stated a second time. The image
 * comes from the file that a build wrote ({@link #asset}), or from a repository that it was pushed to ({@link #repository}). Immutable.
 */
public final class ServiceImage {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HOW_TO_BUILD = "Build the image, or write it with docker save.";
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
    private static final int KEPT_IMAGES = 100;

    private final Supplier<ContainerImage> image;
    private final ImageArchitecture architecture;

    private ServiceImage(Supplier<ContainerImage> image, ImageArchitecture architecture) {
        this.image = image;
        this.architecture = architecture;
    }

    /**
     * Takes the image from a file. {@code cdk deploy} loads it with Docker and pushes it to the repository of CDK's own bootstrap, so
     * deploying requires Docker.
     *
     * @param tar what {@code docker save} or Jib writes, for one image; a relative path starts at the working directory
     * @return the image
     * @throws IllegalArgumentException when the file is missing, is not an image archive, holds more than one image, or one for a system
     *     other than Linux or for an architecture that EC2 offers no instances of
     */
    public static ServiceImage asset(Path tar) {
        Path absolute = tar.toAbsolutePath().normalize();
        return new ServiceImage(() -> ContainerImage.fromTarball(absolute.toString()), architectureOf(absolute));
    }

    /**
     * Takes the image from a repository, by its digest: a tag could name another image tomorrow. Deploying does not require Docker.
     *
     * @param repository such as {@link #newRepository}'s
     * @param digest {@code sha256:} and 64 hexadecimal digits, as {@code docker push} prints it; known when the app is built
     * @param tar the same image as a file, of which only the architecture is read
     * @return the image
     * @throws IllegalArgumentException when the digest is malformed, or as {@link #asset} does
     */
    public static ServiceImage repository(IRepository repository, String digest, Path tar) {
        return repository(
                repository, digest, architectureOf(tar.toAbsolutePath().normalize()));
    }

    /**
     * Takes the image from a repository when its file is not available.
     *
     * @param repository such as {@link #newRepository}'s
     * @param digest {@code sha256:} and 64 hexadecimal digits, as {@code docker push} prints it; known when the app is built
     * @param architecture what the image was built for; nothing can check it here, and a wrong one fails on the instance with
     *     {@code exec format error}
     * @return the image
     * @throws IllegalArgumentException when the digest is malformed
     */
    public static ServiceImage repository(IRepository repository, String digest, ImageArchitecture architecture) {
        // A digest that is known only at deployment is rejected too: CDK would take it for a tag.
        if (!DIGEST.matcher(digest).matches()) {
            throw refused(
                    "digest",
                    "\"" + digest + "\"",
                    "sha256: and 64 hexadecimal digits",
                    "Use the one that docker push prints; a tag is not enough, it can be moved.");
        }
        return new ServiceImage(() -> ContainerImage.fromEcrRepository(repository, digest), architecture);
    }

    /**
     * Creates a repository for {@link #repository}: tags are immutable, each push is scanned, everything is encrypted. It keeps the newest
     * 100 images, and untagged ones for a week; older ones expire, so a stack that names an older digest can no longer start tasks.
     *
     * @param scope the parent construct
     * @param id the construct id
     * @param removal what happens to it with its stack; with {@link RemovalPolicy#DESTROY} its images are deleted, too
     * @return the repository
     */
    public static Repository newRepository(Construct scope, String id, RemovalPolicy removal) {
        return Repository.Builder.create(scope, id)
                .imageTagMutability(TagMutability.IMMUTABLE)
                .imageScanOnPush(true)
                // With ECR's own key, for which CDK writes nothing into the template.
                .encryption(RepositoryEncryption.AES_256)
                .lifecycleRules(List.of(
                        LifecycleRule.builder()
                                .rulePriority(1)
                                .description("Untagged images for a week")
                                .tagStatus(TagStatus.UNTAGGED)
                                .maxImageAge(Duration.days(7))
                                .build(),
                        LifecycleRule.builder()
                                .rulePriority(2)
                                .description("The newest " + KEPT_IMAGES + " images")
                                .tagStatus(TagStatus.ANY)
                                .maxImageCount(KEPT_IMAGES)
                                .build()))
                .removalPolicy(removal)
                .emptyOnDelete(removal == RemovalPolicy.DESTROY)
                .build();
    }

    /**
     * The image for a container definition. It also allows the task's execution role to pull.
     *
     * @return a new instance at each call
     */
    public ContainerImage getContainerImage() {
        return image.get();
    }

    /**
     * The architecture of the image, which the instances must have.
     *
     * @return its architecture
     */
    public ImageArchitecture getArchitecture() {
        return architecture;
    }

    private static ImageArchitecture architectureOf(Path tar) {
        if (!Files.isRegularFile(tar)) {
            throw refused("tar", tar + ", which is missing", "an image archive", HOW_TO_BUILD);
        }
        try {
            JsonNode manifest = json(tar, "manifest.json");
            if (manifest.size() != 1) {
                throw refused("tar", tar + " with " + manifest.size() + " images", "exactly one image", HOW_TO_BUILD);
            }
            return architectureOf(tar, json(tar, manifest.path(0).path("Config").asText()));
        } catch (JsonProcessingException e) {
            throw refused("tar", tar + ", whose configuration is not JSON", "an image archive", HOW_TO_BUILD, e);
        } catch (IOException e) {
            throw refused("tar", tar + ": " + e.getMessage(), "an image archive", HOW_TO_BUILD, e);
        }
    }

    private static ImageArchitecture architectureOf(Path tar, JsonNode config) {
        String system = config.path("os").asText();
        if (!system.equals("linux")) {
            throw refused("tar", tar + " for \"" + system + "\"", "an image for linux", HOW_TO_BUILD);
        }
        String name = config.path("architecture").asText();
        return ImageArchitecture.named(name)
                .orElseThrow(() ->
                        refused("tar", tar + " for the architecture \"" + name + "\"", "amd64 or arm64", HOW_TO_BUILD));
    }

    private static JsonNode json(Path tar, String name) throws IOException {
        return JSON.readTree(TarArchive.entry(tar, name)
                .orElseThrow(() ->
                        refused("tar", tar + " without an entry \"" + name + "\"", "an image archive", HOW_TO_BUILD)));
    }

    private static IllegalArgumentException refused(String what, String value, String allowed, String remedy) {
        return new IllegalArgumentException(sentence(what, value, allowed, remedy));
    }

    private static IllegalArgumentException refused(
            String what, String value, String allowed, String remedy, Exception cause) {
        return new IllegalArgumentException(sentence(what, value, allowed, remedy), cause);
    }

    /** The same message as {@code Refusal}'s, before there is a construct to name. */
    private static String sentence(String what, String value, String allowed, String remedy) {
        return "ServiceImage: " + what + " is " + value + ", allowed is " + allowed + ". " + remedy;
    }
}
