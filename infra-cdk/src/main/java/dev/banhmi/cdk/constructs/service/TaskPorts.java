package dev.banhmi.cdk.constructs.service;

import dev.banhmi.cdk.constructs.fleet.Ec2Fleet;
import dev.banhmi.cdk.constructs.fleet.HostPorts;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ec2.CfnSecurityGroupEgress;
import software.amazon.awscdk.services.ec2.CfnSecurityGroupIngress;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationLoadBalancer;
import software.constructs.IConstruct;

/** The rules that let a load balancer reach tasks whose ports the agent chooses. */
final class TaskPorts {
    /*
     * CDK has one range for all of them, 32768-65535, and no option; the rules are made where the target is added, in the stack of the service,
     * even where the instances' group is of another one. Their ids have CDK's range in them, and stay as they are.
     *
     * CDK makes them towards each security group that the cluster has by then, so those of the fleets that were there before. Tasks are placed
     * through the capacity provider of one.
     */

    private TaskPorts() {}

    /**
     * Opens no more than the ports that the agent gives, of the instances of the service's own fleet.
     *
     * @throws IllegalStateException when there is no such rule, so that a version of CDK that makes them otherwise does not go unnoticed
     */
    static void narrow(ZeroDowntimeService service, Ec2Fleet fleet) {
        ApplicationLoadBalancer loadBalancer = service.getLoadBalancer();
        Stack stack = Stack.of(service);
        Object balancers = stack.resolve(
                loadBalancer.getConnections().getSecurityGroups().get(0).getSecurityGroupId());
        List<Object> instances = fleet.getConnections().getSecurityGroups().stream()
                .map(group -> stack.resolve(group.getSecurityGroupId()))
                .toList();
        HostPorts ports = fleet.getHostPorts();
        boolean found = false;
        for (IConstruct construct : stack.getNode().findAll()) {
            if (construct instanceof CfnSecurityGroupIngress rule
                    && isOfAnyPort(rule.getFromPort(), rule.getToPort())
                    && isThat(balancers, stack, rule.getSourceSecurityGroupId())) {
                if (isOneOf(instances, stack, rule.getGroupId())) {
                    rule.setFromPort(ports.first());
                    rule.setToPort(ports.last());
                    found = true;
                } else {
                    remove(rule);
                }
            } else if (construct instanceof CfnSecurityGroupEgress rule
                    && isOfAnyPort(rule.getFromPort(), rule.getToPort())
                    && isThat(balancers, stack, rule.getGroupId())) {
                if (isOneOf(instances, stack, rule.getDestinationSecurityGroupId())) {
                    rule.setFromPort(ports.first());
                    rule.setToPort(ports.last());
                } else {
                    remove(rule);
                }
            }
        }
        if (!found) {
            throw new IllegalStateException("No rule lets "
                    + loadBalancer.getNode().getPath() + " reach the tasks: this version of CDK makes them otherwise");
        }
    }

    private static void remove(IConstruct rule) {
        IConstruct group = Objects.requireNonNull(rule.getNode().getScope(), "a rule is a child of its group");
        group.getNode().tryRemoveChild(rule.getNode().getId());
    }

    private static boolean isOfAnyPort(@Nullable Number first, @Nullable Number last) {
        return first != null
                && first.intValue() == HostPorts.LEAST
                && last != null
                && last.intValue() == HostPorts.MOST;
    }

    private static boolean isOneOf(List<Object> groups, Stack stack, @Nullable String id) {
        return groups.stream().anyMatch(group -> isThat(group, stack, id));
    }

    private static boolean isThat(Object group, Stack stack, @Nullable String id) {
        return id != null && group.equals(stack.resolve(id));
    }
}
