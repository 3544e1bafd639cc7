package dev.banhmi.cdk.constructs.service;

import dev.banhmi.cdk.constructs.budget.ServiceDemand;
import dev.banhmi.cdk.constructs.fleet.Ec2Fleet;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ecs.Ec2Service;
import software.constructs.Construct;
import software.constructs.IConstruct;

/** The services of a fleet, which share its drain and its room. A child of the fleet without resources. */
final class FleetServices extends Construct {
    private static final String ID = "Services";

    private final List<ServiceDemand> demands = new ArrayList<>();
    private final List<Ec2Service> services = new ArrayList<>();

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

    /**
     * Lets CloudFormation deploy a service behind the one that was added to the fleet before it, where both are in one stack: the budget's
     * rules count the other services with the tasks that they run, not with the successors of a deployment at the same time.
     */
    void deployInTurn(Ec2Service service) {
        services.stream()
                .filter(other -> Stack.of(other)
                        .getNode()
                        .getPath()
                        .equals(Stack.of(service).getNode().getPath()))
                .reduce((one, later) -> later)
                .ifPresent(before -> service.getNode().addDependency(before));
        services.add(service);
    }
}
