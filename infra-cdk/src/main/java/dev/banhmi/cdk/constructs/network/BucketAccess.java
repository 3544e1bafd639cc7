package dev.banhmi.cdk.constructs.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpoint;
import software.amazon.awscdk.services.iam.AnyPrincipal;
import software.amazon.awscdk.services.iam.PolicyStatement;

/** What may be done with S3 from inside a VPC, whoever asks. */
final class BucketAccess {
    /*
     * All traffic to S3 of the region goes through the gateway endpoint, also where there is a NAT gateway. Without a policy it lets anyone on
     * the network write to a bucket of anyone, with credentials of their own. Reading stays open: layers of images, packages of Amazon Linux
     * and the agents' updates are in buckets of AWS, whose names differ from region to region
     * (https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html and
     * https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html, checked 2026-11-30).
     */

    private BucketAccess() {}

    static void restrict(GatewayVpcEndpoint endpoint, List<String> otherAccounts) {
        List<String> accounts = new ArrayList<>();
        accounts.add(Stack.of(endpoint).getAccount());
        accounts.addAll(otherAccounts);
        endpoint.addToPolicy(PolicyStatement.Builder.create()
                .sid("BucketsOfTheAccount")
                .principals(List.of(new AnyPrincipal()))
                .actions(List.of("s3:*"))
                .resources(List.of("*"))
                .conditions(Map.of("StringEquals", Map.of("aws:ResourceAccount", accounts)))
                .build());
        endpoint.addToPolicy(PolicyStatement.Builder.create()
                .sid("ReadingFromOthers")
                .principals(List.of(new AnyPrincipal()))
                .actions(List.of("s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket"))
                .resources(List.of("*"))
                .build());
    }
}
