package dev.banhmi.drain;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.Attribute;
import software.amazon.awssdk.services.ecs.model.ContainerInstanceStatus;
import software.amazon.awssdk.services.ecs.model.DescribeContainerInstancesResponse;
import software.amazon.awssdk.services.ecs.model.DescribeTasksResponse;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.ListContainerInstancesResponse;
import software.amazon.awssdk.services.ecs.model.ListTasksResponse;
import software.amazon.awssdk.services.ecs.model.PutAttributesResponse;
import software.amazon.awssdk.services.ecs.model.StopTaskResponse;
import software.amazon.awssdk.services.ecs.model.TargetType;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.UpdateContainerInstancesStateResponse;

/** The cluster as ECS reports it. Thread-safe. */
final class EcsCluster implements Cluster {

    /** 100: the most that one response lists and one call describes (API reference of both, November 2026). */
    private static final int BATCH = 100;

    private static final Pattern INSTANCE_ID = Pattern.compile("[A-Za-z0-9-]+");
    private static final String MISSING = "MISSING";

    private final EcsClient ecs;
    private final AwsCalls calls;
    private final ClusterName name;

    EcsCluster(EcsClient ecs, AwsCalls calls, ClusterName name) {
        this.ecs = ecs;
        this.calls = calls;
        this.name = name;
    }

    @Override
    public ClusterName name() {
        return name;
    }

    @Override
    public Optional<ContainerInstance> findByInstanceId(String instanceId) {
        if (!INSTANCE_ID.matcher(instanceId).matches()) {
            throw new IllegalArgumentException("'" + instanceId + "' is not the id of an EC2 instance.");
        }
        Described described = describeInstances(listInstances("ec2InstanceId == '" + instanceId + "'"));
        Optional<ContainerInstance> found = described.instances().stream()
                .filter(instance -> instance.instanceId().equals(instanceId))
                .max(ContainerInstance.LIVELIEST);
        if (found.isEmpty() && described.missing()) {
            throw new RetryableFailure(
                    "ECS lists a container instance for " + instanceId + " and does not describe it.");
        }
        return found;
    }

    @Override
    public Optional<ContainerInstance> find(String containerInstance) {
        return describeInstances(List.of(containerInstance)).instances().stream()
                .findFirst();
    }

    @Override
    public List<ContainerInstance> containerInstances() {
        return describeInstances(listInstances(null)).instances();
    }

    @Override
    public List<ContainerInstance> describe(Collection<String> containerInstances) {
        return describeInstances(containerInstances).instances();
    }

    @Override
    public List<String> listTasks(DesiredStatus desired) {
        return list(null, desired);
    }

    @Override
    public List<String> listTasks(String containerInstance, DesiredStatus desired) {
        return list(containerInstance, desired);
    }

    private List<String> list(@Nullable String containerInstance, DesiredStatus desired) {
        String call = "ecs:ListTasks";
        List<String> tasks = new ArrayList<>();
        AwsCalls.allPages(call, token -> {
            ListTasksResponse page = calls.make(
                    call,
                    () -> ecs.listTasks(request -> request.cluster(name.value())
                            .containerInstance(containerInstance)
                            .desiredStatus(desired.name())
                            .maxResults(BATCH)
                            .nextToken(token)
                            .overrideConfiguration(calls.options(call))));
            AwsCalls.require(page.hasTaskArns(), call, "taskArns");
            tasks.addAll(page.taskArns());
            return page.nextToken();
        });
        return tasks;
    }

    @Override
    public List<DrainTask> describeTasks(Collection<String> tasks) {
        String call = "ecs:DescribeTasks";
        List<DrainTask> described = new ArrayList<>();
        for (List<String> batch : Batches.of(tasks, BATCH)) {
            DescribeTasksResponse response = calls.make(
                    call,
                    () -> ecs.describeTasks(request ->
                            request.cluster(name.value()).tasks(batch).overrideConfiguration(calls.options(call))));
            AwsCalls.require(response.hasTasks(), call, "tasks");
            missingOnly(call, response.failures());
            for (Task task : response.tasks()) {
                described.add(new DrainTask(
                        text(task.taskArn()),
                        text(task.lastStatus()),
                        text(task.desiredStatus()),
                        text(task.group()),
                        text(task.startedBy()),
                        text(task.containerInstanceArn())));
            }
        }
        return described;
    }

    @Override
    public Set<String> daemons(Collection<String> services) {
        return DaemonServices.among(services, name, ecs, calls);
    }

    @Override
    public void setDraining(String containerInstance) {
        String call = "ecs:UpdateContainerInstancesState";
        UpdateContainerInstancesStateResponse response = calls.make(
                call,
                () -> ecs.updateContainerInstancesState(request -> request.cluster(name.value())
                        .containerInstances(containerInstance)
                        .status(ContainerInstanceStatus.DRAINING)
                        .overrideConfiguration(calls.options(call))));
        if (!response.failures().isEmpty()) {
            throw new RetryableFailure(call + " failed for " + reasons(response.failures()) + ".");
        }
        AwsCalls.require(!response.containerInstances().isEmpty(), call, "containerInstances");
    }

