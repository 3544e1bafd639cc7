package dev.banhmi.cdk.constructs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awscdk.cxapi.CloudAssembly;
import software.amazon.awscdk.cxapi.CloudFormationStackArtifact;

/**
 * A template as it will be submitted.
 *
 * @param stack the name of its stack; of a nested one, that of its file
 * @param content parsed
 * @param bytes of the file
 */
public record StackTemplate(String stack, JsonNode content, long bytes) {
    /*
     * An assembly lists the stacks that are deployed by themselves, those of its stages among them. The template of a nested stack is an asset
     * of its parent: a file beside it, which the parent's list of assets names. Files that are there from an earlier synthesis are in no list.
     */

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TEMPLATE = ".template.json";
    private static final String NESTED = ".nested" + TEMPLATE;

    /**
     * Reads the templates of every stack of an app, nested ones among them.
     *
     * @param assembly what the synthesis has written
     * @return parents before those that are nested in them
     * @throws UncheckedIOException when one cannot be read
     */
    public static List<StackTemplate> all(CloudAssembly assembly) {
        List<StackTemplate> all = new ArrayList<>();
        for (CloudFormationStackArtifact artifact : assembly.getStacksRecursively()) {
            File file = new File(artifact.getTemplateFullPath());
            all.add(new StackTemplate(artifact.getStackName(), read(file), file.length()));
            File assets = new File(file.getParentFile(), file.getName().replace(TEMPLATE, "") + ".assets.json");
            if (assets.exists()) {
                for (JsonNode asset : read(assets).path("files")) {
                    String path = asset.path("source").path("path").asText();
                    if (path.endsWith(NESTED)) {
                        File nested = new File(file.getParentFile(), path);
                        all.add(new StackTemplate(path.replace(NESTED, ""), read(nested), nested.length()));
                    }
                }
            }
        }
        return all;
    }

    private static JsonNode read(File file) {
        try {
            return JSON.readTree(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }
}
