package dev.banhmi.cdk.constructs.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import software.amazon.awscdk.cxapi.CloudAssembly;
import software.amazon.awscdk.cxapi.CloudFormationStackArtifact;

/** Refuses templates in which something joins a VPC's default security group. */
public final class SecurityGroupCheck {
    /*
     * Whatever names no group joins that one, without a word: it then shares whatever rules somebody has given it with everything else that was
     * forgotten, or, where it is closed, reaches nothing. The templates are read as they will be submitted, because any construct of an app can
     * name a group until the end of the synthesis.
     */

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DEFAULT_GROUP = "DefaultSecurityGroup";

    private static final List<Member> MEMBERS = List.of(
            // The other types of a load balancer may be without groups.
            new Member(
                    "AWS::ElasticLoadBalancingV2::LoadBalancer",
                    properties -> properties.path("Type").asText("application").equals("application"),
                    "/SecurityGroups"),
            new Member(
                    "AWS::EC2::LaunchTemplate",
                    "/LaunchTemplateData/SecurityGroupIds",
                    "/LaunchTemplateData/NetworkInterfaces/0/Groups"),
            new Member("AWS::EC2::Instance", "/SecurityGroupIds", "/NetworkInterfaces/0/GroupSet", "/LaunchTemplate"),
            new Member("AWS::EC2::NetworkInterface", "/GroupSet"),
            new Member(
                    "AWS::EC2::VPCEndpoint",
                    properties -> properties.path("VpcEndpointType").asText().equals("Interface"),
                    "/SecurityGroupIds"),
            new Member(
                    "AWS::Lambda::Function", properties -> properties.has("VpcConfig"), "/VpcConfig/SecurityGroupIds"),
            new Member(
                    "AWS::ECS::Service",
                    properties -> properties.has("NetworkConfiguration"),
                    "/NetworkConfiguration/AwsvpcConfiguration/SecurityGroups"),
            // An instance of a cluster has the cluster's.
            new Member(
                    "AWS::RDS::DBInstance", properties -> !properties.has("DBClusterIdentifier"), "/VPCSecurityGroups"),
            new Member("AWS::RDS::DBCluster", "/VpcSecurityGroupIds"),
            new Member("AWS::ElastiCache::ReplicationGroup", "/SecurityGroupIds"),
            new Member("AWS::ElastiCache::ServerlessCache", "/SecurityGroupIds"));

    /**
     * A resource that is in a VPC by itself.
     *
     * @param type of the resource
     * @param joins by its properties, whether it has interfaces that need groups
     * @param groups where they may stand; one of these is enough
     */
    private record Member(String type, Predicate<JsonNode> joins, List<String> groups) {
        Member(String type, String... groups) {
            this(type, properties -> true, List.of(groups));
        }

        Member(String type, Predicate<JsonNode> joins, String groups) {
            this(type, joins, List.of(groups));
        }

        boolean isForgotten(String resourceType, JsonNode properties) {
            return type.equals(resourceType)
                    && joins.test(properties)
                    && groups.stream().allMatch(path -> properties.at(path).isEmpty());
        }
    }

    private SecurityGroupCheck() {}

    /**
     * Reads the templates of every stack of an app. Call it after {@code app.synth()}.
     *
     * @param assembly what the synthesis has written
     * @throws IllegalArgumentException that lists every resource that would join a default group
     */
    public static void check(CloudAssembly assembly) {
        List<String> all = new ArrayList<>();
        for (CloudFormationStackArtifact artifact : assembly.getStacksRecursively()) {
            File file = new File(artifact.getTemplateFullPath());
            try {
                all.addAll(members(artifact.getStackName(), JSON.readTree(file)));
            } catch (IOException e) {
                throw new UncheckedIOException(file + " cannot be read", e);
            }
        }
        if (!all.isEmpty()) {
            throw new IllegalArgumentException(
                    "The VPC's default security group is nobody's; name a group with the rules that are needed:\n  "
                            + String.join("\n  ", all));
        }
    }

    static List<String> members(String stack, JsonNode template) {
        List<String> found = new ArrayList<>();
        template.path("Resources").properties().forEach(entry -> {
            JsonNode resource = entry.getValue();
            String type = resource.path("Type").asText();
            JsonNode properties = resource.path("Properties");
            String what = stack + "/" + entry.getKey() + " (" + type + ")";
            for (Member member : MEMBERS) {
                if (member.isForgotten(type, properties)) {
                    found.add(what + " names no security group");
                }
            }
            // What closes it, with its permission, names it.
            if (!type.startsWith("Custom::") && !type.equals("AWS::IAM::Role") && namesDefault(properties)) {
                found.add(what + " names the default one");
            }
        });
        template.path("Outputs").properties().forEach(output -> {
            if (namesDefault(output.getValue())) {
                found.add(stack + "/" + output.getKey() + " (an output) names the default one");
            }
        });
        return found;
    }

    private static boolean namesDefault(JsonNode node) {
        for (JsonNode reference : node.findValues("Fn::GetAtt")) {
            String attribute = reference.isArray()
                    ? reference.path(1).asText()
                    : reference.asText().replaceFirst("^[^.]*\\.", "");
            if (attribute.equals(DEFAULT_GROUP)) {
                return true;
            }
        }
        return false;
    }
}
