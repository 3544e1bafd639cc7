package dev.banhmi.cdk.constructs.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.banhmi.cdk.constructs.Sandbox;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.services.ec2.CfnNetworkInterface;

class SecurityGroupCheckTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    AWS::ElasticLoadBalancingV2::LoadBalancer | {}
                    AWS::ElasticLoadBalancingV2::LoadBalancer | {"Type":"application","SecurityGroups":[]}
                    AWS::EC2::LaunchTemplate | {"LaunchTemplateData":{"NetworkInterfaces":[{"DeviceIndex":0}]}}
                    AWS::EC2::Instance | {"SubnetId":"subnet-1"}
                    AWS::EC2::NetworkInterface | {"SubnetId":"subnet-1"}
                    AWS::EC2::VPCEndpoint | {"VpcEndpointType":"Interface"}
                    AWS::Lambda::Function | {"VpcConfig":{"SubnetIds":["subnet-1"]}}
                    AWS::ECS::Service | {"NetworkConfiguration":{"AwsvpcConfiguration":{"Subnets":["subnet-1"]}}}
                    AWS::RDS::DBInstance | {"Engine":"postgres"}
                    AWS::RDS::DBCluster | {"Engine":"aurora-postgresql"}
                    AWS::ElastiCache::ReplicationGroup | {"Engine":"valkey"}
                    AWS::ElastiCache::ServerlessCache | {"Engine":"valkey"}
                    """)
    void refusesWhatNamesNoGroup(String type, String properties) throws JsonProcessingException {
        assertThat(members(type, properties)).isEqualTo("[stack/Thing (" + type + ") names no security group]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    AWS::ElasticLoadBalancingV2::LoadBalancer | {"SecurityGroups":["sg-1"]}
                    AWS::ElasticLoadBalancingV2::LoadBalancer | {"Type":"network"}
                    AWS::EC2::LaunchTemplate | {"LaunchTemplateData":{"SecurityGroupIds":["sg-1"]}}
                    AWS::EC2::LaunchTemplate | {"LaunchTemplateData":{"NetworkInterfaces":[{"Groups":["sg-1"]}]}}
                    AWS::EC2::Instance | {"LaunchTemplate":{"Version":"1"}}
                    AWS::EC2::VPCEndpoint | {"VpcEndpointType":"Gateway"}
                    AWS::EC2::VPCEndpoint | {"VpcEndpointType":"Interface","SecurityGroupIds":["sg-1"]}
                    AWS::Lambda::Function | {"Runtime":"java25"}
                    AWS::ECS::Service | {"LaunchType":"EC2"}
                    AWS::RDS::DBInstance | {"DBClusterIdentifier":"cluster"}
                    AWS::S3::Bucket | {}
                    """)
    void acceptsWhatNamesOneOrNeedsNone(String type, String properties) throws JsonProcessingException {
        assertThat(members(type, properties)).isEqualTo("[]");
    }

    @Test
    void acceptsOurNetworkAndItsEndpoints() {
        Sandbox sandbox = Sandbox.plain();
        TieredVpc.Builder.create(sandbox.stack(), "Network").natGateways(0).build();
        assertThatCode(() -> SecurityGroupCheck.check(sandbox.app().synth())).doesNotThrowAnyException();
    }

    @Test
    void refusesWhoeverNamesTheDefaultGroupOfANetwork() {
        Sandbox sandbox = Sandbox.plain();
        TieredVpc network = TieredVpc.Builder.create(sandbox.stack(), "Network").build();
        CfnNetworkInterface.Builder.create(sandbox.stack(), "Interface")
                .subnetId("subnet-1")
                .groupSet(List.of(network.getVpc().getVpcDefaultSecurityGroup()))
                .build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SecurityGroupCheck.check(sandbox.app().synth()))
                .withMessageContaining("sandbox/Interface (AWS::EC2::NetworkInterface) names the default one")
                .withMessageContaining("name a group with the rules that are needed");
    }

    @Test
    void refusesToHandItToAnotherStack() {
        Sandbox sandbox = Sandbox.plain();
        TieredVpc network = TieredVpc.Builder.create(sandbox.stack(), "Network").build();
        CfnOutput.Builder.create(sandbox.stack(), "Group")
                .value(network.getVpc().getVpcDefaultSecurityGroup())
                .build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SecurityGroupCheck.check(sandbox.app().synth()))
                .withMessageContaining("sandbox/Group (an output) names the default one");
    }

    private static String members(String type, String properties) throws JsonProcessingException {
        return SecurityGroupCheck.members(
                        "stack",
                        JSON.readTree("{\"Resources\":{\"Thing\":{\"Type\":\"" + type + "\",\"Properties\":"
                                + properties + "}}}"))
                .toString();
    }
}
