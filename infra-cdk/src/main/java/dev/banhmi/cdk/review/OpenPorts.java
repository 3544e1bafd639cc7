package dev.banhmi.cdk.review;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;

/** The table of open ports: what listens, and what the security groups allow. */
final class OpenPorts {
    private static final List<String> PEERS = List.of(
            "CidrIp",
            "CidrIpv6",
            "SourceSecurityGroupId",
            "DestinationSecurityGroupId",
            "SourcePrefixListId",
            "DestinationPrefixListId",
            "SourceSecurityGroupName");

    private final Assembly assembly;

    OpenPorts(Assembly assembly) {
        this.assembly = assembly;
    }

    Table table() {
        Table table = new Table();
        for (Resource resource : assembly.resources().toList()) {
            switch (resource.type()) {
                case "AWS::ElasticLoadBalancingV2::Listener" ->
                    table.row(
                            owner(resource, "LoadBalancerArn"),
                            "listens",
                            resource.property("Protocol").asText().toLowerCase(Locale.ROOT) + " "
                                    + resource.property("Port").asText(),
                            listenerDetail(resource));
                case "AWS::ECS::TaskDefinition" -> containers(table, resource);
                case "AWS::EC2::SecurityGroup" -> {
                    if (lacksOutboundRules(resource)) {
                        table.row(resource.name(), "out", "all", "to anywhere (no rule: CloudFormation's default)");
                    }
                    resource.property("SecurityGroupIngress")
                            .forEach(rule -> rule(table, resource, resource.name(), "in", rule));
                    resource.property("SecurityGroupEgress")
                            .forEach(rule -> rule(table, resource, resource.name(), "out", rule));
                }
                case "AWS::EC2::SecurityGroupIngress" ->
                    rule(table, resource, owner(resource, "GroupId"), "in", resource.properties());
                case "AWS::EC2::SecurityGroupEgress" ->
                    rule(table, resource, owner(resource, "GroupId"), "out", resource.properties());
                default -> {
                    // Opens nothing.
                }
            }
        }
        return table;
    }

    /** For example {@code tcp 80}, {@code tcp 32768-65535}, {@code all}. */
    static String ports(JsonNode rule) {
        String protocol = rule.path("IpProtocol").asText();
        if (protocol.equals("-1")) {
            return "all";
        }
        String from = rule.path("FromPort").asText();
        String to = rule.path("ToPort").asText();
        return protocol + " " + (from.equals(to) ? from : from + "-" + to);
    }

    private void rule(Table table, Resource resource, String group, String direction, JsonNode rule) {
        // CDK's placeholder for no egress: CloudFormation's default would allow all of it.
        if (rule.path("CidrIp").asText().equals("255.255.255.255/32")) {
            table.row(group, direction, "none", "");
            return;
        }
        String description = rule.path("Description").asText();
        table.row(
                group,
                direction,
                ports(rule),
                (direction.equals("in") ? "from " : "to ")
                        + peer(resource, rule)
                        + (description.isEmpty() ? "" : " (" + description + ")"));
    }

    private String peer(Resource resource, JsonNode rule) {
        for (String key : PEERS) {
            if (rule.has(key)) {
                return assembly.target(resource.stack(), rule.path(key))
                        .map(Resource::name)
                        .orElseGet(() -> new Wording(assembly, resource.stack()).of(rule.path(key)));
            }
        }
        return "?";
    }

    /** CloudFormation allows all egress of a group without a rule, and drops that default with the first rule. */
    private boolean lacksOutboundRules(Resource group) {
        return group.property("SecurityGroupEgress").isEmpty()
                && assembly.resources("AWS::EC2::SecurityGroupEgress")
                        .noneMatch(rule -> assembly.target(rule.stack(), rule.property("GroupId"))
                                .filter(group::equals)
                                .isPresent());
    }

    private static String listenerDetail(Resource listener) {
        JsonNode action = listener.property("DefaultActions").path(0);
        JsonNode redirect = action.path("RedirectConfig");
        String policy = listener.property("SslPolicy").asText();
        return (redirect.isMissingNode()
                        ? action.path("Type").asText() + "s"
                        : "only redirects to " + redirect.path("Protocol").asText() + " "
                                + redirect.path("Port").asText())
                + (policy.isEmpty() ? "" : ", " + policy);
    }

    private static void containers(Table table, Resource task) {
        for (JsonNode container : task.property("ContainerDefinitions")) {
            for (JsonNode mapping : container.path("PortMappings")) {
                int host = mapping.path("HostPort").asInt();
                table.row(
                        task.name(),
                        "listens",
                        mapping.path("Protocol").asText("tcp") + " "
                                + mapping.path("ContainerPort").asText(),
                        "container " + container.path("Name").asText() + ", on "
                                + (host == 0 ? "a free port" : "port " + host) + " of the instance");
            }
        }
    }

    private String owner(Resource resource, String property) {
        return assembly.target(resource.stack(), resource.property(property))
                .map(Resource::name)
                .orElseGet(() -> new Wording(assembly, resource.stack()).of(resource.property(property)));
    }
}
