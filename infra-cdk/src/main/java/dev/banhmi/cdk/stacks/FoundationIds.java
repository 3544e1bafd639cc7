package dev.banhmi.cdk.stacks;

import java.util.List;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.services.ssm.StringParameter;
import software.constructs.Construct;

/**
 * The ids of what the service takes from the foundation, on their way from the one stack to the other.
 *
 * @param environment whose
 * @param what they are, the last part of the parameter's name
 */
record FoundationIds(String environment, String what) {
    /*
     * The service reads the foundation's outputs with Fn::GetStackOutput, which is resolved when the service's stack is updated
     * (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getstackoutput.html, checked
     * 2026-11-30). It is not updated, though, when nothing in its own template has changed: the CDK command line skips such a stack, and a
     * bucket or a subnet that was replaced under the same logical id leaves the same text. So the ids travel through Parameter Store as
     * well. The command line skips no stack that has a parameter of a type AWS::SSM::Parameter::Value, because its value may have changed
     * (aws-cdk 2.1148.1, canSkipDeploy and ParameterValues.hasChanges), and a changed value is a change of whatever refers to it.
     */

    /** Writes them, in the foundation. */
    void write(Construct scope, String id, List<String> ids) {
        StringParameter.Builder.create(scope, id)
                .parameterName(name())
                .description("What the service's stack takes from this one: when it changes, that stack has to follow")
                .stringValue(Fn.join(" ", ids))
                .build();
    }

    /**
     * Reads them, in the service.
     *
     * @return a value that is known at deployment
     */
    String read(Construct scope, String id) {
        return CfnParameter.Builder.create(scope, id)
                .type("AWS::SSM::Parameter::Value<String>")
                .defaultValue(name())
                .description("Read anew by every deployment; not to be given by hand")
                .build()
                .getValueAsString();
    }

    private String name() {
        return "/banhmi/" + environment + "/" + what;
    }
}
