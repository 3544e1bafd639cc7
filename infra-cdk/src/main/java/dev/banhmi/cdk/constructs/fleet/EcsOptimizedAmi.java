package dev.banhmi.cdk.constructs.fleet;

import dev.banhmi.cdk.constructs.ImageArchitecture;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.services.ec2.IMachineImage;
import software.amazon.awscdk.services.ec2.MachineImageConfig;
import software.amazon.awscdk.services.ec2.OperatingSystemType;
import software.amazon.awscdk.services.ec2.UserData;
import software.constructs.Construct;

/** The ECS-optimized AMI of Amazon Linux 2023: a release by its name, or the newest when the stack is deployed. */
final class EcsOptimizedAmi implements IMachineImage {
    /*
     * AWS publishes each release of the image as a public parameter that never changes, and the newest as "recommended"
     * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/retrieve-ecs-optimized_AMI.html, checked 2026-11-22):
     *
     *   /aws/service/ecs/optimized-ami/amazon-linux-2023[/arm64]/<image name>/image_id
     *   /aws/service/ecs/optimized-ami/amazon-linux-2023[/arm64]/recommended/image_id
     *
     * CloudFormation resolves both when it deploys. A release is a dynamic reference in the launch template, where a reviewer reads it. The
     * newest is a parameter of the stack: the CDK command line skips a stack whose template has not changed, unless it has a parameter of
     * this kind (aws-cdk 2.1148.1, canSkipDeploy), so a dynamic reference would stay with the image of the last change.
     */

    private static final String RECOMMENDED = "recommended";

    private static final String NEWEST = "NewestImage";

    private final String parameter;
    private final boolean newest;

    EcsOptimizedAmi(ImageArchitecture architecture, @Nullable String release) {
        String directory = architecture == ImageArchitecture.ARM64 ? "arm64/" : "";
        newest = release == null;
        parameter = "/aws/service/ecs/optimized-ami/amazon-linux-2023/" + directory
                + (release == null ? RECOMMENDED : release) + "/image_id";
    }

    /** The suffix of the names of this architecture's releases. */
    static String suffix(ImageArchitecture architecture) {
        return architecture == ImageArchitecture.ARM64 ? "-arm64" : "-x86_64";
    }

    @Override
    public MachineImageConfig getImage(Construct scope) {
        return MachineImageConfig.builder()
                .imageId(newest ? newest(scope) : "{{resolve:ssm:" + parameter + "}}")
                .osType(OperatingSystemType.LINUX)
                .userData(UserData.forLinux())
                .build();
    }

    /** The image where only the deployment knows it: a token, null for a release, whose name says which it is. */
    @Nullable
    String knownWhenDeployed(Construct scope) {
        return newest ? newest(scope) : null;
    }

    /** One parameter in each scope, however often CDK asks. */
    private String newest(Construct scope) {
        CfnParameter found = (CfnParameter) scope.getNode().tryFindChild(NEWEST);
        return (found != null
                        ? found
                        : CfnParameter.Builder.create(scope, NEWEST)
                                .type("AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>")
                                .defaultValue(parameter)
                                .description("Read anew by every deployment: the newest ECS-optimized image")
                                .build())
                .getValueAsString();
    }
}
