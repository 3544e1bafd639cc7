package dev.banhmi.drain;

import java.time.Duration;
import java.util.Map;
import software.amazon.awssdk.awscore.AwsResponseMetadata;
import software.amazon.awssdk.awscore.DefaultAwsResponseMetadata;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.Activity;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingException;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingInstanceDetails;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingResponseMetadata;
import software.amazon.awssdk.services.autoscaling.model.CompleteLifecycleActionRequest;
import software.amazon.awssdk.services.autoscaling.model.CompleteLifecycleActionResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeAutoScalingGroupsRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribeAutoScalingGroupsResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeAutoScalingInstancesRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribeAutoScalingInstancesResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeLifecycleHooksRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribeLifecycleHooksResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeScalingActivitiesRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribeScalingActivitiesResponse;
import software.amazon.awssdk.services.autoscaling.model.Instance;
import software.amazon.awssdk.services.autoscaling.model.LifecycleHook;
import software.amazon.awssdk.services.autoscaling.model.RecordLifecycleActionHeartbeatRequest;
import software.amazon.awssdk.services.autoscaling.model.RecordLifecycleActionHeartbeatResponse;

/** The Auto Scaling client of a {@link CrowdAws}: no more than fifty instances in a request. */
final class CrowdAutoScaling implements AutoScalingClient {

    private static final AwsResponseMetadata ANY = DefaultAwsResponseMetadata.create(Map.of("AWS_REQUEST_ID", "crowd"));
    private static final AutoScalingResponseMetadata METADATA = AutoScalingResponseMetadata.create(ANY);

    private final CrowdAws aws;

    CrowdAutoScaling(CrowdAws aws) {
        this.aws = aws;
    }

    @Override
    public DescribeAutoScalingInstancesResponse describeAutoScalingInstances(
            DescribeAutoScalingInstancesRequest request) {
        if (request.instanceIds().isEmpty() || request.instanceIds().size() > 50) {
            throw new IllegalArgumentException("Auto Scaling describes 1 to 50 at a time.");
        }
        return aws.call(
                request,
                false,
                () -> (DescribeAutoScalingInstancesResponse) DescribeAutoScalingInstancesResponse.builder()
                        .autoScalingInstances(request.instanceIds().stream()
                                .map(aws::host)
                                .filter(host -> host.goneAt == SimTask.NEVER)
                                .map(host -> AutoScalingInstanceDetails.builder()
                                        .instanceId(host.id)
                                        .autoScalingGroupName(CrowdAws.GROUP)
                                        .lifecycleState(state(host))
                                        .build())
                                .toList())
                        .responseMetadata(METADATA)
                        .build());
    }

    private String state(CrowdAws.Host host) {
        if (host.isLaunch) {
            return "Pending:Wait";
        }
        return aws.loop().now() < host.waitsFrom ? "InService" : "Terminating:Wait";
    }

    @Override
    public DescribeAutoScalingGroupsResponse describeAutoScalingGroups(DescribeAutoScalingGroupsRequest request) {
        return aws.call(
                request, false, () -> (DescribeAutoScalingGroupsResponse) DescribeAutoScalingGroupsResponse.builder()
                        .autoScalingGroups(AutoScalingGroup.builder()
                                .autoScalingGroupName(CrowdAws.GROUP)
                                .instances(aws.hosts().stream()
                                        .filter(host -> host.goneAt == SimTask.NEVER)
                                        .map(host -> Instance.builder()
                                                .instanceId(host.id)
                                                .lifecycleState(state(host))
                                                .build())
                                        .toList())
                                .build())
                        .responseMetadata(METADATA)
                        .build());
    }

    @Override
    public DescribeLifecycleHooksResponse describeLifecycleHooks(DescribeLifecycleHooksRequest request) {
        return aws.call(request, false, () -> (DescribeLifecycleHooksResponse) DescribeLifecycleHooksResponse.builder()
                .lifecycleHooks(
                        hook(CrowdAws.HOOK, "TERMINATING", aws.heartbeatTimeout(), "CONTINUE"),
                        hook(CrowdAws.LAUNCH_HOOK, "LAUNCHING", CrowdAws.LAUNCH_TIMEOUT, "ABANDON"))
                .responseMetadata(METADATA)
                .build());
    }

    private static LifecycleHook hook(String name, String transition, Duration heartbeatTimeout, String result) {
        return LifecycleHook.builder()
                .autoScalingGroupName(CrowdAws.GROUP)
                .lifecycleHookName(name)
                .lifecycleTransition("autoscaling:EC2_INSTANCE_" + transition)
                .heartbeatTimeout(Math.toIntExact(heartbeatTimeout.toSeconds()))
                .defaultResult(result)
                .build();
    }

    @Override
    public DescribeScalingActivitiesResponse describeScalingActivities(DescribeScalingActivitiesRequest request) {
        return aws.callAtOnce(
                "DescribeScalingActivities",
                () -> (DescribeScalingActivitiesResponse) DescribeScalingActivitiesResponse.builder()
                        .activities(aws.hosts().stream()
                                .filter(host -> host.isLaunch && host.goneAt == SimTask.NEVER)
                                .map(host -> Activity.builder()
                                        .description("Launching a new EC2 instance: " + host.id)
                                        .startTime(SimHost.instant(host.waitsFrom))
                                        .build())
                                .toList())
                        .responseMetadata(METADATA)
                        .build());
    }

    @Override
    public CompleteLifecycleActionResponse completeLifecycleAction(CompleteLifecycleActionRequest request) {
        return aws.call(request, false, () -> {
            CrowdAws.Host host = waiting(request.instanceId());
            host.goneAt = aws.loop().now();
            host.completed = true;
            return (CompleteLifecycleActionResponse) CompleteLifecycleActionResponse.builder()
                    .responseMetadata(METADATA)
                    .build();
        });
    }

    @Override
    public RecordLifecycleActionHeartbeatResponse recordLifecycleActionHeartbeat(
            RecordLifecycleActionHeartbeatRequest request) {
        return aws.call(request, false, () -> {
            CrowdAws.Host host = waiting(request.instanceId());
            host.beats.add(aws.loop().now());
            host.waitsUntil = aws.loop().now() + aws.heartbeatTimeout().toMillis();
            return (RecordLifecycleActionHeartbeatResponse) RecordLifecycleActionHeartbeatResponse.builder()
                    .responseMetadata(METADATA)
                    .build();
        });
    }

    private CrowdAws.Host waiting(String instanceId) {
        CrowdAws.Host host = aws.host(instanceId);
        if (host.goneAt != SimTask.NEVER) {
            throw (AutoScalingException) AutoScalingException.builder()
                    .awsErrorDetails(AwsErrorDetails.builder()
                            .errorCode("ValidationError")
                            .errorMessage("No active Lifecycle Action found with instance ID " + instanceId)
                            .build())
                    .statusCode(400)
                    .build();
        }
        return host;
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
