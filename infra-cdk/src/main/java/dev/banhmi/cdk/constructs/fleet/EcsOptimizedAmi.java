package dev.banhmi.cdk.constructs.fleet;

import dev.banhmi.cdk.constructs.ImageArchitecture;
import org.jspecify.annotations.Nullable;
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
     * CloudFormation resolves it when it deploys. CDK's own EcsOptimizedImage knows only the second, and puts it into the template's
     * parameters, far from the launch template that a reviewer reads.
     */

    private static final String RECOMMENDED = "recommended";

    private final String parameter;

    EcsOptimizedAmi(ImageArchitecture architecture, @Nullable String release) {
        String directory = architecture == ImageArchitecture.ARM64 ? "arm64/" : "";
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
                .imageId("{{resolve:ssm:" + parameter + "}}")
                .osType(OperatingSystemType.LINUX)
                .userData(UserData.forLinux())
                .build();
    }
}
