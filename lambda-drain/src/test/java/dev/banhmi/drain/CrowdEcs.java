package dev.banhmi.drain;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.Attribute;
import software.amazon.awssdk.services.ecs.model.ContainerInstance;
import software.amazon.awssdk.services.ecs.model.DescribeContainerInstancesRequest;
import software.amazon.awssdk.services.ecs.model.DescribeContainerInstancesResponse;
import software.amazon.awssdk.services.ecs.model.DescribeServicesRequest;
import software.amazon.awssdk.services.ecs.model.DescribeServicesResponse;
import software.amazon.awssdk.services.ecs.model.DescribeTasksRequest;
import software.amazon.awssdk.services.ecs.model.DescribeTasksResponse;
import software.amazon.awssdk.services.ecs.model.EcsException;
import software.amazon.awssdk.services.ecs.model.ListContainerInstancesRequest;
import software.amazon.awssdk.services.ecs.model.ListContainerInstancesResponse;
import software.amazon.awssdk.services.ecs.model.ListTasksRequest;
import software.amazon.awssdk.services.ecs.model.ListTasksResponse;
import software.amazon.awssdk.services.ecs.model.PutAttributesRequest;
import software.amazon.awssdk.services.ecs.model.PutAttributesResponse;
import software.amazon.awssdk.services.ecs.model.SchedulingStrategy;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.UpdateContainerInstancesStateRequest;
import software.amazon.awssdk.services.ecs.model.UpdateContainerInstancesStateResponse;

/** The ECS client of a {@link CrowdAws}: pages of a hundred, and no more than a hundred in a request. */
final class CrowdEcs implements EcsClient {

    private static final int PAGE = 100;

    /** Of as many services the tasks are, which are no daemons. */
    private static final int SERVICES = 50;

    private static final int SERVICES_A_CALL = 10;
    private static final long TERMINATION = 30_000;

    private final CrowdAws aws;
    private final Consumer<DescribeServicesRequest> trouble;

    CrowdEcs(CrowdAws aws) {
        this(aws, request -> {});
    }

    /**
     * With trouble of one call.
     *
     * @param trouble what ECS does before it describes services: it may sleep, and throw
     */
    CrowdEcs(CrowdAws aws, Consumer<DescribeServicesRequest> trouble) {
        this.aws = aws;
        this.trouble = trouble;
    }

    @Override
    public ListContainerInstancesResponse listContainerInstances(ListContainerInstancesRequest request) {
        return aws.call(request, true, () -> {
            List<String> all =
                    registered(request.filter()).map(host -> host.arn).toList();
            return page(
                    all,
                    request.nextToken(),
                    (arns, next) -> ListContainerInstancesResponse.builder()
                            .containerInstanceArns(arns)
                            .nextToken(next)
                            .build());
        });
    }

    private Stream<CrowdAws.Host> registered(@Nullable String filter) {
        if (filter == null) {
            return registered(aws.hosts().stream());
        }
        String[] parts = filter.split("'", -1);
        if (parts.length != 3 || !parts[0].equals("ec2InstanceId == ")) {
            throw new IllegalArgumentException("No such filter is known: " + filter);
        }
        return registered(Stream.of(aws.host(parts[1])));
    }

    private Stream<CrowdAws.Host> registered(Stream<CrowdAws.Host> hosts) {
        return hosts.filter(this::isRegistered);
    }

    /** Its termination, which follows the end of the wait, takes time. */
    private boolean isRegistered(CrowdAws.Host host) {
        return !host.isLaunch && (host.goneAt == SimTask.NEVER || aws.loop().now() < host.goneAt + TERMINATION);
    }

    @Override
    public DescribeContainerInstancesResponse describeContainerInstances(DescribeContainerInstancesRequest request) {
        atMostAHundred(request.containerInstances());
        return aws.call(
                request,
                true,
                () -> DescribeContainerInstancesResponse.builder()
                        .containerInstances(request.containerInstances().stream()
                                .map(aws::byArn)
                                .filter(this::isRegistered)
                                .map(this::describe)
                                .toList())
                        .build());
    }

    private ContainerInstance describe(CrowdAws.Host host) {
        long now = aws.loop().now();
        return ContainerInstance.builder()
                .containerInstanceArn(host.arn)
                .ec2InstanceId(host.id)
                .status(now >= host.drainingAt ? "DRAINING" : "ACTIVE")
                .agentConnected(true)
                .runningTasksCount(now < host.deactivatingAt() ? host.tasks.size() : 0)
                .pendingTasksCount(0)
                .attributes(host.attributes.entrySet().stream()
                        .map(one -> Attribute.builder()
                                .name(one.getKey())
                                .value(one.getValue())
                                .build())
                        .toList())
                .build();
    }

