package dev.banhmi.cdk.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The ARN of a resource type as the reference writes it, such as {@code arn:${Partition}:s3:::${BucketName}/${ObjectName}}. */
final class ArnPattern {
    private static final Pattern PART = Pattern.compile("\\$\\{(\\w+)}|.");

    /** Names in which a slash is an ordinary character; in others it begins the next part of the ARN. */
    private static final Set<String> PATHS = Set.of(
            "LogGroupName",
            "LogStreamName",
            "ObjectName",
            "ParameterNameWithoutLeadingSlash",
            "RepositoryName",
            "ResourceId",
            "RoleNameWithPath");

    // Both sides have holes: a policy's '*' is anything, a name of the reference is one part of an ARN. Some ARN has to
    // fit both.
    private final List<Part> parts = new ArrayList<>();

    /** One character, or a name when there is none. */
    private record Part(char character, String name) {
        boolean isName() {
            return !name.isEmpty();
        }

        boolean takes(char next) {
            return isName() ? next != ':' && (next != '/' || PATHS.contains(name)) : next == character;
        }
    }

    ArnPattern(String pattern) {
        Matcher matcher = PART.matcher(pattern);
        while (matcher.find()) {
            String name = matcher.group(1);
            parts.add(name == null ? new Part(matcher.group().charAt(0), "") : new Part(' ', name));
        }
    }

    /** Whether an ARN of this type can be one that the policy's pattern means. */
    boolean overlaps(String policy) {
        return overlaps(policy, 0, 0);
    }

    private boolean overlaps(String policy, int at, int part) {
        if (at == policy.length()) {
            return part == parts.size();
        }
        if (policy.charAt(at) == '*') {
            return overlaps(policy, at + 1, part) || (part < parts.size() && overlaps(policy, at, part + 1));
        }
        if (part == parts.size() || !parts.get(part).takes(policy.charAt(at))) {
            return false;
        }
        return overlaps(policy, at + 1, part + 1) || (parts.get(part).isName() && overlaps(policy, at + 1, part));
    }
}
