package dev.banhmi.cdk.constructs;

import java.util.List;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.ec2.VpcAttributes;

/** A network of somebody else's making: two zones, public and private subnets, none of it in the template. */
final class TestVpc {
    private TestVpc() {}

    static IVpc in(Stack stack) {
        return Vpc.fromVpcAttributes(
                stack,
                "Vpc",
                VpcAttributes.builder()
                        .vpcId("vpc-1")
                        .availabilityZones(List.of("us-east-1a", "us-east-1b"))
                        .publicSubnetIds(List.of("subnet-1", "subnet-2"))
                        .privateSubnetIds(List.of("subnet-3", "subnet-4"))
                        .build());
    }
}
