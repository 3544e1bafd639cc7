package dev.banhmi.cdk.constructs.fleet;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.IResolveContext;
import software.amazon.awscdk.IStringProducer;
import software.amazon.awscdk.Lazy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ec2.CfnLaunchTemplate;
import software.amazon.awscdk.services.ec2.LaunchTemplate;

/** The content of a fleet's launch template, by which its resource is another one whenever the content is. */
final class LaunchTemplateContent {
    /*
     * A refresh that skips what matches compares an instance's launch template and version with those that the group names
     * (https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-instance-refresh-skip-matching.html, checked 2026-11-30). A template that is
     * changed in place gets a version, and one that is rolled back yet another with the former content
     * (https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1912): no instance has it, and the rollback of a refresh
     * that has replaced nothing would drain and replace the whole fleet. So a template is never changed. Another content has another logical
     * id, as the versions of CDK's functions have; the old template is deleted when the update has succeeded, until then it is what a rollback
     * names, with its only version. Instances live on without their template.
     *
     * What only the deployment knows, the value of the newest image, changes no text. It is a part of the template's name, and another name is
     * another resource, too. A name is made before that of the old template is free, so the hash is in it as well.
     *
     * What an escape hatch overrides is in neither, because CDK shows it nobody: it makes a version, as in plain CDK.
     */

    /** So many hexadecimal digits are told apart. */
    static final int DIGITS = 8;

    private static final int LONGEST_ID = 255;

    private final CfnLaunchTemplate resource;
    private final Stack stack;

    private LaunchTemplateContent(CfnLaunchTemplate resource) {
        this.resource = resource;
        this.stack = Stack.of(resource);
    }

    /**
     * Makes a template another one whenever its content is.
     *
     * @param image a token whose value is known only when the stack is deployed; null where the template's text says everything
     */
    static void identify(LaunchTemplate template, @Nullable String image) {
        CfnLaunchTemplate resource =
                (CfnLaunchTemplate) Objects.requireNonNull(template.getNode().getDefaultChild(), "the resource");
        LaunchTemplateContent content = new LaunchTemplateContent(resource);
        String given = content.stack.getLogicalId(resource);
        String id = given.substring(Math.max(0, given.length() + DIGITS - LONGEST_ID));
        resource.overrideLogicalId(Lazy.uncachedString(new Hash(content, id)));
        if (image != null) {
            String deployment = Fn.select(2, Fn.split("/", Aws.STACK_ID));
            String hash = Lazy.uncachedString(new Hash(content, ""));
            resource.setLaunchTemplateName(Fn.join("-", List.of(deployment, hash, image)));
        }
    }

    /** Known when everything that adds to the template, as tags do, has done so. */
    private String hash() {
        StringBuilder text = new StringBuilder(resource.getNode().getPath());
        append(text, stack.resolve(resource.getLaunchTemplateData()));
        Object tags = resource.getTagSpecifications();
        if (tags != null) {
            append(text, stack.resolve(tags));
        }
        try {
            byte[] sum =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sum).substring(0, DIGITS).toUpperCase(Locale.ROOT);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
    }

    private static void append(StringBuilder text, @Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> sorted = new TreeMap<>();
            map.forEach((key, one) -> sorted.put(String.valueOf(key), one));
            sorted.forEach((key, one) -> {
                text.append("\n{").append(key).append(':');
                append(text, one);
                text.append('}');
            });
        } else if (value instanceof List<?> list) {
            text.append('[');
            list.forEach(one -> {
                append(text, one);
                text.append(',');
            });
            text.append(']');
        } else {
            text.append(value);
        }
    }

    /** CDK calls it, as often as it renders the template. */
    private static final class Hash implements IStringProducer {
        private final LaunchTemplateContent content;
        private final String prefix;

        private Hash(LaunchTemplateContent content, String prefix) {
            this.content = content;
            this.prefix = prefix;
        }

        @Override
        public String produce(IResolveContext context) {
            return prefix + content.hash();
        }
    }
}
