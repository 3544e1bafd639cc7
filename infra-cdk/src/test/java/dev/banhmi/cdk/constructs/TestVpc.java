package dev.banhmi.cdk.constructs;

import java.util.List;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.ec2.VpcAttributes;

/** An existing network: two zones, public and private subnets, none of it in the template. */
public final class TestVpc {
    private TestVpc() {}

    /**
     * Refers to it.
     *
     * @param stack the parent of the reference
     * @return the same at each call
     */
    public static IVpc in(Stack stack) {
        if (stack.getNode().tryFindChild("Vpc") instanceof IVpc there) {
            return there;
        }
        return Vpc.fromVpcAttributes(
                stack,
                "Vpc",
                VpcAttributes.builder()
                        .vpcId("vpc-0123456789abcdef0")
                        .availabilityZones(List.of("us-east-1a", "us-east-1b"))
                        .publicSubnetIds(List.of("subnet-0123456789abcdef1", "subnet-0123456789abcdef2"))
                        .publicSubnetRouteTableIds(List.of("rtb-0123456789abcdef1", "rtb-0123456789abcdef1"))
                        .privateSubnetRouteTableIds(List.of("rtb-0123456789abcdef2", "rtb-0123456789abcdef3"))
                        .privateSubnetIds(List.of("subnet-0123456789abcdef3", "subnet-0123456789abcdef4"))
                        .build());
    }
}
