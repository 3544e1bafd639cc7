package dev.banhmi.cdk.constructs;

import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.Stack;
import software.constructs.IConstruct;

/**
 * The ARN of a resource in a stack's account. Its partition is a reference in every app; CDK's own takes it for a literal where a feature flag
 * says so.
 */
public final class ResourceArn {
    private ResourceArn() {}

    /**
     * Composes the ARN of a resource in the stack's region.
     *
     * @param scope any construct of the stack
     * @param service its name in ARNs, such as {@code ecs}
     * @param resource all that follows the account, such as {@code cluster/main}; wildcards and references are taken as they are
     * @return the ARN
     */
    public static String of(IConstruct scope, String service, String resource) {
        return format(scope, ArnComponents.builder().service(service).resource(resource));
    }

    /**
     * Composes the ARN of a role, which belongs to no region.
     *
     * @param scope any construct of the stack
     * @param pathAndName such as {@code aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS}
     * @return the ARN
     */
    public static String ofRole(IConstruct scope, String pathAndName) {
        return format(scope, ArnComponents.builder().service("iam").region("").resource("role/" + pathAndName));
    }

    private static String format(IConstruct scope, ArnComponents.Builder components) {
        return Stack.of(scope)
                .formatArn(components
                        .partition(Aws.PARTITION)
                        .arnFormat(ArnFormat.NO_RESOURCE_NAME)
                        .build());
    }
}
