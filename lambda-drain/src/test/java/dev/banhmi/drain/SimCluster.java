package dev.banhmi.drain;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** ECS as one invocation sees it. */
class SimCluster implements Cluster {

    private final SimWorld world;
    private final SimCalls calls;

    SimCluster(SimWorld world, SimCalls calls) {
        this.world = world;
        this.calls = calls;
    }

    @Override
    public ClusterName name() {
        return SimWorld.CLUSTER;
    }

    @Override
    public Optional<ContainerInstance> findByInstanceId(String instanceId) {
        calls.page(); // ListContainerInstances comes before DescribeContainerInstances
        return read("findByInstanceId", instanceId);
    }

    @Override
    public Optional<ContainerInstance> find(String containerInstance) {
        return read("find", containerInstance);
    }

    private Optional<ContainerInstance> read(String name, String instance) {
        return calls.read(
                name,
                SimCalls.Source.CONTAINER_INSTANCES,
                time -> world.host(instance).describe(time, calls.shown(SimCalls.Source.COUNTS)));
    }

    @Override
    public List<ContainerInstance> containerInstances() {
        int pages = 1 + world.trace().bystanders() / SimParameters.PAGE;
        for (int i = 0; i < 2 * pages - 1; i++) {
            calls.page();
        }
        return calls.read("containerInstances", SimCalls.Source.CONTAINER_INSTANCES, time -> {
            List<ContainerInstance> all = new ArrayList<>();
            for (int i = 0; i < world.trace().bystanders(); i++) {
                all.add(new ContainerInstance(
                        "arn:bystander-" + i,
                        "bystander-" + i,
                        ContainerInstance.Status.ACTIVE,
                        true,
                        1,
                        0,
                        Optional.empty(),
                        Optional.empty()));
            }
            for (SimHost host : world.hosts()) {
                host.describe(time, time).ifPresent(all::add);
            }
            return all;
        });
    }

    @Override
    public List<ContainerInstance> describe(Collection<String> containerInstances) {
        return calls.read(
                "describe",
                SimCalls.Source.CONTAINER_INSTANCES,
                time -> world.hosts().stream()
                        .filter(host -> containerInstances.contains(host.arn()))
                        .map(host -> host.describe(time, calls.shown(SimCalls.Source.COUNTS)))
                        .flatMap(Optional::stream)
                        .toList());
    }

    @Override
    public List<String> listTasks(DesiredStatus desired) {
        return calls.read(
                "listAllTasks " + desired,
                SimCalls.Source.TASK_LISTS,
                time -> world.hosts().stream()
                        .flatMap(host -> listed(host, desired, time).stream())
                        .toList());
    }

    @Override
    public List<String> listTasks(String containerInstance, DesiredStatus desired) {
        return calls.read(
                "listTasks " + desired,
                SimCalls.Source.TASK_LISTS,
                time -> listed(world.host(containerInstance), desired, time));
    }

    private static List<String> listed(SimHost host, DesiredStatus desired, long time) {
        List<String> arns = new ArrayList<>();
        if (desired == DesiredStatus.STOPPED) {
            for (int i = 0; i < host.plan().stoppedBefore(); i++) {
                arns.add(stoppedBefore(host, i));
            }
        }
        for (SimTask task : host.tasks()) {
            if (task.isPlaced(time) && task.isToStop(time) == (desired == DesiredStatus.STOPPED)) {
                arns.add(task.arn());
            }
        }
        return arns;
    }

    private static String stoppedBefore(SimHost host, int number) {
        return host.id() + "/stopped-" + number;
    }

    @Override
    public List<DrainTask> describeTasks(Collection<String> tasks) {
        if (tasks.isEmpty()) {
            return List.of();
        }
        for (int i = 0; i < (tasks.size() - 1) / SimParameters.PAGE; i++) {
            calls.page();
        }
        return calls.read("describeTasks", SimCalls.Source.TASKS, time -> {
            List<DrainTask> described = new ArrayList<>();
            for (String arn : tasks) {
                if (arn.contains("/stopped-")) {
                    described.add(new DrainTask(
                            arn,
                            "STOPPED",
                            "STOPPED",
                            "service:gateway",
                            "ecs-svc/1",
                            "arn:" + arn.substring(0, arn.indexOf('/'))));
                }
            }
            for (SimHost host : world.hosts()) {
                for (SimTask task : host.tasks()) {
                    if (task.isPlaced(time) && tasks.contains(task.arn())) {
                        described.add(task.describe(time));
                    }
                }
            }
            return described;
        });
    }

    @Override
    public Set<String> daemons(Collection<String> services) {
        return calls.read(
                "daemons",
                SimCalls.Source.TASKS,
                time -> services.stream().filter(SimTask.AGENT::equals).collect(Collectors.toSet()));
    }

    @Override
    public void setDraining(String containerInstance) {
        calls.call("setDraining", () -> {
            world.setDraining(world.host(containerInstance));
            return true;
        });
    }

    @Override
    public void putMark(String containerInstance, String value) {
        calls.call("putMark", () -> {
            world.mark(world.host(containerInstance), value);
            return true;
        });
    }

    @Override
    public void putQuiet(String containerInstance, String value) {
        calls.call("putQuiet", () -> {
            world.markQuiet(world.host(containerInstance), value);
            return true;
        });
    }

    @Override
    public void deregister(String containerInstance) {
        calls.call("deregister", () -> {
            world.deregister(world.host(containerInstance));
            return true;
        });
    }

    @Override
    public void stopTask(String task, String reason) {
        throw new UnsupportedOperationException("No policy of the simulator stops tasks: " + task);
    }
}
