package dev.banhmi.cdk.rules;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a rule pack says about one resource of one environment.
 *
 * @param resource the construct's path behind {@code banhmi-<env>-}, such as {@code service/Cluster/Resource}
 * @param rule the rule and, where it judges parts of a resource, the part in brackets
 */
record NagFinding(String environment, String resource, String rule) implements Comparable<NagFinding> {
    // "AwsSolutions-IAM5[Resource::*]: The IAM entity …"; a rule that could not judge names itself in the brackets.
    private static final Pattern MESSAGE =
            Pattern.compile("((?:AwsSolutions-\\w+|CdkNagValidationFailure)(?:\\[.*])?): .*");
    private static final Comparator<NagFinding> ORDER = Comparator.comparing(NagFinding::resource)
            .thenComparing(NagFinding::rule)
            .thenComparing(NagFinding::environment);

    /** Reads an annotation of the cloud assembly, if it is one of AwsSolutions. */
    static Optional<NagFinding> read(String environment, String path, String annotation) {
        Matcher matcher = MESSAGE.matcher(annotation.strip());
        return matcher.matches() && !matcher.group(1).contains("[NIST")
                ? Optional.of(new NagFinding(environment, withoutEnvironment(environment, path), matcher.group(1)))
                : Optional.empty();
    }

    static String withoutEnvironment(String environment, String path) {
        return path.replaceFirst("^/?banhmi-" + environment + "-", "");
    }

    @Override
    public int compareTo(NagFinding other) {
        return ORDER.compare(this, other);
    }
}
