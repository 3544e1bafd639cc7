package dev.banhmi.cdk.review;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The table of what the internet can reach, or could after a small mistake. */
final class PublicThings {
    private static final Set<String> ANYWHERE = Set.of("0.0.0.0/0", "::/0");
    private static final List<String> BUCKET_BLOCKS =
            List.of("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets");

    private final Assembly assembly;

    PublicThings(Assembly assembly) {
        this.assembly = assembly;
    }

    Table table() {
        Table table = new Table();
        subnets(table);
        group(table, "AWS::EC2::NatGateway", "NAT gateways", "let the private subnets out, nobody in");
        group(table, "AWS::EC2::EIP", "fixed public addresses", "");
        assembly.resources().forEach(resource -> {
            switch (resource.type()) {
                case "AWS::ElasticLoadBalancingV2::LoadBalancer" -> loadBalancer(table, resource);
                case "AWS::EC2::SecurityGroup" ->
                    resource.property("SecurityGroupIngress").forEach(rule -> ingress(table, resource.name(), rule));
                case "AWS::EC2::SecurityGroupIngress" -> ingress(table, resource.name(), resource.properties());
                case "AWS::S3::Bucket" -> bucket(table, resource);
                case "AWS::Lambda::Url" -> {
                    if (resource.property("AuthType").asText().equals("NONE")) {
                        table.row("function URL", resource.name() + ": anybody may call it");
                    }
                }
                case "AWS::Lambda::Permission" -> {
                    if (resource.property("Principal").asText().equals("*")) {
                        table.row("function", resource.name() + ": anybody may call it");
                    }
                }
                case "AWS::EC2::LaunchTemplate" -> launchTemplate(table, resource);
                default -> {
                    // Nothing that the internet reaches by itself.
                }
            }
        });
        Statement.of(assembly).stream()
                .filter(statement -> !statement.ofIdentity() && statement.allows() && statement.everybody())
                .forEach(statement -> table.row(
                        "policy",
                        statement.holder() + " lets everybody " + String.join(", ", statement.actions())
                                + (statement.conditions().isEmpty()
                                        ? ""
                                        : " under a condition on " + String.join(", ", statement.conditions()))));
        return table;
    }

    private void subnets(Table table) {
        Network network = new Network(assembly);
        List<Resource> open = assembly.resources("AWS::EC2::Subnet")
                .filter(subnet -> network.wayOut(subnet) == Network.WayOut.INTERNET_GATEWAY)
                .toList();
        if (open.isEmpty()) {
            return;
        }
        long addresses = open.stream()
                .filter(subnet -> subnet.property("MapPublicIpOnLaunch").asBoolean())
                .count();
        table.row(
                "subnets",
                names(open) + " route to the internet gateway; " + addresses + " of " + open.size()
                        + " give every instance a public address");
    }

    private void group(Table table, String type, String what, String remark) {
        List<Resource> found = assembly.resources(type).toList();
        if (!found.isEmpty()) {
            table.row(what, names(found) + (remark.isEmpty() ? "" : ": " + remark));
        }
    }

    private static String names(List<Resource> resources) {
        return resources.stream().map(Resource::name).collect(Collectors.joining(", "));
    }

    private static void loadBalancer(Table table, Resource loadBalancer) {
        // CloudFormation's default is the open one.
        if (loadBalancer.property("Scheme").asText("internet-facing").equals("internet-facing")) {
            table.row("load balancer", loadBalancer.name() + " is internet-facing");
        }
    }

    private static void ingress(Table table, String name, JsonNode rule) {
        String from = rule.path("CidrIp").asText(rule.path("CidrIpv6").asText());
        if (ANYWHERE.contains(from)) {
            table.row("security group", name + " lets in " + OpenPorts.ports(rule) + " from " + from);
        }
    }

    private static void bucket(Table table, Resource bucket) {
        JsonNode block = bucket.property("PublicAccessBlockConfiguration");
        List<String> missing = BUCKET_BLOCKS.stream()
                .filter(name -> !block.path(name).asBoolean())
                .toList();
        if (!missing.isEmpty()) {
            table.row("bucket", bucket.name() + " lacks " + String.join(", ", missing));
        }
    }

    private static void launchTemplate(Table table, Resource template) {
        boolean address = StreamSupport.stream(
                        template.property("LaunchTemplateData")
                                .path("NetworkInterfaces")
                                .spliterator(),
                        false)
                .anyMatch(face -> face.path("AssociatePublicIpAddress").asBoolean());
        if (address) {
            table.row("instances", template.name() + " gives each a public address");
        }
    }
}
