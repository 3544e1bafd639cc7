package dev.banhmi.cdk.constructs.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;

/**
 * Where resources of one type have network interfaces that join the VPC's default security group if they name none.
 *
 * @param type of the resource
 * @param where the path of what has the interfaces, from the resource's properties; {@code *} stands for each of a list
 * @param joins whether that is in a VPC and has no groups from elsewhere
 * @param groups the paths of the groups, from there; one of these is enough
 */
record GroupMember(String type, String where, Predicate<JsonNode> joins, List<String> groups) {
    /*
     * These are the types of CloudFormation's registry (us-east-1, as in cfn-lint 1.51.0, checked 2026-11-30) with a property for security groups
     * that may be left out or empty. Left out are those whose schema wants at least one, those for which the service makes a group of its own
     * (an EKS cluster, an ECS Express service), and those that take what they are without a group (a service network's association, a
     * network load balancer).
     */
    static final List<GroupMember> ALL = List.of(
            new GroupMember(
                    "AWS::ElasticLoadBalancingV2::LoadBalancer",
                    "",
                    properties -> properties.path("Type").asText("application").equals("application"),
                    "/SecurityGroups"),
            new GroupMember("AWS::ElasticLoadBalancing::LoadBalancer", "", has("Subnets"), "/SecurityGroups"),
            // One that has interfaces takes the groups of those, and an interface that exists already has its own.
            new GroupMember(
                    "AWS::EC2::LaunchTemplate",
                    "/LaunchTemplateData",
                    has("NetworkInterfaces").negate(),
                    "/SecurityGroupIds"),
            new GroupMember(
                    "AWS::EC2::LaunchTemplate",
                    "/LaunchTemplateData/NetworkInterfaces/*",
                    has("NetworkInterfaceId").negate(),
                    "/Groups"),
            new GroupMember(
                    "AWS::EC2::Instance",
                    "",
                    has("NetworkInterfaces").negate(),
                    "/SecurityGroupIds",
                    "/LaunchTemplate"),
            new GroupMember(
                    "AWS::EC2::Instance",
                    "/NetworkInterfaces/*",
                    has("NetworkInterfaceId").negate(),
                    "/GroupSet"),
            new GroupMember(
                    "AWS::EC2::EC2Fleet",
                    "/LaunchTemplateConfigs/*/Overrides/*/NetworkInterfaces/*",
                    has("NetworkInterfaceId").negate(),
                    "/Groups"),
            new GroupMember(
                    "AWS::EC2::SpotFleet",
                    "/SpotFleetRequestConfigData/LaunchSpecifications/*",
                    has("NetworkInterfaces").negate(),
                    "/SecurityGroups"),
            new GroupMember(
                    "AWS::EC2::SpotFleet",
                    "/SpotFleetRequestConfigData/LaunchSpecifications/*/NetworkInterfaces/*",
                    has("NetworkInterfaceId").negate(),
                    "/Groups"),
            new GroupMember("AWS::AutoScaling::LaunchConfiguration", "/SecurityGroups"),
            new GroupMember("AWS::EC2::NetworkInterface", "/GroupSet"),
            // A gateway endpoint is a route, and one of a Gateway Load Balancer filters nothing.
            new GroupMember(
                    "AWS::EC2::VPCEndpoint",
                    "",
                    properties -> !properties
                            .path("VpcEndpointType")
                            .asText("Gateway")
                            .startsWith("Gateway"),
                    "/SecurityGroupIds"),
            new GroupMember("AWS::EC2::InstanceConnectEndpoint", "/SecurityGroupIds"),
            new GroupMember("AWS::EC2::ClientVpnEndpoint", "", has("VpcId"), "/SecurityGroupIds"),
            new GroupMember("AWS::OpenSearchServerless::VpcEndpoint", "/SecurityGroupIds"),
            new GroupMember("AWS::VpcLattice::ResourceGateway", "/SecurityGroupIds"),
            new GroupMember("AWS::ApiGatewayV2::VpcLink", "/SecurityGroupIds"),
            new GroupMember("AWS::AppRunner::VpcConnector", "/SecurityGroups"),
            in("AWS::Lambda::Function", "/VpcConfig", "/SecurityGroupIds"),
            new GroupMember(
                    "AWS::SecretsManager::RotationSchedule",
                    "/HostedRotationLambda",
                    has("VpcSubnetIds"),
                    "/VpcSecurityGroupIds"),
            in("AWS::ECS::Service", "/NetworkConfiguration/AwsvpcConfiguration", "/SecurityGroups"),
            in("AWS::ECS::TaskSet", "/NetworkConfiguration/AwsVpcConfiguration", "/SecurityGroups"),
            in(
                    "AWS::Events::Rule",
                    "/Targets/*/EcsParameters/NetworkConfiguration/AwsVpcConfiguration",
                    "/SecurityGroups"),
            in(
                    "AWS::Scheduler::Schedule",
                    "/Target/EcsParameters/NetworkConfiguration/AwsvpcConfiguration",
                    "/SecurityGroups"),
            in(
                    "AWS::Pipes::Pipe",
                    "/TargetParameters/EcsTaskParameters/NetworkConfiguration/AwsvpcConfiguration",
                    "/SecurityGroups"),
            new GroupMember(
                    "AWS::Batch::ComputeEnvironment",
                    "/ComputeResources",
                    has("LaunchTemplate").negate(),
                    "/SecurityGroupIds"),
            in("AWS::CodeBuild::Project", "/VpcConfig", "/SecurityGroupIds"),
            in("AWS::CodeBuild::Fleet", "/FleetVpcConfig", "/SecurityGroupIds"),
            new GroupMember("AWS::ImageBuilder::InfrastructureConfiguration", "", has("SubnetId"), "/SecurityGroupIds"),
            in("AWS::EMRServerless::Application", "/NetworkConfiguration", "/SecurityGroupIds"),
            new GroupMember("AWS::SageMaker::NotebookInstance", "", has("SubnetId"), "/SecurityGroupIds"),
            in("AWS::MWAA::Environment", "/NetworkConfiguration", "/SecurityGroupIds"),
            // An instance of a cluster has the cluster's.
            new GroupMember(
                    "AWS::RDS::DBInstance", "", has("DBClusterIdentifier").negate(), "/VPCSecurityGroups"),
            new GroupMember("AWS::RDS::DBCluster", "/VpcSecurityGroupIds"),
            new GroupMember("AWS::RDS::DBProxy", "/VpcSecurityGroupIds"),
            new GroupMember("AWS::RDS::DBProxyEndpoint", "/VpcSecurityGroupIds"),
            new GroupMember("AWS::DocDB::DBCluster", "/VpcSecurityGroupIds"),
            new GroupMember("AWS::DocDBElastic::Cluster", "/VpcSecurityGroupIds"),
            new GroupMember("AWS::Neptune::DBCluster", "/VpcSecurityGroupIds"),
            new GroupMember("AWS::NeptuneGraph::PrivateGraphEndpoint", "/SecurityGroupIds"),
            new GroupMember("AWS::Redshift::Cluster", "/VpcSecurityGroupIds"),
            new GroupMember("AWS::Redshift::EndpointAccess", "/VpcSecurityGroupIds"),
            new GroupMember("AWS::RedshiftServerless::Workgroup", "/SecurityGroupIds"),
            new GroupMember("AWS::DMS::ReplicationInstance", "/VpcSecurityGroupIds"),
            in("AWS::DMS::ReplicationConfig", "/ComputeConfig", "/VpcSecurityGroupIds"),
            new GroupMember("AWS::ElastiCache::CacheCluster", "/VpcSecurityGroupIds"),
            new GroupMember("AWS::ElastiCache::ReplicationGroup", "/SecurityGroupIds"),
            new GroupMember("AWS::ElastiCache::ServerlessCache", "/SecurityGroupIds"),
            new GroupMember("AWS::MemoryDB::Cluster", "/SecurityGroupIds"),
            new GroupMember("AWS::DAX::Cluster", "/SecurityGroupIds"),
            new GroupMember("AWS::Timestream::InfluxDBInstance", "/VpcSecurityGroupIds"),
            new GroupMember("AWS::Timestream::InfluxDBCluster", "/VpcSecurityGroupIds"),
            in("AWS::OpenSearchService::Domain", "/VPCOptions", "/SecurityGroupIds"),
            in("AWS::Elasticsearch::Domain", "/VPCOptions", "/SecurityGroupIds"),
            in("AWS::OSIS::Pipeline", "/VpcOptions", "/SecurityGroupIds"),
            new GroupMember("AWS::EFS::MountTarget", "/SecurityGroups"),
            new GroupMember("AWS::S3Files::MountTarget", "/SecurityGroups"),
            new GroupMember("AWS::FSx::FileSystem", "/SecurityGroupIds"),
            new GroupMember("AWS::AmazonMQ::Broker", "/SecurityGroups"),
            in("AWS::MSK::Cluster", "/BrokerNodeGroupInfo", "/SecurityGroups"),
            in("AWS::MSK::ServerlessCluster", "/VpcConfigs/*", "/SecurityGroups"),
            new GroupMember("AWS::MSK::VpcConnection", "/SecurityGroups"),
            new GroupMember("AWS::Transfer::Server", "/EndpointDetails", has("SubnetIds"), "/SecurityGroupIds"),
            in("AWS::AppStream::Fleet", "/VpcConfig", "/SecurityGroupIds"),
            in("AWS::AppStream::ImageBuilder", "/VpcConfig", "/SecurityGroupIds"));

