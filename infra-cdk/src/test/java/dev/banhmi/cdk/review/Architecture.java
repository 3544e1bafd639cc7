package dev.banhmi.cdk.review;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What the pictures show, read from the templates: whatever is not there is not drawn. */
final class Architecture {

    /** Subnets of one purpose, one per zone. */
    record Tier(String name, Network.WayOut wayOut, List<Resource> subnets) {}

    private final Assembly assembly;
    private final Network network;

    Architecture(Assembly assembly) {
        this.assembly = assembly;
        this.network = new Network(assembly);
    }

    Stream<Resource> all(String type) {
        return assembly.resources(type);
    }

    Optional<Resource> first(String type) {
        return all(type).findFirst();
    }

    List<Tier> tiers() {
        Map<String, List<Resource>> byName = new LinkedHashMap<>();
        all("AWS::EC2::Subnet")
                .forEach(subnet -> byName.computeIfAbsent(tierName(subnet), name -> new ArrayList<>())
                        .add(subnet));
        List<Tier> tiers = new ArrayList<>();
        byName.forEach((name, subnets) -> tiers.add(new Tier(name, network.wayOut(subnets.get(0)), subnets)));
        return tiers;
    }

    List<String> zones() {
        return all("AWS::EC2::Subnet")
                .map(subnet -> text(subnet, "AvailabilityZone"))
                .distinct()
                .toList();
    }

    /** The tier that a list of subnets lies in. */
    Optional<String> tierOf(Resource user, String subnetsProperty) {
        return target(user.stack(), user.property(subnetsProperty).path(0)).map(Architecture::tierName);
    }

    boolean hasNat(Resource subnet) {
        return all("AWS::EC2::NatGateway").anyMatch(nat -> network.pointsTo(nat, "SubnetId", subnet));
    }

    /** The instance types of a group, in its order of preference. */
    List<String> instanceTypes(Resource group) {
        JsonNode mixed = group.property("MixedInstancesPolicy").path("LaunchTemplate");
        List<String> overrides = stream(mixed.path("Overrides"))
                .map(override -> override.path("InstanceType").asText())
                .filter(type -> !type.isEmpty())
                .toList();
        if (!overrides.isEmpty()) {
            return overrides;
        }
        JsonNode own = group.property("LaunchTemplate");
        JsonNode specification = own.isMissingNode() ? mixed.path("LaunchTemplateSpecification") : own;
        return target(group.stack(), specification.path("LaunchTemplateId"))
                .map(template -> template.property("LaunchTemplateData")
                        .path("InstanceType")
                        .asText())
                .filter(type -> !type.isEmpty())
                .map(List::of)
                .orElse(List.of());
    }

    Optional<Resource> taskDefinition(Resource service) {
        return target(service.stack(), service.property("TaskDefinition"));
    }

    /** How many tasks a service runs, in words: a range if it scales. */
    String tasks(Resource service) {
        String tasks = all("AWS::ApplicationAutoScaling::ScalableTarget")
                .filter(target -> text(target, "ResourceId").contains("<" + service.name() + ".Name>"))
                .map(target -> range(
                        target.property("MinCapacity").asInt(),
                        target.property("MaxCapacity").asInt()))
                .findFirst()
                .orElseGet(() -> service.property("DesiredCount").asText("1"));
        return tasks + (tasks.equals("1") ? " task" : " tasks");
    }

    static String range(int from, int to) {
        return from == to ? String.valueOf(from) : from + " to " + to;
    }

    /** First those whose objects a task may read or write; the others, for logs and the like, in the template's order. */
    List<Resource> buckets() {
        List<String> served = Statement.of(assembly).stream()
                .filter(statement -> statement.allows() && statement.ofIdentity() && isOfATask(statement.holder()))
                .flatMap(statement -> statement.resources(assembly).stream())
                .toList();
        return all("AWS::S3::Bucket")
                .sorted(Comparator.comparing(bucket ->
                        served.stream().noneMatch(resource -> resource.startsWith("<" + bucket.name() + ".Arn>"))))
                .toList();
    }

    private boolean isOfATask(String role) {
        return all("AWS::ECS::TaskDefinition")
                .flatMap(task -> target(task.stack(), task.property("TaskRoleArn")).stream())
                .anyMatch(taskRole -> taskRole.name().equals(role));
    }

    /** Whom a load balancer lets in, by the rules of its security groups. */
    List<String> clients(Resource loadBalancer) {
        List<String> peers = new ArrayList<>();
        for (JsonNode reference : loadBalancer.property("SecurityGroups")) {
            Optional<Resource> group = target(loadBalancer.stack(), reference);
            group.ifPresent(found -> found.property("SecurityGroupIngress")
                    .forEach(rule -> peers.add(new Wording(assembly, found.stack()).of(peer(rule)))));
            all("AWS::EC2::SecurityGroupIngress")
                    .filter(rule -> group.isPresent() && network.pointsTo(rule, "GroupId", group.orElseThrow()))
                    .forEach(rule -> peers.add(new Wording(assembly, rule.stack()).of(peer(rule.properties()))));
        }
        return peers.stream().distinct().toList();
    }

    private static JsonNode peer(JsonNode rule) {
        return Stream.of("CidrIp", "CidrIpv6", "SourceSecurityGroupId", "SourcePrefixListId")
                .map(rule::path)
                .filter(value -> !value.isMissingNode())
                .findFirst()
                .orElse(rule.path("CidrIp"));
    }

    /** For example {@code https 443}; a redirect is said to be one. */
    List<String> listeners(Resource loadBalancer) {
        return all("AWS::ElasticLoadBalancingV2::Listener")
                .filter(listener -> network.pointsTo(listener, "LoadBalancerArn", loadBalancer))
                .map(listener -> listener.property("Protocol").asText() + " "
                        + listener.property("Port").asText()
                        + (listener.property("DefaultActions")
                                        .path(0)
                                        .path("Type")
                                        .asText()
                                        .equals("redirect")
                                ? " redirects"
                                : ""))
                .toList();
    }

    /** The part of an endpoint's service name that differs: {@code s3}, {@code ecr.api}. */
    List<String> endpoints(String type) {
        return all("AWS::EC2::VPCEndpoint")
                .filter(endpoint ->
                        endpoint.property("VpcEndpointType").asText("Gateway").equals(type))
                .map(endpoint -> text(endpoint, "ServiceName").replaceFirst("^com\\.amazonaws\\.[^.]+\\.", ""))
                .toList();
    }

    String text(Resource resource, String property) {
        return new Wording(assembly, resource.stack()).of(resource.property(property));
    }

    Optional<Resource> target(String stack, JsonNode value) {
        return assembly.target(stack, value);
    }

    Assembly assembly() {
        return assembly;
    }

    static Stream<JsonNode> stream(JsonNode node) {
        return StreamSupport.stream(node.spliterator(), false);
    }

    private static String tierName(Resource subnet) {
        return stream(subnet.property("Tags"))
                .filter(tag -> tag.path("Key").asText().equals("aws-cdk:subnet-name"))
                .map(tag -> tag.path("Value").asText())
                .findFirst()
                .orElseGet(() -> subnet.name().replaceFirst("Subnet\\d.*$", ""));
    }
}
