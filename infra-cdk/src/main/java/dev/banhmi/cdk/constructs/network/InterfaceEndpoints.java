package dev.banhmi.cdk.constructs.network;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpointAwsService;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpointOptions;
import software.amazon.awscdk.services.ec2.Peer;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.Vpc;
import software.constructs.Construct;

/** The interface endpoints that connect a tier without NAT gateways to the AWS services that run containers. */
final class InterfaceEndpoints {
    /*
     * What an ECS instance without internet access must reach:
     * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html and
     * https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html; for a session,
     * https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html. The layers of an image come from S3, through the
     * gateway endpoint.
     */

    private static final int HTTPS = 443;

    private InterfaceEndpoints() {}

    /** The services, by the ids of their endpoints. */
    private static Map<String, InterfaceVpcEndpointAwsService> services(boolean sessionManager) {
        Map<String, InterfaceVpcEndpointAwsService> services = new TreeMap<>(Map.of(
                "EcrApi", InterfaceVpcEndpointAwsService.ECR,
                "EcrDocker", InterfaceVpcEndpointAwsService.ECR_DOCKER,
                "Ecs", InterfaceVpcEndpointAwsService.ECS,
                "EcsAgent", InterfaceVpcEndpointAwsService.ECS_AGENT,
                "EcsTelemetry", InterfaceVpcEndpointAwsService.ECS_TELEMETRY,
                "Logs", InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS));
        if (sessionManager) {
            services.put("Ssm", InterfaceVpcEndpointAwsService.SSM);
            services.put("SsmMessages", InterfaceVpcEndpointAwsService.SSM_MESSAGES);
        }
        return services;
    }

    /** The services' own names, such as {@code ecr.api}. */
    static List<String> names(boolean sessionManager) {
        return services(sessionManager).values().stream()
                .map(InterfaceVpcEndpointAwsService::getShortName)
                .toList();
    }

    static void of(Construct scope, Vpc vpc, SubnetSelection subnets, boolean sessionManager) {
        SecurityGroup group = SecurityGroup.Builder.create(scope, "EndpointSecurityGroup")
                .vpc(vpc)
                .description("AWS services inside the VPC")
                .allowAllOutbound(false)
                .build();
        group.addIngressRule(Peer.ipv4(vpc.getVpcCidrBlock()), Port.tcp(HTTPS), "Everything in the VPC");
        services(sessionManager)
                .forEach((id, service) -> vpc.addInterfaceEndpoint(
                        id,
                        InterfaceVpcEndpointOptions.builder()
                                .service(service)
                                .subnets(subnets)
                                .securityGroups(List.of(group))
                                .privateDnsEnabled(true)
                                // The rule above is the only one needed; CDK would add one for each endpoint.
                                .open(false)
                                .build()));
    }
}
