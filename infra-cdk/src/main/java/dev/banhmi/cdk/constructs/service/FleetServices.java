package dev.banhmi.cdk.constructs.service;

import dev.banhmi.cdk.constructs.budget.ServiceDemand;
import dev.banhmi.cdk.constructs.fleet.Ec2Fleet;
import java.util.ArrayList;
import java.util.List;
import software.constructs.Construct;
import software.constructs.IConstruct;

/** The services of a fleet, which share its drain and its room. A child of the fleet without resources. */
final class FleetServices extends Construct {
    private static final String ID = "Services";

    private final List<ServiceDemand> demands = new ArrayList<>();

    private FleetServices(Ec2Fleet fleet) {
        super(fleet, ID);
    }

    /** Those of a fleet, none at first. */
    static FleetServices of(Ec2Fleet fleet) {
        IConstruct found = fleet.getNode().tryFindChild(ID);
        return found == null ? new FleetServices(fleet) : (FleetServices) found;
    }

    List<ServiceDemand> demands() {
        return List.copyOf(demands);
    }

    void add(ServiceDemand demand) {
        demands.add(demand);
    }
}
