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
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.NestedStack;
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
                    AWS::EC2::LaunchTemplate | {"LaunchTemplateData":{"NetworkInterfaces":[{"Groups":["sg-1"]},{"DeviceIndex":1}]}}
                    AWS::EC2::LaunchTemplate | {"LaunchTemplateData":{"SecurityGroupIds":{"Fn::If":["A",["sg-1"],{"Ref":"AWS::NoValue"}]}}}
                    AWS::EC2::Instance | {"NetworkInterfaces":[{"GroupSet":["sg-1"]},{"DeviceIndex":"1"}]}
                    AWS::EC2::Instance | {"LaunchTemplate":{"Version":"1"},"NetworkInterfaces":[{"DeviceIndex":"0"}]}
                    AWS::EC2::EC2Fleet | {"LaunchTemplateConfigs":[{"Overrides":[{"NetworkInterfaces":[{"DeviceIndex":0}]}]}]}
                    AWS::EC2::SpotFleet | {"SpotFleetRequestConfigData":{"LaunchSpecifications":[{"SubnetId":"subnet-1"}]}}
                    AWS::EC2::VPCEndpoint | {"VpcEndpointType":"Resource"}
                    AWS::EC2::InstanceConnectEndpoint | {"SubnetId":"subnet-1"}
                    AWS::Lambda::Function | {"VpcConfig":{"Fn::If":["A",{"SubnetIds":["subnet-1"]},{"Ref":"AWS::NoValue"}]}}
                    AWS::Events::Rule | {"Targets":[{"Id":"a"},{"EcsParameters":{"NetworkConfiguration":{"AwsVpcConfiguration":{"Subnets":["subnet-1"]}}}}]}
                    AWS::OpenSearchService::Domain | {"VPCOptions":{"SubnetIds":["subnet-1"]}}
                    AWS::ElastiCache::CacheCluster | {"Engine":"memcached"}
                    AWS::EFS::MountTarget | {"SecurityGroups":[]}
                    AWS::DocDB::DBCluster | {"StorageType":"iopt1"}
                    AWS::Neptune::DBCluster | {"StorageType":"iopt1"}
                    AWS::Redshift::Cluster | {"NodeType":"ra3.large"}
                    AWS::MSK::Cluster | {"BrokerNodeGroupInfo":{"ClientSubnets":["subnet-1"]}}
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
                    AWS::EC2::LaunchTemplate | {"LaunchTemplateData":{"NetworkInterfaces":[{"NetworkInterfaceId":"eni-1"},{"Groups":["sg-1"]}]}}
                    AWS::EC2::LaunchTemplate | {"LaunchTemplateData":{"SecurityGroupIds":{"Fn::If":["A",["sg-1"],["sg-2"]]}}}
                    AWS::EC2::VPCEndpoint | {"ServiceName":"s3"}
                    AWS::EC2::VPCEndpoint | {"VpcEndpointType":"GatewayLoadBalancer"}
                    AWS::Events::Rule | {"Targets":[{"Id":"a"}]}
                    AWS::OpenSearchService::Domain | {"VPCOptions":{"SecurityGroupIds":["sg-1"]}}
                    AWS::OpenSearchService::Domain | {"EngineVersion":"OpenSearch_3.1"}
                    AWS::EFS::MountTarget | {"SecurityGroups":["sg-1"]}
                    AWS::RDS::DBInstance | {"DBClusterIdentifier":"cluster"}
                    AWS::S3::Bucket | {}
                    """)
    void acceptsWhatNamesOneOrNeedsNone(String type, String properties) throws JsonProcessingException {
        assertThat(members(type, properties)).isEqualTo("[]");
    }

    /** Each type by itself: without groups it is refused where it joins, and with one it is accepted. */
    @Test
    void knowsEveryTypeWithAndWithoutGroups() throws JsonProcessingException {
        for (GroupMember member : GroupMember.ALL) {
            String part = "{\"VpcId\":\"vpc-1\",\"SubnetId\":\"subnet-1\",\"Subnets\":[\"subnet-1\"],"
                    + "\"SubnetIds\":[\"subnet-1\"],\"VpcSubnetIds\":\"subnet-1\",\"VpcEndpointType\":\"Interface\"";
            String groups = ",\"" + member.groups().get(0).substring(1) + "\":[\"sg-1\"]";
            assertThat(members(member.type(), nested(member.where(), part + "}")))
                    .as("%s", member)
                    .contains("names no security group");
            assertThat(members(member.type(), nested(member.where(), part + groups + "}")))
                    .as("%s", member)
                    .isEqualTo("[]");
        }
    }

    private static String nested(String path, String part) {
        if (path.isEmpty()) {
            return part;
        }
        String name = path.substring(path.lastIndexOf('/') + 1);
        return nested(
                path.substring(0, path.lastIndexOf('/')),
                name.equals("*") ? "[" + part + "]" : "{\"" + name + "\":" + part + "}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"Fn::GetAtt":["Vpc","DefaultSecurityGroup"]}
                    {"Fn::GetAtt":"Vpc.DefaultSecurityGroup"}
                    {"Fn::Sub":"${Vpc.DefaultSecurityGroup}"}
                    {"Fn::Sub":["${Group}",{"Group":{"Fn::GetAtt":["Vpc","DefaultSecurityGroup"]}}]}
                    {"Fn::Sub":["${Vpc.DefaultSecurityGroup}-${A}",{"A":"a"}]}
                    {"Fn::Sub":["${Group}",{"Group":{"Fn::Sub":"${Vpc.DefaultSecurityGroup}"}}]}
                    {"Fn::Select":[0,[{"Fn::Sub":"${Vpc.DefaultSecurityGroup}"}]]}
                    """)
    void knowsTheDefaultGroupHoweverItIsNamed(String group) throws JsonProcessingException {
        assertThat(members("AWS::EC2::NetworkInterface", "{\"GroupSet\":[" + group + "]}"))
                .isEqualTo("[stack/Thing (AWS::EC2::NetworkInterface) names the default one]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"Fn::Sub\":\"${!Vpc.DefaultSecurityGroup}\"}",
                "{\"Fn::Sub\":\"${Vpc.VpcId}\"}",
                "{\"Fn::GetAtt\":[\"Group\",\"GroupId\"]}"
            })
    void takesNoOtherForTheDefaultGroup(String group) throws JsonProcessingException {
        assertThat(members("AWS::EC2::NetworkInterface", "{\"GroupSet\":[" + group + "]}"))
                .isEqualTo("[]");
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
    void readsTheTemplateOfANestedStack() {
        Sandbox sandbox = Sandbox.plain();
        NestedStack nested = new NestedStack(sandbox.stack(), "Nested");
        CfnNetworkInterface.Builder.create(nested, "Forgotten")
                .subnetId("subnet-1")
                .build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SecurityGroupCheck.check(sandbox.app().synth()))
                .withMessageContaining("Forgotten (AWS::EC2::NetworkInterface) names no security group");
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
