package dev.banhmi.cdk.review;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** One environment as a flowchart: the network with what runs in it, the regional services, the drain, the roles. */
final class ArchitectureDiagram {
    private static final int ROLES_PER_ROW = 3;
    private static final String GATEWAY_ENDPOINTS = "Gateway endpoints";

    /** How the detail type of an event ends that a lifecycle hook sends. */
    private static final String HOOK_EVENT = "Lifecycle Action";

    /** What is only counted, with its word. */
    private static final List<Map.Entry<String, String>> COUNTED = List.of(
            Map.entry("AWS::CloudWatch::Alarm", "alarm"),
            Map.entry("AWS::CloudWatch::CompositeAlarm", "composite alarm"),
            Map.entry("AWS::CloudWatch::Dashboard", "dashboard"),
            Map.entry("AWS::Logs::LogGroup", "log group"),
            Map.entry("AWS::SNS::Topic", "topic to notify"),
            Map.entry("AWS::SNS::Subscription", "subscription"));

    private final Architecture architecture;
    private final Flowchart chart = new Flowchart();
    private final List<String> calls = new ArrayList<>();

    private ArchitectureDiagram(Architecture architecture) {
        this.architecture = architecture;
    }

    /** The page with a diagram per environment, in the order of the map. */
    static String page(Map<String, Assembly> environments) {
        StringBuilder page = new StringBuilder(HEAD);
        environments.forEach((environment, assembly) -> {
            String stacks = assembly.stacks().stream()
                    .map(stack -> "`" + stack.name() + "` (" + stack.resources().size() + " resources)")
                    .collect(Collectors.joining(" and "));
            page.append("\n## %s\n\n%s\n\n```mermaid\n%s```\n".formatted(environment, stacks, mermaid(assembly)));
        });
        return page.toString();
    }

    static String mermaid(Assembly assembly) {
        ArchitectureDiagram diagram = new ArchitectureDiagram(new Architecture(assembly));
        diagram.network();
        diagram.regional();
        diagram.architecture.all("AWS::ECS::Service").forEach(diagram::traffic);
        DrainFlow.of(diagram.architecture).forEach(diagram::function);
        diagram.roles();
        return diagram.chart.text();
    }

    private void network() {
        List<Architecture.Tier> tiers = architecture.tiers();
        if (tiers.isEmpty()) {
            return;
        }
        List<String> words = new ArrayList<>();
        architecture.all("AWS::EC2::VPC").forEach(vpc -> words.add("VPC " + architecture.text(vpc, "CidrBlock")));
        boolean open = tiers.stream().anyMatch(tier -> tier.waysOut().contains(Network.WayOut.INTERNET_GATEWAY));
        words.add(open ? "internet gateway" : "no way out");
        architecture.all("AWS::EC2::FlowLog").forEach(log -> words.add("flow logs"));
        chart.group("watch", "vpc", String.join(", ", words), () -> {
            tiers.forEach(this::tier);
            endpoints("Gateway");
            endpoints("Interface");
        });
        for (int i = 1; i < tiers.size(); i++) {
            chart.stack(subnets(tiers.get(i - 1)), subnets(tiers.get(i)));
        }
    }

    private void tier(Architecture.Tier tier) {
        String ways = tier.waysOut().stream().map(ArchitectureDiagram::words).collect(Collectors.joining(", "));
        chart.group(tier.waysOut().first().name(), "tier " + tier.name(), tier.name() + " tier: " + ways, () -> {
            List<String> subnets = tier.subnets().stream().map(this::subnet).toList();
            chart.node("network", subnets(tier), "Subnets", subnets);
            architecture
                    .users("AWS::ElasticLoadBalancingV2::LoadBalancer", "Subnets", tier)
                    .forEach(balancer -> {
                        balancer(balancer);
                        chart.stack(subnets(tier), balancer.id());
                    });
            architecture
                    .users("AWS::AutoScaling::AutoScalingGroup", "VPCZoneIdentifier", tier)
                    .forEach(this::fleet);
        });
    }

