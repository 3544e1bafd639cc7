package dev.banhmi.drain;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A cluster as it is; a mutant of ours overrides the one method in which it goes wrong. */
class SimClusterView implements Cluster {

    private final Cluster real;

    SimClusterView(Cluster real) {
        this.real = real;
    }

    @Override
    public ClusterName name() {
        return real.name();
    }

    @Override
    public Optional<ContainerInstance> findByInstanceId(String instanceId) {
        return real.findByInstanceId(instanceId);
    }

    @Override
    public Optional<ContainerInstance> find(String containerInstance) {
        return real.find(containerInstance);
    }

    @Override
    public List<ContainerInstance> containerInstances() {
        return real.containerInstances();
    }

    @Override
    public List<ContainerInstance> describe(Collection<String> containerInstances) {
        return real.describe(containerInstances);
    }

    @Override
    public List<String> listTasks(DesiredStatus desired) {
        return real.listTasks(desired);
    }

    @Override
    public List<String> listTasks(String containerInstance, DesiredStatus desired) {
        return real.listTasks(containerInstance, desired);
    }

    @Override
    public List<DrainTask> describeTasks(Collection<String> tasks) {
        return real.describeTasks(tasks);
    }

    @Override
    public Set<String> daemons(Collection<String> services) {
        return real.daemons(services);
    }

    @Override
    public void setDraining(String containerInstance) {
        real.setDraining(containerInstance);
    }

    @Override
    public void putMark(String containerInstance, String value) {
        real.putMark(containerInstance, value);
    }

    @Override
    public void putQuiet(String containerInstance, String value) {
        real.putQuiet(containerInstance, value);
    }

    @Override
    public void deregister(String containerInstance) {
        real.deregister(containerInstance);
    }

    @Override
    public void stopTask(String task, String reason) {
        real.stopTask(task, reason);
    }
}
