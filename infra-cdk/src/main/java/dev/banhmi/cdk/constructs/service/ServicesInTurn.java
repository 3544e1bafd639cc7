package dev.banhmi.cdk.constructs.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ecs.Ec2Service;
import software.constructs.IConstruct;
import software.constructs.IValidation;
import software.constructs.Node;

/** Deploys the services of a fleet one behind the other, where they are in one stack, and validates that none depends on a later one. */
final class ServicesInTurn implements IValidation {
    /*
     * CDK writes both dependencies into the template, and looks for circles between stacks only: CloudFormation refuses it. A dependency may be
     * declared by any scope of a service, on any scope of another; one that goes through a third construct is left to TemplateLimits.
     *
     * Each call to CDK from a validation makes the stack of its JavaScript deeper, until it overflows: everything but the dependencies is read
     * when a service is added.
     */

    /**
     * A service.
     *
     * @param stack the path of its own
     * @param scopes itself and what it is in, without its stack
     * @param nodes of the scopes
     */
    private record Placed(Ec2Service service, String stack, List<IConstruct> scopes, List<Node> nodes) {
        static Placed of(Ec2Service service) {
            List<IConstruct> scopes = service.getNode().getScopes();
            int below = 0;
            for (int i = 0; i < scopes.size(); i++) {
                below = scopes.get(i) instanceof Stack ? i + 1 : below;
            }
            List<IConstruct> own = List.copyOf(scopes.subList(below, scopes.size()));
            return new Placed(
                    service,
                    Stack.of(service).getNode().getPath(),
                    own,
                    own.stream().map(IConstruct::getNode).toList());
        }

        /** That of its {@link ZeroDowntimeService}. */
        String path() {
            return Objects.requireNonNull(service.getNode().getScope(), "a service is in a construct")
                    .getNode()
                    .getPath();
        }
    }

    private final List<Placed> services = new ArrayList<>();

    /** Lets CloudFormation deploy a service behind the one of its stack that was added last. */
    void add(Ec2Service service) {
        Placed added = Placed.of(service);
        services.stream()
                .filter(other -> other.stack().equals(added.stack()))
                .reduce((one, later) -> later)
                .ifPresent(before -> service.getNode().addDependency(before.service()));
        services.add(added);
    }

    @Override
    public List<String> validate() {
        List<String> circles = new ArrayList<>();
        for (int i = 0; i < services.size() - 1; i++) {
            Placed earlier = services.get(i);
            List<Placed> later = services.subList(i + 1, services.size()).stream()
                    .filter(other -> other.stack().equals(earlier.stack()))
                    .toList();
            for (Node needing : later.isEmpty() ? List.<Node>of() : earlier.nodes()) {
                for (IConstruct needed : needing.getDependencies()) {
                    later.stream()
                            .filter(other -> other.scopes().contains(needed)
                                    && !earlier.scopes().contains(needed))
                            .findFirst()
                            .ifPresent(other -> circles.add(refusal(earlier, other, needing, needed)));
                }
            }
        }
        return circles;
    }

    private static String refusal(Placed earlier, Placed later, Node needing, IConstruct needed) {
        return needing.getPath() + " depends on " + needed.getNode().getPath() + ", but the services of a fleet are"
                + " deployed in the order in which they were built, so " + later.path() + " behind " + earlier.path()
                + ": CloudFormation refuses such a circle. Build " + later.path() + " before " + earlier.path()
                + ", or remove that dependency.";
    }
}