    private GroupMember(String type, String where, Predicate<JsonNode> joins, String... groups) {
        this(type, where, joins, List.of(groups));
    }

    /** Is in a VPC by itself. */
    private GroupMember(String type, String groups) {
        this(type, "", properties -> true, groups);
    }

    /** Is in a VPC where it has such a part. */
    private static GroupMember in(String type, String where, String groups) {
        return new GroupMember(type, where, part -> true, groups);
    }

    private static Predicate<JsonNode> has(String name) {
        return part -> at(part, "/" + name).stream().anyMatch(node -> !node.isMissingNode());
    }

    /** Whether a resource of this type joins the default group, under whatever condition. */
    boolean isForgotten(JsonNode properties) {
        return at(properties, where).stream()
                .filter(part -> !part.isMissingNode() && joins.test(part))
                .anyMatch(part -> groups.stream().noneMatch(path -> names(part, path)));
    }

    private static boolean names(JsonNode part, String path) {
        return at(part, path).stream().noneMatch(JsonNode::isEmpty);
    }

    /** What is at a path: each branch of a condition, and a missing node for what one leaves out. */
    private static List<JsonNode> at(JsonNode node, String path) {
        List<JsonNode> found = branches(node);
        for (String name : path.isEmpty() ? new String[0] : path.substring(1).split("/")) {
            List<JsonNode> next = new ArrayList<>();
            for (JsonNode one : found) {
                if (name.equals("*")) {
                    StreamSupport.stream(one.spliterator(), false).forEach(each -> next.addAll(branches(each)));
                } else {
                    next.addAll(branches(one.path(name)));
                }
            }
            found = next;
        }
        return found;
    }

    private static List<JsonNode> branches(JsonNode node) {
        JsonNode condition = node.path("Fn::If");
        if (condition.isArray()) {
            List<JsonNode> all = new ArrayList<>(branches(condition.path(1)));
            all.addAll(branches(condition.path(2)));
            return all;
        }
        return List.of(node.path("Ref").asText().equals("AWS::NoValue") ? MissingNode.getInstance() : node);
    }
}
