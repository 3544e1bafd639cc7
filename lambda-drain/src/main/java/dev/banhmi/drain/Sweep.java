package dev.banhmi.drain;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which instances to evaluate when nothing is known to have happened: those that a termination hook holds, and those that drain.
 * Between two sweeps every hint may be lost.
 */
final class Sweep {

    private final Cluster cluster;
    private final Groups groups;
    private final DrainPolicy policy;

    Sweep(Cluster cluster, Groups groups, DrainPolicy policy) {
        this.cluster = cluster;
        this.groups = groups;
        this.policy = policy;
    }

    /** EC2 ids, those first that a hook holds. */
    Set<String> instances() {
        List<ContainerInstance> registered = cluster.containerInstances();
        Set<String> instances = new LinkedHashSet<>();
        for (Member member : groups.waitingMembers(groupsOf(registered))) {
            instances.add(member.instanceId());
        }
        for (ContainerInstance instance : registered) {
            if (instance.status() == ContainerInstance.Status.DRAINING) {
                instances.add(instance.instanceId());
            }
        }
        return instances;
    }

    /** An instance that never registered is found through its group, which the policy names, or which others have registered from. */
    private Set<String> groupsOf(List<ContainerInstance> registered) {
        if (!policy.groups().isEmpty()) {
            return policy.groups();
        }
        Set<String> names = new LinkedHashSet<>();
        List<String> instances = registered.stream()
                .map(ContainerInstance::instanceId)
                .distinct()
                .toList();
        for (Member member : groups.members(instances)) {
            names.add(member.group());
        }
        return names;
    }
}
