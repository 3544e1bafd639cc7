package dev.banhmi.cdk.constructs.service;

import dev.banhmi.cdk.constructs.budget.ServiceDemand;
import dev.banhmi.cdk.constructs.fleet.Ec2Fleet;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awscdk.services.ecs.Ec2Service;
import software.constructs.Construct;
import software.constructs.IConstruct;

/** The services of a fleet, which share its drain and its room. A child of the fleet without resources. */
final class FleetServices extends Construct {
    private static final String ID = "Services";

    private final List<ServiceDemand> demands = new ArrayList<>();
    private final ServicesInTurn turns = new ServicesInTurn();

    private FleetServices(Ec2Fleet fleet) {
        super(fleet, ID);
        getNode().addValidation(turns);
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

    /**
     * Lets CloudFormation deploy a service behind the one that was added to the fleet before it, where both are in one stack: the budget's
     * rules count the other services with the tasks that they run, not with the successors of a deployment at the same time. An app in which an
     * earlier service depends on a later one is refused when it is synthesized.
     */
    void deployInTurn(Ec2Service service) {
        turns.add(service);
    }
}