    private static String words(Network.WayOut way) {
        return switch (way) {
            case INTERNET_GATEWAY -> "internet gateway";
            case NAT -> "out through NAT";
            case NONE -> "no way out";
        };
    }

    private static String subnets(Architecture.Tier tier) {
        return "subnets " + tier.name();
    }

    private String subnet(Resource subnet) {
        String place = architecture.text(subnet, "AvailabilityZone") + ": " + architecture.text(subnet, "CidrBlock");
        return place + (architecture.hasNat(subnet) ? ", NAT gateway" : "");
    }

    private void balancer(Resource balancer) {
        String kind = text(balancer, "/Type", "application") + ", " + text(balancer, "/Scheme", "internet-facing");
        String listeners = String.join(", ", architecture.listeners(balancer));
        String clients = String.join(", ", architecture.clients(balancer));
        chart.node("network", balancer.id(), "Load balancer: " + kind, List.of(listeners + ", for " + clients));
    }

    private void fleet(Resource group) {
        int least = group.property("MinSize").asInt();
        int most = group.property("MaxSize").asInt();
        String size = Architecture.range(least, most) + " of " + String.join(", ", architecture.instanceTypes(group));
        List<String> lines = new ArrayList<>(architecture.capacity(group));
        lines.addAll(architecture.hooks(group));
        chart.node("compute", group.id(), "Auto Scaling group: " + size, lines);
        for (Resource service : architecture.services(group)) {
            List<String> tasks = architecture
                    .containers(service)
                    .map(ArchitectureDiagram::container)
                    .toList();
            chart.node("compute", service.id(), "ECS service: " + architecture.tasks(service), tasks);
            chart.arrow(service.id(), "runs on", group.id());
        }
    }

    private static String container(JsonNode container) {
        String ports = Architecture.stream(container.path("PortMappings"))
                .map(mapping -> mapping.path("ContainerPort").asText())
                .collect(Collectors.joining(", "));
        String size = container.path("Cpu").asText("?") + " CPU units and "
                + container.path("Memory").asText("?");
        return container.path("Name").asText() + ": " + size + " MiB each, "
                + (ports.isEmpty() ? "no port" : "port " + ports);
    }

    private void endpoints(String type) {
        List<String> services = architecture.endpoints(type);
        if (!services.isEmpty()) {
            chart.node("network", type + " endpoints", type + " endpoints", services);
        }
    }

    /** What has no place in the network. */
    private void regional() {
        architecture.all("AWS::S3::Bucket").forEach(this::bucket);
        architecture.all("AWS::ECR::Repository").forEach(repository -> {
            String tags =
                    "tags " + text(repository, "/ImageTagMutability", "MUTABLE").toLowerCase(Locale.ROOT);
            boolean scanned = text(repository, "/ImageScanningConfiguration/ScanOnPush", "")
                    .equals("true");
            String scan = scanned ? "scanned on push" : "not scanned";
            chart.node("storage", repository.id(), "ECR repository " + repository.name(), List.of(tags, scan));
        });
        List<String> counts = new ArrayList<>();
        for (Map.Entry<String, String> counted : COUNTED) {
            long count = architecture.all(counted.getKey()).count();
            if (count > 0) {
                counts.add(count + " " + counted.getValue() + (count == 1 ? "" : "s"));
            }
        }
        if (!counts.isEmpty()) {
            chart.node("watch", "watch", "CloudWatch", counts);
        }
    }

    private void bucket(Resource bucket) {
        String rule =
                "/BucketEncryption/ServerSideEncryptionConfiguration/0/ServerSideEncryptionByDefault/SSEAlgorithm";
        boolean versions = text(bucket, "/VersioningConfiguration/Status", "").equals("Enabled");
        boolean kept = bucket.body().path("DeletionPolicy").asText().startsWith("Retain");
        List<String> lines = List.of(
                text(bucket, rule, "not encrypted by the template") + (versions ? ", versions" : ", no versions"),
                kept ? "outlives its stack" : "goes with its stack");
        chart.node("storage", bucket.id(), "S3 bucket " + bucket.name(), lines);
    }

