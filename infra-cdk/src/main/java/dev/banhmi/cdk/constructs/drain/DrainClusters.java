package dev.banhmi.cdk.constructs.drain;

import software.amazon.awscdk.Stack;
import software.amazon.awscdk.Token;
import software.amazon.awscdk.services.ecs.ICluster;
import software.constructs.Construct;
import software.constructs.IConstruct;

/** Finds the drainer of a cluster. */
final class DrainClusters {
    private DrainClusters() {}

    /**
     * Searches the whole app.
     *
     * @throws IllegalArgumentException if the cluster has another drainer
     */
    static void requireTheOnlyDrain(Construct scope, String id, ICluster cluster) {
        for (IConstruct other : scope.getNode().getRoot().getNode().findAll()) {
            if (other instanceof InstanceDrain drain && same(drain.cluster(), cluster)) {
                throw new IllegalArgumentException(scope.getNode().getPath() + "/" + id
                        + ": the cluster already has a drain, "
                        + other.getNode().getPath()
                        + ", and two would interfere. Attach further groups to that one.");
            }
        }
    }

    /** Whether both refer to one cluster: the same construct, or the same text where both were imported. */
    static boolean same(ICluster one, ICluster other) {
        if (one.getNode().getPath().equals(other.getNode().getPath())) {
            return true;
        }
        if (literal(one.getClusterArn(), other.getClusterArn())) {
            return one.getClusterArn().equals(other.getClusterArn());
        }
        return literal(one.getClusterName(), other.getClusterName())
                && one.getClusterName().equals(other.getClusterName())
                && Stack.of(one).getEnvironment().equals(Stack.of(other).getEnvironment());
    }

    private static boolean literal(String one, String other) {
        return !Boolean.TRUE.equals(Token.isUnresolved(one)) && !Boolean.TRUE.equals(Token.isUnresolved(other));
    }
}
