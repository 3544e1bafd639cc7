package dev.banhmi.cdk.constructs.drain;

import dev.banhmi.cdk.constructs.Refusal;
import java.util.Collection;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.Stack;
import software.constructs.IConstruct;

/** Whether a group's name reaches the drainer as it is. */
final class GroupName {
    /*
     * Auto Scaling allows any printable ASCII character but the colon
     * (https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html, checked 2026-11-30). The names go into a
     * variable that separates them by commas and trims them, and into the resource of an IAM policy, where * and ? match anything and ${…} is
     * a variable: the drainer would ignore such a group, or could end the waits of others.
     */

    private static final Pattern UNHARMED =
            Pattern.compile("[!-~&&[^,*?$:]]|[!-~&&[^,*?$:]][ -~&&[^,*?$:]]*[!-~&&[^,*?$:]]");

    private static final Pattern UNHARMED_PART = Pattern.compile("[ -~&&[^,*?$:]]*");

    private GroupName() {}

    /**
     * Checks what the template states of a name.
     *
     * @throws IllegalArgumentException if it has a character that means something else on its way
     */
    static void check(IConstruct where, String name) {
        Object stated = Stack.of(where).resolve(name);
        boolean unharmed = stated instanceof String text
                ? text.length() <= 255 && UNHARMED.matcher(text).matches()
                : isUnharmed(stated);
        if (!unharmed) {
            throw Refusal.of(
                    where,
                    "autoScalingGroupName",
                    "\"" + stated + "\"",
                    "1 to 255 printable ASCII characters without , * ? $ : and without a space at either end",
                    "The drainer gets the names of its groups in a list with commas, and IAM takes some characters for"
                            + " patterns: give the group another name, or none.");
        }
    }

    /** The literal parts of a name that is joined when the stack is deployed. */
    private static boolean isUnharmed(@Nullable Object stated) {
        if (stated instanceof Map<?, ?> function) {
            return function.entrySet().stream()
                    .allMatch(entry ->
                            !String.valueOf(entry.getKey()).equals("Fn::Join") || isUnharmed(entry.getValue()));
        }
        if (stated instanceof Collection<?> parts) {
            return parts.stream().allMatch(GroupName::isUnharmed);
        }
        return !(stated instanceof String text) || UNHARMED_PART.matcher(text).matches();
    }
}
