package dev.banhmi.cdk.constructs.drain;

import dev.banhmi.cdk.constructs.Refusal;
import software.amazon.awscdk.Resource;
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

    /**
     * Refuses a group that another stack makes, where the drainer is in the stack of the cluster: the instances need their cluster and the
     * drainer the group, so each stack would wait for the other. CDK says so as well, at the end of the synthesis and in terms of templates.
     *
     * @throws IllegalArgumentException in that case
     */
    static void requireNoCycle(Construct drain, ICluster cluster, Construct group) {
        Stack ofDrain = Stack.of(drain);
        Stack ofGroup = Stack.of(group);
        // An imported cluster is a name, which no stack waits for.
        if (Resource.isOwnedResource(cluster) && isSame(ofDrain, Stack.of(cluster)) && !isSame(ofDrain, ofGroup)) {
            throw Refusal.of(
                    drain,
                    "attach",
                    group.getNode().getPath() + ", of the stack " + ofGroup.getStackName(),
                    "a group of the drain's own stack, " + ofDrain.getStackName()
                            + ", because the cluster is in it too",
                    "Each of the two stacks would need the other first: build the InstanceDrain in "
                            + ofGroup.getStackName() + ", or in a third stack.");
        }
    }

    static boolean isSame(Stack one, Stack other) {
        return one.getNode().getPath().equals(other.getNode().getPath());
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
