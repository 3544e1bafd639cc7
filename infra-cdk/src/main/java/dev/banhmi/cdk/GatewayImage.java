package dev.banhmi.cdk;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.banhmi.cdk.constructs.ImageArchitecture;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;

/**
 * The gateway's container image as a file that {@code docker load} takes, and the architecture that its own configuration names.
 *
 * @param tar absolute path of the archive
 * @param architecture what the image runs on, and so what the instances have to be
 */
public record GatewayImage(Path tar, ImageArchitecture architecture) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HOW_TO_BUILD = "build it with: mvn -pl app package";

    /**
     * Opens the archive and reads only its two small JSON files.
     *
     * @param tar path of the archive; a relative one starts at the working directory
     * @return the image
     * @throws DeploymentException when the file is missing, is no image archive, holds more than one image, or holds one for an
     *     architecture or system that the stack cannot run
     */
    public static GatewayImage read(Path tar) {
        Path absolute = tar.toAbsolutePath().normalize();
        if (!Files.isRegularFile(absolute)) {
            throw new DeploymentException("The gateway's image " + absolute + " is missing; " + HOW_TO_BUILD);
        }
        try (TarFile archive = new TarFile(absolute)) {
            JsonNode manifest = json(archive, "manifest.json", absolute);
            if (manifest.size() != 1) {
                throw new DeploymentException(
                        absolute + " holds " + manifest.size() + " images, expected 1; " + HOW_TO_BUILD);
            }
            JsonNode config = json(archive, manifest.path(0).path("Config").asText(), absolute);
            return new GatewayImage(absolute, architectureOf(config, absolute));
        } catch (IOException e) {
            throw new DeploymentException(
                    absolute + " is not an image archive (" + e.getMessage() + "); " + HOW_TO_BUILD, e);
        }
    }

    private static ImageArchitecture architectureOf(JsonNode config, Path tar) {
        String system = config.path("os").asText();
        String architecture = config.path("architecture").asText();
        if (!system.equals("linux")) {
            throw new DeploymentException(tar + " is an image for \"" + system + "\", expected linux");
        }
        return ImageArchitecture.named(architecture)
                .orElseThrow(() -> new DeploymentException(
                        tar + " is an image for the architecture \"" + architecture + "\", expected amd64 or arm64"));
    }

    private static JsonNode json(TarFile archive, String name, Path tar) throws IOException {
        TarArchiveEntry entry = archive.getEntries().stream()
                .filter(candidate -> candidate.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new DeploymentException(
                        tar + " has no entry \"" + name + "\", so it is no image; " + HOW_TO_BUILD));
        try (InputStream content = archive.getInputStream(entry)) {
            return JSON.readTree(content);
        } catch (JsonProcessingException e) {
            throw new DeploymentException(tar + " has an entry \"" + name + "\" that is not JSON; " + HOW_TO_BUILD, e);
        }
    }
}