    @Override
    public void putMark(String containerInstance, String value) {
        putAttribute(containerInstance, DrainMark.DRAINING_SINCE, value);
    }

    @Override
    public void putQuiet(String containerInstance, String value) {
        putAttribute(containerInstance, DrainMark.QUIET_SINCE, value);
    }

    private void putAttribute(String containerInstance, String attribute, String value) {
        String call = "ecs:PutAttributes";
        Attribute mark = Attribute.builder()
                .name(attribute)
                .value(value)
                .targetType(TargetType.CONTAINER_INSTANCE)
                // The short id: emulators accept no other here.
                .targetId(containerInstance.substring(containerInstance.lastIndexOf('/') + 1))
                .build();
        PutAttributesResponse response = calls.make(
                call,
                () -> ecs.putAttributes(request ->
                        request.cluster(name.value()).attributes(mark).overrideConfiguration(calls.options(call))));
        AwsCalls.require(response.hasAttributes(), call, "attributes");
    }

    @Override
    public void deregister(String containerInstance) {
        Deregistration.of(containerInstance, name, ecs, calls);
    }

    @Override
    public void stopTask(String task, String reason) {
        String call = "ecs:StopTask";
        StopTaskResponse response = calls.make(call, () -> {
            try {
                return ecs.stopTask(request -> request.cluster(name.value())
                        .task(task)
                        .reason(reason)
                        .overrideConfiguration(calls.options(call)));
            } catch (InvalidParameterException e) {
                if (AwsCalls.messageOf(e).contains("task was not found")) {
                    return StopTaskResponse.builder()
                            .task(gone -> gone.taskArn(task))
                            .build();
                }
                throw e;
            }
        });
        AwsCalls.require(response.task() != null, call, "task");
    }

    /** Without a status ECS lists those of every status but {@code INACTIVE}. */
    private List<String> listInstances(@Nullable String filter) {
        String call = "ecs:ListContainerInstances";
        List<String> instances = new ArrayList<>();
        AwsCalls.allPages(call, token -> {
            ListContainerInstancesResponse page = calls.make(
                    call,
                    () -> ecs.listContainerInstances(request -> request.cluster(name.value())
                            .filter(filter)
                            .maxResults(BATCH)
                            .nextToken(token)
                            .overrideConfiguration(calls.options(call))));
            AwsCalls.require(page.hasContainerInstanceArns(), call, "containerInstanceArns");
            instances.addAll(page.containerInstanceArns());
            return page.nextToken();
        });
        return instances;
    }

    private Described describeInstances(Collection<String> arns) {
        String call = "ecs:DescribeContainerInstances";
        List<ContainerInstance> instances = new ArrayList<>();
        boolean missing = false;
        for (List<String> batch : Batches.of(arns, BATCH)) {
            DescribeContainerInstancesResponse response = calls.make(
                    call,
                    () -> ecs.describeContainerInstances(request -> request.cluster(name.value())
                            .containerInstances(batch)
                            .overrideConfiguration(calls.options(call))));
            AwsCalls.require(response.hasContainerInstances(), call, "containerInstances");
            missingOnly(call, response.failures());
            missing |= response.containerInstances().size() < batch.size();
            for (software.amazon.awssdk.services.ecs.model.ContainerInstance one : response.containerInstances()) {
                // External instances have Systems Manager ids; without an EC2 id there is no group to look up.
                if (one.ec2InstanceId() != null) {
                    instances.add(containerInstance(one));
                }
            }
        }
        return new Described(instances, missing);
    }

    private static ContainerInstance containerInstance(
            software.amazon.awssdk.services.ecs.model.ContainerInstance one) {
        return new ContainerInstance(
                text(one.containerInstanceArn()),
                one.ec2InstanceId(),
                ContainerInstance.Status.parse(text(one.status())),
                Boolean.TRUE.equals(one.agentConnected()),
                count(one.runningTasksCount()),
                count(one.pendingTasksCount()),
                attribute(one, DrainMark.DRAINING_SINCE),
                attribute(one, DrainMark.QUIET_SINCE));
    }

    private static Optional<DrainMark> attribute(
            software.amazon.awssdk.services.ecs.model.ContainerInstance one, String wanted) {
        return one.attributes().stream()
                .filter(attribute -> wanted.equals(attribute.name()))
                .map(attribute -> DrainMark.parse(text(attribute.value())))
                .findFirst();
    }

    /** That something is missing is a valid response; any other failure is not. */
    static void missingOnly(String call, List<Failure> failures) {
        List<Failure> others = failures.stream()
                .filter(failure -> !MISSING.equals(failure.reason()))
                .toList();
        if (!others.isEmpty()) {
            throw new RetryableFailure(call + " failed for " + reasons(others) + ".");
        }
    }

    private static String reasons(List<Failure> failures) {
        return failures.stream()
                .map(failure -> failure.arn() + " (" + failure.reason() + ")")
                .collect(Collectors.joining(", "));
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    /** A missing count means nothing, least of all zero. */
    private static int count(@Nullable Integer value) {
        if (value == null) {
            throw new RetryableFailure("ecs:DescribeContainerInstances returned no task count.");
        }
        return value;
    }

    private record Described(List<ContainerInstance> instances, boolean missing) {}
}
