package dev.banhmi.cdk.review;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What the diagrams show, read from the templates: whatever is not there is not drawn. */
final class Architecture {

    /** Subnets of one purpose, one per zone, with each outbound route that one of them has: one, if the template is sound. */
    record Tier(String name, SortedSet<Network.WayOut> waysOut, List<Resource> subnets) {}

    private final Assembly assembly;
    private final Network network;

    Architecture(Assembly assembly) {
        this.assembly = assembly;
        this.network = new Network(assembly);
    }

    Stream<Resource> all(String type) {
        return assembly.resources(type);
    }

    List<Tier> tiers() {
        Map<String, List<Resource>> byName = new LinkedHashMap<>();
        all("AWS::EC2::Subnet")
                .forEach(subnet -> byName.computeIfAbsent(tierName(subnet), name -> new ArrayList<>())
                        .add(subnet));
        List<Tier> tiers = new ArrayList<>();
        byName.forEach((name, subnets) -> tiers.add(new Tier(
                name, subnets.stream().map(network::wayOut).collect(Collectors.toCollection(TreeSet::new)), subnets)));
        return tiers;
    }

    /** What lies in a tier, by the first of its subnets. */
    List<Resource> users(String type, String subnetsProperty, Tier tier) {
        return all(type)
                .filter(user -> target(
                                user.stack(), user.property(subnetsProperty).path(0))
                        .filter(tier.subnets()::contains)
                        .isPresent())
                .toList();
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

    /** Describes what ECS does to a group through its capacity provider. */
    List<String> capacity(Resource group) {
        return providers(group)
                .map(provider -> provider.property("AutoScalingGroupProvider"))
                .flatMap(options -> Stream.of(
                        enabled(options.path("ManagedScaling").path("Status")) ? "ECS scales the group" : "",
                        enabled(options.path("ManagedDraining")) ? "ECS drains the instances" : ""))
                .filter(words -> !words.isEmpty())
                .toList();
    }

    private Stream<Resource> providers(Resource group) {
        return all("AWS::ECS::CapacityProvider")
                .filter(provider -> network.pointsTo(
                        provider.stack(),
                        provider.property("AutoScalingGroupProvider").path("AutoScalingGroupArn"),
                        group));
    }

    private static boolean enabled(JsonNode status) {
        return status.asText().equals("ENABLED");
    }

    /** The services whose capacity providers lead to a group; one that names none may run on any. */
    List<Resource> services(Resource group) {
        List<Resource> providers = providers(group).toList();
        return all("AWS::ECS::Service")
                .filter(service -> {
                    JsonNode strategy = service.property("CapacityProviderStrategy");
                    return strategy.isEmpty()
                            || stream(strategy)
                                    .flatMap(item -> target(service.stack(), item.path("CapacityProvider")).stream())
                                    .anyMatch(providers::contains);
                })
                .toList();
    }

    Stream<JsonNode> containers(Resource service) {
        return taskDefinition(service).stream().flatMap(task -> stream(task.property("ContainerDefinitions")));
    }

    /** What the containers of a service run, without tag and digest. */
    List<String> images(Resource service) {
        Wording wording = new Wording(assembly, service.stack());
        return containers(service)
                .map(container -> wording.of(container.path("Image")).replaceFirst("(@sha256)?:[^:/]*$", ""))
                .filter(image -> !image.isEmpty())
                .distinct()
                .toList();
    }

    Optional<Resource> repository(String image) {
        return all("AWS::ECR::Repository")
                .filter(repository -> image.endsWith("<" + repository.name() + ">"))
                .findFirst();
    }

    private Optional<Resource> taskDefinition(Resource service) {
        return target(service.stack(), service.property("TaskDefinition"));
    }

    /** The load balancers one of whose listeners forwards to the service. */
    List<Resource> balancers(Resource service) {
        List<Resource> targets = targetGroups(service, service.property("LoadBalancers"));
        return all("AWS::ElasticLoadBalancingV2::Listener")
                .filter(listener -> targetGroups(listener, listener.property("DefaultActions")).stream()
                        .anyMatch(targets::contains))
                .flatMap(listener -> target(listener.stack(), listener.property("LoadBalancerArn")).stream())
                .distinct()
                .toList();
    }

    private List<Resource> targetGroups(Resource from, JsonNode list) {
        return stream(list)
                .flatMap(item -> target(from.stack(), item.path("TargetGroupArn")).stream())
                .toList();
    }

    /** Describes the lifecycle hooks of a group. */
    List<String> hooks(Resource group) {
        Stream<JsonNode> own = all("AWS::AutoScaling::LifecycleHook")
                .filter(hook -> network.pointsTo(hook, "AutoScalingGroupName", group))
                .map(Resource::properties);
        return Stream.concat(own, stream(group.property("LifecycleHookSpecificationList")))
                .map(Architecture::hook)
                .toList();
    }

    private static String hook(JsonNode hook) {
        String transition = hook.path("LifecycleTransition").asText();
        return "hook: " + (transition.endsWith("TERMINATING") ? "terminating" : "launching") + ", up to "
                + hook.path("HeartbeatTimeout").asText("3600") + " s, then "
                + hook.path("DefaultResult").asText("ABANDON");
    }

    /** Describes how many tasks a service runs: a range if it scales. */
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

    /** The buckets whose objects the tasks of a service may read or write. */
    List<Resource> buckets(Resource service) {
        List<String> served =
                taskDefinition(service).flatMap(task -> target(task.stack(), task.property("TaskRoleArn"))).stream()
                        .flatMap(this::rights)
                        .flatMap(statement -> statement.resources(assembly).stream())
                        .toList();
        return all("AWS::S3::Bucket")
                .filter(bucket ->
                        served.stream().anyMatch(resource -> resource.startsWith("<" + bucket.name() + ".Arn>")))
                .toList();
    }

    /** What the policies of a role allow. */
    Stream<Statement> rights(Resource role) {
        return Statement.of(assembly).stream()
                .filter(statement -> statement.allows()
                        && statement.ofIdentity()
                        && statement.stack().equals(role.stack())
                        && statement.holder().equals(role.name()));
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

    /** For example {@code https 443}; a redirect is marked as one. */
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
