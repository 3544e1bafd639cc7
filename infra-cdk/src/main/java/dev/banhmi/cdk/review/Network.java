package dev.banhmi.cdk.review;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/** The outbound route of a subnet, by its route table. */
final class Network {

    /** The widest route of a subnet. */
    enum WayOut {
        INTERNET_GATEWAY,
        NAT,
        NONE
    }

    private final Assembly assembly;

    Network(Assembly assembly) {
        this.assembly = assembly;
    }

    WayOut wayOut(Resource subnet) {
        Optional<Resource> table = assembly.resources("AWS::EC2::SubnetRouteTableAssociation")
                .filter(association -> pointsTo(association, "SubnetId", subnet))
                .findFirst()
                .flatMap(association -> assembly.target(association.stack(), association.property("RouteTableId")));
        List<Resource> routes = assembly.resources("AWS::EC2::Route")
                .filter(route -> table.isPresent() && pointsTo(route, "RouteTableId", table.orElseThrow()))
                .toList();
        if (routes.stream()
                .anyMatch(route -> assembly.target(route.stack(), route.property("GatewayId"))
                        .filter(gateway -> gateway.is("AWS::EC2::InternetGateway"))
                        .isPresent())) {
            return WayOut.INTERNET_GATEWAY;
        }
        return routes.stream().anyMatch(route -> !route.property("NatGatewayId").isMissingNode())
                ? WayOut.NAT
                : WayOut.NONE;
    }

    boolean pointsTo(Resource from, String property, Resource to) {
        return pointsTo(from.stack(), from.property(property), to);
    }

    boolean pointsTo(String stack, JsonNode value, Resource to) {
        return assembly.target(stack, value).filter(to::equals).isPresent();
    }
}
