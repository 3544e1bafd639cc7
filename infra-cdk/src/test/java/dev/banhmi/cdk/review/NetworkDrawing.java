package dev.banhmi.cdk.review;

import com.fasterxml.jackson.databind.JsonNode;
import dev.banhmi.cdk.review.Drawing.Box;
import dev.banhmi.cdk.review.Drawing.Font;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The VPC: a band per tier, a column per zone, and across the columns what spans the zones. */
final class NetworkDrawing {
    private static final int LABELS = 132;
    private static final int ENDPOINTS = 128;
    private static final int PADDING = 12;
    private static final int LANE = 16;
    private static final int BAR_LINES = 1;
    private static final int HEAD = 78;

    private final Architecture architecture;
    private final Drawing drawing;
    private final int left;
    private final int width;
    private final List<String> zones;
    private final Map<String, Box> balancers = new LinkedHashMap<>();
    private final List<Box> groups = new ArrayList<>();
    private Optional<Box> exit = Optional.empty();

    NetworkDrawing(Architecture architecture, Drawing drawing, int left, int width) {
        this.architecture = architecture;
        this.drawing = drawing;
        this.left = left;
        this.width = width;
        this.zones = architecture.zones();
    }

    /** Where the objects leave the network for S3, if it has a way of its own for that. */
    Optional<Box> exit() {
        return exit;
    }

    /** Draws from here on down, and says where it ends; nothing without subnets. */
    int draw(int top) {
        List<Architecture.Tier> tiers = architecture.tiers();
        if (tiers.isEmpty()) {
            return top;
        }
        int inside = top + HEAD;
        int height = HEAD + tiers.stream().mapToInt(tier -> height(tier) + 12).sum();
        Box vpc = drawing.box("area", left, top, width, height);
        String range = architecture
                .first("AWS::EC2::VPC")
                .map(one -> " " + architecture.text(one, "CidrBlock"))
                .orElse("");
        drawing.text(vpc, Font.NAME, PADDING, 24, "VPC" + range);
        drawing.text(vpc, Font.SMALL, PADDING, 42, way(tiers));
        for (int i = 0; i < zones.size(); i++) {
            drawing.text(column(i, top + HEAD - 26, 24), Font.SMALL, 4, 18, zones.get(i));
        }
        int y = inside;
        for (Architecture.Tier tier : tiers) {
            band(tier, y);
            y += height(tier) + 12;
        }
        arrows();
        endpoints(top, y - 12);
        return vpc.bottom();
    }

    private String way(List<Architecture.Tier> tiers) {
        boolean open = tiers.stream().anyMatch(tier -> tier.wayOut() == Network.WayOut.INTERNET_GATEWAY);
        boolean logs = architecture.first("AWS::EC2::FlowLog").isPresent();
        return (open ? "internet gateway" : "no way out") + (logs ? ", flow logs" : "");
    }

    private Box column(int index, int y, int height) {
        int space = width - LABELS - ENDPOINTS - PADDING - (zones.size() - 1) * LANE;
        int each = space / zones.size();
        return new Box(left + LABELS + index * (each + LANE), y, each, height);
    }

    private int span() {
        Box last = column(zones.size() - 1, 0, 0);
        return last.right() - left - LABELS;
    }

    private int height(Architecture.Tier tier) {
        int height = PADDING + cellHeight(tier) + PADDING;
        height += users("AWS::ElasticLoadBalancingV2::LoadBalancer", "Subnets", tier)
                        .size()
                * (Drawing.noteHeight(BAR_LINES) + LANE);
        for (Resource group : users("AWS::AutoScaling::AutoScalingGroup", "VPCZoneIdentifier", tier)) {
            height += groupHeight(group) + LANE;
        }
        return height;
    }

    private int cellHeight(Architecture.Tier tier) {
        return tier.subnets().stream().anyMatch(architecture::hasNat) ? 60 : 28;
    }

    private List<Resource> users(String type, String subnets, Architecture.Tier tier) {
        return architecture
                .all(type)
                .filter(user -> architecture
                        .tierOf(user, subnets)
                        .filter(tier.name()::equals)
                        .isPresent())
                .toList();
    }

    private void band(Architecture.Tier tier, int top) {
        String style = switch (tier.wayOut()) {
            case INTERNET_GATEWAY -> "public";
            case NAT -> "private";
            case NONE -> "isolated";
        };
        String way = switch (tier.wayOut()) {
            case INTERNET_GATEWAY -> "internet gateway";
            case NAT -> "out through NAT";
            case NONE -> "no way out";
        };
        Box band = drawing.box(style, left + PADDING, top, width - ENDPOINTS - PADDING, height(tier));
        drawing.text(new Box(band.x(), top, LABELS - PADDING, band.height()), Font.NAME, 10, 26, tier.name());
        drawing.text(new Box(band.x(), top, LABELS - PADDING, band.height()), Font.SMALL, 10, 43, way);
        int y = top + PADDING;
        for (Resource subnet : tier.subnets()) {
            int zone = zones.indexOf(architecture.text(subnet, "AvailabilityZone"));
            Box place = column(zone, y, cellHeight(tier));
            Box cell = drawing.box("cell", place.x(), place.y(), place.width(), place.height());
            drawing.text(cell, Font.TEXT, 10, 19, architecture.text(subnet, "CidrBlock"));
            if (architecture.hasNat(subnet)) {
                Box nat = drawing.box("network", cell.x() + 8, y + 28, 104, 24);
                drawing.text(nat, Font.SMALL, 10, 16, "NAT gateway");
            }
        }
        y += cellHeight(tier) + LANE;
        for (Resource balancer : users("AWS::ElasticLoadBalancingV2::LoadBalancer", "Subnets", tier)) {
            y = balancer(balancer, y) + LANE;
        }
        for (Resource group : users("AWS::AutoScaling::AutoScalingGroup", "VPCZoneIdentifier", tier)) {
            y = group(group, y) + LANE;
        }
    }

