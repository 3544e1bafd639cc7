package dev.banhmi.cdk.constructs.service;

import dev.banhmi.cdk.constructs.fleet.HostPorts;
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
     */

    private TaskPorts() {}

    /**
     * Opens no more than the ports that the agent gives.
     *
     * @throws IllegalStateException when there is no such rule, so that a version of CDK that makes them otherwise does not go unnoticed
     */
    static void narrow(ZeroDowntimeService service, HostPorts ports) {
        ApplicationLoadBalancer loadBalancer = service.getLoadBalancer();
        Stack stack = Stack.of(service);
        Object balancers = stack.resolve(
                loadBalancer.getConnections().getSecurityGroups().get(0).getSecurityGroupId());
        boolean found = false;
        for (IConstruct construct : stack.getNode().findAll()) {
            if (construct instanceof CfnSecurityGroupIngress rule
                    && isOfAnyPort(rule.getFromPort(), rule.getToPort())
                    && isThat(balancers, stack, rule.getSourceSecurityGroupId())) {
                rule.setFromPort(ports.first());
                rule.setToPort(ports.last());
                found = true;
            } else if (construct instanceof CfnSecurityGroupEgress rule
                    && isOfAnyPort(rule.getFromPort(), rule.getToPort())
                    && isThat(balancers, stack, rule.getGroupId())) {
                rule.setFromPort(ports.first());
                rule.setToPort(ports.last());
            }
        }
        if (!found) {
            throw new IllegalStateException("No rule lets "
                    + loadBalancer.getNode().getPath() + " reach the tasks: this version of CDK makes them otherwise");
        }
    }

    private static boolean isOfAnyPort(@Nullable Number first, @Nullable Number last) {
        return first != null
                && first.intValue() == HostPorts.LEAST
                && last != null
                && last.intValue() == HostPorts.MOST;
    }

    private static boolean isThat(Object group, Stack stack, @Nullable String id) {
        return id != null && group.equals(stack.resolve(id));
    }
}