    /** From the load balancer to a service, from there to its objects, through the endpoint if there is one, and its image. */
    private void traffic(Resource service) {
        architecture.balancers(service).forEach(balancer -> chart.arrow(balancer.id(), "requests", service.id()));
        boolean endpoint = architecture.endpoints("Gateway").contains("s3");
        List<Resource> buckets = architecture.buckets(service);
        if (endpoint && !buckets.isEmpty()) {
            chart.arrow(service.id(), "objects", GATEWAY_ENDPOINTS);
        }
        String way = endpoint ? GATEWAY_ENDPOINTS : service.id();
        buckets.forEach(bucket -> chart.arrow(way, "objects", bucket.id()));
        architecture.images(service).forEach(image -> {
            String id = architecture.repository(image).map(Resource::id).orElse(image);
            if (id.equals(image)) {
                chart.node("storage", id, "Image repository outside these stacks", List.of(image));
            }
            chart.arrow(service.id(), "image", id);
        });
    }

    private void function(DrainFlow flow) {
        Resource function = flow.function();
        List<String> lines = new ArrayList<>();
        lines.add(String.join(", ", text(function, "/Runtime", "image"), text(function, "/Architectures/0", "x86_64")));
        lines.add(text(function, "/MemorySize", "128") + " MiB, " + text(function, "/Timeout", "3") + " s");
        flow.aliases().forEach(alias -> lines.add("alias " + alias));
        flow.deadLetters().ifPresent(queue -> lines.add("failed events: " + queue.name()));
        if (flow.triggers().isEmpty()) {
            lines.add("started by no event");
            chart.node("watch", function.id(), "Lambda " + function.name(), lines);
            return;
        }
        chart.node("drain", function.id(), "Lambda " + function.name(), lines);
        String triggers = "triggers of " + function.id();
        chart.node("watch", triggers, "EventBridge", flow.triggers());
        chart.arrow(triggers, "starts", function.id());
        if (flow.triggers().stream().anyMatch(trigger -> trigger.endsWith(HOOK_EVENT))) {
            architecture
                    .all("AWS::AutoScaling::AutoScalingGroup")
                    .filter(group -> !architecture.hooks(group).isEmpty())
                    .forEach(group -> chart.arrow(group.id(), "hook", triggers));
        }
        flow.calls().forEach((service, actions) -> {
            String id = service + " of " + function.id();
            chart.node("drain", id, service, actions);
            chart.arrow(function.id(), "calls", id);
            calls.add(id);
        });
    }

    private void roles() {
        List<Resource> roles = architecture.all("AWS::IAM::Role").toList();
        if (roles.isEmpty()) {
            return;
        }
        chart.group("watch", "roles", "Roles, and how many actions each may call", () -> {
            for (Resource role : roles) {
                chart.node("watch", role.id(), role.name(), RoleSummary.of(architecture, role));
            }
        });
        for (int i = 0; i < roles.size(); i++) {
            if (i >= ROLES_PER_ROW) {
                chart.stack(roles.get(i - ROLES_PER_ROW).id(), roles.get(i).id());
            } else if (!calls.isEmpty()) {
                chart.stack(
                        calls.get(Math.min(i, calls.size() - 1)), roles.get(i).id());
            }
        }
    }

    private static String text(Resource resource, String pointer, String otherwise) {
        return resource.properties().at(pointer).asText(otherwise);
    }

    private static final String HEAD = """
            # The stacks as diagrams

            Generated from the synthesized templates and checked for drift by `ArchitectureDiagramTest`; `make snapshots` renews this page.
            """;
}