    private int balancer(Resource balancer, int y) {
        boolean open = balancer.property("Scheme").asText("internet-facing").equals("internet-facing");
        Box box = drawing.note(
                "network",
                left + LABELS,
                y,
                span(),
                "Application load balancer, " + (open ? "internet-facing" : "internal"),
                List.of(String.join(", ", architecture.listeners(balancer)) + ", for "
                        + String.join(", ", architecture.clients(balancer))));
        balancers.put(balancer.id(), box);
        return box.bottom();
    }

    private static int groupHeight(Resource group) {
        return group.properties().isMissingNode() ? 40 : 128;
    }

    /** One instance per zone, broken where the group may have fewer; in each what the service puts there. */
    private int group(Resource group, int y) {
        int least = group.property("MinSize").asInt();
        int most = group.property("MaxSize").asInt();
        Box box = drawing.box("compute", left + LABELS, y, span(), groupHeight(group));
        drawing.text(
                box,
                Font.NAME,
                10,
                19,
                "Auto Scaling group: " + Architecture.range(least, most) + " of "
                        + String.join(", ", architecture.instanceTypes(group)));
        Optional<Resource> service = architecture.first("AWS::ECS::Service");
        service.ifPresent(one -> drawing.text(
                box,
                Font.SMALL,
                10,
                36,
                "ECS service: " + architecture.tasks(one)
                        + architecture
                                .taskDefinition(one)
                                .map(task -> ", " + size(task))
                                .orElse("")
                        + (drainedByEcs() ? "; ECS drains the instances" : "")));
        for (int i = 0; i < Math.min(zones.size(), most); i++) {
            Box place = column(i, y + 46, 72);
            int right = Math.min(place.right(), box.right()) - 8;
            int x = Math.max(place.x(), box.x() + 8);
            Box instance = drawing.box(i < least ? "cell" : "cell maybe", x, place.y(), right - x, place.height());
            drawing.text(instance, Font.SMALL, 8, 15, "instance");
            int zone = i;
            service.flatMap(architecture::taskDefinition).ifPresent(task -> {
                Box inner = drawing.box(
                        zone < least ? "task" : "task maybe",
                        instance.x() + 8,
                        instance.y() + 24,
                        instance.width() - 16,
                        40);
                JsonNode container = task.property("ContainerDefinitions").path(0);
                drawing.text(inner, Font.NAME, 8, 17, container.path("Name").asText("container"));
                drawing.text(inner, Font.SMALL, 8, 33, "task, " + ports(container));
            });
        }
        groups.add(box);
        return box.bottom();
    }

    private static String ports(JsonNode container) {
        List<String> ports = Architecture.stream(container.path("PortMappings"))
                .map(mapping -> mapping.path("ContainerPort").asText())
                .toList();
        return ports.isEmpty() ? "no port" : "port " + String.join(", ", ports);
    }

    private boolean drainedByEcs() {
        return architecture
                .all("AWS::ECS::CapacityProvider")
                .anyMatch(provider -> provider.property("AutoScalingGroupProvider")
                        .path("ManagedDraining")
                        .asText()
                        .equals("ENABLED"));
    }

    private static String size(Resource task) {
        return task.property("ContainerDefinitions").path(0).path("Cpu").asText("?") + " CPU units and "
                + task.property("ContainerDefinitions").path(0).path("Memory").asText("?") + " MiB each";
    }

    /** Down the lane between the first two zones, where no text stands. */
    private void arrows() {
        if (groups.isEmpty()) {
            return;
        }
        Box first = column(0, 0, 0);
        int lane = zones.size() > 1 ? first.right() + LANE / 2 : first.x() + 4;
        for (Box balancer : balancers.values()) {
            if (balancer.bottom() < groups.get(0).y()) {
                drawing.arrow(lane, balancer.bottom(), lane, groups.get(0).y());
            }
        }
    }

    private void endpoints(int top, int bottom) {
        List<String> gateways = architecture.endpoints("Gateway");
        List<String> interfaces = architecture.endpoints("Interface");
        int x = left + width - ENDPOINTS + PADDING;
        int size = ENDPOINTS - 2 * PADDING;
        if (!gateways.isEmpty()) {
            int height = Drawing.noteHeight(gateways.size());
            int y = groups.isEmpty() ? bottom - height : groups.get(0).middle() - height / 2;
            Box box = drawing.note("storage", x, y, size, "Endpoint", gateways);
            if (!groups.isEmpty()) {
                drawing.arrow(groups.get(0).right(), box.middle(), box.x(), box.middle());
            }
            exit = Optional.of(box);
            if (!interfaces.isEmpty()) {
                int above = y - 12 - Drawing.noteHeight(interfaces.size());
                drawing.note("network", x, above < top + 8 ? box.bottom() + 12 : above, size, "Endpoints", interfaces);
            }
        }
    }
}
