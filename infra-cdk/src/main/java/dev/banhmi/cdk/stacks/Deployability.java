package dev.banhmi.cdk.stacks;

import dev.banhmi.cdk.config.DeploymentConfig;
import java.util.List;
import software.amazon.awscdk.Annotations;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.CfnRule;
import software.amazon.awscdk.CfnRuleAssertion;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.Stack;

/** Whether a stack may be deployed, and what whoever deploys it should know. */
final class Deployability {
    /*
     * CloudFormation checks a template's rules before it creates or changes anything, whoever submits the template
     * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html, checked 2026-11-30).
     */

    private static final String EXAMPLE = "example";

    private Deployability() {}

    /** Makes CloudFormation refuse an example, and warns of what is open in it. */
    static void state(Stack stack, DeploymentConfig config) {
        if (config.isExample()) {
            CfnParameter purpose = CfnParameter.Builder.create(stack, "Purpose")
                    .description("Nothing else is allowed: synthesize without -c example=true")
                    .defaultValue(EXAMPLE)
                    .allowedValues(List.of(EXAMPLE))
                    .build();
            CfnRule.Builder.create(stack, "ExampleOnly")
                    .assertions(List.of(CfnRuleAssertion.builder()
                            .assertValue(Fn.conditionEquals(purpose.getValueAsString(), "deployment"))
                            .assertDescription(
                                    "Synthesized with -c example=true, for a review: its values are stand-ins."
                                            + " Replace every REPLACE and synthesize without it.")
                            .build()))
                    .build();
            Annotations.of(stack).addWarningV2("banhmi:example", warning(config.warnings()));
        } else if (!config.isDisposable() && !config.isProtected()) {
            Annotations.of(stack)
                    .addWarningV2(
                            "banhmi:unprotected",
                            "Nothing protects the stack from being removed. Once it is deployed, set protection: on and"
                                    + " deploy again.");
        }
    }

    private static String warning(List<String> open) {
        String refused = "An example: CloudFormation refuses to deploy it.";
        return open.isEmpty() ? refused : refused + " What is open in it:\n  " + String.join("\n  ", open);
    }
}