    @Override
    public ListTasksResponse listTasks(ListTasksRequest request) {
        return aws.call(request, true, () -> {
            long now = aws.loop().now();
            boolean toRun = request.desiredStatusAsString().equals("RUNNING");
            Stream<CrowdAws.Host> asked = request.containerInstance() == null
                    ? aws.hosts().stream()
                    : Stream.of(aws.byArn(request.containerInstance()));
            List<String> all = registered(asked)
                    .filter(host -> now < host.deactivatingAt() == toRun)
                    .flatMap(host -> host.tasks.stream())
                    .toList();
            return page(
                    all,
                    request.nextToken(),
                    (arns, next) -> ListTasksResponse.builder()
                            .taskArns(arns)
                            .nextToken(next)
                            .build());
        });
    }

    @Override
    public DescribeTasksResponse describeTasks(DescribeTasksRequest request) {
        atMostAHundred(request.tasks());
        return aws.call(request, true, () -> {
            long now = aws.loop().now();
            return DescribeTasksResponse.builder()
                    .tasks(request.tasks().stream()
                            .map(arn -> {
                                String number = arn.substring(arn.lastIndexOf('/'), arn.lastIndexOf('-'));
                                CrowdAws.Host host = aws.byArn(number);
                                String last = now >= host.emptyAt()
                                        ? "STOPPED"
                                        : now >= host.deactivatingAt() ? "DEACTIVATING" : "RUNNING";
                                return Task.builder()
                                        .taskArn(arn)
                                        .containerInstanceArn(host.arn)
                                        .lastStatus(last)
                                        .desiredStatus(last.equals("RUNNING") ? "RUNNING" : "STOPPED")
                                        .group("service:" + service(arn))
                                        .startedBy("ecs-svc/1")
                                        .build();
                            })
                            .toList())
                    .build();
        });
    }

    private static String service(String task) {
        int place = place(task);
        return "service-" + (place / 10 * 4 + place % 10) % SERVICES;
    }

    @Override
    public DescribeServicesResponse describeServices(DescribeServicesRequest request) {
        if (request.services().isEmpty() || request.services().size() > SERVICES_A_CALL) {
            throw new IllegalArgumentException("ECS describes 1 to " + SERVICES_A_CALL + " services at a time, not "
                    + request.services().size() + ".");
        }
        trouble.accept(request);
        return aws.call(
                request,
                true,
                () -> DescribeServicesResponse.builder()
                        .services(request.services().stream()
                                .map(name -> Service.builder()
                                        .serviceName(name)
                                        .schedulingStrategy(SchedulingStrategy.REPLICA)
                                        .build())
                                .toList())
                        .build());
    }

    @Override
    public UpdateContainerInstancesStateResponse updateContainerInstancesState(
            UpdateContainerInstancesStateRequest request) {
        return aws.call(request, true, () -> {
            List<ContainerInstance> set = new ArrayList<>();
            for (String arn : request.containerInstances()) {
                CrowdAws.Host host = aws.byArn(arn);
                if (aws.isDenied(host)) {
                    throw (EcsException) EcsException.builder()
                            .awsErrorDetails(AwsErrorDetails.builder()
                                    .errorCode("AccessDeniedException")
                                    .errorMessage("not authorized")
                                    .build())
                            .statusCode(400)
                            .build();
                }
                aws.drain(host);
                set.add(describe(host));
            }
            return UpdateContainerInstancesStateResponse.builder()
                    .containerInstances(set)
                    .build();
        });
    }

    @Override
    public PutAttributesResponse putAttributes(PutAttributesRequest request) {
        return aws.call(request, true, () -> {
            for (Attribute attribute : request.attributes()) {
                CrowdAws.Host host = aws.byArn(attribute.targetId());
                host.attributes.put(attribute.name(), attribute.value());
                if (attribute.name().equals(DrainMark.DRAINING_SINCE)) {
                    host.markedAt = aws.loop().now();
                }
            }
            return PutAttributesResponse.builder()
                    .attributes(request.attributes())
                    .build();
        });
    }

    private static void atMostAHundred(Collection<String> asked) {
        if (asked.isEmpty() || asked.size() > PAGE) {
            throw new IllegalArgumentException("ECS describes 1 to 100 at a time, not " + asked.size() + ".");
        }
    }

    /**
     * One page of what is listed in the order of its places. A token is the place of the last that was listed, not a number of them: what is gone
     * meanwhile moves nothing to a page that was read.
     */
    private static <T> T page(List<String> all, @Nullable String token, Paged<T> response) {
        int begin = 0;
        if (token != null) {
            int found = Collections.binarySearch(all, token, Comparator.comparingInt(CrowdEcs::place));
            begin = found < 0 ? -found - 1 : found + 1;
        }
        int end = Math.min(begin + PAGE, all.size());
        List<String> arns = all.subList(begin, end);
        return response.of(arns, end < all.size() ? arns.getLast() : null);
    }

    private static int place(String arn) {
        String[] numbers = arn.substring(arn.lastIndexOf('/') + 1).split("-", -1);
        return Integer.parseInt(numbers[0]) * 10 + (numbers.length == 1 ? 0 : Integer.parseInt(numbers[1]));
    }

    private interface Paged<T> {
        T of(List<String> arns, @Nullable String next);
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {
        // There is nothing open.
    }
}
